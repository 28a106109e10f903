"""The engine beside its peers: the best 20 of 65,000 and of 1,000,000 volunteers, asked in one run.

    python -m bench.peers            both sizes
    python -m bench.peers --short    3,000 volunteers, some seconds

Every peer gets the same questions and must give the same 20 in the same order, the databases with the same
score and the same whole metres, else the run stops. A peer whose server is not installed is named. Slow
peers get as many questions as fit in their seconds; after each of them the engine is asked the same one, and
the ratios are those of these turns.
"""

import argparse
import gc
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.peers import Flat, plain_loop
from bench.peers.postgres import postgres
from bench.peers.redis import redis
from bench.peers.sql import Found, number_of
from bench.peers.sqlite import sqlite
from bench.population import TODAY, Population, demands, population
from matching.engine import Demand, SupplyIndex
from tools.servers import ServerFailed

K = 20
WARM = 3

Ask = Callable[[Demand, int], Sequence[Any]]


class Size(NamedTuple):
    """How much is asked."""

    volunteers: int
    questions: int
    seconds: float
    """For each peer."""


SHORT = [Size(3_000, 60, 2.0)]
SIZES = [Size(65_000, 400, 12.0), Size(1_000_000, 400, 20.0)]


class Disagreement(AssertionError):
    """A peer gave another answer than the engine."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="3,000 volunteers")
    for size in SHORT if parser.parse_args().short else SIZES:
        compare(size, (in_process, with_sqlite, with_postgres, with_redis))


def compare(size: Size, servers: Sequence[Callable[[Path, Population], Any]]) -> dict[str, int]:
    """Ask the engine and all peers, one server after the other; return how many questions each peer had."""
    people = population(size.volunteers)
    questions = demands(size.questions, people)
    index = SupplyIndex.from_columns(people.ids, people.raw, people.trained)
    print(f"\n{size.volunteers:,} volunteers, best {K}, {size.questions} questions")
    own = [_timed(index.best, question, K, today=TODAY)[1] for question in [*questions[:WARM], *questions]]
    print(f"  {'engine':<18}{_milliseconds(own[WARM:])}")
    asked = {}
    for server in servers:
        with tempfile.TemporaryDirectory(prefix="samenkracht-bench-") as folder, ExitStack() as stack:
            try:
                peers = stack.enter_context(server(Path(folder), people))
            except (ServerFailed, FileNotFoundError) as missing:
                print(f"  left out: {missing}")
                continue
            for name, ask in peers.items():
                asked[name] = _in_turn(name, ask, index, questions, size.seconds)
    _print_nearest(people, questions)
    return asked


@contextmanager
def in_process(_folder: Path, people: Population) -> Iterator[dict[str, Ask]]:
    """NumPy and Python without an index."""
    yield {"flat NumPy": Flat(people).best, "plain loop": plain_loop(people)}


@contextmanager
def with_sqlite(folder: Path, people: Population) -> Iterator[dict[str, Ask]]:
    """SQLite, in a file."""
    with _loaded("SQLite", sqlite(folder, people)) as found:
        yield {"SQLite scan": found.scan, "SQLite help × H3": found.cells}


@contextmanager
def with_postgres(folder: Path, people: Population) -> Iterator[dict[str, Ask]]:
    """PostgreSQL, with and without PostGIS."""
    with _loaded("PostgreSQL", postgres(folder, people)) as found:
        ways: dict[str, Ask] = {"PostgreSQL scan": found.scan, "PostgreSQL box": found.box}
        if not found.has_postgis:
            print("  left out: PostGIS is not installed (tools/system_packages.sh postgis)")
        yield ways | ({"PostGIS": found.postgis} if found.has_postgis else {})


@contextmanager
def with_redis(folder: Path, people: Population) -> Iterator[dict[str, Ask]]:
    """Redis, with the filters and the score here."""
    with _loaded("Redis", redis(folder, people)) as found:
        yield {"Redis GEOSEARCH": found.geosearch}


@contextmanager
def _loaded(name: str, server: Any) -> Iterator[Any]:
    began = time.perf_counter()
    with server as found:
        print(f"  {name} loaded in {time.perf_counter() - began:,.0f} s")
        yield found


def _in_turn(
    name: str, ask: Ask, index: SupplyIndex, questions: Sequence[Demand], most_seconds: float
) -> int:
    """Ask one peer and the engine in turn until the seconds are over; print, and return how many."""
    peer, engine = [], []
    for question in questions[:WARM]:
        ask(question, K)
    gc.disable()
    for question in questions:
        answer, took = _timed(ask, question, K)
        peer.append(took)
        expected, took = _timed(index.best, question, K, today=TODAY)
        engine.append(took)
        require_same(name, question, answer, expected)
        if sum(peer) > most_seconds * 1e3:
            break
    gc.enable()
    ratios = np.percentile(peer, [50, 99]) / np.percentile(engine, [50, 99])
    print(
        f"  {name:<18}{_milliseconds(peer)}  x{ratios[0]:,.1f} / x{ratios[1]:,.1f}  "
        f"({len(peer)} questions, same answers)",
        flush=True,
    )
    return len(peer)


def require_same(name: str, question: Demand, answer: Sequence[Any], expected: Sequence[Any]) -> None:
    """Compare an answer, ids or `Found`, with the engine's candidates. Raises `Disagreement`."""
    if answer and isinstance(answer[0], Found):
        wanted: list[Any] = [
            Found(number_of(one.volunteer_id), round(one.score * 1e9), one.distance_m) for one in expected
        ]
    else:
        wanted = [one.volunteer_id for one in expected]
    if list(answer) != wanted:
        raise Disagreement(f"{name} does not agree on {question}:\n{list(answer)}\n{wanted}")


def _print_nearest(people: Population, questions: Sequence[Demand]) -> None:
    flat = Flat(people)
    judged = [flat.nearest_are_best(question, K) for question in questions]
    many = [same for same in judged if same is not None]
    print(f"  the nearest {K} are the best {K} in {sum(many)} of {len(many)} questions with more than these")


def _milliseconds(times: Sequence[float]) -> str:
    p50, p99 = np.percentile(times, [50, 99])
    return f"p50 {p50:9.3f} ms  p99 {p99:9.3f} ms"


def _timed(call: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[Any, float]:
    """Return what the call returns, and how many milliseconds it took."""
    start = time.perf_counter_ns()
    result = call(*args, **kwargs)
    return result, (time.perf_counter_ns() - start) / 1e6


if __name__ == "__main__":
    main()
