"""Benchmark of the matching engine: the best 20 of 65,000 and of 1,000,000 volunteers, all filters on.

    python -m bench.engine            both sizes, about two minutes
    python -m bench.engine --short    65,000 only

The engine answers with and without its compiled kernel. The peers run in turn with it on the same questions
and must give the same volunteers. Absolute times drift with the machine; the ratios do not. Fixed seeds.
"""

import argparse
import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ParamSpec, TypeVar
from uuid import UUID

import numpy as np

from bench.peers import Answer, Peer, flat_numpy, plain_loop
from bench.population import TODAY, Population, demands, population
from matching.engine import Demand, DemandIndex, SupplyIndex, kernel
from matching.engine.roster import words_of

P = ParamSpec("P")
T = TypeVar("T")

K = 20
QUESTIONS = 400
TRIES = 5
CHANGES = 2_000
FEED = 10_000
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
    words, trained = words_of([UUID(str(one)) for one in people.ids]), people.trained
    index, build_ms = _timed(SupplyIndex.from_columns, words, people.raw, trained)
    print(f"\n{size:,} volunteers, best {K}, {QUESTIONS} questions")
    print(
        f"  build {build_ms:,.0f} ms from columns · {index.nbytes / size:.1f} bytes a row in "
        f"{index.nbytes / 1e6:.1f} MB of columns"
    )

    def numpy_path(demand: Demand, k: int) -> Answer:
        kernel.unload()
        return index.best(demand, k, today=TODAY).volunteer_ids

    def kernel_path(demand: Demand, k: int) -> Answer:
        kernel.load()
        return index.best(demand, k, today=TODAY).volunteer_ids

    peers: dict[str, Peer] = {"engine, NumPy": numpy_path, "engine, kernel": kernel_path}
    peers |= {"flat NumPy": flat_numpy(people), "plain loop": plain_loop(people)}
    if not kernel.load():
        print("  (no kernel: Numba is not installed)")
        del peers["engine, kernel"]
    _print_peers(peers, questions)
    _print_other(index, people, questions)
    _print_changes(index, people)


def _print_peers(peers: dict[str, Peer], questions: Sequence[Demand]) -> None:
    """Ask the peers in turn, then the plain loop, while its seconds last."""
    answers: list[dict[str, Answer]] = [{} for _ in questions]
    for peer in peers.values():
        peer(questions[0], K)  # the first question derives what lasts for the day
    gc.disable()
    times = _quick_times(
        {name: peer for name, peer in peers.items() if name != "plain loop"}, questions, answers
    )
    times["plain loop"] = []
    for number, question in enumerate(questions):
        if sum(times["plain loop"]) < LOOP_SECONDS * 1e3:
            answers[number]["plain loop"], milliseconds = _timed(peers["plain loop"], question, K)
            times["plain loop"].append(milliseconds)
    gc.enable()
    for question, answer in zip(questions, answers, strict=True):
        if any(one != answer["engine, NumPy"] for one in answer.values()):
            raise AssertionError(f"the peers do not agree on {question}")
    _print_times(times)


def _quick_times(
    peers: dict[str, Peer], questions: Sequence[Demand], answers: list[dict[str, Answer]]
) -> dict[str, list[float]]:
    """Return the quickest of some tries at each question, which comes back after all the others.

    What a try lost to other work on the machine says nothing. In each round every peer asks all questions by
    itself: in the service, too, the engine comes after itself and not after a scan of all of memory.
    """
    times = {name: [float("inf")] * len(questions) for name in peers}
    for turn in range(TRIES):
        for name in list(peers)[:: -1 if turn % 2 else 1]:
            peers[name](questions[0], K)  # makes the engine its way of answering
            for number, question in enumerate(questions):
                answers[number][name], milliseconds = _timed(peers[name], question, K)
                times[name][number] = min(times[name][number], milliseconds)
    return times


def _print_times(times: dict[str, list[float]]) -> None:
    base = np.percentile(times["engine, NumPy"], [50, 99])
    for name, taken in times.items():
        p50, p99 = np.percentile(taken, [50, 99])
        print(
            f"  {name:<16} p50 {p50:9.3f} ms  p99 {p99:9.3f} ms  "
            f"x{p50 / base[0]:,.2f} / x{p99 / base[1]:,.2f}  ({len(taken)} questions, same answers)"
        )


def _print_other(index: SupplyIndex, people: Population, questions: Sequence[Demand]) -> None:
    """Time what the desk asks now and then, and the feed of a volunteer."""
    funnels = [_timed(index.funnel, question, today=TODAY)[1] for question in questions[:10]]
    print(f"  {'funnel':<16} p50 {np.median(funnels):9.3f} ms  (everyone judged on every filter)")
    feed = DemandIndex.from_demands(demands(FEED, people, seed=3))
    feeds = [_timed(feed.best, people.row(number), K, today=TODAY)[1] for number in range(100)]
    print(f"  {'feed':<16} p50 {np.median(feeds):9.3f} ms  (best {K} of {FEED:,} demands for one volunteer)")


def _print_changes(index: SupplyIndex, people: Population) -> None:
    """Time single changes: of what someone can do, and of where someone lives."""
    rows = [people.row(number) for number in range(0, len(people.ids), len(people.ids) // CHANGES)]
    kinds = {
        "change in place": [replace(row, asks=row.asks + 1, skills=row.skills ^ 1) for row in rows],
        "change of home": [replace(row, latitude=row.latitude + 0.05) for row in rows[: CHANGES // 4]],
    }
    for name, changed in kinds.items():
        taken = [_timed(index.replace, row)[1] * 1e3 for row in changed]
        p50, p99 = np.percentile(taken, [50, 99])
        print(f"  {name:<16} p50 {p50:9.1f} us  p99 {p99:9.1f} us")


def _timed(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[T, float]:
    """Return what the call returns, and how many milliseconds it took."""
    start = time.perf_counter_ns()
    result = call(*args, **kwargs)
    return result, (time.perf_counter_ns() - start) / 1e6


if __name__ == "__main__":
    main()
