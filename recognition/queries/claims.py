"""Reads of claims, and what a volunteer received in a month and a year."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import ExtractMonth

from people.enums import COORDINATING
from people.models import User
from people.queries import may_act, standing_of
from recognition.enums import ClaimState, Nearness
from recognition.limits import Limits, limits_of, nearness
from recognition.models import Claim
from recognition.queries.hours import signing_organisations
from recognition.queries.limits import known_limits

# What fills the limit: also what waits, so that a warning comes in time.
COUNTED = frozenset({ClaimState.SUBMITTED, ClaimState.APPROVED})
NOTHING = Decimal("0.00")


def claims_of(user: User) -> QuerySet[Claim]:
    """Return all claims of a person, the latest day first."""
    return Claim.objects.filter(user=user).select_related("organisation", "centre")


def _in_their_hands(user: Any) -> Q:
    centres = standing_of(user).centres(COORDINATING)
    # What an organisation pays, the organisation decides; the centre decides what it pays itself.
    own = Q(organisation__in=signing_organisations(user)) | Q(organisation=None, centre_id__in=centres)
    return own & ~Q(user_id=user.pk)


def claims_to_decide(user: Any) -> QuerySet[Claim]:
    """Return the claims that wait for this person, volunteer by volunteer."""
    if not may_act(user):
        return Claim.objects.none()
    found = Claim.objects.filter(_in_their_hands(user), state=ClaimState.SUBMITTED)
    return found.select_related("user", "organisation", "centre").order_by(
        "user__name", "user_id", "day", "id"
    )


def claims_in_hands_of(user: Any) -> QuerySet[Claim]:
    """Return the claims of others that the person may decide, or take an approval back of."""
    if not may_act(user):
        return Claim.objects.none()
    states = [ClaimState.SUBMITTED, ClaimState.APPROVED]
    found = Claim.objects.filter(_in_their_hands(user), state__in=states)
    return found.select_related("user", "organisation", "centre")


def claims_visible_to(user: Any) -> QuerySet[Claim]:
    """Return the person's own claims, and those that they decide or decided for others."""
    if not may_act(user):
        return Claim.objects.none()
    found = Claim.objects.filter(Q(user_id=user.pk) | _in_their_hands(user))
    return found.select_related("user", "organisation", "centre").order_by("-id")


def decided_claims(user: Any, year: int) -> QuerySet[Claim]:
    """Return the approved claims of a year in this person's hands, by volunteer and day: to pay out."""
    if not may_act(user):
        return Claim.objects.none()
    found = Claim.objects.filter(_in_their_hands(user), state=ClaimState.APPROVED, day__year=year)
    return found.select_related("user", "organisation", "centre").order_by(
        "user__name", "user_id", "day", "id"
    )


def counted_claims(user: User, year: int) -> QuerySet[Claim]:
    """Return what fills the limits of a year: approved and waiting, of all organisations."""
    return Claim.objects.filter(user=user, state__in=COUNTED, day__year=year)


@dataclass(frozen=True)
class Totals:
    """What one person received or asked in one year, by month, beside the limits."""

    year: int
    months: dict[int, Decimal]
    limits: Limits

    @property
    def annual(self) -> Decimal:
        """The whole year."""
        return sum(self.months.values(), NOTHING)

    @property
    def exact(self) -> bool:
        """Whether the limits are those of this very year."""
        return self.limits.year == self.year

    @property
    def year_nearness(self) -> Nearness:
        """How the year stands to its limit."""
        return nearness(self.annual, self.limits.annual)

    @property
    def full_months(self) -> dict[int, Nearness]:
        """The months that are near or over their limit."""
        found = {month: nearness(amount, self.limits.month) for month, amount in self.months.items()}
        return {month: near for month, near in sorted(found.items()) if near != Nearness.FREE}

    @property
    def worst(self) -> Nearness:
        """The most that is to be said."""
        all_of_it = [self.year_nearness, *self.full_months.values()]
        return max(all_of_it, key=list(Nearness).index)


def totals_of(user: User, year: int) -> Totals:
    """Return the totals of a year: two queries."""
    return _totals({user.pk}, year, known_limits())[user.pk]


def warnings_of(claims: Collection[Claim]) -> dict[UUID, Nearness]:
    """Return per claim what is to be said of the limits, where there is something: a query per year, and one.

    Whoever decides learns that a limit is near, not what others paid.
    """
    found: dict[UUID, Nearness] = {}
    known = known_limits() if claims else {}
    for year in {claim.day.year for claim in claims}:
        of_year = [claim for claim in claims if claim.day.year == year]
        totals = _totals({claim.user_id for claim in of_year}, year, known)
        for claim in of_year:
            standing = totals[claim.user_id]
            month = standing.full_months.get(claim.day.month, Nearness.FREE)
            worst = max((month, standing.year_nearness), key=list(Nearness).index)
            if worst != Nearness.FREE:
                found[claim.pk] = worst
    return found


def _totals(user_ids: set[UUID], year: int, known: dict[int, Limits]) -> dict[UUID, Totals]:
    rows = Claim.objects.filter(user_id__in=user_ids, state__in=COUNTED, day__year=year).order_by()
    grouped = rows.values("user_id", month=ExtractMonth("day")).annotate(total=Sum("amount"))
    months: dict[UUID, dict[int, Decimal]] = {user_id: {} for user_id in user_ids}
    for row in grouped:
        months[row["user_id"]][row["month"]] = Decimal(row["total"]).quantize(NOTHING)
    return {user_id: Totals(year, own, limits_of(year, known)) for user_id, own in months.items()}
