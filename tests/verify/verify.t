# SPDX-License-Identifier: Apache-2.0
# kavach verify: the battery through the ordinary road, with a witness.
. "$srcdir/tests/lib.sh"
requires_kavach
requires jq
has_loopback || skip_all "no loopback interface is up"
# One that is there and can be written, whoever runs this.
mkdir "$tmp/home"
export HOME=$tmp/home
cd "$work" || exit 1

probe ()
{
  jq -r --arg p "$1" '.probes[$p].verdict' <<<"$json"
}

strength ()
{
  local backend=$1 most waive

  waive=$(waivers "$backend" strict)
  # shellcheck disable=SC2086
  run kavach verify --json -b "$backend" -p strict $waive
  json=$out
  is "$status" 0 "$backend: every claim holds" || show_run
  is "$(jq -r '.type + " " + .backend' <<<"$json")" "verification $backend" \
    "$backend: a document"
  most=84
  ok "$backend: no more than $most" \
    jq -e --argjson most "$most" '.score <= $most and .score > 40' <<<"$json"
  ok "$backend: not more than what is held" \
    jq -e '.score <= .ceiling and .score * 10 <= .held_tenths' <<<"$json"
  # Nothing is in the way there; keys and attributes are what hosts refuse.
  is "$(jq -r '.probes | to_entries[]
    | select (.key | IN ("network.loopback-tcp", "network.loopback-udp",
      "network.abstract", "network.unix", "processes.sysv-msg",
      "processes.signal", "files.leaked-socket", "files.create",
      "files.append", "files.truncate", "files.o-trunc", "files.chmod",
      "files.utime", "files.unlink", "files.rename", "files.mkdir",
      "files.hard-link", "files.symlink-out", "files.read", "files.tmp-read",
      "secrets.home", "secrets.environment", "secrets.victim-environ"))
    | select (.value.outside != "reached") | .key' <<<"$json")" "" \
    "$backend: without a sandbox all of it is reached"
  is "$(probe boundary.own-kernel)" reached "$backend: the kernel is shared"
  is "$(jq '.probes | length > 90' <<<"$json")" true "$backend: the battery"
  if is_root; then
    case $backend in
    namespace)
      ok "namespace strict, root: 83 or 84" jq -e '.score >= 83' <<<"$json"
      ;;
    process)
      is "$(jq -r '"\(.score) \(.ceiling_probe)"' <<<"$json")" \
        "69 privilege.host-root" "process strict, root: uid 0 is its ceiling"
      ;;
    esac
  fi
  # What nothing bounds costs points, and does so by its own probe.
  run kavach verify --json -b "$backend" -p basic
  json=$out
  is "$(probe resources.memory-one)" reached "$backend basic: no memory limit"
  ok "$backend basic: at most 69 for it" jq -e '.score <= 69' <<<"$json"
  run kavach verify -b "$backend" -p minimal
  like "$out" '^(29|[12]?[0-9]) minimal \(measured\)' \
    "$backend minimal: next to nothing"
}
each_backend strength

run kavach verify --json --backend=all -p basic
is "$(jq -r .backend <<<"$out" | wc -l)" "$(usable_backends | wc -l)" \
  "each backend that works"
run kavach verify -p strict --json -b nothing
refused KVS-02 "a backend that is not there"
done_testing
