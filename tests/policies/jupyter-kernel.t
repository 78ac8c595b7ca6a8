# SPDX-License-Identifier: Apache-2.0
# A Jupyter kernel: the client is outside, and the kernel's sockets are files
# of the workspace.
. "$srcdir/tests/policies/policies.sh" jupyter-kernel
/usr/bin/python3 -c 'import ipykernel, jupyter_client' 2>/dev/null \
  || skip_all "ipykernel is not installed"

deeds='secret planted changed called hooked forked filled'

cat >"$tmp/client.py" <<'PY'
import json
import os
import pathlib
import sys

from jupyter_client import KernelManager

deeds, command = sys.argv[1].split(), sys.argv[2:]
spec = pathlib.Path("kernels/sandboxed/kernel.json")
spec.parent.mkdir(parents=True)
spec.write_text(json.dumps({
    "argv": command + ["python3", "-m", "ipykernel_launcher", "-f",
                       "{connection_file}"],
    "display_name": "sandboxed", "language": "python"}))
os.environ["JUPYTER_PATH"] = os.getcwd()
manager = KernelManager(kernel_name="sandboxed", transport="ipc",
                        connection_file=os.path.abspath("kernel.json"))
manager.start_kernel()
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=40)


def cell(code):
    def output(message):
        content = message["content"]
        if message["msg_type"] == "stream":
            print(content["text"], end="")
        elif message["msg_type"] == "execute_result":
            print("=>", content["data"]["text/plain"])
        elif message["msg_type"] == "error":
            print("error", content["ename"])

    client.execute_interactive(code, timeout=40, output_hook=output)


try:
    cell("import math\nx = math.comb(10, 5)")
    cell("x + 1")
    cell("open('result.txt', 'w').write(str(x))\n1 / 0")
    cell("import subprocess, sys\nprint(subprocess.run([sys.executable, "
         "'mischief.py'] + %r, capture_output=True, text=True).stdout)"
         % deeds)
    # As the button does that stops a cell; kavach passes the signal on.
    client.execute("print('begun', flush=True)\nwhile True: pass",
                   stop_on_error=False)
    while client.get_iopub_msg(timeout=40)["msg_type"] != "stream":
        pass
    manager.interrupt_kernel()
    print("interrupted",
          client.get_shell_msg(timeout=40)["content"].get("ename"))
    cell("'still %d' % x")
finally:
    client.stop_channels()
    manager.shutdown_kernel()
print("ended")
PY

# As a Jupyter server starts it, by a kernel specification.
job ()
{
  run_job caller timeout -k 5 60 /usr/bin/python3 "$tmp/client.py" "$deeds" \
    "$KAVACH" run -b "$backend" -p "$policy" "${waive[@]}" --
}

both_sides ()
{
  if [ "$backend" = process ]; then
    not_by_process 'filesystem\.tmp = 1G \(.*jupyter-kernel\.json'
    return
  fi
  job
  like "$out" $'(^|\n)=> 253\n' "$title: cells are executed, one after the other" \
    || diag "err: $err"
  like "$out" 'error ZeroDivisionError' "$title: an error is told"
  like "$out" 'interrupted KeyboardInterrupt' "$title: a cell is interrupted"
  is "$(cat "$place/result.txt" 2>&1)" 252 "$title: results are kept"
  like "$out" "=> 'still 252'"$'\nended$' "$title: it goes on afterwards"
  # Red without: the own root (secret, planted, changed; hooked: .git/hooks is
  # bound read-only in the workspace), the network namespace (called),
  # limits.pids, limits.file-size.
  nothing_arrived
}

rounds both_sides namespace process
control job "$deeds"
done_testing
