"""What is free of tax by year: filled in by administrators, never guessed, and a missing year is said."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from rest_framework.test import APIClient

from common.errors import Forbidden, InvalidInput
from events.models import EventRecord
from recognition import queries, services
from recognition.enums import ClaimKind, Nearness
from recognition.limits import TABLE, Limits
from recognition.models import YearLimits
from recognition.services import ClaimDetails, set_limits
from tests.factories.matching import Town
from tests.factories.people import AdministratorFactory, CoordinatorFactory

pytestmark = pytest.mark.django_db
# Of no real year.
AMOUNTS = Limits(
    year=2025, hour=Decimal("7.00"), hour_under_21=Decimal("4.00"), month=Decimal(300), annual=Decimal(3000)
)
TYPED = {
    "year": "2026",
    "hour": "7,00",
    "hour_under_21": "4",
    "month": "300",
    "annual": "3000",
    "source": "De krant",
}


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_year_that_nobody_filled_in_is_said_to_who_pays_and_who_receives_and_then_it_counts(clock):
    town = Town(volunteers=1)
    user, today = town.volunteers[0].user, date(2026, 11, 22)
    clock.at(clock.now().replace(year=2026, month=11, day=22))
    claim = services.submit_claim(
        user, ClaimDetails(ClaimKind.ALLOWANCE, today, amount=Decimal(200)), by=user
    )
    desk, own, administrator = (
        client_of(each) for each in (town.coordinator, user, AdministratorFactory(town.centre))
    )
    assert queries.totals_of(user, 2026).limits is TABLE[2025]
    assert queries.warnings_of([claim]) == {claim.pk: Nearness.NEAR}
    for client, page in (
        (desk, "/vergoedingen/"),
        (desk, "/vergoedingen/grenzen/"),
        (own, "/mijn-vergoedingen/"),
    ):
        said = client.get(page).content.decode()
        assert "2026" in said
        assert any(words in said for words in ("staan hier nog niet", "kennen wij nog niet")), page
    # Only an administrator has the form, and only theirs is taken.
    assert 'name="annual"' not in desk.get("/vergoedingen/grenzen/").content.decode()
    assert desk.post("/vergoedingen/grenzen/", TYPED).status_code == 403
    page = administrator.get("/vergoedingen/grenzen/").content.decode()
    assert 'value="2026"' in page
    wrong = administrator.post("/vergoedingen/grenzen/", TYPED | {"annual": "299"})
    assert (wrong.status_code, "meer dan een maand" in wrong.content.decode()) == (422, True)
    assert 'value="7,00"' in wrong.content.decode()
    assert not YearLimits.objects.exists()
    assert administrator.post("/vergoedingen/grenzen/", TYPED).status_code == 302
    assert queries.totals_of(user, 2026).limits.month == Decimal(300)
    assert queries.warnings_of([claim]) == {}
    kept = desk.get("/vergoedingen/grenzen/").content.decode()
    assert ("De krant" in kept, "staan hier nog niet" in kept) == (True, False)
    for client, page in ((desk, "/vergoedingen/"), (own, "/mijn-vergoedingen/")):
        said = client.get(page).content.decode()
        assert not any(words in said for words in ("staan hier nog niet", "kennen wij nog niet")), page


@pytest.mark.parametrize(
    ("year", "wrong", "source", "field"),
    [
        (2019, {}, "x", "year"),
        (2027, {}, "x", "year"),
        (2025, {"hour": Decimal(3)}, "x", "hour"),
        (2025, {"hour_under_21": Decimal(0)}, "x", "hour_under_21"),
        (2025, {"month": Decimal(6)}, "x", "month"),
        (2025, {"annual": Decimal(100_001)}, "x", "annual"),
        (2025, {}, " ", "source"),
    ],
)
def test_what_cannot_be_is_refused(clock, year, wrong, source, field):
    with pytest.raises(InvalidInput) as refusal:
        set_limits(replace(AMOUNTS, year=year, **wrong), source, by=None)
    assert refusal.value.field == field
    assert not YearLimits.objects.exists()


def test_programs_read_and_administrators_set_and_the_table_holds_itself(clock):
    api = APIClient()
    api.force_authenticate(CoordinatorFactory())
    address, said = "/api/v1/reimbursement-limits", {"year": 2025, "origin": "x"} | {
        "hour": "7.00", "youngHour": "4.00", "month": "300.00", "annual": "3000.00"
    }  # fmt: skip
    assert [row["year"] for row in api.get(address).json()["items"]] == sorted(TABLE, reverse=True)
    assert api.post(address, said, format="json").status_code == 403
    api.force_authenticate(AdministratorFactory())
    for _again in range(2):
        assert api.post(address, said, format="json").json()["annual"] == "3000.00"
    for wrong, field in (("month", "month"), ("youngHour", "youngHour")):  # as the program called it
        refused = api.post(address, said | {wrong: "0.00"}, format="json")
        assert (refused.status_code, refused.json()["errors"][0]["name"]) == (422, field)
    assert api.get(address).json()["items"][0]["hour"] == "7.00"  # it goes before ours
    assert YearLimits.objects.count() == 1
    assert EventRecord.objects.filter(type="recognition.limits_set").count() == 2
    with pytest.raises(Forbidden):
        set_limits(AMOUNTS, "x", by=CoordinatorFactory())
    with pytest.raises(IntegrityError), transaction.atomic():
        YearLimits.objects.filter(year=2025).update(annual=1)
