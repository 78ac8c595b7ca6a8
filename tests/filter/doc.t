# SPDX-License-Identifier: Apache-2.0
# doc/filter.md says what the programs do: each call that it names as refused
# is, and none is left out.
. "$srcdir/tests/lib.sh"

doc=$srcdir/doc/filter.md
filter=$builddir/core/filter/kavach-filter

# The calls of a section's table with the answer in its second column.
section ()
{
  awk -F '|' -v title="## $1" '
    /^## / { on = $0 == title; next }
    on && $2 ~ /`/ {
      n = split ($2, calls, " ")
      answer = $3
      gsub (/ /, "", answer)
      for (i = 1; i <= n; i++) {
        gsub (/`/, "", calls[i])
        print calls[i], answer
      }
    }' "$doc"
}

# The same of the table of flags, where the calls are in the third column.
flag_section ()
{
  awk -F '|' -v flag=" $1 " '
    /^## / { on = $0 ~ /^## Opened/; next }
    on && $2 == flag {
      n = split ($3, calls, " ")
      for (i = 1; i <= n; i++) {
        gsub (/`/, "", calls[i])
        print calls[i], "EPERM"
      }
    }' "$doc"
}

# What programs say, over every architecture that libseccomp may know.
printed ()
{
  local arch

  for arch in x86_64 x86 aarch64 arm riscv64 ppc64le s390x mips; do
    "$filter" --arch "$arch" --print "$1" || return 1
  done | grep -Ev '^(any other number|another architecture) ' | sort -u
}

refused_calls ()
{
  printed "$1" | awk '$2 == "EPERM" || $2 == "ENOSYS" { print $1, $2 }'
}

guarded_calls ()
{
  printed "$1" | awk 'NF > 2 { print $1 }'
}

# No difference between two lists, in any order.
same ()
{
  is "$(diff <(sort <<<"$1") <(sort <<<"$2"))" '' "$3"
}

both=$(section 'Refused by both')
strict=$(section 'Refused by strict only')
ipc=$(flag_section ipc)
ptrace=$(flag_section ptrace)
nl=$'\n'
same "$(refused_calls basic)" "$both$nl$ipc$nl$ptrace" \
  "basic refuses what the page says"
same "$(refused_calls strict)" "$both$nl$strict$nl$ipc$nl$ptrace" \
  "strict refuses what the page says"
same "$(refused_calls basic-ipc)" "$both$nl$ptrace" \
  "the flag ipc opens what the page says"
same "$(refused_calls basic-ptrace)" "$both$nl$ipc" \
  "the flag ptrace opens what the page says"

judged=$(awk -F '|' '/^## / { on = $0 ~ /^## Judged/; next }
  on && $2 ~ /`/ { gsub (/`/, "", $2); n = split ($2, c, " ")
    for (i = 1; i <= n; i++) print c[i], $5 }' "$doc")
same "$(guarded_calls strict)" \
  "$(awk '$2 != "basic" { print $1 }' <<<"$judged")" \
  "strict judges by arguments what the page says"
same "$(guarded_calls basic)" \
  "$(awk '$2 != "strict" { print $1 }' <<<"$judged")" \
  "basic judges by arguments what the page says"

# The check itself can fail.
is "$(grep -c '^keyctl EPERM$' <<<"$both")" 1 "the page's tables are read"

run "$filter" --tables another strict
is "$status" 1 "a launcher of another build gets no program"
like "$err" '^kavach: KVI-46 ' "and is told why"
run "$filter" strict-mail
like "$err" '^kavach: KVI-47 ' "an unknown profile is refused"
run "$filter" --arch vax strict
like "$err" '^kavach: KVI-44 ' "an unknown architecture is refused"
run "$filter"
is "$status" 2 "a profile has to be named"

done_testing
