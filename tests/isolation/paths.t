# SPDX-License-Identifier: Apache-2.0
# Path rules of a policy against what the sandbox does.
. "$srcdir/tests/lib.sh"
requires_kavach
command -v python3 >/dev/null 2>&1 || skip_all "python3 is not installed"
command -v jq >/dev/null 2>&1 || skip_all "jq is not installed"

[ -z "${KV_LONG:-}" ] || export ROUNDS=${ROUNDS:-200}
mapfile -t backends < <(usable_backends | grep -x -e process -e namespace)
[ "${#backends[@]}" -gt 0 ] || skip_all "no backend works here"
export work KAVACH
python3 "$srcdir/tests/isolation/paths.py" "${backends[@]}"
