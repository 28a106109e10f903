"""Reimbursements: what they are worth, who decides, and the warning near the limits of the year."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from common.errors import Forbidden, InvalidInput, InvalidTransition, NotFound
from events.models import EventRecord
from recognition import queries, services
from recognition.enums import ClaimKind, ClaimState, Nearness, RefusalReason
from recognition.limits import TABLE, limits_of, nearness
from recognition.models import Claim
from recognition.services import ClaimDetails
from tests.factories.matching import Town
from tests.factories.people import CoordinatorFactory
from tests.factories.recognition import organisation_with_contact

pytestmark = pytest.mark.django_db
TODAY = date(2025, 6, 3)


@pytest.fixture
def town(clock) -> Town:
    return Town(volunteers=2)


def asked(town: Town, amount: str, day: date = TODAY, **more) -> Claim:
    user = town.volunteers[0].user
    kind = more.pop("kind", ClaimKind.ALLOWANCE)
    return services.submit_claim(user, ClaimDetails(kind, day, amount=Decimal(amount), **more), by=user)


def told_limits() -> list[tuple[int, int, str]]:
    found = EventRecord.objects.filter(type="recognition.limit_reached").order_by("pk")
    return [(each.payload["year"], each.payload["month"], each.payload["nearness"]) for each in found]


@pytest.mark.parametrize(("kilometres", "amount"), [("10", "2.30"), ("0.1", "0.02"), ("12.5", "2.88")])
def test_kilometres_pay_the_rate_of_the_day_rounded_to_the_cent(town, settings, kilometres, amount):
    user = town.volunteers[0].user
    details = ClaimDetails(ClaimKind.KILOMETRES, TODAY, kilometres=Decimal(kilometres))
    claim = services.submit_claim(user, details, by=user)
    assert (claim.amount, claim.rate) == (Decimal(amount), Decimal("0.23"))
    # A new rate leaves what was asked before as it was.
    settings.KILOMETRE_RATE = Decimal("0.25")
    claim.refresh_from_db()
    assert claim.amount == Decimal(amount)
    assert isinstance(claim.amount, Decimal)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "-3"}, "amount"),
        ({"amount": "5000.01"}, "amount"),
        ({"amount": "5", "day": TODAY + timedelta(days=1)}, "day"),
        ({"amount": "5", "day": TODAY - timedelta(days=367)}, "day"),
        ({"amount": "5", "note": "rekening NL91 ABNA 0417 1643 00"}, "note"),
    ],
)
def test_what_cannot_be_is_refused_with_the_field(town, wrong, field):
    with pytest.raises(InvalidInput) as refused:
        asked(town, **wrong)
    assert refused.value.field == field
    assert not Claim.objects.exists()


def test_who_pays_decides_and_nobody_for_themselves(town):
    organisation, contact = organisation_with_contact(town)
    theirs = asked(town, "10", organisation=organisation)
    centres = asked(town, "20")
    user = town.volunteers[0].user
    assert list(queries.claims_to_decide(contact)) == [theirs]
    assert list(queries.claims_to_decide(town.coordinator)) == [centres]
    for somebody in (user, CoordinatorFactory(), town.coordinator):
        with pytest.raises(NotFound):
            services.approve_claims([theirs], by=somebody)
    with pytest.raises(NotFound):
        services.approve_claims([theirs, centres], by=contact)
    assert services.approve_claims([theirs], by=contact) == 1
    assert services.approve_claims([theirs], by=contact) == 0
    services.refuse_claim(centres, RefusalReason.NO_PROOF, by=town.coordinator)
    with pytest.raises(InvalidTransition):
        services.withdraw_claim(centres, by=user)
    with pytest.raises(Forbidden):
        services.submit_claim(
            user, ClaimDetails(ClaimKind.COSTS, TODAY, amount=Decimal(1)), by=town.coordinator
        )


def test_a_month_near_and_over_its_limit_is_told_once_each(town):
    asked(town, "167.99")
    assert told_limits() == []
    near = asked(town, "0.01")  # 168.00 is eight tenths of 210
    assert told_limits() == [(2025, 6, "near")]
    asked(town, "42.00")  # the limit itself is free
    assert told_limits() == [(2025, 6, "near")]
    over = asked(town, "0.01")
    asked(town, "1.00")
    assert told_limits() == [(2025, 6, "near"), (2025, 6, "over")]
    assert queries.warnings_of([near, over]) == {near.pk: Nearness.OVER, over.pk: Nearness.OVER}


def test_the_year_is_told_apart_from_the_months_and_what_is_refused_does_not_count(town):
    for month in range(1, 6):
        for _ in range(2):
            asked(town, "167.00", date(2025, month, 10), kind=ClaimKind.COSTS)
    assert (2025, 0, "near") not in told_limits()
    asked(town, "20.00")
    assert told_limits()[-1] == (2025, 0, "near")
    user = town.volunteers[0].user
    totals = queries.totals_of(user, 2025)
    assert (totals.annual, totals.months[1], totals.worst) == (
        Decimal("1690.00"),
        Decimal("334.00"),
        Nearness.OVER,
    )
    assert 6 not in totals.full_months
    for claim in Claim.objects.filter(day__month=1):
        services.refuse_claim(claim, RefusalReason.NO_PROOF, by=town.coordinator)
    assert queries.totals_of(user, 2025).annual == Decimal("1356.00")
    assert queries.totals_of(user, 2024).annual == Decimal("0.00")
    assert queries.totals_of(town.volunteers[1].user, 2025).annual == Decimal("0.00")


def test_all_organisations_count_together_and_each_learns_only_that_a_limit_is_near(town):
    first, _contact = organisation_with_contact(town)
    second, contact = organisation_with_contact(town)
    asked(town, "200.00", organisation=first)
    claim = asked(town, "5.00", organisation=second)
    assert queries.warnings_of(list(queries.claims_to_decide(contact))) == {claim.pk: Nearness.NEAR}
    assert set(queries.claims_visible_to(contact)) == {claim}


def test_the_table_knows_three_years_and_says_when_another_is_used(town):
    assert limits_of(2025).hour == Decimal("5.60")
    assert (limits_of(2025).month, limits_of(2025).annual) == (Decimal("210.00"), Decimal("2100.00"))
    assert limits_of(2031) is TABLE[max(TABLE)]
    assert limits_of(1999) is TABLE[min(TABLE)]
    assert limits_of(2027, {2025: TABLE[2025], 2029: TABLE[2024]}) is TABLE[2025]  # no year is reckoned
    user = town.volunteers[0].user
    assert queries.totals_of(user, 2025).exact
    assert not queries.totals_of(user, 2031).exact


@pytest.mark.parametrize(
    ("amount", "expected"), [("79.99", Nearness.FREE), ("80", Nearness.NEAR), ("100.01", Nearness.OVER)]
)
def test_near_is_from_eight_tenths_and_over_is_more_than_all(amount, expected):
    assert nearness(Decimal(amount), Decimal(100)) == expected


def test_what_is_to_be_paid_is_listed_per_year_for_who_pays(town):
    organisation, contact = organisation_with_contact(town)
    claim = asked(town, "10", organisation=organisation)
    asked(town, "20", organisation=organisation)
    services.approve_claims([claim], by=contact)
    assert list(queries.decided_claims(contact, 2025)) == [claim]
    assert not queries.decided_claims(contact, 2024)
    assert not queries.decided_claims(town.coordinator, 2025)
    assert claim.state != ClaimState.APPROVED  # the caller's copy; the row is read again
