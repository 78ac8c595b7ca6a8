# SPDX-License-Identifier: Apache-2.0
# An author's road: what is installed is enough to build the template, with
# its plain Makefile and with autoconf, and kavach runs what came of it.
. "$srcdir/tests/lib.sh"
requires make pkg-config "${CC%% *}"

unset MAKEFLAGS MFLAGS MAKELEVEL
root=$tmp/root
mkdir "$root"
run make -C "$builddir" DESTDIR="$root" install-kavachincludeHEADERS \
  install-pkgconfigDATA install-dist_m4DATA install-dist_templateDATA
is "$status" 0 "the author's files are installed" || { show_run; exit 1; }

pc=$(find "$root" -name kavach-plugin.pc)
export PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1
export PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_PATH=${pc%/*}
PKG_CONFIG_LIBDIR=$PKG_CONFIG_PATH
export PKG_CONFIG_LIBDIR
ok "pkg-config accepts the file" pkg-config --validate kavach-plugin
is "$(pkg-config --libs kavach-plugin | tr -d ' ')" "" \
  "there is nothing to link"
template=$(pkg-config --variable=templatedir kavach-plugin)
[ -d "$template" ] || template=$root$template
ok "pkg-config names the template" test -f "$template/hello.c"

cp -r "$template" "$work/hello"
chmod -R u+w "$work/hello"
so=$work/hello/kavach-hello.so
strict='-O2 -Wall -Wextra -Wshadow -Wcast-qual -pedantic -Werror'
ok "the template builds with its plain Makefile" \
  make -C "$work/hello" CC="$CC" CFLAGS="$strict"
is "$(nm -D --defined-only "$so" | awk '{ print $3 }')" \
  kavach_plugin_entry_v1 "it exports the entry and nothing else"
is "$(nm -D --undefined-only "$so" | grep -i kavach)" "" \
  "it needs no symbol of kavach's"
ok "its install stays under DESTDIR" make -C "$work/hello" CC="$CC" \
  DESTDIR="$tmp/there" install
is "$(find "$tmp/there" -type f -name kavach-hello.so | wc -l)" 1 \
  "its install puts the object in the plugin folder"

if [ -x "$KAVACH" ] && [ -d "$KAVACH_STAGE/libexec" ]; then
  run "$KAVACH" plugin show "$so"
  like "$out" hello "kavach plugin show tells of it" || show_run
  cd "$work" || exit 1
  run "$KAVACH" run -p minimal --plugin "$so" -b hello -- echo hello there
  is "$status $out" "0 hello there" "kavach runs a command by it" || show_run
  run "$KAVACH" run -p minimal --plugin "$so" -b hello -- sh -c 'exit 7'
  is "$status" 7 "and the exit status is the command's" || show_run
else
  for name in "kavach plugin show tells of it" \
              "kavach runs a command by it" \
              "and the exit status is the command's"; do
    skip "$name" "tests/kavach was not built"
  done
fi

if command -v autoreconf >/dev/null 2>&1; then
  cp -r "$template" "$work/auto"
  chmod -R u+w "$work/auto"
  cd "$work/auto" || exit 1
  m4=$(find "$root" -name kavach.m4)
  # pkg.m4 is the system's; only the path of kavach.m4 is unusual here.
  run env ACLOCAL_PATH="${m4%/*}" autoreconf -fi
  is "$status" 0 "autoreconf knows KAVACH_PLUGIN" || show_run
  run ./configure CC="$CC" --with-kavach-plugindir=/elsewhere/plugins
  is "$status" 0 "configure finds the headers" || show_run
  ok "make takes the settings of configure" make
  ok "make install takes the folder of configure" \
    make install DESTDIR="$tmp/auto"
  ok "the object is in the chosen folder" \
    test -f "$tmp/auto/elsewhere/plugins/kavach-hello.so"
  sed -i 's/KAVACH_PLUGIN(\[0\])/KAVACH_PLUGIN([99])/' configure.ac
  run env ACLOCAL_PATH="${m4%/*}" autoreconf -f
  run ./configure CC="$CC"
  like "$status $out $err" '^1 .*ABI 1\.' \
    "headers that are too old are refused" || show_run
else
  skip "the template builds with autoconf" "autoconf is not installed"
fi

done_testing
