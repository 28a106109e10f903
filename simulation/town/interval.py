"""How sure a mean over several towns is."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from scipy.stats import t as student


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with half the width of its 95% interval (Student's t over the seeds)."""

    mean: float
    half: float | None
    """None for a single seed."""

    @classmethod
    def of(cls, values: Sequence[float]) -> "Interval":
        """Return the interval of at least one value; an infinite one makes the mean infinite."""
        count, mean = len(values), sum(values) / len(values)
        if count == 1 or mean == float("inf"):
            return cls(mean, None)
        deviation = sqrt(sum((value - mean) ** 2 for value in values) / (count - 1))
        return cls(mean, float(student.ppf(0.975, count - 1)) * deviation / sqrt(count))
