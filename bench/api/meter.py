"""Processor time of servers and database, which unlike the clock does not wait for others on the machine."""

import os
from collections.abc import Iterable
from pathlib import Path

import psycopg

_TICKS = os.sysconf("SC_CLK_TCK")


def workers_of(server: int) -> list[int]:
    """Return the process ids of a server and of its workers."""
    return [server, *(int(one) for one in Path(f"/proc/{server}/task/{server}/children").read_text().split())]


def backends() -> list[int]:
    """Return the process ids of PostgreSQL that serve this database."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        rows = connection.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return [pid for (pid,) in rows]


def processor_seconds(processes: Iterable[int]) -> dict[int, float]:
    """Return the processor time of each process so far; one that is gone has none."""
    used = {}
    for process in processes:
        stat = Path(f"/proc/{process}/stat")
        if stat.exists():
            user, system = stat.read_text().rsplit(")", 1)[1].split()[11:13]
            used[process] = (int(user) + int(system)) / _TICKS
    return used


def used_between(before: dict[int, float], after: dict[int, float]) -> float:
    """Return the seconds between two looks; a process that began in between counts from its beginning."""
    return sum(seconds - before.get(process, 0.0) for process, seconds in after.items())
