"""How the time of an answer grows: with the number of volunteers, and with the number of open requests.

    python -m bench.growth                  1,000 to 1,000,000 volunteers, 100 to 100,000 requests
    python -m bench.growth --short          small numbers, some seconds
    python -m bench.growth --figures DIR    where the two charts go (default: var/figures)

The density stays the same: more volunteers live in more places. The exponent is the slope of the straight
line through the times on logarithmic scales: 1 grows with the number, 0 does not grow. Each question is asked
three times and its best time counts, so that what else the machine does matters less.
"""

import argparse
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from bench.charts import Axis, line_chart
from bench.peers import Answer, Flat, Peer, plain_loop
from bench.population import TODAY, demands, population
from matching.engine import Demand, DemandIndex, SupplyIndex

K = 20
REPEATS = 3
LOOP_MOST = 100_000
"""More volunteers the plain loop is not asked for: its times would fill the afternoon."""
FIGURES = Path("var/figures")

Times: TypeAlias = dict[str, list[tuple[float, float]]]
"""Per way of answering: pairs of a number and the milliseconds of the median answer."""


class Steps(NamedTuple):
    """The numbers to measure at."""

    volunteers: Sequence[int]
    requests: Sequence[int]
    questions: int


SHORT = Steps((1_000, 4_000, 16_000), (100, 1_000, 4_000), 60)
WHOLE = Steps(
    (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000),
    (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000),
    200,
)


def main() -> None:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="small numbers")
    parser.add_argument("--figures", type=Path, default=FIGURES, help="folder of the charts")
    options = parser.parse_args()
    steps = SHORT if options.short else WHOLE
    options.figures.mkdir(parents=True, exist_ok=True)
    for name, label, times in (
        ("growth-volunteers", "volunteers", over_volunteers(steps.volunteers, steps.questions)),
        ("growth-requests", "open requests", over_requests(steps.requests, steps.questions)),
    ):
        _print(label, times)
        file = options.figures / f"{name}.svg"
        file.write_text(_chart(label, times))
        print(f"  chart: {file}")


def over_volunteers(counts: Iterable[int], questions: int) -> Times:
    """Return the times of the best 20 for a request, against the number of volunteers."""
    times: Times = {"engine": [], "flat NumPy": [], "plain loop": []}
    for count in counts:
        people = population(count)
        asked = demands(questions, people)
        index = SupplyIndex.from_columns(people.ids, people.raw, people.trained)
        times["engine"].append((count, median(partial(index.best, k=K, today=TODAY), asked)))
        times["flat NumPy"].append((count, median(partial(Flat(people).best, k=K), asked)))
        if count <= LOOP_MOST:
            times["plain loop"].append((count, median(_best_of(plain_loop(people)), asked[:10])))
    return times


def over_requests(counts: Iterable[int], questions: int) -> Times:
    """Return the times of the best 20 for a volunteer, against the number of open requests."""
    times: Times = {"feed": [], "feed, index built anew": []}
    for count in counts:
        people = population(max(count, 1_000))
        open_requests = demands(count, people, seed=3)
        rows = [people.row(number) for number in range(questions)]
        index = DemandIndex.from_demands(open_requests)
        times["feed"].append((count, median(partial(index.best, k=K, today=TODAY), rows)))
        build = median(DemandIndex.from_demands, [open_requests])
        times["feed, index built anew"].append((count, build + times["feed"][-1][1]))
    return times


def median(ask: Callable[[Any], Any], questions: Sequence[Any]) -> float:
    """Return the milliseconds of the median question, each at its best."""
    ask(questions[0])  # the first question derives what lasts for the day
    return float(
        np.median([min(_milliseconds(ask, question) for _ in range(REPEATS)) for question in questions])
    )


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """Return the slope of the straight line through the points on logarithmic scales."""
    numbers, times = np.log(np.array(points)).T
    return float(np.polyfit(numbers, times, 1)[0])


def _best_of(peer: Peer) -> Callable[[Demand], Answer]:
    return lambda demand: peer(demand, K)


def _milliseconds(ask: Callable[[Any], Any], question: Any) -> float:
    start = time.perf_counter_ns()
    ask(question)
    return (time.perf_counter_ns() - start) / 1e6


def _print(label: str, times: Times) -> None:
    counts = [round(number) for number, _ in next(iter(times.values()))]
    print(f"\nmedian ms against {label}")
    print(f"  {'':<24}" + "".join(f"{count:>11,}" for count in counts) + "   exponent")
    for name, points in times.items():
        cells = "".join(f"{milliseconds:>11.3f}" for _, milliseconds in points)
        print(f"  {name:<24}{cells:<{11 * len(counts)}}   {exponent(points):.2f}")


def _chart(label: str, times: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    grows = ", ".join(f"{name} {exponent(points):.2f}" for name, points in times.items())
    return line_chart(
        f"Time of an answer against the number of {label}",
        f"Exponents of growth (1 grows with the number, 0 does not grow): {grows}.",
        Axis(label, logarithmic=True),
        Axis("milliseconds, median", logarithmic=True),
        times,
    )


if __name__ == "__main__":
    main()
