"""Benchmark of the matching engine: the best 20 of 65,000 and of 1,000,000 volunteers, all filters on.

    python -m bench.engine            both sizes, about two minutes
    python -m bench.engine --short    65,000 only

The peers run in turn with the engine on the same questions and must give the same volunteers. Absolute times
drift with the machine; the ratios do not. Fixed seeds.
"""

import argparse
import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from bench.peers import Answer, Peer, flat_numpy, plain_loop
from bench.population import TODAY, Population, demands, population
from matching.engine import Demand, SupplyIndex

T = TypeVar("T")

K = 20
QUESTIONS = 400
CHANGES = 2_000
LOOP_SECONDS = 8.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="65,000 volunteers only")
    sizes = [65_000] if parser.parse_args().short else [65_000, 1_000_000]
    for size in sizes:
        measure(size)


def measure(size: int) -> None:
    """Print the figures for one number of volunteers."""
    people = population(size)
    questions = demands(QUESTIONS, people)
    index, build_ms = _timed(lambda: SupplyIndex.from_columns(people.ids, people.raw, people.trainings))
    print(f"\n{size:,} volunteers, best {K}, {QUESTIONS} questions")
    print(
        f"  build {build_ms:,.0f} ms from columns · {index.nbytes / size:.0f} bytes a row in "
        f"{index.nbytes / 1e6:.1f} MB of columns"
    )

    def engine(demand: Demand, k: int) -> Answer:
        return [candidate.volunteer_id for candidate in index.best(demand, k, today=TODAY)]

    _print_peers(
        {"engine": engine, "flat NumPy": flat_numpy(people), "plain loop": plain_loop(people)}, questions
    )
    _print_other(index, questions)
    _print_changes(index, people)


def _print_peers(peers: dict[str, Peer], questions: Sequence[Demand]) -> None:
    """Ask every peer in turn; the plain loop only as many questions as fit in its seconds."""
    times: dict[str, list[float]] = {name: [] for name in peers}
    answers = {}
    for peer in peers.values():
        peer(questions[0], K)  # the first question derives what lasts for the day
    gc.disable()
    for number, question in enumerate(questions):
        for name, peer in peers.items():
            if name == "plain loop" and sum(times[name]) > LOOP_SECONDS * 1e3:
                continue
            answers[name], milliseconds = _timed(lambda ask=peer, one=question: ask(one, K))
            times[name].append(milliseconds)
            if answers[name] != answers["engine"]:
                raise AssertionError(f"{name} disagrees with the engine on question {number}")
        answers.clear()
    gc.enable()
    base = np.percentile(times["engine"], [50, 99])
    for name, taken in times.items():
        p50, p99 = np.percentile(taken, [50, 99])
        print(
            f"  {name:<11} p50 {p50:9.3f} ms  p99 {p99:9.3f} ms  "
            f"x{p50 / base[0]:,.1f} / x{p99 / base[1]:,.1f}  ({len(taken)} questions, same answers)"
        )


def _print_other(index: SupplyIndex, questions: Sequence[Demand]) -> None:
    """Time what the desk asks now and then: everyone judged on every filter."""
    taken = [_timed(lambda one=question: index.funnel(one, today=TODAY))[1] for question in questions[:10]]
    print(f"  funnel      p50 {np.median(taken):9.3f} ms")


def _print_changes(index: SupplyIndex, people: Population) -> None:
    """Time single changes: of what someone can do, and of where someone lives."""
    rows = [people.row(number) for number in range(0, len(people.ids), len(people.ids) // CHANGES)]
    kinds = {
        "in place": [replace(row, asks=row.asks + 1, skills=row.skills ^ 1) for row in rows],
        "moved": [replace(row, latitude=row.latitude + 0.05) for row in rows[: CHANGES // 4]],
    }
    for name, changed in kinds.items():
        taken = [_timed(lambda one=row: index.replace(one))[1] * 1e3 for row in changed]
        p50, p99 = np.percentile(taken, [50, 99])
        print(f"  change {name:<9} p50 {p50:6.1f} us  p99 {p99:6.1f} us")


def _timed(call: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter_ns()
    result = call()
    return result, (time.perf_counter_ns() - start) / 1e6


if __name__ == "__main__":
    main()
