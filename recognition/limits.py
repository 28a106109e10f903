"""What a volunteer may receive in a year without tax, and how an amount stands to it.

The table here was read with its source; staff add the years after it (``YearLimits``), and a year that they
fill in goes before the same year here. Nothing is ever reckoned for a year that nobody looked up.

The limits hold for all organisations together. Someone who is paid back real costs and nothing else has no
limit; beside an agreed amount real costs count along. We count everything, warn, and leave the decision to
people.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from recognition.enums import Nearness

# From this share of a limit on one is warned.
NEAR = Decimal("0.8")


@dataclass(frozen=True)
class Limits:
    """Free of tax for volunteers in one year, in euros."""

    year: int
    hour: Decimal
    hour_under_21: Decimal
    month: Decimal
    annual: Decimal


# Source: Belastingdienst, "Vrijwilligersvergoedingen" (2023 and 2024); 2025: the same page, and the volunteer
# organisations that quote it. Of 2026 nothing could be found; staff fill it in.
SOURCE = (
    "https://www.belastingdienst.nl/wps/wcm/connect/bldcontentnl/belastingdienst/prive/"
    "werk_en_inkomen/werken/werken-als-vrijwilliger/vrijwilligersvergoedingen"
)
TABLE: dict[int, Limits] = {
    row.year: row
    for row in (
        Limits(2023, Decimal("5.00"), Decimal("2.75"), Decimal("190.00"), Decimal("1900.00")),
        Limits(2024, Decimal("5.50"), Decimal("3.25"), Decimal("210.00"), Decimal("2100.00")),
        Limits(2025, Decimal("5.60"), Decimal("3.30"), Decimal("210.00"), Decimal("2100.00")),
    )
}


def limits_of(year: int, table: Mapping[int, Limits] = TABLE) -> Limits:
    """Return the limits of a year; of a year that is not in the table the nearest that is, rather the former.

    Who shows them compares ``Limits.year`` with the year asked for, and says so when they differ.
    """
    return table[min(table, key=lambda known: (abs(known - year), known > year))]


def nearness(amount: Decimal, limit: Decimal) -> Nearness:
    """Return how an amount stands to a limit; the limit itself is still free."""
    if amount > limit:
        return Nearness.OVER
    return Nearness.NEAR if amount >= limit * NEAR else Nearness.FREE
