"""Benchmark of the engine's copy of the volunteers: how soon it is loaded, and how far it runs behind.

    python -m tools.servers --shared_buffers=1GB python -m bench.fresh [--volunteers 1000000] [--short]

Fills a database of its own with volunteers and screenings, loads the index from it and prints where the
time goes. Then another process changes 300 volunteers a second (homes, skills, leaving), each in a
transaction with its event, while this one is silent and while it keeps asking; lag is from the commit until
the index has it. Beside it the least that is possible: how soon somebody hears who only listens, and how
soon who then asks for one row by its key. Last, what it takes who makes a change that its row is told.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from unittest import mock
from uuid import UUID

import django
import numpy as np
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
os.environ.setdefault("MODE", "development")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Model  # noqa: E402

from bench.population import demands, population  # noqa: E402
from common import clock  # noqa: E402
from events.models import EventRecord  # noqa: E402
from events.news import CHANNEL  # noqa: E402
from events.services import record  # noqa: E402
from events.wakeup import listen  # noqa: E402
from matching import loading  # noqa: E402
from matching.engine import SupplyIndex, SupplyRow  # noqa: E402
from matching.supply import supply  # noqa: E402
from people.enums import VolunteerState  # noqa: E402
from people.events import VolunteerChanged  # noqa: E402
from people.models import Centre, User, Volunteer  # noqa: E402
from safeguarding.enums import Requirement, ScreeningState  # noqa: E402
from safeguarding.models import Screening  # noqa: E402
from tests.factories.people import CentreFactory  # noqa: E402

PER_SECOND, SECONDS = 300, 10
# What is changed in turn, of a volunteer each.
CHANGES = ("lat = 52.1, lon = 5.1", "skills = %(n)s", f"state = '{VolunteerState.LEFT}'")
K = 20
TURNS = 5


def main() -> None:
    """Fill, load, change and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--volunteers", type=int, default=1_000_000)
    parser.add_argument("--short", action="store_true", help="20,000 volunteers, 3 seconds of changes")
    parser.add_argument("--change", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.change:
        print(json.dumps(change(options.change)))
        return
    count, seconds = (20_000, 3) if options.short else (options.volunteers, SECONDS)
    fill(count)
    print_loading(count)
    print_lag(count, seconds)
    print_cost()


def fill(count: int) -> None:
    """Put volunteers into the empty database, most with three screenings."""
    call_command("migrate", verbosity=0)
    CentreFactory()
    centre = Centre.objects.get()
    people = population(count).raw
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE made (n int, v uuid, u uuid, lat float8, lon float8, reach float8,"
            " skills int8, dayparts int4, languages int8, dislikes int8)"
        )
        names = ("latitude", "longitude", "reach_km", "skills", "dayparts", "languages", "dislikes")
        columns = [people[name].tolist() for name in names]
        with cursor.cursor.copy("COPY made FROM STDIN") as copy:
            for number, values in enumerate(zip(*columns, strict=True)):
                copy.write_row((number, _id(1, number), _id(2, number), *values))
        _insert(cursor, User, {"id": "u", "email": "n || '@bench.example'", "is_active": "true"})
        _insert(
            cursor, Volunteer,
            {
                "id": "v", "user_id": "u", "centre_id": f"'{centre.pk}'::uuid", "lat": "lat", "lon": "lon",
                "state": "'active'", "reach_km": "reach", "skills": "skills", "dayparts": "dayparts",
                "cell": "n",
                "languages": "languages", "dislikes": "dislikes", "consented_at": "now()",
            },
        )  # fmt: skip
        for requirement in (Requirement.TALK, Requirement.VOG, Requirement.CODE_OF_CONDUCT):
            screening = {"requirement": f"'{requirement}'", "state": f"'{ScreeningState.VALID}'"}
            screening |= {
                "id": "gen_random_uuid()",
                "volunteer_id": "v",
                "valid_until": "now()::date + n % 900",
            }
            _insert(cursor, Screening, screening)
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")  # what was filled is written now, and not while the lag is measured


def _id(kind: int, number: int) -> UUID:
    """A made-up id with its low half spread as in real ones."""
    return UUID(int=(kind << 64) | (number * 0x9E3779B97F4A7C15 % (1 << 64)))


def _insert(cursor: Any, model: type[Model], given: Mapping[str, str]) -> None:
    values = {}
    for field in model._meta.concrete_fields:
        column = str(field.column)
        if column in given:
            values[column] = given[column]
        elif not field.null:
            default = field.get_default()
            plain = default if isinstance(default, bool | int | float | str) else clock.now().isoformat()
            values[column] = f"'{plain}'"
    names = ", ".join(f'"{name}"' for name in values)
    table, chosen = model._meta.db_table, ", ".join(values.values())
    cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {chosen} FROM made')  # noqa: S608


def print_loading(count: int) -> None:
    """Load three times and print the parts of the quickest."""
    print(f"\n{count:,} volunteers, {Screening.objects.count():,} screenings")
    best = min((_loaded() for _ in range(3)), key=lambda parts: parts["whole"])
    print("  index from the database, people and screenings in pieces over two connections")
    for part, milliseconds in best.items():
        print(f"    {part:<27}{milliseconds:8.0f} ms")


def _loaded() -> dict[str, float]:
    parts: dict[str, float] = {"whole": 0.0}

    def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            start, used = time.perf_counter(), time.process_time()
            result = function(*args, **kwargs)
            parts[name] = (time.perf_counter() - start) * 1e3
            if name == "whole":
                parts["processor time here"] = (time.process_time() - used) * 1e3
            return result

        return wrapper

    with (
        mock.patch.object(loading, "_end_to_end", timed("until all people are in", loading._end_to_end)),
        mock.patch.object(loading, "_last_days", timed("then all screenings", loading._last_days)),
        mock.patch.object(SupplyIndex, "from_columns", timed("build", SupplyIndex.from_columns)),
    ):
        timed("whole", loading.load_index)()
    return parts


def print_lag(count: int, seconds: int) -> None:
    """Let another process change volunteers while nobody asks, and while one asks all the time."""
    _print_bare(seconds * PER_SECOND)
    supply.start()
    with _seen() as seen, _changing(seconds * PER_SECOND) as (process, told):
        process.wait()
        _print_lags("nobody asks", seen, _committed(told))
    questions = demands(500, population(count))
    today = clock.today()
    asking: list[float] = []
    with _seen() as seen, _changing(seconds * PER_SECOND) as (process, told):
        while process.poll() is None:
            start = time.perf_counter()
            with supply.fresh() as index:
                index.best(questions[len(asking) % len(questions)], K, today=today)
            asking.append((time.perf_counter() - start) * 1e3)
        _print_lags("one asks all the time", seen, _committed(told))
    p50, p99 = np.percentile(asking, [50, 99])
    print(f"  fresh() and best {K:<6}p50 {p50:7.3f} ms  p99 {p99:7.3f} ms  ({len(asking):,} questions)")
    supply.forget()


def _print_bare(changes: int) -> None:
    """Hear of the same changes and ask for one row each, without an index: nothing that listens is sooner."""
    heard, answered = [], []
    name = Volunteer._meta.db_table
    with (
        listen(CHANNEL) as listener,
        psycopg.connect(**connection.get_connection_params(), autocommit=True) as asking,
        _changing(changes) as (process, told),
    ):
        total = len(CHANGES) + changes  # before its changes the other process records one event like each
        for number, _ in zip(range(total), listener.notifies(timeout=60), strict=False):
            heard.append(time.monotonic_ns())
            row = f"SELECT * FROM {name} WHERE id = %s"  # noqa: S608
            asking.execute(row.encode(), [_id(1, number)], prepare=True).fetchone()
            answered.append(time.monotonic_ns())
        process.wait()
        committed = sorted(_committed(told).values())
    for what, moments in (("hear", heard), ("hear and ask for a row", answered)):
        lags = [max(at - then, 0) / 1e6 for at, then in zip(moments[-changes:], committed, strict=True)]
        p50, p99 = np.percentile(lags, [50, 99])
        print(f"  only to {what:<23}p50 {p50:7.3f} ms  p99 {p99:7.3f} ms")


def _committed(told: IO[bytes]) -> dict[str, int]:
    """Return what the other process did, once this one has had a second to hear of the last of it."""
    time.sleep(1)
    told.seek(0)
    committed: dict[str, int] = json.load(told)
    return committed


def _print_lags(when: str, seen: Mapping[UUID, int], committed: Mapping[str, int]) -> None:
    lags = [max(seen[UUID(one)] - at, 0) / 1e6 for one, at in committed.items() if UUID(one) in seen]
    p50, p99, most = np.percentile(lags, [50, 99, 100])
    print(f"\n{len(committed):,} changes at {PER_SECOND} a second by another process, {when}")
    print(f"  from commit to index  p50 {p50:7.3f} ms  p99 {p99:7.3f} ms  longest {most:7.3f} ms", end="")
    print(f"  missed {len(committed) - len(lags)}")


def print_cost() -> None:
    """Print what a change takes who makes it, with and without telling the row, in turn."""
    taken: dict[str, list[float]] = {"ENABLE": [], "DISABLE": []}
    table = EventRecord._meta.db_table
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as writer:
        statement = _statement(CHANGES[0], Centre.objects.values_list("pk", flat=True)[0])
        for turn in range(2 * TURNS):
            way = ("ENABLE", "DISABLE")[turn % 2]
            writer.execute(f"ALTER TABLE {table} {way} TRIGGER matching_tell_row".encode())
            for number in range(PER_SECOND):
                start = time.perf_counter()
                writer.execute(statement, _given(number), prepare=True)
                taken[way].append((time.perf_counter() - start) * 1e3)
        writer.execute(f"ALTER TABLE {table} ENABLE TRIGGER matching_tell_row".encode())
    told, silent = (np.median(times) for times in taken.values())
    print(f"\na change takes its maker {told:.3f} ms (median), {silent:.3f} ms without telling the row")


@contextmanager
def _seen() -> Iterator[dict[UUID, int]]:
    """Note when each volunteer's change is in the index."""
    seen: dict[UUID, int] = {}
    replace, remove = SupplyIndex.replace, SupplyIndex.remove

    def replaced(index: SupplyIndex, row: SupplyRow) -> None:
        replace(index, row)
        seen[UUID(str(row.id))] = time.monotonic_ns()

    def removed(index: SupplyIndex, volunteer_id: UUID) -> None:
        remove(index, volunteer_id)
        seen[volunteer_id] = time.monotonic_ns()

    with (
        mock.patch.object(SupplyIndex, "replace", replaced),
        mock.patch.object(SupplyIndex, "remove", removed),
    ):
        yield seen


@contextmanager
def _changing(changes: int) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    """Run another process that changes volunteers; yield it and the file to which it tells what it did."""
    command = [sys.executable, "-m", "bench.fresh", "--change", str(changes)]
    with (
        tempfile.TemporaryFile() as told,
        subprocess.Popen(command, stdout=told, cwd=Path(__file__).parent.parent) as process,
    ):
        try:
            yield process, told
        finally:
            process.kill()


def change(changes: int) -> dict[str, int]:
    """Change one volunteer after the other; return when each change was committed (monotonic, ns).

    A change and its event are one prepared statement, so that who changes takes little of the processor.
    """
    committed = {}
    centre_id = Centre.objects.values_list("pk", flat=True)[0]
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as writer:
        statements = [_statement(each, centre_id) for each in CHANGES]
        begin = time.perf_counter()
        for number in range(changes):
            time.sleep(max(0.0, begin + number / PER_SECOND - time.perf_counter()))
            writer.execute(statements[number % len(statements)], _given(number), prepare=True)
            committed[str(_id(1, number))] = time.monotonic_ns()
    return committed


def _given(number: int) -> dict[str, Any]:
    return {"id": _id(1, number), "told": f'{{"volunteer_id": "{_id(1, number)}"}}', "n": number}


def _statement(change: str, centre_id: UUID) -> bytes:
    """Return what makes a change and records it just as `record` does, in one transaction."""
    with transaction.atomic():
        like = record(VolunteerChanged(volunteer_id=_id(1, 0), centre_id=centre_id))
    names = [f'"{field.column}"' for field in like._meta.concrete_fields if not field.primary_key]
    values = ["payload || %(told)s" if name == '"payload"' else name for name in names]
    return (
        f"WITH changed AS (UPDATE {Volunteer._meta.db_table} SET {change} WHERE id = %(id)s)"  # noqa: S608
        f" INSERT INTO {like._meta.db_table} ({', '.join(names)})"
        f" SELECT {', '.join(values)} FROM {like._meta.db_table} WHERE id = {like.pk}"
    ).encode()


if __name__ == "__main__":
    main()
