"""One what-if in a process of its own: ``python -m simulation.town``.

Reads a question as JSON, and writes one line of JSON for every town that was lived through, and in the end
one with the answer. It has no database and no secrets, gives way to whoever needs the processor, and ends
when nobody reads what it writes.
"""

import contextlib
import json
import os
import resource
import sys
from typing import Any

from simulation.town.what_if import Lived, Question, Search, rounded_up

KINDNESS = 10
"""Every other process of the machine goes first."""


def main() -> None:
    """Read, live, write."""
    os.nice(KINDNESS)
    asked: dict[str, Any] = json.load(sys.stdin)
    seconds = int(asked["seconds"])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    search = Search(
        Question.from_json(asked["question"]),
        asked["category"],
        asked["place"],
        known=[Lived(*each) for each in asked["known"]],
        tell=lambda lived: _write({"lived": lived}),
    )
    found = search.answer()
    if found.interval is not None:
        search.confirm(rounded_up(found.interval)[0])
    _write({"needed": found.needed})


def _write(line: dict[str, Any]) -> None:
    os.write(sys.stdout.fileno(), f"{json.dumps(line)}\n".encode())  # at once, and nothing is left to flush


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main()
