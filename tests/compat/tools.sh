# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# One function a program: prepares the workspace, says what it needs and what
# must be printed, and tries it.  Under strict the workspace is read-only, so
# what is written goes below $HOME or /tmp.
tools='sh_pipeline bash_job_control busybox coreutils awk_sed
  python_subprocess python_multiprocessing python_ssl python_loopback
  python_threads pip_refused curl_refused node npm_pack git_clone gcc make_j
  make_test cmake rustc java perl tar_xz_zstd sqlite3 find_usr grep_r jq ssh_v
  vim_es gdb valgrind strace static_binary daemonise closes_stdout prints_100m
  ps openssl caller_python caller_rustc caller_pip'

tool_sh_pipeline ()
{
  expect='^1 alpha,2 beta,2 gamma,$'
  try 'printf "gamma\nbeta\nalpha\nbeta\ngamma\n" | sort | uniq -c |
    sed "s/^ *//" | while read -r n w; do printf "%s %s," "$n" "$w"; done'
}

tool_bash_job_control ()
{
  needs bash || return
  expect='Running.*sleep 30.*stopped-and-gone'
  PATH=$debian_path run timeout -k 5 60 script -qec "cd $work && $KAVACH run \
    -b $backend -p $preset ${waive[*]} -t -- bash --norc -i -c \
    'sleep 30 & jobs; kill -STOP %1; kill -KILL %1; wait %1 2>/dev/null
     echo stopped-and-gone'" /dev/null
}

tool_busybox ()
{
  needs busybox || return
  expect='^HELLO 5d41402abc4b2a76b9719d911017c592'
  try 'busybox sh -c "printf hello | busybox tr a-z A-Z; printf \" \";
    printf hello | busybox md5sum"'
}

tool_coreutils ()
{
  expect='^3 b.txt 55 ok$'
  try 'cd "$(mktemp -d)" && printf "1\n2\n3\n" >a.txt && cp -p a.txt b.txt &&
    ln -s b.txt c && rm a.txt && mkdir -p d/e && mv b.txt d/e && ln d/e/b.txt b.txt &&
    touch -d @0 b.txt && chmod 600 b.txt && stat -c %a b.txt | grep -qx 600 &&
    printf "%s %s %s " "$(wc -l <b.txt)" "$(ls b.txt)" "$(seq 10 | paste -sd+ | sed "s/.*/echo \$((&))/" | sh)" &&
    df . >/dev/null && du -s . >/dev/null && date >/dev/null &&
    sha256sum b.txt | cut -c1-4 >/dev/null && timeout 5 true && nproc >/dev/null && echo ok'
}

tool_awk_sed ()
{
  expect='^6 xbc$'
  try 'printf "1 2\n3 4\n" | awk "{ s += \$2 } END { printf \"%d \", s }";
    echo abc | sed "s/a/x/"'
}

