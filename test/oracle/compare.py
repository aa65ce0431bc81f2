"""Gives random requests to both implementations and prints every difference. Ends with `N passed, N failed`."""

import argparse
import collections
import json
import pathlib
import random
import subprocess
import sys

from decide import decide
from generate import NOW, request_of, world_of


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("node", help="path of Node.js 24")
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=5, help="differences to print")
    parser.add_argument("--answer", default=str(pathlib.Path(__file__).with_name("answer.ts")))
    options = parser.parse_args()
    other = subprocess.Popen([options.node, options.answer], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    chance = random.Random(options.seed)
    counts, differences, asked = collections.Counter(), 0, 0
    while asked < options.requests:
        settings, world = world_of(chance)
        cases = [request_of(chance, settings, world) for _ in range(min(40, options.requests - asked))]
        asked += len(cases)
        line = {"settings": settings, **world, "events": [event for event, _ in cases]}
        other.stdin.write(json.dumps(line) + "\n")
        other.stdin.flush()
        answers = json.loads(other.stdout.readline())
        for (event, sent), answer in zip(cases, answers, strict=True):
            expected = decide(settings, world, event, sent, NOW)
            counts[expected.get("reason", expected["effect"])] += 1
            if normal(expected) == normal(answer):
                continue
            differences += 1
            if differences <= options.show:
                print(json.dumps({"expected": expected, "answer": answer, "settings": settings, "event": event}, indent=1))
    other.stdin.close()
    other.wait()
    for reason, count in counts.most_common():
        print(f"{count:8} {reason}")
    print(f"{asked - differences} passed, {differences} failed")
    sys.exit(1 if differences else 0)


def normal(answer):
    """The same answer, with numbers as JSON has them."""
    return json.loads(json.dumps(answer, sort_keys=True), parse_int=float)


if __name__ == "__main__":
    main()
