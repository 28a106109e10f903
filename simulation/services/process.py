"""The process that reckons: one of its own, so that neither pages nor messages wait for it.

It gets the question on its input and writes a line for every town it has lived through. A thread of the
worker reads these and writes them down. It has no database and no secrets. When the worker dies nobody reads
any more: the process ends with the next line, and another worker goes on from what was written down.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Thread, Timer
from time import monotonic
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection

from simulation.enums import Failure
from simulation.models import WhatIf
from simulation.services.reckoning import fail, finish, note_lived
from simulation.town.what_if import Lived

log = structlog.get_logger(__name__)
Lines = Iterator[dict[str, Any]]
Process = Callable[[dict[str, Any], float], Lines]
"""Takes a question and its seconds, and gives the lines that ``python -m simulation.town`` writes."""


def hand_over(what_if_id: UUID, attempt: int) -> None:
    """Reckon beside the work of the worker. The thread goes with the worker: another one goes on."""
    Thread(target=_reckon_and_let_go, args=(what_if_id, attempt), name="what-if", daemon=True).start()


def _reckon_and_let_go(what_if_id: UUID, attempt: int) -> None:
    try:
        reckon(what_if_id, attempt)
    except Exception as error:  # noqa: BLE001  (whoever looks after it finds that nothing is heard any more)
        log.warning("what_if_in_trouble", error=type(error).__name__)
    finally:
        connection.close()


def reckon(what_if_id: UUID, attempt: int, process: Process | None = None) -> None:
    """Reckon one what-if and write down what comes of it, outside any transaction.

    Whatever ends it ends the process too: an answer, a stop, another attempt, the end of the time.
    """
    what_if = WhatIf.objects.get(pk=what_if_id)
    seconds = settings.WHAT_IF_MINUTES * 60.0
    end = monotonic() + seconds
    lines = (process or in_a_process)(letter_of(what_if), seconds)
    try:
        for line in lines:
            if "needed" in line:
                finish(what_if_id, attempt, line["needed"])
                return
            if not note_lived(what_if_id, attempt, Lived(*line["lived"])):
                return
    finally:
        lines.close()  # type: ignore[attr-defined]  # a generator: its process ends now
    fail(what_if_id, attempt, Failure.TOO_LONG if monotonic() >= end else Failure.BROKE_OFF)


def letter_of(what_if: WhatIf) -> dict[str, Any]:
    """Return what the process is asked."""
    return {
        "question": what_if.question,
        "category": what_if.category,
        "place": what_if.place,
        "known": what_if.lived,
    }


def in_a_process(letter: dict[str, Any], seconds: float) -> Lines:
    """Ask a process of its own; it is gone when the last line was read, or after ``seconds``."""
    command = [sys.executable, "-m", "simulation.town"]
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
    child = subprocess.Popen(  # noqa: S603  (our own interpreter with our own module)
        command,
        cwd=settings.BASE_DIR,
        env=environment | {"OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    timer = Timer(seconds, child.kill)
    timer.start()
    try:
        with child:
            yield from _talk(child, letter | {"seconds": seconds})
    finally:
        timer.cancel()


def _talk(child: "subprocess.Popen[str]", letter: dict[str, Any]) -> Lines:
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("the process has no pipes")
    try:
        # One that was ended before it had read all says nothing either: its time was over.
        with suppress(BrokenPipeError), child.stdin as pipe:
            pipe.write(json.dumps(letter))
        for line in child.stdout:
            yield json.loads(line)
    finally:
        child.kill()