tool_python_subprocess ()
{
  needs python3 || return
  expect="^sub-HELLO 3$"
  try 'python3 -c "
import subprocess, sys
p = subprocess.run ([\"tr\", \"a-z\", \"A-Z\"], input=b\"hello\", capture_output=True, check=True)
q = subprocess.run ([sys.executable, \"-c\", \"import sys; sys.exit (3)\"])
print (\"sub-\" + p.stdout.decode (), q.returncode)"'
}

tool_python_multiprocessing ()
{
  needs python3 || return
  expect='^\[0, 1, 4, 9, 16\] 10$'
  cat >"$work/mp.py" <<'PY'
import multiprocessing as mp


def square(x):
    return x * x


if __name__ == "__main__":
    with mp.Pool(2) as pool:
        squares = pool.map(square, range(5))
    total = mp.Value("i", 0)
    with total.get_lock():
        total.value += 10
    print(squares, total.value)
PY
  try 'python3 mp.py'
}

tool_python_threads ()
{
  needs python3 || return
  expect='^45$'
  try 'python3 -c "
import asyncio
from concurrent.futures import ThreadPoolExecutor
async def main ():
    loop = asyncio.get_running_loop ()
    with ThreadPoolExecutor (4) as pool:
        print (sum (await asyncio.gather (*[loop.run_in_executor (pool, int, i) for i in range (10)])))
asyncio.run (main ())"'
}

tool_python_ssl ()
{
  needs python3 || return
  expect='^OpenSSL 3.* True$'
  try 'python3 -c "
import ssl, hashlib, ctypes
c = ssl.create_default_context ()
print (ssl.OPENSSL_VERSION, len (hashlib.sha256 (b\"x\").digest ()) == 32)"'
}

tool_python_loopback ()
{
  needs python3 || return
  expect='^200 it works$'
  cat >"$work/serve.py" <<'PY'
import http.server
import threading
import urllib.request


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"it works")

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
answer = urllib.request.urlopen(
    "http://127.0.0.1:%d/" % server.server_port, timeout=10)
print(answer.status, answer.read().decode())
PY
  try 'python3 serve.py'
}

# No network: a clean error soon, and not success.
tool_pip_refused ()
{
  needs pip3 || return
  expect='ERROR: (No matching|Could not)'
  expect_status=1
  try 'pip3 --disable-pip-version-check download --no-cache-dir --retries 0 \
    --timeout 3 --no-deps -d "$(mktemp -d)" no-such-package-here 2>&1'
}

tool_curl_refused ()
{
  needs curl || return
  expect='curl: \([67]\)'
  try 'exec 2>&1; curl -sS --max-time 10 http://192.0.2.1/; s=$?;
    curl -sS --max-time 10 http://example.org/; t=$?;
    case $s$t in 7[67]) exit 0;; *) exit 99;; esac'
}

tool_node ()
{
  needs node || return
  expect='^sum 499500 child-out file$'
  try 'node -e "
const { execFileSync } = require (\"child_process\");
const fs = require (\"fs\"), os = require (\"os\"), path = require (\"path\");
const dir = fs.mkdtempSync (path.join (os.tmpdir (), \"n-\"));
fs.writeFileSync (path.join (dir, \"f\"), \"file\");
Promise.resolve ().then (() => console.log (
  \"sum\", [...Array (1000).keys ()].reduce ((a, b) => a + b),
  execFileSync (\"echo\", [\"child-out\"]).toString ().trim (),
  fs.readFileSync (path.join (dir, \"f\")).toString ()));"'
}

tool_npm_pack ()
{
  needs npm node tar || return
  expect='package/index.js'
  printf '{"name":"kv-probe","version":"1.0.0","main":"index.js"}\n' \
    >"$work/package.json"
  echo 'module.exports = 1;' >"$work/index.js"
  try 'cd "$(mktemp -d)" && npm_config_update_notifier=false \
    npm pack --silent --offline "$OLDPWD" >/dev/null && tar tzf kv-probe-1.0.0.tgz'
}

tool_git_clone ()
{
  needs git || return
  expect='^first commit tracked second$'
  git init -q "$work/origin"
  (cd "$work/origin" && echo tracked >file && git add file \
    && git -c user.name=T -c user.email=t@example.org commit -q -m 'first commit')
  try 'cd "$(mktemp -d)" && git -c safe.directory="*" clone -q \
      "$OLDPWD/origin" copy 2>&1 && cd copy && git log -1 --format=%s &&
    cat file && git config user.name T && git config user.email t@example.org &&
    echo more >>file && git commit -qam second && git log -1 --format=%s' \
    && out=$(tr '\n' ' ' <<<"$out") && out=${out% }
}

tool_gcc ()
{
  needs gcc || return
  expect='^compiled 42$'
  cat >"$work/p.c" <<'C'
#include <stdio.h>
#include <math.h>
int main (void) { printf ("compiled %.0f\n", sqrt (1764.0)); return 0; }
C
  try 'd=$(mktemp -d) && gcc -O2 -pipe -o "$d/p" p.c -lm && "$d/p"'
}

tool_make_j ()
{
  needs make || return
  expect='^4 built$'
  printf 'all: a b c d\na b c d:\n\t@sleep 0.1; echo $@ >$(D)/$@\n' \
    >"$work/Makefile"
  try 'd=$(mktemp -d) && make -s -j4 D="$d" && echo "$(ls "$d" | wc -l) built"'
}

# What "kavach run -- make test" is for: builds in the workspace.
tool_make_test ()
{
  needs make gcc || return
  expect='all tests passed'
  cat >"$work/t.c" <<'C'
#include <stdio.h>
int main (void) { puts ("all tests passed"); return 0; }
C
  printf 'test: t\n\t./t\n\nt: t.c\n\t$(CC) -o $@ $<\n' >"$work/Makefile"
  case $preset in
  strict) try 'cp -r . "$HOME/p" && cd "$HOME/p" && make test' ;;
  *) try 'make test' && [ -x "$work/t" ] || diag "nothing was left behind" ;;
  esac
}

tool_cmake ()
{
  needs cmake gcc make || return
  expect='from cmake'
  printf '%s\n' 'cmake_minimum_required(VERSION 3.13)' 'project(p C)' \
    'add_executable(p p.c)' >"$work/CMakeLists.txt"
  echo 'int puts (const char *); int main (void) { puts ("from cmake"); return 0; }' \
    >"$work/p.c"
  try 'd=$(mktemp -d) && cmake -S . -B "$d" >/dev/null &&
    cmake --build "$d" >/dev/null && "$d/p"'
}

tool_rustc ()
{
  needs rustc cc || return
  expect='^hello from rust 3$'
  echo 'fn main() { println!("hello from rust {}", vec![1, 2, 3].len()); }' \
    >"$work/h.rs"
  try 'd=$(mktemp -d) && rustc -o "$d/h" h.rs && "$d/h"'
}

tool_java ()
{
  needs java || return
  expect='version "[0-9]+'
  try 'java -version 2>&1'
}

tool_perl ()
{
  needs perl || return
  expect='^olleh 3 child$'
  try 'perl -MPOSIX -e "
    my %h = (a => 1, b => 2, c => 3); open (my \$p, \"-|\", \"echo child\") or die;
    chomp (my \$c = <\$p>); print scalar (reverse (\"hello\")), \" \", scalar (keys %h), \" \$c\n\""'
}

tool_tar_xz_zstd ()
{
  needs tar xz zstd gzip || return
  expect='^gz ok xz ok zst ok $'
  try 'cd "$(mktemp -d)" && mkdir in && seq 10000 >in/f && ln -s f in/l &&
    for c in gz xz zst; do tar caf t.tar.$c in && rm -rf out && mkdir out &&
      tar xf t.tar.$c -C out && cmp in/f out/in/f && test -L out/in/l &&
      printf "%s ok " $c; done'
}

tool_sqlite3 ()
{
  needs sqlite3 || return
  expect='^3\|60$'
  try 'cd "$(mktemp -d)" && sqlite3 t.db "pragma journal_mode=wal" >/dev/null &&
    sqlite3 t.db "create table t (n); insert into t values (10), (20), (30);
      select count(*), sum(n) from t;"'
}

tool_find_usr ()
{
  expect='^plenty$'
  try 'n=$(find /usr -xdev -type f | wc -l); test "$n" -gt 1000 && echo plenty'
}

tool_grep_r ()
{
  expect='^/usr/include/stdio.h$'
  try 'grep -rl "_STDIO_H.*1" /usr/include/stdio.h /usr/include/asm-generic | head -n 1'
}

tool_jq ()
{
  needs jq || return
  expect='^\[2,4\]$'
  try "echo '{\"a\":[1,2]}' | jq -c '.a | map (. * 2)'"
}

tool_ssh_v ()
{
  needs ssh || return
  expect='^OpenSSH_'
  try 'ssh -V 2>&1'
}

tool_vim_es ()
{
  needs vim || return
  expect='^HELLO$'
  try 'cd "$(mktemp -d)" && echo hello >f && vim -es -u NONE -c "%s/hello/HELLO/" -c wq f; cat f'
}

tool_gdb ()
{
  needs gdb || return
  expect='Inferior 1.*exited normally|exited normally'
  try 'gdb -q -nx -batch -ex "set debuginfod enabled off" -ex run /bin/true 2>&1'
}

tool_valgrind ()
{
  needs valgrind || return
  expect='ERROR SUMMARY: 0 errors'
  try 'valgrind /bin/true 2>&1'
}

tool_strace ()
{
  needs strace || return
  expect='execve\("/bin/true"'
  try 'strace -f /bin/true 2>&1'
}

tool_static_binary ()
{
  [ -x "$KAVACH_STAGE/libexec/kavach/kavach-battery" ] \
    || { missing=kavach-battery; return 1; }
  cp "$KAVACH_STAGE/libexec/kavach/kavach-battery" "$work/static"
  expect='^kernel\.filter$'
  try './static --list | head -n 1'
}

tool_daemonise ()
{
  expect='^parent done$'
  try '(setsid sh -c "sleep 60" >/dev/null 2>&1 </dev/null &); echo parent done'
}

tool_closes_stdout ()
{
  expect='^before$'
  try 'echo before; exec >&- 2>&-; true'
}

tool_prints_100m ()
{
  expect='^104857600 1$'
  run compat_kavach head -c 104857600 /dev/zero >/dev/null
  # Counted on the way out, not kept.
  out="$(compat_kavach head -c 104857600 /dev/zero 2>"$tmp/.err" | wc -c) 1"
  status=${PIPESTATUS[0]} err=$(cat "$tmp/.err")
}

tool_ps ()
{
  needs ps || return
  expect='ps'
  try 'ps -o comm= -p $$ >/dev/null && ps | grep -o ps | head -n 1'
}

tool_openssl ()
{
  needs openssl || return
  expect='Verified OK'
  try 'cd "$(mktemp -d)" && echo x >f &&
    openssl ecparam -name prime256v1 -genkey -noout -out k 2>/dev/null &&
    openssl dgst -sha256 -sign k -out s f && openssl ec -in k -pubout -out p 2>/dev/null &&
    openssl dgst -sha256 -verify p -signature s f'
}

# The caller's own toolchains, first in PATH and somewhere below his home.
tool_caller_python ()
{
  tool_path=$caller_path
  case $(command -v python3) in
  "${HOME:-/nonexistent}"/*) ;;
  *)
    missing="a python3 of the caller's own"
    return 1
    ;;
  esac
  expect="^own 45 [^ ]+"
  try 'python3 -c "
import sys, json, ssl, sqlite3
print (\"own\", sum (range (10)), sys.executable)"'
}

tool_caller_pip ()
{
  tool_path=$caller_path
  case $(command -v pip) in
  "${HOME:-/nonexistent}"/*) ;;
  *)
    missing="a pip of the caller's own"
    return 1
    ;;
  esac
  expect='^pip [0-9]+'
  try 'pip --version'
}

tool_caller_rustc ()
{
  tool_path=$caller_path
  case $(command -v rustc) in
  "${HOME:-/nonexistent}"/*) ;;
  *)
    missing="a rustc of the caller's own"
    return 1
    ;;
  esac
  expect='^own rust$'
  echo 'fn main() { println!("own rust"); }' >"$work/h.rs"
  try 'd=$(mktemp -d) && rustc -o "$d/h" h.rs && "$d/h"'
}
