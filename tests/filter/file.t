# SPDX-License-Identifier: Apache-2.0
# Seccomp files as people have them, with real programs: under kavach's basic
# and, on top of it, the file's own program, as kavach-init loads the two.
. "$srcdir/tests/lib.sh"

filter=$builddir/core/filter/kavach-filter
under=$builddir/tests/filter/under
samples=$srcdir/tests/corpus/seccomp

"$filter" basic-unix-inet-route-ipc-ptrace >"$tmp/basic" || bail "no program"
"$under" "$tmp/basic" true || skip_all "no seccomp filters here"
cd "$work" || exit 1

# Compiles the file $1, with more options, as $tmp/file.
compile ()
{
  local file=$1

  shift
  "$filter" --file "$file" "$@" none >"$tmp/file" || bail "no program for $file"
}

# try WHAT PROGRAM REGEX SCRIPT: skipped without the program.
try ()
{
  if ! command -v "$2" >/dev/null; then
    skip "$1: $2" "not installed"
    return
  fi
  run timeout 120 "$under" "$tmp/basic" "$under" "$tmp/file" sh -c "$4" \
    </dev/null
  if [[ "$out$err $status" =~ $3 ]]; then
    pass "$1: $2"
  else
    fail "$1: $2"
    show_run
  fi
}

cat >hello.c <<'C'
#include <stdio.h>
int main (void) { puts ("hello from c"); return 0; }
C

# That of the container engines, from Debian's golang-github-containers-common.
engines=${KAVACH_TEST_SECCOMP:-/usr/share/containers/seccomp.json}
if [ -r "$engines" ]; then
  compile "$engines"
  try engines busybox '^3 0$' 'busybox seq 3 | busybox tail -n 1'
  try engines python3 '^4 b.child' "python3 -c '
import subprocess, threading
t = threading.Thread (target=lambda: print (4, end=\" \")); t.start (); t.join ()
print (subprocess.run ([\"echo\", \"child\"], capture_output=True).stdout)'"
  try engines git '^committed 0$' 'rm -rf g h; git init -q g && cd g \
    && echo a >a && git add a \
    && git -c user.name=a -c user.email=a@b commit -qm x \
    && git clone -q . ../h && git gc -q && git fsck && echo committed'
  try engines gcc 'hello from c' 'gcc -O2 hello.c -o hello && ./hello'
  # The file says EPERM to the first, ENOSYS to what it does not name.
  try "engines refuse" chroot 'Operation not permitted' 'chroot / true'
  try "engines refuse" python3 '^38 1 22' "python3 -c '
import ctypes, os, socket
l = ctypes.CDLL (None, use_errno=True)
def call (n): l.syscall (n, 0, 0, 0, 0); return ctypes.get_errno ()
# add_key and keyctl of x86-64, then audit by netlink
a, b = (call (248), call (250)) if os.uname ().machine == \"x86_64\" else (38, 1)
try: socket.socket (socket.AF_NETLINK, socket.SOCK_RAW, 9); c = 0
except OSError as e: c = e.errno
print (a, b, c)'"
else
  skip "the engines' file" "$engines is not installed"
fi

compile "$samples/valid/refuse-some.json"
try refuse-some sh '^Permission|not permitted' 'mkdir d'
try refuse-some ln 'Read-only file system' 'ln -s a b'
try refuse-some ln 'Too many links' 'ln hello.c l'
try refuse-some python3 'Bad system call|159|-31' \
  'python3 -c "import signal; signal.getitimer (0)"'
try refuse-some python3 'Bad system call|159|-31' \
  'python3 -c "import signal; signal.setitimer (0, 1)"'
try refuse-some python3 '^goes on' \
  'python3 -c "import os; os.listdir (\".\"); print (\"goes on\")"'
try refuse-some unshare 'not permitted' 'unshare -U true'

# A file that opens everything opens nothing of kavach's.
compile "$samples/valid/least.json"
try least unshare 'not permitted' 'unshare -U true'
try least python3 'not supported' \
  'python3 -c "import socket; socket.socket (socket.AF_PACKET)"'
try least busybox '^3 0$' 'busybox seq 3 | busybox tail -n 1'

# Words of the policy against the file.
compile "$samples/valid/refuse-some.json" --allow mkdir,mkdirat --deny symlinkat
try words mkdir '^made 0$' 'mkdir d && echo made'
try words ln 'not permitted' 'ln -s a b'

# An allow-list of a few calls, and the rest kills.
cat >few.json <<'J'
{"defaultAction": "SCMP_ACT_KILL_PROCESS", "syscalls": [
 {"action": "SCMP_ACT_ALLOW", "names": ["execve", "exit", "exit_group", "brk",
  "read", "write", "close", "openat", "fstat", "newfstatat", "statx", "mmap",
  "mprotect", "munmap", "pread64", "arch_prctl", "set_tid_address", "prctl",
  "set_robust_list", "rseq", "prlimit64", "getrandom", "getuid", "access",
  "readlink", "readlinkat", "seccomp", "rt_sigaction", "faccessat", "futex",
  "ioctl", "fcntl", "getuid32", "fstat64", "mmap2", "rt_sigprocmask",
  "set_thread_area", "set_tls", "ugetrlimit", "lseek", "fadvise64",
  "fadvise64_64", "copy_file_range", "sendfile", "uname"]}]}
J
compile few.json
run "$under" "$tmp/basic" "$under" "$tmp/file" cat hello.c
is "$status" 0 "a program of few calls runs under a list of few" || show_run
run "$under" "$tmp/basic" "$under" "$tmp/file" mkdir nothing
is "$status" 159 "another one is killed" || show_run

run "$filter" --file "$samples/invalid/notify.json" none
is "$status" 3 "a file with faults is refused"
like "$err" '^kavach: KVC-04 3:33 ' "and where is said"
run "$filter" --file "$samples/valid/least.json" basic
is "$status" 1 "a file does not replace a profile"
like "$err" '^kavach: KVI-47 ' "and that is said"
run "$filter" --file /nonexistent none
like "$err" '^kavach: KVC-03 ' "a file that is not there is refused"
run "$filter" --print --file "$samples/valid/least.json" none
is "$status" 2 "the tables are printed, not a file"
run "$filter" --deny execve none
like "$err" '^kavach: KVC-02 ' "a call that is needed stays"
run "$filter" --allow bqf none
like "$err" '^kavach: KVC-01 ' "an unknown call is refused"

done_testing
