"""Writes random requests with the answers that they must get: a line of JSON for each set of settings, for `compare.ts`."""

import argparse
import json
import random

from decide import decide
from generate import NOW, request_of, world_of


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    asked = 0
    while asked < options.requests:
        settings, world = world_of(chance)
        cases = [request_of(chance, settings, world) for _ in range(min(40, options.requests - asked))]
        asked += len(cases)
        expected = [decide(settings, world, event, sent, NOW) for event, sent in cases]
        events = [event for event, _ in cases]
        world.pop("bytes")
        print(json.dumps({"settings": settings, **world, "now": NOW, "events": events, "expected": expected}))


if __name__ == "__main__":
    main()
