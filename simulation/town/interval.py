"""How sure a mean over several towns is."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt


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
        # Only who reckons needs it, and to load it takes a good part of a server's start.
        from scipy.special import stdtrit as student

        deviation = sqrt(sum((value - mean) ** 2 for value in values) / (count - 1))
        return cls(mean, float(student(count - 1, 0.975)) * deviation / sqrt(count))
