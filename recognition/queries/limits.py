"""Reads of what is free of tax, by year."""

from recognition.limits import TABLE, Limits
from recognition.models import YearLimits


def known_limits() -> dict[int, Limits]:
    """Return the limits by year, the latest first: ours, and what staff filled in, which goes before."""
    added = {
        row.year: Limits(row.year, row.hour, row.hour_under_21, row.month, row.annual)
        for row in YearLimits.objects.all()
    }
    return dict(sorted((TABLE | added).items(), reverse=True))
