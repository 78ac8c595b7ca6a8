# SPDX-License-Identifier: Apache-2.0
"""Random path rules, and what the sandbox then really does.

A model says for each path of a small tree whether it can be read and written;
a program inside tries, and what it wrote is looked for outside.
"""

import json
import os
import random
import subprocess
import sys

WORK = os.environ["work"]
KAVACH = os.environ["KAVACH"]
ROUNDS = int(os.environ.get("ROUNDS", "40"))
SEED = int(os.environ.get("SEED", "1"))
TREE = WORK + "/t"
CWD = WORK + "/cwd"
R, W = 1, 2

INSIDE = """
import json, os, sys
seen = {}
for path in json.load(open("paths.json")):
    got = 0
    try:
        if open(path).read().startswith("old"):
            got |= 1
    except OSError:
        pass
    try:
        with open(path, "r+") as f:
            f.write("new")
            got |= 2
    except OSError:
        pass
    try:
        open(os.path.dirname(path) + "/made", "x").close()
    except OSError:
        pass
    seen[path] = got
json.dump(seen, sys.stdout)
"""


def make_tree():
    """Two folders in each of two, a file in each; a link to it all."""
    folders = [TREE]
    for depth in range(3):
        folders += [f + "/" + n for f in folders for n in "ab"
                    if f.count("/") == TREE.count("/") + depth]
    for folder in folders:
        os.makedirs(folder, exist_ok=True)
    os.makedirs(CWD, exist_ok=True)
    os.symlink("t", WORK + "/link")
    return folders, [f + "/f" for f in folders]


def fresh(folders, files):
    for path in files:
        with open(path, "w") as f:
            f.write("old")
    for folder in folders:
        if os.path.exists(folder + "/made"):
            os.unlink(folder + "/made")


def spell(rng, path):
    """The same path as somebody might write it."""
    rest = path[len(TREE):]
    up = os.path.basename(path)
    return rng.choice([
        path,
        "../t" + rest,
        WORK + "/link" + rest,
        WORK + "/./t//" + rest.lstrip("/"),
        os.path.dirname(path) + "/../" + os.path.basename(
            os.path.dirname(path)) + "/" + up,
    ])


def model(rules, path):
    """The nearest rule's word."""
    while path not in rules:
        if path == "/":
            return 0
        path = os.path.dirname(path)
    return rules[path]


def above(outer, inner):
    return inner.startswith(outer + "/")


def refusal(backend, rules):
    """The code with which these rules are refused, or None."""
    for outer, wide in rules.items():
        for inner, narrow in rules.items():
            if not above(outer, inner):
                continue
            if backend == "process" and wide & ~narrow:
                return "KVS-01"
            if (backend == "namespace" and wide == 0 and narrow
                    and any(rules[o] for o in rules if above(o, outer))):
                return "KVP-26"
    return None


def one_round(rng, backend, folders, files):
    """What came of it: "ran", "refused", or what is wrong."""
    said = {"read": [], "write": [], "hide": []}
    rules, both = {}, False
    for _ in range(rng.randint(1, 4)):
        path = rng.choice(folders * 2 + files)
        word = rng.choice(["read", "write", "hide"])
        access = {"read": R, "write": R | W, "hide": 0}[word]
        if path in rules:
            both = both or (access == 0) != (rules[path] == 0)
            access |= rules[path]
        rules[path] = access
        text = spell(rng, path)
        if text not in said[word]:
            said[word].append(text)
    # An empty list would take the workspace away.
    document = {"kavach": 1, "extends": "basic",
                "filesystem": {k: v for k, v in said.items() if v}}
    with open(CWD + "/policy.json", "w") as f:
        json.dump(document, f)
    with open(CWD + "/paths.json", "w") as f:
        json.dump(files, f)
    fresh(folders, files)
    run = subprocess.run(
        [KAVACH, "run", "-b", backend, "-p", "policy.json", "--",
         "python3", "-c", INSIDE],
        cwd=CWD, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    want = "KVP-09" if both else refusal(backend, rules)
    if both and "KVD-22" in run.stderr:
        # Spelled alike, the reader sees it.
        want = "KVD-22"
    if want or run.returncode:
        if want and run.returncode == 125 and want in run.stderr:
            return "refused"
        return "%s, not %s: %s" % (document, want, run.stderr)
    seen = json.loads(run.stdout)
    for path in files:
        should = model(rules, path)
        with open(path) as f:
            written = f.read().startswith("new")
        made = os.path.exists(os.path.dirname(path) + "/made")
        folder = model(rules, os.path.dirname(path))
        if (seen[path] & R != should & R or written != bool(should & W)
                or made != bool(folder & W)):
            return "%s: %s should be %d (its folder %d), was %d, written %s, " \
                "made %s" % (document, path, should, folder, seen[path],
                             written, made)
    return "ran"


def main():
    folders, files = make_tree()
    for number, backend in enumerate(sys.argv[1:], 1):
        rng = random.Random(SEED)
        came = [one_round(rng, backend, folders, files)
                for _ in range(ROUNDS)]
        wrong = [w for w in came if w not in ("ran", "refused")]
        # Refusing everything would agree with the model, too.
        if came.count("ran") * 4 < ROUNDS:
            wrong.append("only %d were run" % came.count("ran"))
        for text in wrong[:3]:
            print("#", text.replace("\n", "\n# "))
        print("%sok %d - %s: %d random sets of path rules, %d refused (seed %d)"
              % ("not " if wrong else "", number, backend, ROUNDS,
                 came.count("refused"), SEED),
              flush=True)
    print("1..%d" % len(sys.argv[1:]))


main()
