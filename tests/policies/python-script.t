# SPDX-License-Identifier: Apache-2.0
# A Python script that nobody has read.
. "$srcdir/tests/policies/policies.sh" python-script

# Reads what lies beside it, uses the standard library and its own HOME.
prepare ()
{
  cat >"$place/script.py" <<'PY'
import csv
import hashlib
import pathlib
import statistics
import subprocess
import sys
import threading

with open("data.csv") as f:
    values = [int(row["n"]) for row in csv.DictReader(f)]
scratch = pathlib.Path.home() / "scratch"
scratch.write_text("x" * 1000)
thread = threading.Thread(target=hashlib.sha256, args=(scratch.read_bytes(),))
thread.start()
thread.join()
child = subprocess.run([sys.executable, "-c", "print('child')"],
                       capture_output=True, text=True)
print("mean", statistics.mean(values), child.stdout.strip(), flush=True)
exec(open("mischief.py").read())
PY
  printf 'n\n1\n2\n6\n' >"$place/data.csv"
}

mischief=(secret planted changed called hooked sources forked flooded filled)

job ()
{
  run_job sandboxed -- python3 script.py "${mischief[@]}"
}

both_sides ()
{
  job
  like "$status $out" '^0 mean 3 child' "$title: the script works"
  # Red without: Landlock and the own root (secret, planted, changed, hooked,
  # sources), the network namespace or the call filter (called),
  # limits.pids, limits.output, limits.file-size.
  nothing_arrived
}

rounds both_sides namespace process
control job 'secret planted changed called hooked sources forked flooded filled'
done_testing
