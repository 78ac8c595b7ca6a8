# SPDX-License-Identifier: Apache-2.0
# Every code that the sources can print is in doc/codes.md, once, and nothing
# else is.
. "$srcdir/tests/lib.sh"

said=$(grep -rhoE 'KV[A-Z]-[0-9]{2}' --include='*.c' --include='*.h' \
  "$srcdir/core" "$srcdir/launcher" "$srcdir/tests/places.c" | sort -u)
listed=$(grep -oE '^\| KV[A-Z]-[0-9]{2}' "$srcdir/doc/codes.md" | cut -c3-)

is "$(sort <<<"$listed" | uniq -d)" "" "no code is listed twice"
is "$(comm -23 <(echo "$said") <(sort -u <<<"$listed"))" "" \
  "what the sources say is listed"
is "$(comm -13 <(echo "$said") <(sort -u <<<"$listed"))" "" \
  "what is listed, the sources say"
count=$(wc -l <<<"$said")
ok "and that is not nothing" test "$count" -gt 50

done_testing
