# SPDX-License-Identifier: Apache-2.0
# Real programs under the compiled profiles alone: what fails here fails for
# the filter's sake and no other.  What a program says is checked, not only
# how it ends.
. "$srcdir/tests/lib.sh"

filter=$builddir/core/filter/kavach-filter
under=$builddir/tests/filter/under

for p in strict strict-unix-inet basic-unix-inet-route-ipc-ptrace; do
  "$filter" "$p" >"$tmp/$p" || bail "no program for $p"
done
"$under" "$tmp/strict" true || skip_all "no seccomp filters here"
cd "$work" || exit 1

# try PROFILE PROGRAM REGEX SCRIPT: skipped without the program.
try ()
{
  local profile=$1 program=$2 regex=$3

  if ! command -v "$program" >/dev/null; then
    skip "$program under $profile" "not installed"
    return
  fi
  run timeout 120 "$under" "$tmp/$profile" sh -c "$4" </dev/null
  if [[ $out$err =~ $regex ]]; then
    pass "$program under $profile"
  else
    fail "$program under $profile"
    show_run
  fi
}

cat >hello.c <<'C'
#include <stdio.h>
int main (void) { puts ("hello from c"); return 0; }
C
printf 'all: one two\none two:\n\t@echo made $@\n' >Makefile
cat >CMakeLists.txt <<'C'
cmake_minimum_required (VERSION 3.10)
project (hello C)
add_executable (hello hello.c)
C
echo 'fn main () { println! ("rust {}", std::thread::spawn (|| 5).join ().unwrap ()); }' >hello.rs
cat >Hello.java <<'C'
public class Hello {
  public static void main (String[] args) throws Exception {
    Thread t = new Thread (() -> System.out.println ("java thread"));
    t.start (); t.join ();
    System.out.println (Runtime.getRuntime ().exec ("true").waitFor ());
  }
}
C
cat >many.py <<'C'
import asyncio, ctypes, multiprocessing, ssl, subprocess, threading
if __name__ == "__main__":
    asyncio.run (asyncio.sleep (0.01))
    ctypes.CFUNCTYPE (ctypes.c_int) (lambda: 3) ()
    ssl.create_default_context ()
    said = subprocess.run (["echo", "child"], capture_output=True).stdout
    with multiprocessing.Pool (2) as pool:
        print (said, pool.map (abs, [1, -2]))
C

for p in strict-unix-inet basic-unix-inet-route-ipc-ptrace; do
  try $p sh '^b' 'echo a | tr a b | cat'
  try $p bash '^pty hi$' 'exec bash -c "cat <(printf \"pty hi\")"'
  try $p busybox '^3$' 'busybox seq 3 | busybox tail -n 1'
  try $p install '600 3' 'echo ab >a; install -m 600 a b; cp -a b c; mkfifo f
    ln -s c l; sync c; stat -c "%a %s" c; rm -f f l'
  try $p python3 "child.*1, 2" 'python3 many.py'
  has_loopback || skip "node under $p" "no loopback interface is up"
  ! has_loopback || try $p node 'node 200' 'node -e "
    const h = require (\"http\");
    h.createServer ((q, r) => r.end (\"x\")).listen (0, \"127.0.0.1\",
      function () { h.get ({ port: this.address ().port }, r => {
        console.log (\"node \" + r.statusCode); process.exit () }) })"'
  try $p git '^committed' 'rm -rf g h; git init -q g && cd g && echo a >a \
    && git add a && git -c user.name=a -c user.email=a@b commit -qm x \
    && git clone -q . ../h && git gc -q && git fsck && echo committed'
  try $p gcc 'hello from c' 'gcc -O2 hello.c -o hello && ./hello'
  try $p make 'made one.*made two' 'make -j4 -Otarget | tr "\n" " "'
  try $p cmake 'Built target hello' 'cmake -B o >/dev/null && cmake --build o'
  try $p rustc 'rust 5' 'rustc hello.rs -o hello-rs && ./hello-rs'
  try $p java 'java thread' 'java Hello.java'
  try $p perl '^perl child' 'perl -e "print qq(perl ), qx(echo child)"'
  try $p xz '^hello.c.*same' 'tar cJf t.txz hello.c && tar tJf t.txz \
    && rm -rf u && mkdir u && tar xJpf t.txz -C u && cmp u/hello.c hello.c \
    && echo same'
  try $p zstd '^same' 'zstd -qf hello.c && zstd -dc hello.c.zst \
    | cmp - hello.c && echo same'
  try $p sqlite3 '^wal' 'rm -f d.*; sqlite3 d.db "pragma journal_mode=wal;
    create table t (a); insert into t values (1); select * from t"'
  try $p find '^[0-9]{3}' 'find /usr -maxdepth 3 | wc -l'
  try $p grep '^hello.c' 'grep -rl "hello from c" hello.c'
  try $p jq '^7' 'echo "{\"a\": 7}" | jq .a'
  try $p vim '^x' 'vim -es -u NONE -c "call setline (1, \"x\")" -c "w! v" \
    -c q; cat v'
  try $p valgrind '^clean' 'valgrind -q true && echo clean'
  try $p ssh 'OpenSSH' 'ssh -V'
  try $p script 'typed' 'script -qc "echo typed" /dev/null'
  try $p setsid '^gone' 'setsid sleep 0 & wait; echo gone'
done

p=basic-unix-inet-route-ipc-ptrace
try $p gdb 'exited normally' 'gdb -q -batch -ex run ./hello'
try $p strace 'execve' 'strace -o s true; cat s'
try $p ip 'lo:' 'ip address show'
try $p python3 'memfd' 'python3 -c "
import os, posix; print (\"memfd\", os.write (os.memfd_create (\"x\"), b\"x\"))"'

# And what they are there to refuse.
p=strict-unix-inet
try $p gdb 'Operation not permitted|ptrace' 'gdb -q -batch -ex run ./hello'
try $p unshare 'Operation not permitted' 'unshare -U true'
try $p ip 'not supported' 'ip address show'
try $p chmod 'Operation not permitted' 'touch m; chmod 4755 m'
try $p python3 'Operation not permitted' \
  'python3 -c "import os; os.memfd_create (\"x\")"'
try strict python3 'Address family not supported' \
  'python3 -c "import socket; socket.socket (socket.AF_INET)"'
try strict python3 '^pair' \
  'python3 -c "import socket; socket.socketpair (); print (\"pair\")"'

done_testing
