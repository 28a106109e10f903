"""The volunteer's page of an agreement: everything for the visit, each look noted, every step once."""

from datetime import date, time, timedelta

import icalendar
import pytest
from django.utils import timezone

from help_requests.enums import RequestState
from matching import services
from matching.enums import AssignmentState, CancelledBy
from tests.factories.matching import Town, open_request
from tests.factories.people import (
    BlockFactory,
    ResidentFactory,
    UserFactory,
)
from tests.matching.webtools import (
    HTMX,
    MARKERS,
    agreement,
    browser,
    fresh,
    leaks,
    looks,
    marked_town,
    text,
    url,
)

pytestmark = pytest.mark.django_db

AGREEMENT_QUERIES = 11


def test_the_agreement_has_everything_for_the_visit(clock):
    town = marked_town()
    mine = agreement(town)
    page = browser(mine.volunteer.user)
    waiting = text(page.get(url("agreement", mine)))
    assert "We ask the resident whether you may come" in waiting
    services.agree_to_volunteer(mine, by=town.resident_user)
    town.settle()
    said = text(page.get(url("agreement", mine)))
    for words in (
        MARKERS["name"],
        "tel:+31612121212",
        "Geheimelaan 12",
        MARKERS["destination"],
        "Walks with a rollator",
    ):
        assert words in said
    assert "https://www.openstreetmap.org/directions?to=52.027778%2C5.080600" in said
    assert "geo:52.027778,5.080600" in said
    assert 'rel="noreferrer noopener"' in said
    assert "There is a pet in the house" in said
    assert "People smoke in the house" not in said


def test_each_look_at_the_page_is_one_row(clock):
    mine = agreement(Town(volunteers=1))
    page = browser(mine.volunteer.user)
    page.get(url("agreement", mine))
    assert looks() == 1
    for name in ("volunteer-home", "agreements"):
        page.get(url(name))
    assert looks() == 1


def test_the_live_part_reads_again_only_when_something_changed(clock):
    mine = agreement(Town(volunteers=1))
    page = browser(mine.volunteer.user)
    whole = page.get(url("agreement", mine))
    live = f"{url('agreement', mine)}?stand={whole.context['stand']}"
    assert live in text(whole)
    unchanged = page.get(live, headers=HTMX)
    assert (unchanged.status_code, unchanged.content, looks()) == (204, b"", 1)
    services.plan(mine, clock.now() + timedelta(days=2), by=mine.volunteer.user)
    changed = page.get(live, headers=HTMX)
    assert (changed.status_code, looks()) == (200, 2)
    assert text(changed).strip() in text(page.get(url("agreement", mine)))


def test_contact_data_leave_the_page_when_they_close(clock):
    town = Town(volunteers=1)
    mine = agreement(town)
    page = browser(mine.volunteer.user)
    live = f"{url('agreement', mine)}?stand={page.get(url('agreement', mine)).context['stand']}"
    BlockFactory(volunteer=mine.volunteer, resident=town.request.resident)
    closed = page.get(live, headers=HTMX)
    assert closed.status_code == 200
    assert town.request.resident.name not in text(closed)
    assert looks() == 1


def test_planning_a_day_and_time(clock):
    mine = agreement(Town(volunteers=1))
    page = browser(mine.volunteer.user)
    moment = {"day": "2025-06-05", "time": "14:30"}
    assert page.post(url("agreement-plan", mine), moment).url == url("agreement", mine)
    planned = fresh(mine)
    assert planned.state == AssignmentState.PLANNED
    assert timezone.localtime(planned.starts_at).strftime("%Y-%m-%d %H:%M") == "2025-06-05 14:30"
    assert "Thursday 14:30" in text(page.get(url("agreement", mine)))


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        ({"day": "2025-06-02", "time": "14:30"}, "Please choose a day and time that is still to come."),
        ({"day": "2025-06-05", "time": ""}, "Please fill this in."),
    ],
)
def test_a_moment_that_cannot_be_is_refused_and_kept(clock, moment, sentence):
    mine = agreement(Town(volunteers=1))
    response = browser(mine.volunteer.user).post(url("agreement-plan", mine), moment)
    assert response.status_code == 422
    assert sentence in text(response)
    assert f'value="{moment["day"]}"' in text(response)
    assert fresh(mine).state == AssignmentState.AGREED


def test_done_says_thanks_and_keeps_the_minutes(clock):
    mine = agreement(Town(volunteers=1))
    page = browser(mine.volunteer.user)
    for _ in range(2):
        assert page.post(url("agreement-done", mine), {"minutes_spent": "90"}).url == url("agreement", mine)
    assert "Thank you for helping!" in text(page.get(url("agreement", mine)))
    done = fresh(mine)
    assert done.minutes_spent == 90
    assert done.done_by_volunteer_at is not None
    assert done.state == AssignmentState.PLANNED
    services.confirm_done(done, side=CancelledBy.RESIDENT, by=done.request.resident.user)
    assert "You have really helped someone" in text(page.get(url("agreement", mine)))


