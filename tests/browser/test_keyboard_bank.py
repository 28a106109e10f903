"""Without a mouse, in the vacancy bank: a shift with all that comes of it, and a stranger who answers."""

import os
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from common import clock
from common.seating import SeatState
from people.models import Volunteer
from tests.browser.people import DESK, PHONE
from tests.browser.server import running_server
from tests.browser.typist import Typist
from tests.factories.shifts import ShiftTown
from vacancies import services
from vacancies.models import Application, Shift, ShiftSeat, TaskSeat

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Where the server puts its mail."""
    return tmp_path / "mail"


@pytest.fixture
def town(transactional_db) -> ShiftTown:
    return ShiftTown()


@pytest.fixture
def site(town: ShiftTown, child_environment: dict[str, str], letters: Path) -> Iterator[str]:
    with running_server({**child_environment, "EMAIL_URL": f"filemail:///{letters}"}) as base:
        yield base


def under_way(town: ShiftTown) -> ShiftSeat:
    """A place on a shift that began just now."""
    begun = clock.now() - timedelta(minutes=10)
    shift = Shift.objects.create(
        vacancy=town.vacancy, starts_at=begun, ends_at=begun + timedelta(hours=2), capacity=2, taken=1
    )
    return ShiftSeat.objects.create(event=shift, holder=town.volunteer(), state=SeatState.CONFIRMED)


def group_of(town: ShiftTown, member: Volunteer) -> TaskSeat:
    """Places of three people at an action, a week from now."""
    action = services.draft_action(
        town.organisation,
        by=town.contact,
        title="Tuin winterklaar",
        description="Samen snoeien.",
        on_date=clock.today() + timedelta(days=9),
        place="Dorpsstraat 1",
    )
    hours = {"begins": time(10), "ends": time(15)}
    task = services.add_task(action, title="Snoeien en planten", capacity=5, by=town.contact, **hours)
    services.submit_action(action, by=town.contact)
    services.publish_action(action, by=town.coordinator)
    task.refresh_from_db()
    return services.sign_up_for_task(task, size=3, group_name="Rotary", by=member.user)


def test_a_shift_from_signing_up_to_the_door(browser, site, town):
    asks, takes = (town.volunteer() for _ in range(2))
    shift = town.shift()
    services.sign_up(town.shift(days=3), takes, by=takes.user)

    phone = Typist(browser, site, size=PHONE)
    phone.become(asks.user)
    phone.go(reverse("vacancy", args=[town.vacancy.pk]))
    phone.goes("Alle datums")
    dates = phone.page.url
    phone.goes("Over dit werk", past=reverse("vacancy", args=[town.vacancy.pk]))
    phone.page.goto(dates)
    phone.tab_to("Ik kom")
    phone.goes("Ik kom")  # the second: the first is the date of the other
    phone.sees("Je hebt een plek")
    phone.goes("Vraag een ander")
    seat = ShiftSeat.objects.get(event=shift, holder=asks)

    desk = Typist(browser, site, size=DESK)
    desk.become(town.contact)
    desk.go(reverse("shift-roster", args=[shift.pk]))
    desk.sees("Zoekt iemand anders")

    other = Typist(browser, site, size=PHONE)
    other.become(takes.user)
    other.go(reverse("volunteer-home"))
    other.goes("Ik neem het over")
    other.sees("Je neemt deze dienst over")
    seat.refresh_from_db()
    assert seat.state == SeatState.CANCELLED
    assert ShiftSeat.objects.get(event=shift, holder=takes).state == SeatState.CONFIRMED

    here = under_way(town)
    desk.go(reverse("shift-roster", args=[here.event_id]))
    for button, state in (
        ("Is niet gekomen", "no_show"),
        ("Ongedaan", "confirmed"),
        ("Aanwezig", "attended"),
    ):
        desk.goes(button, past=f"#plek-{here.pk}")
        here.refresh_from_db()
        assert here.state == state
    phone.go(reverse("action", args=[group_of(town, asks).event.action_id]))
    title = phone.page.get_by_role("heading", name="Snoeien en planten").bounding_box()
    assert title["width"] > 120  # the two badges beside it left it one letter a line
    for person in (phone, desk, other):
        assert (person.faults, person.violations()) == ([], [])


def test_a_stranger_answers_a_vacancy(browser, site, town, letters):
    stranger = Typist(browser, site, size=PHONE)
    stranger.go(reverse("vacancy", args=[town.vacancy.pk]))
    stranger.goes("Dit lijkt me leuk")
    stranger.types("Nadia Bos", name="name")
    stranger.types("nadia@thuis.example", name="email")
    before = set(letters.glob("*"))
    stranger.goes(past="/account/")
    stranger.types(stranger.code(letters, before), name="code")
    stranger.goes(past="/mijn-aanmeldingen/")
    stranger.sees(f"Je aanmelding is verstuurd naar {town.organisation.name}.")
    assert Application.objects.get().user.name == "Nadia Bos"
    assert (stranger.faults, stranger.violations()) == ([], [])
