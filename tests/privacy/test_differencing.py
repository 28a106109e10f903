"""Whoever lays all published figures side by side and subtracts finds no small group (docs/trust.md, 20)."""

import csv
from datetime import date
from io import StringIO

import pytest
from django.test import Client

from academy.models import Enrolment, Learning
from common import clock, small_figures
from common.small_figures import LEAST
from people.enums import Role
from tests.common.differencing import possible
from tests.factories.academy import CourseFactory, lesson, session_of
from tests.factories.people import RoleGrantFactory, UserFactory, VolunteerFactory
from tests.factories.vacancies import Bank, make_bank
from vacancies.models import Action

pytestmark = pytest.mark.django_db
CAMPAIGN = "NLdoet 2025"


def browser(user=None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def reported(bank: Bank, came: int) -> Action:
    """A one-day action of the campaign that is over, and to which so many came."""
    return Action.objects.create(
        organisation=bank.organisation, centre=bank.centre, campaign=CAMPAIGN, title="De tuin",
        state="reported", on_date=clock.today(), place="Dorpsstraat 1", people_came=came,
        reported_at=clock.now(),
    )  # fmt: skip


class Campaign:
    """Three organisations, one of which had four people; and what each reader is told of it."""

    def __init__(self) -> None:
        self.first = make_bank()
        self.others = [make_bank(centre=self.first.centre, name=name) for name in ("De Bleek", "De Hof")]
        banks = [self.first, *self.others]
        self.actions = [reported(bank, came) for bank, came in zip(banks, (40, 25, 4), strict=True)]
        self.sums = {"all": [str(action.pk) for action in self.actions]}

    def told(self, reader, asked: Action) -> dict[str, int | None]:
        """Every figure that a reader finds on the pages of the actions and in that of the campaign."""
        client = browser(reader)
        found = {
            str(action.pk): client.get(f"/api/v1/actions/{action.pk}").json()["peopleCame"]
            for action in self.actions
        }
        return found | {"all": client.get(f"/api/v1/actions/{asked.pk}/campaign").json()["came"]}

    def left_for(self, reader, own: Action) -> int:
        """How many values the four people may still be, for this organisation."""
        told = self.told(reader, own)
        known = {str(own.pk): own.people_came or 0}
        return possible(told, self.sums, str(self.actions[2].pk), known)


def test_an_organisation_cannot_subtract_itself_from_a_campaign(clock, monkeypatch):
    town = Campaign()
    partner, own = town.first.manager, town.actions[0]
    told = town.told(partner, own)
    assert told == {str(own.pk): 40, str(town.actions[1].pk): 25, str(town.actions[2].pk): None, "all": None}
    assert town.left_for(partner, own) >= LEAST
    desk = town.first.coordinator
    theirs, ours = (browser(who).get(f"/acties/{own.pk}/beheer/").content.decode() for who in (partner, desk))
    # With its words: the digits alone stand in many a made-up id.
    assert ("69 mensen" in theirs, "69 mensen" in ours) == (False, True)
    assert "3 organisaties" in theirs
    assert town.told(desk, own)["all"] == 69  # the desk knows them all
    assert browser().get(f"/acties/{town.actions[2].pk}/").content.decode().count("mensen") == 0
    monkeypatch.setattr(small_figures, "_next_to_hide", lambda *_told: None)
    assert town.left_for(partner, own) < LEAST


def test_whoever_drafts_an_action_learns_nothing_of_the_one_that_takes_part(clock):
    first = make_bank()
    other, own = make_bank(centre=first.centre, name="De Bleek"), reported(first, 4)
    draft = Action.objects.create(
        organisation=other.organisation, centre=first.centre, campaign=CAMPAIGN, title="De schuur",
        state="draft", on_date=date(2025, 6, 21), place="Kerkplein 2",
    )  # fmt: skip
    told = browser(other.manager).get(f"/api/v1/actions/{draft.pk}/campaign").json()
    assert (told["organisations"], told["came"], told["signedUp"]) == (1, None, None)
    assert browser(first.manager).get(f"/api/v1/actions/{own.pk}/campaign").json()["came"] == 4


def taught() -> tuple[Client, dict[str, int]]:
    """A trainer at a centre where thirty began and twenty-eight finished; of twenty-five two stayed away."""
    volunteers = VolunteerFactory.create_batch(30, centre=make_bank().centre)
    centre, course = volunteers[0].centre, CourseFactory(needs_session=True)
    version, meeting = lesson(course), session_of(course, centre, capacity=30)
    Learning.objects.bulk_create(
        Learning(user=each.user, version=version, course=course, finished_at=clock.now() if n < 28 else None)
        for n, each in enumerate(volunteers)
    )
    Enrolment.objects.bulk_create(
        Enrolment(event=meeting, holder=each.user, state="attended" if n < 23 else "no_show")
        for n, each in enumerate(volunteers[:25])
    )
    trainer = UserFactory()
    RoleGrantFactory(user=trainer, role=Role.TRAINER, centre=centre)
    counts = {"begun": 30, "finished": 28, "unfinished": 2, "enrolled": 25, "attended": 23, "missed": 2}
    return browser(trainer), counts


def figures_in_file(trainer: Client) -> dict[str, int | None]:
    text = trainer.get("/trainer/cijfers.csv").content.decode("utf-8-sig")
    row = list(csv.reader(StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","))[1]
    names = ("begun", "finished", "enrolled", "attended", "missed")
    return {name: int(value) if value else None for name, value in zip(names, row[1:6], strict=True)}


def test_the_file_of_the_academy_tells_of_no_few_people(clock, monkeypatch):
    trainer, counts = taught()
    sums = {"begun": ["finished", "unfinished"], "enrolled": ["attended", "missed", "rest"]}
    small = [name for name, count in counts.items() if count < LEAST]
    told = figures_in_file(trainer)
    assert told == {"begun": 30, "finished": None, "enrolled": 25, "attended": None, "missed": None}
    assert all(possible(told, sums, name) >= LEAST for name in small)
    monkeypatch.setattr(small_figures, "_next_to_hide", lambda *_told: None)
    naive = figures_in_file(trainer)
    assert all(possible(naive, sums, name) < LEAST for name in small)
