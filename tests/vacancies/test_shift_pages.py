"""Pages and API of shifts: the same verbs for people and programs, and messages to whom it concerns."""

import re
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.seating import SeatState
from events.worker import Worker
from notifications.enums import NoticeKind
from notifications.models import Notice
from people.agenda import appointments_of
from people.models import AccessLog, User
from safeguarding.enums import Requirement
from tests.factories.people import UserFactory, screen
from tests.factories.shifts import ShiftTown
from vacancies import services
from vacancies.enums import VacancyState
from vacancies.models import Application, Shift, ShiftSeat, SwapOffer, Vacancy

pytestmark = pytest.mark.django_db

S = SeatState


def browser(user: User | None = None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if user is not None:
        client.force_login(user)
    return client


def url(name: str, *args: object) -> str:
    return reverse(name, args=[getattr(arg, "pk", arg) for arg in args])


def page(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def seat_of(shift: Shift, volunteer) -> ShiftSeat:
    return ShiftSeat.objects.get(event=shift, holder=volunteer)


def heard(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("event_id").values_list("kind", flat=True))


def test_a_volunteer_signs_up_waits_and_gives_up(clock):
    town = ShiftTown()
    shift = town.shift(capacity=1)
    first, second = (town.volunteer() for _ in range(2))
    dates = url("vacancy-shifts", town.vacancy)
    assert "1 place free" in page(browser().get(dates))
    mine, other = browser(first.user), browser(second.user)
    assert "I will come" in page(mine.get(dates))
    assert "You have a place" in page(mine.post(url("shift-sign-up", shift), follow=True))
    assert "Put me on the waiting list" in page(other.get(dates))
    other.post(url("shift-sign-up", shift))
    assert "Waiting list, number 1" in page(other.get(dates))
    seat = seat_of(shift, first)
    assert other.get(url("my-shift", seat)).status_code == 404
    assert b"BEGIN:VEVENT" in mine.get(url("my-shift-calendar", seat)).content
    assert [each.uid for each in appointments_of(first.user)] == [str(seat.pk)]
    assert other.get(url("my-shift-calendar", seat_of(shift, second))).status_code == 404
    mine.post(url("my-shift-answer", seat, "afmelden"))
    Worker().run_due()
    assert seat_of(shift, second).state == S.CONFIRMED
    assert heard(second.user) == ["shift_moved_up"]
    assert heard(town.contact) == ["shift_given_up"]
    assert appointments_of(first.user) == []
    assert "To come" in page(other.get(url("my-shifts")))


def test_what_comes_first_is_said_and_there_is_no_button(clock):
    town = ShiftTown(screening=Requirement.to_mask([Requirement.TALK]))
    shift, volunteer = town.shift(), town.volunteer()
    mine = browser(volunteer.user)
    said = page(mine.get(url("vacancy-shifts", town.vacancy)))
    assert "Something comes first" in said
    assert "I will come" not in said
    assert "First the volunteer takes the steps" in page(mine.post(url("shift-sign-up", shift), follow=True))
    screen(volunteer, Requirement.TALK)
    assert "I will come" in page(mine.get(url("vacancy-shifts", town.vacancy)))
    Vacancy.objects.update(state=VacancyState.PAUSED)
    assert mine.get(url("vacancy-shifts", town.vacancy)).status_code == 404
    assert mine.post(url("shift-sign-up", shift)).status_code == 404


def test_the_organisation_plans_changes_moves_and_calls_off(clock):
    town = ShiftTown()
    desk = browser(town.contact)
    plan = {"day": "2025-06-10", "begins": "14:00", "ends": "16:00", "capacity": "1", "repeat": "weekly"}
    refused = desk.post(url("vacancy-roster", town.vacancy), plan)
    assert refused.status_code == 422
    assert "Fill in the last day of the series." in page(refused)
    assert 'value="14:00"' in page(refused)  # what was typed stays
    answer = desk.post(url("vacancy-roster", town.vacancy), plan | {"until": "2025-06-24"}, follow=True)
    assert "3 dates have been planned." in page(answer)
    shift = Shift.objects.order_by("starts_at")[0]
    volunteer, waiting = (town.volunteer() for _ in range(2))
    for each in (volunteer, waiting):
        services.sign_up(shift, each, by=each.user)
    roster = page(desk.get(url("shift-roster", shift)))
    assert volunteer.user.name in roster
    assert "+31612345678" in roster
    assert AccessLog.objects.filter(subject_id=volunteer.pk, reader_id=town.contact.pk).count() == 1
    assert not AccessLog.objects.filter(subject_id=waiting.pk).exists()  # of who waits no number is shown
    many = {"change-capacity": "0", "change-note": ""}
    assert desk.post(url("shift-change", shift), many).status_code == 422
    desk.post(url("shift-change", shift), {"change-capacity": "2", "change-note": "Achteringang"})
    assert seat_of(shift, waiting).state == S.CONFIRMED
    desk.post(
        url("shift-move", shift),
        {"move-day": "2025-06-11", "move-begins": "14:00", "move-ends": "16:00"},
    )
    shift.refresh_from_db()
    assert (shift.starts_at.day, shift.note) == (11, "Achteringang")
    Worker().run_due()
    desk.post(url("shift-call-off", shift), {"reeks": "ja"})
    Worker().run_due()
    assert Shift.objects.filter(cancelled_at=None).count() == 0
    assert heard(waiting.user) == ["shift_moved_up", "shift_moved", "shift_called_off"]
    assert len(mail.outbox) == 6  # both: taken or moved up, moved, called off
    assert "Called off" in page(browser(volunteer.user).get(url("my-shift", seat_of(shift, volunteer))))


def test_at_the_door(clock):
    town = ShiftTown(screening=Requirement.to_mask([Requirement.TALK]))
    shift = town.shift(days=0, at="11:00")
    volunteers = [town.volunteer() for _ in range(2)]
    for volunteer in volunteers:
        screen(volunteer, Requirement.TALK)
        services.sign_up(shift, volunteer, by=volunteer.user)
    desk, stranger = browser(town.contact), browser(town.volunteer().user)
    code = desk.get(url("shift-code", shift))
    address = urlsplit(code.context["address"]).path
    assert "<svg" in page(code)
    assert stranger.get(url("shift-code", shift)).status_code == 404
    shown = page(stranger.get(address))
    assert "You have no place on this shift" in shown
    assert url("vacancy-shifts", town.vacancy) in shown
    assert stranger.post(address).status_code == 404
    mine = browser(volunteers[0].user)
    assert "I am here" in page(mine.get(address))
    assert mine.get(address.rstrip("/") + "x/").status_code == 409
    mine.post(address)
    assert seat_of(shift, volunteers[0]).state == S.ATTENDED
    volunteers[1].screenings.update(valid_until=clock.now().date() - timedelta(days=1))
    assert "Screening lapsed" in page(desk.get(url("shift-roster", shift)))
    other = seat_of(shift, volunteers[1])
    answer = desk.post(url("seat-step", shift, other, "aanwezig"))
    assert answer.url.endswith(f"#plek-{other.pk}")
    assert f'id="plek-{other.pk}"' in page(desk.get(url("shift-roster", shift)))
    assert seat_of(shift, volunteers[1]).state == S.CONFIRMED
    clock.forward(hours=1)
    desk.post(url("seat-step", shift, other, "afwezig"))
    assert seat_of(shift, volunteers[1]).state == S.NO_SHOW
    desk.post(url("seat-step", shift, other, "terug"))
    assert seat_of(shift, volunteers[1]).state == S.CONFIRMED
    at_the_door = url("shift-code", shift)
    assert at_the_door in page(desk.get(url("shift-roster", shift)))
    clock.forward(hours=3)
    assert at_the_door not in page(desk.get(url("shift-roster", shift)))  # it would open nothing any more


def test_swapping_tells_both_and_the_organisation(clock):
    town = ShiftTown()
    shift, earlier = town.shift(capacity=1), town.shift(days=3)
    asks, takes = (town.volunteer() for _ in range(2))
    services.sign_up(shift, asks, by=asks.user)
    services.sign_up(earlier, takes, by=takes.user)
    browser(asks.user).post(url("my-shift-answer", seat_of(shift, asks), "ruilen"))
    Worker().run_due()
    assert heard(takes.user) == ["swap_asked"]
    theirs, desk = browser(takes.user), browser(town.contact)
    assert "I take it over" in page(theirs.get(url("my-shifts")))
    today = page(theirs.get(url("volunteer-home")))  # a question to me stands first there
    assert "1 question for you" in today
    assert f'action="{url("swap-take", SwapOffer.objects.get())}"' in today
    about = "<p>Gastheer of gastvrouw, Tuesday 10 June 14:00</p>"
    assert about in page(theirs.get(url("inbox")))
    assert "Asks others to come instead" in page(desk.get(url("shift-roster", shift)))
    swap = SwapOffer.objects.get()
    stranger = browser(town.volunteer().user)
    assert "no longer needed" in page(stranger.post(url("swap-take", swap), follow=True))
    theirs.post(url("swap-take", swap))
    Worker().run_due()
    assert seat_of(shift, takes).state == S.CONFIRMED
    assert heard(asks.user) == ["shift_passed_on"]
    assert heard(town.contact) == ["swap_taken"]
    assert about in page(desk.get(url("inbox")))
    assert about in page(browser(asks.user).get(url("inbox")))
    assert "I take it over" not in page(theirs.get(url("volunteer-home")))
    assert "Asks others to come instead" not in page(desk.get(url("shift-roster", shift)))


def test_a_message_names_what_it_is_about_to_who_may_see_it_only(clock):
    town = ShiftTown()
    shift, person = town.shift(), UserFactory(name="Noor Vos")
    services.send_application(town.vacancy, message="Ik kom graag", by=person)
    Worker().run_due()
    line = "<p>Noor Vos, Gastheer of gastvrouw</p>"
    assert line in page(browser(town.contact).get(url("inbox")))
    stranger = UserFactory()
    told = ((NoticeKind.VACANCY_ANSWERED, Application.objects.get().pk), (NoticeKind.SWAP_TAKEN, shift.pk))
    for number, (kind, about) in enumerate(told, start=10_000):
        Notice.objects.create(user=stranger, kind=kind, object_id=about, event_id=number)
    said = page(browser(stranger).get(url("inbox")))
    assert said.count("sk-card--accent") == len(told)
    assert "Gastheer" not in said


def test_lists_cost_the_same_for_one_and_for_many(clock):
    town = ShiftTown(screening=Requirement.to_mask([Requirement.TALK]))
    volunteer = town.volunteer()
    screen(volunteer, Requirement.TALK)
    shift = town.shift(capacity=9)
    services.sign_up(shift, volunteer, by=volunteer.user)
    mine, desk = browser(volunteer.user), browser(town.contact)

    def costs() -> list[int]:
        found = []
        for client, address in (
            (mine, url("vacancy-shifts", town.vacancy)),
            (mine, url("my-shifts")),
            (desk, url("vacancy-roster", town.vacancy)),
            (desk, url("shift-roster", shift)),
        ):
            client.get(address)  # the look is logged once an hour
            with CaptureQueriesContext(connection) as seen:
                client.get(address)
            found.append(len(seen))
        return found

    before = costs()
    for day in range(8, 12):
        more = town.volunteer()
        screen(more, Requirement.TALK)
        services.sign_up(shift, more, by=more.user)
        services.sign_up(town.shift(days=day), volunteer, by=volunteer.user)
    assert costs() == before
    assert max(before) <= 17, before


def test_programs_do_the_same(clock):
    town = ShiftTown()
    desk = Client()
    desk.force_login(town.contact)
    plan = {
        "vacancy": str(town.vacancy.pk),
        "day": "2025-06-10",
        "begins": "14:00",
        "ends": "16:00",
        "capacity": 1,
    }
    made = desk.post("/api/v1/shifts", plan, content_type="application/json")
    assert made.status_code == 201, made.content
    shift = Shift.objects.get(pk=made.json()["items"][0]["id"])
    first, second = (town.volunteer() for _ in range(2))
    mine, other = Client(), Client()
    mine.force_login(first.user)
    other.force_login(second.user)
    assert mine.post("/api/v1/shifts", plan, content_type="application/json").status_code == 404
    seat = mine.post(f"/api/v1/shifts/{shift.pk}/sign-up").json()
    waiting = other.post(f"/api/v1/shifts/{shift.pk}/sign-up").json()
    assert (seat["state"], waiting["state"], waiting["placeInLine"]) == ("confirmed", "waitlisted", 1)
    assert [each["id"] for each in other.get("/api/v1/shift-seats").json()["items"]] == [waiting["id"]]
    assert len(desk.get(f"/api/v1/shift-seats?shift={shift.pk}").json()["items"]) == 2
    assert other.post(f"/api/v1/shift-seats/{seat['id']}/give-up").status_code == 404
    refused = mine.post(f"/api/v1/shift-seats/{seat['id']}/ask-swap")
    assert (refused.status_code, refused.json()["code"]) == (409, "someone-waits")
    assert mine.post(f"/api/v1/shift-seats/{seat['id']}/check-in").status_code == 403
    assert mine.post(f"/api/v1/shift-seats/{seat['id']}/give-up").json()["cancelledBy"] == "holder"
    swap = other.post(f"/api/v1/shift-seats/{waiting['id']}/ask-swap").json()
    assert [each["id"] for each in mine.get("/api/v1/shift-swaps").json()["items"]] == [swap["id"]]
    assert mine.post(f"/api/v1/shift-swaps/{swap['id']}/take-over").json()["state"] == "confirmed"
    moved = {"day": "2025-06-12", "begins": "9:00", "ends": "10:00"}
    answer = desk.post(f"/api/v1/shifts/{shift.pk}/move", moved, content_type="application/json")
    assert answer.json()["startsAt"].startswith(str(date(2025, 6, 12)))
    off = desk.post(f"/api/v1/shifts/{shift.pk}/call-off", {}, content_type="application/json")
    assert off.status_code == 204
    assert mine.get("/api/v1/shifts").json()["items"] == []
