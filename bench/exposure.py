"""What fair exposure does: vacancies that get at least one answer a week, with and without it.

    python -m bench.exposure            60 weeks
    python -m bench.exposure --short    a few

A small market: 120 vacancies of unequal appeal, readers who come one by one, look at the first five of the
list and answer at most one of them, by chance in proportion to how well it fits. A vacancy takes five people
a week. Every rule has the same readers and the same luck.
"""

import argparse
from typing import NamedTuple

import numpy as np

from matching.engine.exposure import GAMMA, fair_scores

VACANCIES = 120
READERS = 160
"""In a week."""
SHOWN = 5
ROOM = 5
GAMMAS = (1.0, 0.97, GAMMA, 0.8, 0.6)


class Week(NamedTuple):
    """Means over the weeks."""

    served: float
    """Vacancies with at least one answer."""
    answers: float


def weeks(count: int, gamma: float, seed: int = 1) -> Week:
    """Return what ``count`` weeks gave on average under one gamma."""
    random = np.random.default_rng(seed)
    served, answers = [], []
    for _ in range(count):
        appeal = random.beta(2, 3, VACANCIES)
        had = _week(random, appeal, gamma)
        served.append(np.count_nonzero(had))
        answers.append(had.sum())
    return Week(float(np.mean(served)), float(np.mean(answers)))


def _week(random: np.random.Generator, appeal: np.ndarray, gamma: float) -> np.ndarray:
    taste = random.normal(0, 0.12, (READERS, VACANCIES))
    luck = random.random((READERS, VACANCIES))
    had = np.zeros(VACANCIES, int)
    for reader in range(READERS):
        fit = np.clip(appeal + taste[reader], 0, 1)
        order = np.argsort(-fair_scores(fit, had, ROOM - had, gamma=gamma), kind="stable")
        for vacancy in order[:SHOWN].tolist():
            if had[vacancy] < ROOM and luck[reader, vacancy] < fit[vacancy] / SHOWN:
                had[vacancy] += 1
                break
    return had


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="six weeks")
    count = 6 if parser.parse_args().short else 60
    alone = weeks(count, 1.0)
    print(f"{count} weeks, {VACANCIES} vacancies, {READERS} readers a week, the first {SHOWN} shown")
    for gamma in GAMMAS:
        found = weeks(count, gamma)
        print(
            f"  gamma {gamma:4.2f}"
            f"  {found.served:5.1f} vacancies with an answer ({found.served / alone.served - 1:+.0%})"
            f"  {found.answers:6.1f} answers ({found.answers / alone.answers - 1:+.1%})"
        )


if __name__ == "__main__":
    main()
