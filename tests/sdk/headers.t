# SPDX-License-Identifier: Apache-2.0
# The headers as a product: each compiles alone, as C and as C++, includes
# nothing of the house, and no member of ABI 1.0 has moved.
. "$srcdir/tests/lib.sh"

include=$srcdir/sdk/include
offsets=$srcdir/sdk/abi/1.0/offsets.c
: "${CC:=cc}"
CXX=$(sed -n 's/^CXX = //p' "$builddir/Makefile" 2>/dev/null)
read -ra cc <<<"$CC"
read -ra cxx <<<"${CXX:-c++}"
strict=(-pedantic -Wall -Wextra -Wshadow -Wcast-qual -Wundef -Werror)
have_cxx=no
command -v "${cxx[0]}" >/dev/null 2>&1 && have_cxx=yes

compile_c ()
{
  "${cc[@]}" "$@" "${strict[@]}" -Wstrict-prototypes -I"$include" \
    -fsyntax-only
}

compile_cxx ()
{
  "${cxx[@]}" "$@" "${strict[@]}" -I"$include" -fsyntax-only
}

for header in "$include"/kavach/*.h; do
  name=${header##*/}
  printf '#include <kavach/%s>\n' "$name" >"$tmp/alone.c"
  cp "$tmp/alone.c" "$tmp/alone.cc"
  ok "$name alone is C11" compile_c -std=c11 "$tmp/alone.c"
  ok "$name alone is C99" compile_c -std=c99 "$tmp/alone.c"
  if [ $have_cxx = yes ]; then
    ok "$name alone is C++11" compile_cxx -std=c++11 "$tmp/alone.cc"
  else
    skip "$name alone is C++11" "no C++ compiler"
  fi
  is "$(sed -n 's/^ *# *include *//p' "$header" \
        | grep -vE '^<(kavach/[a-z]+|stddef|stdint)\.h>$')" "" \
    "$name includes nothing of the house"
done

# The table, for each pointer size that a compiler here knows.  Freestanding,
# because a libc of that size need not be there.
table ()
{
  "$@" -std=c11 -ffreestanding -Wall -Wextra -pedantic -Werror \
    -fsyntax-only -I"${table_include-$include}" "$offsets"
}

ok "no member has moved" table "${cc[@]}"

printf 'int x;\n' >"$tmp/probe.c"
if "${cc[@]}" -m32 -ffreestanding -fsyntax-only "$tmp/probe.c" 2>/dev/null
then
  ok "no member has moved (-m32)" table "${cc[@]}" -m32
else
  skip "no member has moved (-m32)" "the compiler has no -m32"
fi
for target in aarch64-linux-gnu arm-linux-gnueabihf i386-linux-gnu \
              riscv64-linux-gnu s390x-linux-gnu; do
  if clang --target=$target -ffreestanding -fsyntax-only "$tmp/probe.c" \
       2>/dev/null; then
    ok "no member has moved ($target)" table clang --target=$target
  else
    skip "no member has moved ($target)" "clang is not installed"
  fi
done

# A table that cannot fail shows nothing.
cp -r "$include" "$tmp/moved"
sed -i 's/^  int exec_fd;/  int newcomer; int exec_fd;/' \
  "$tmp/moved/kavach/backend.h"
table_include=$tmp/moved
nok "a member put in the middle is found" table "${cc[@]}"
cp "$include/kavach/backend.h" "$tmp/moved/kavach/backend.h"
sed -i 's/KAVACH_CTL_PAUSE = 26/KAVACH_CTL_PAUSE = 27/' \
  "$tmp/moved/kavach/abi.h"
nok "a number given away is found" table "${cc[@]}"
unset table_include

for word in major minor; do
  in_header=$(sed -n "s/^#define KAVACH_ABI_${word^^} //p" \
                "$include/kavach/abi.h")
  is "$(sed -n "s/^abi_$word=//p" "$srcdir/sdk/kavach-plugin.pc.in")" \
    "$in_header" "pkg-config gives the header's $word version"
done

# A plugin in C++: members in order, since C++11 has no designated
# initialisers; the entry must come out unmangled all the same.
cat >"$tmp/plugin.cc" <<'EOF'
#include <kavach/plugin.h>
KAVACH_DECLARE_HOST;
namespace {
int probe (void *, struct kavach_report *report)
{
  if (!KAVACH_HAS (kavach, report_boundary))
    return kavach->fail (95, "the host is too old");
  kavach->report_boundary (report, KAVACH_BOUNDARY_NONE);
  kavach->report_control (report, KAVACH_CTL_PAUSE, KAVACH_NONE, nullptr);
  return 0;
}
int spawn (void *, const struct kavach_request *, struct kavach_child *)
{
  return kavach->fail (38, "only here to be compiled");
}
const struct kavach_backend ops
  = { sizeof ops, 0, nullptr, probe, nullptr, nullptr, spawn, nullptr,
      nullptr, nullptr, nullptr, nullptr, nullptr };
const struct kavach_plugin plugin
  = { sizeof plugin, KAVACH_ABI_MINOR, 0, KAVACH_BACKEND, 0, "cxx", "1.0",
      "a plugin in C++", nullptr, &ops };
}
KAVACH_REGISTER (plugin)
EOF
if [ $have_cxx = yes ]; then
  ok "a plugin in C++11 compiles" "${cxx[@]}" -std=c++11 "${strict[@]}" \
    -I"$include" -fPIC -shared -fvisibility=hidden -o "$tmp/plugin.so" \
    "$tmp/plugin.cc"
  is "$(nm -D --defined-only "$tmp/plugin.so" 2>&1 | awk '{ print $3 }')" \
    kavach_plugin_entry_v1 "it exports the entry, unmangled, and nothing else"
else
  skip "a plugin in C++11 compiles" "no C++ compiler"
  skip "it exports the entry, unmangled, and nothing else" "no C++ compiler"
fi

done_testing