@pytest.mark.parametrize(
    ("step", "state", "words"),
    [
        ("agreement-no-show", AssignmentState.NO_SHOW, "The centre talks to the resident"),
        ("agreement-cancel", AssignmentState.CANCELLED, "You could not come after all"),
    ],
)
def test_a_step_taken_twice_is_taken_once(clock, step, state, words):
    town = Town(volunteers=1, on_date=date(2025, 6, 4), start_time=time(10))
    mine = agreement(town)
    town.settle()
    clock.at(mine.starts_at)
    page = browser(mine.volunteer.user)
    for _ in range(2):
        assert page.post(url(step, mine), {"reason": "ill"}).url == url("agreement", mine)
    assert fresh(mine).state == state
    assert words in text(page.get(url("agreement", mine)))


def test_what_is_done_cannot_be_called_off(clock):
    mine = agreement(Town(volunteers=1))
    for side, user in (
        (CancelledBy.VOLUNTEER, mine.volunteer.user),
        (CancelledBy.RESIDENT, mine.request.resident.user),
    ):
        services.confirm_done(mine, side=side, by=user)
    response = browser(mine.volunteer.user).post(url("agreement-cancel", mine), {"reason": "ill"})
    assert response.status_code == 409
    assert fresh(mine).state == AssignmentState.DONE


def test_the_reason_of_calling_off_is_kept(clock):
    mine = agreement(Town(volunteers=1))
    browser(mine.volunteer.user).post(url("agreement-cancel", mine), {"reason": "ill"})
    called_off = fresh(mine)
    assert (called_off.cancelled_by, called_off.cancel_reason) == ("volunteer", "ill")
    mine.request.refresh_from_db()
    assert mine.request.state == RequestState.REMATCHING


def test_the_calendar_file_holds_no_name_and_no_address(clock):
    town = marked_town(duration_minutes=90)
    mine = agreement(town)
    services.agree_to_volunteer(mine, by=town.resident_user)
    response = browser(mine.volunteer.user).get(url("agreement-calendar", mine))
    assert response.headers["Content-Type"].startswith("text/calendar")
    assert leaks(response) == []
    (event,) = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    local = timezone.localtime(event["dtstart"].dt)
    assert local.strftime("%Y-%m-%d %H:%M") == "2025-06-05 14:30"
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(minutes=90)
    assert str(event["location"]) == town.request.district.name
    assert str(event["summary"]) == "Helping: A ride"
    assert str(event["url"]).endswith(url("agreement", mine))
    assert len(event.walk("VALARM")) == 1


def test_there_is_no_calendar_file_without_a_day_or_after_calling_off(clock):
    mine = agreement(Town(volunteers=1))
    page = browser(mine.volunteer.user)
    assert page.get(url("agreement-calendar", mine)).status_code == 404
    services.plan(mine, clock.now() + timedelta(days=1), by=mine.volunteer.user)
    assert page.get(url("agreement-calendar", mine)).status_code == 200
    page.post(url("agreement-cancel", mine), {"reason": "no_time"})
    assert page.get(url("agreement-calendar", mine)).status_code == 404


def test_agreements_are_in_order_with_those_without_a_day_last(clock):
    town = Town(volunteers=0)
    volunteer = town.volunteer(running_cap=9, monthly_ask_cap=30)
    days = [None, date(2025, 6, 20), date(2025, 6, 10)]
    for number, day in enumerate(days):
        resident = ResidentFactory(centre=town.centre, user=UserFactory(), any_screened_volunteer=True)
        request = open_request(
            town.centre,
            resident=resident,
            on_date=day,
            start_time=time(9) if day else None,
            summary=f"Nr {number}",
        )
        services.come_forward(request, volunteer, by=volunteer.user)
    response = browser(volunteer.user).get(url("agreements"))
    assert [each.request.summary for each in response.context["agreements"]] == ["Nr 2", "Nr 1", "Nr 0"]


@pytest.mark.parametrize("number", [1, 10])
def test_agreements_ask_the_database_as_often_for_many(clock, number, django_assert_num_queries):
    town = Town(volunteers=0)
    volunteer = town.volunteer(running_cap=99)
    for _ in range(number):
        services.come_forward(open_request(town.centre), volunteer, by=volunteer.user)
    page = browser(volunteer.user)
    with django_assert_num_queries(AGREEMENT_QUERIES):
        assert len(page.get(url("agreements")).context["agreements"]) == number
