# SPDX-License-Identifier: Apache-2.0
# What holds of all of doc/policies; each has a test of its own beside this.
. "$srcdir/tests/lib.sh"
requires_kavach

folder=$srcdir/doc/policies
run kavach policy check "$folder"/*.json
is "$status:$out:$err" "0::" "they have no fault"
for file in "$folder"/*.json; do
  name=${file##*/}
  name=${name%.json}
  run kavach policy show "$file"
  is "$status:$err" "0:" "$name: is shown"
  like "$(cat "$file")" '"extends": "(basic|strict)"' "$name: extends a preset"
  ok "$name: has a test" test -f "$srcdir/tests/policies/$name.t"
  ok "$name: is explained" grep -qx "## $name" "$folder/README.md"
  ok "$name: with the command line" \
    grep -q "$name\\.json\"*,* .*--" "$folder/README.md"
  ok "$name: is installed" grep -q "/$name\\.json" "$srcdir/doc/local.mk"
done
done_testing
