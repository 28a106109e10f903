"""The resident's side of an agreement, and the desk's view of who can help."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest

from help_requests import services as help_requests
from help_requests.enums import RequestState
from help_requests.models import HelpRequest
from help_requests.queries import SESSION_KEY
from matching import services
from matching.enums import AssignmentState, CancelledBy, DispatchState, OfferState
from matching.models import Assignment, Dispatch, Offer
from people.models import Resident
from tests.factories.matching import Town
from tests.factories.people import (
    AdministratorFactory,
    CoordinatorFactory,
    RepresentativeFactory,
    UserFactory,
)
from tests.matching.webtools import HTMX, agreement, asked, browser, cautious_town, fresh, looks, text, url

pytestmark = pytest.mark.django_db

FIRST_NAME, LAST_NAME, PHONE = "Fatima", "Kersenbloesem", "06 12345678"
DESK_QUERIES = 25


def named(town: Town) -> Town:
    """The volunteer has a name that can be recognised in both its parts."""
    user = town.volunteers[0].user
    user.name = f"{FIRST_NAME} {LAST_NAME}"
    user.save()
    return town


def match(town: Town) -> str:
    return url("request-match", town.request)


def answer(mine: Assignment, word: str) -> str:
    return url("request-match-answer", mine.request, mine, word)


def anonymous(town: Town):
    """The browser from which the request was sent without signing in."""
    Resident.objects.filter(pk=town.request.resident_id).update(user=None)
    page = browser()
    session = page.session
    session[SESSION_KEY] = [str(town.request.pk)]
    session.save()
    page.cookies["sessionid"] = session.session_key
    return page


# --- The resident --------------------------------------------------------------------------------


def test_nobody_found_yet(clock):
    town = Town(volunteers=1)
    said = text(browser(town.resident_user).get(match(town)))
    assert "Nobody has been found yet" in said


def test_a_proposed_volunteer_has_a_first_name_only_until_the_yes(clock):
    town = named(cautious_town())
    mine = agreement(town)
    page = browser(town.resident_user)
    before = text(page.get(match(town)))
    assert f"{FIRST_NAME} would like to help you" in before
    assert LAST_NAME not in before
    assert PHONE not in before
    assert looks() == 0
    for _ in range(2):
        assert page.post(answer(mine, "ja")).url == url("my-request", town.request)
    after = text(page.get(match(town)))
    assert f"{FIRST_NAME} {LAST_NAME} helps you" in after
    assert PHONE in after
    assert 'href="tel:+31612345678"' in after
    assert looks() == 1


def test_no_looks_on_for_another_and_twice_is_once(clock):
    town = cautious_town(volunteers=2)
    mine = agreement(town)
    page = browser(town.resident_user)
    for _ in range(2):
        assert page.post(answer(mine, "nee")).url == url("my-request", town.request)
    town.settle()
    assert fresh(mine).state == AssignmentState.CANCELLED
    assert town.request.state == RequestState.OFFERED


def test_a_representative_answers_too(clock):
    town = cautious_town()
    mine = agreement(town)
    daughter = RepresentativeFactory(resident=town.request.resident).user
    browser(daughter).post(answer(mine, "ja"))
    assert fresh(mine).state == AssignmentState.AGREED


def test_nobody_elses_match_is_found(clock):
    town = cautious_town()
    mine = agreement(town)
    other = cautious_town()
    for user in (UserFactory(), town.volunteers[0].user, other.resident_user):
        page = browser(user)
        assert page.get(match(town)).status_code == 404
        assert page.post(answer(mine, "ja")).status_code == 404
    assert browser().get(match(town)).status_code == 404
    # An agreement of another request is not one of mine.
    theirs = agreement(other)
    crossed = url("request-match-answer", town.request, theirs, "ja")
    assert browser(town.resident_user).post(crossed).status_code == 404
    assert {fresh(each).state for each in (mine, theirs)} == {AssignmentState.PROPOSED}


@pytest.mark.parametrize("make", [Town, cautious_town])
def test_who_sent_it_without_signing_in_sees_that_someone_was_found(clock, make):
    town = named(make(volunteers=1, on_date=date(2025, 6, 5), start_time=time(14, 30)))
    mine = agreement(town)
    page = anonymous(town)
    said = text(page.get(match(town)))
    assert FIRST_NAME in said
    assert "Thursday 14:30" in said
    assert LAST_NAME not in said
    assert PHONE not in said
    to_sign_in = f"{url('account_login')}?next=/mijn-hulpvragen/{town.request.pk}/"
    assert page.post(answer(mine, "ja")).url.replace("%2F", "/") == to_sign_in
    assert looks() == 0
    assert fresh(mine).state == mine.state


def test_signing_in_as_someone_else_opens_no_contact_data(clock):
    town = named(Town(volunteers=1))
    agreement(town)
    page = anonymous(town)
    page.force_login(UserFactory())
    session = page.session
    session[SESSION_KEY] = [str(town.request.pk)]
    session.save()
    response = page.get(match(town))
    assert response.status_code == 200
    assert PHONE not in text(response)
    assert looks() == 0


def test_the_residents_live_part_reads_again_only_when_something_changed(clock):
    town = Town(volunteers=1)
    mine = agreement(town)
    page = browser(town.resident_user)
    whole = page.get(match(town))
    live = f"{match(town)}?stand={whole.context['stand']}"
    assert live in text(whole)
    assert page.get(live, headers=HTMX).status_code == 204
    assert looks() == 1
    services.confirm_done(mine, side=CancelledBy.VOLUNTEER, by=mine.volunteer.user)
    changed = page.get(live, headers=HTMX)
    assert "says that it is done. Is that right?" in text(changed)
    assert looks() == 2
    assert text(changed).strip() in text(page.get(match(town)))


def test_both_say_that_it_is_done(clock):
    town = Town(volunteers=1)
    mine = agreement(town)
    page = browser(town.resident_user)
    for _ in range(2):
        assert page.post(answer(mine, "gedaan")).url == url("my-request", town.request)
    assert "You said that it is done" in text(page.get(match(town)))
    services.confirm_done(mine, side=CancelledBy.VOLUNTEER, by=mine.volunteer.user)
    assert fresh(mine).state == AssignmentState.DONE
    assert "has helped you" in text(page.get(match(town)))


def test_the_volunteer_who_did_not_come(clock):
    town = Town(volunteers=1, on_date=date(2025, 6, 5), start_time=time(14, 30))
    mine = agreement(town)
    page = browser(town.resident_user)
    assert answer(mine, "niet-gekomen") not in text(page.get(match(town)))
    clock.forward(days=3)
    assert answer(mine, "niet-gekomen") in text(page.get(match(town)))
    for _ in range(2):
        assert page.post(answer(mine, "niet-gekomen")).url == url("my-request", town.request)
    assert fresh(mine).state == AssignmentState.NO_SHOW


# --- The desk ------------------------------------------------------------------------------------


def desk(town: Town) -> str:
    return url("desk-candidates", town.request)


def step(mine: Assignment, verb: str) -> str:
    return url("desk-assignment", mine.request, mine, verb)


def test_only_the_desk_of_the_centre_sees_candidates(clock):
    town = Town(volunteers=1)
    assert browser().get(desk(town)).url.startswith("/account/login/")
    for user in (town.volunteers[0].user, town.resident_user):
        assert browser(user).get(desk(town)).status_code == 403
    stranger = browser(CoordinatorFactory())
    assert stranger.get(desk(town)).status_code == 404
    mine = agreement(town)
    for address in (
        url("desk-dispatch", town.request, "start"),
        url("desk-ask", town.request, town.volunteers[0]),
        url("desk-reopen", town.request),
        step(mine, "afzeggen"),
    ):
        assert stranger.post(address).status_code == 404
        assert browser(town.volunteers[0].user).post(address).status_code == 403
    for user in (town.coordinator, AdministratorFactory(town.centre)):
        assert browser(user).get(desk(town)).status_code == 200


def test_candidates_have_a_name_a_score_reasons_and_a_key(clock):
    town = named(Town(volunteers=9))
    response = browser(town.coordinator).get(desk(town))
    said = text(response)
    assert f"{FIRST_NAME} {LAST_NAME}" in said
    assert "of 100" in said
    assert re.search(r"lives \d+ metres away", said)
    assert "asked 0 of at most 8 times this month" in said
    assert [each["key"] for each in response.context["candidates"]] == [1, 2, 3, 4, 5, 6, 7, "", ""]
    assert said.count('data-key="1"') == 1
    part, _sep, state = text(browser(town.coordinator).get(desk(town), headers=HTMX)).partition(
        ' <span id="request-state" hx-swap-oob'
    )
    assert part.strip() in said
    assert "Approved" in state


def test_the_funnel_tells_where_people_drop_out(clock):
    town = Town(volunteers=0)
    town.volunteer(screened=False)
    response = browser(town.coordinator).get(desk(town))
    said = text(response)
    assert "Nobody fits now" in said
    assert "has the screening that is needed" in said
    assert response.context["funnel_total"] == 1
    assert response.context["funnel"][-1][1] == 0


def test_a_request_without_a_place_says_what_to_do(clock):
    town = Town(volunteers=1)
    HelpRequest.objects.update(cell=None)
    assert "The place of this request is not known yet" in text(browser(town.coordinator).get(desk(town)))


def test_asking_one_by_name_and_twice_is_once(clock):
    town = Town(volunteers=2)
    page = browser(town.coordinator)
    ask = url("desk-ask", town.request, town.volunteers[1])
    assert page.post(ask).url == desk(town)
    response = page.post(ask, headers=HTMX)
    assert "This volunteer has already been asked for this." in response.headers["HX-Trigger"]
    assert Offer.objects.get().volunteer == town.volunteers[1]
    assert town.volunteers[1].user.name in text(response)


def test_who_does_not_fit_or_is_of_another_centre_is_not_asked(clock):
    town = Town(volunteers=0)
    page = browser(town.coordinator)
    unscreened = town.volunteer(screened=False)
    refused = page.post(url("desk-ask", town.request, unscreened), follow=True)
    assert "A screening that this needs is missing" in text(refused)
    elsewhere = Town(volunteers=1).volunteers[0]
    assert page.post(url("desk-ask", town.request, elsewhere)).status_code == 404
    assert not Offer.objects.exists()


def test_starting_and_stopping(clock):
    town = Town(volunteers=5)
    page = browser(town.coordinator)
    started = page.post(url("desk-dispatch", town.request, "start"), headers=HTMX)
    assert "Wave 1." in text(started)
    assert "Answers until" in text(started)
    assert Offer.objects.filter(state=OfferState.SENT).count() == 3
    page.post(url("desk-dispatch", town.request, "stop"))
    assert Dispatch.objects.get().state == DispatchState.STOPPED
    assert not Offer.objects.filter(state=OfferState.SENT).exists()
    assert "Ask the best by itself" in text(page.get(desk(town)))


def test_the_badge_of_the_panel_goes_along_with_asking(clock):
    town = Town(volunteers=1)
    page = browser(town.coordinator)
    panel = text(page.get(url("desk-request", town.request), headers=HTMX))
    assert '<span id="request-state"><span class="sk-badge sk-badge--info">Approved' in panel
    asking = text(page.post(url("desk-ask", town.request, town.volunteers[0]), headers=HTMX))
    fresh_badge = '<span id="request-state" hx-swap-oob="true"><span class="sk-badge sk-badge--info">'
    assert f"{fresh_badge}Volunteers are being asked" in asking


@pytest.mark.parametrize("verb", ["start", "now"])
def test_with_nobody_to_ask_nobody_is_said_to_be_asked(clock, verb):
    page = browser((town := Town(volunteers=0)).coordinator)
    answered = page.post(url("desk-dispatch", town.request, verb), headers=HTMX)
    assert "Nobody fits now, so nobody has been asked." in answered.headers["HX-Trigger"]
    said = text(answered)
    assert "As soon as someone fits, the asking goes on by itself." in said
    assert "Everybody who fits has been asked" not in said


def test_who_was_the_only_one_has_been_asked(clock):
    town = Town(volunteers=1)
    offer = asked(town)
    services.decline_offer(offer, by=offer.volunteer.user)
    town.settle()
    page = browser(town.coordinator)
    answered = page.post(url("desk-dispatch", town.request, "start"), headers=HTMX)
    assert "everybody who fits has been asked" in answered.headers["HX-Trigger"]
    assert "Everybody who fits has been asked." in text(answered)


@pytest.mark.parametrize(("volunteers", "few"), [(2, True), (3, False)])
def test_why_so_few_is_asked_when_few_fit(clock, volunteers, few):
    town = Town(volunteers=volunteers)
    said = text(browser(town.coordinator).get(desk(town)))
    assert ("Why so few?" in said) == few
    assert ("Where the others drop out" in said) != few


def test_no_separator_hangs_loose_without_a_time(clock):
    town = Town(volunteers=1, dayparts=0)
    page = browser(town.coordinator)
    for address in (
        url("asking-board"),
        url("asking-board-opened", town.request),
        desk(town),
        url("desk") + "?lijst=gevraagd",
    ):
        assert not re.search(r">\s*·", text(page.get(address))), address
        assert "any time" in text(page.get(address)).lower()


def test_who_waits_for_a_yes_without_mail_is_called(clock):
    town = named(cautious_town())
    agreement(town)
    Resident.objects.update(phone="+31611223344", email="")
    nameless, centre = anonymous(town), browser(town.coordinator)
    by_phone = "Call the resident: is this volunteer all right?"
    with_number, waiting = text(centre.get(desk(town))), text(nameless.get(match(town)))
    assert by_phone in with_number
    assert "06 11223344" in with_number
    assert "The centre calls you to hear whether that is all right." in waiting
    assert "sign in with your e-mail address" not in waiting
    Resident.objects.update(email="ria@example.org")
    assert by_phone not in text(centre.get(desk(town)))
    assert "sign in with your e-mail address" in text(nameless.get(match(town)))


def test_the_desk_speaks_for_either_side(clock):
    town = cautious_town()
    mine = agreement(town)
    page = browser(town.coordinator)
    for _ in range(2):
        assert page.post(step(mine, "akkoord")).url == desk(town)
    assert fresh(mine).state == AssignmentState.AGREED
    for verb in ("gedaan-inwoner", "gedaan-vrijwilliger"):
        page.post(step(mine, verb))
    assert fresh(mine).state == AssignmentState.DONE
    assert page.post(step(mine, "afzeggen")).status_code == 409


def test_the_desk_plans(clock):
    town = Town(volunteers=1)
    mine = agreement(town)
    page = browser(town.coordinator)
    wrong = page.post(step(mine, "plan"), {"day": "2025-06-01", "time": "10:00"}, headers=HTMX)
    assert wrong.status_code == 422
    assert "still to come" in text(wrong)
    assert 'value="2025-06-01"' in text(wrong)
    assert page.post(step(mine, "plan"), {"day": "2025-06-10", "time": "10:00"}).url == desk(town)
    assert fresh(mine).state == AssignmentState.PLANNED


def test_calling_off_for_the_centre_twice_is_once(clock):
    town = Town(volunteers=1)
    mine = agreement(town)
    page = browser(town.coordinator)
    for _ in range(2):
        assert page.post(step(mine, "afzeggen")).url == desk(town)
    assert fresh(mine).cancelled_by == CancelledBy.CENTRE


def test_after_a_no_show_one_looks_again(clock):
    town = Town(volunteers=2, on_date=date(2025, 6, 4), start_time=time(10))
    mine = agreement(town)
    town.settle()
    page = browser(town.coordinator)
    assert page.post(step(mine, "niet-gekomen")).status_code == 409, "the visit is still to come"
    clock.at(mine.starts_at)
    for _ in range(2):
        page.post(step(mine, "niet-gekomen"))
    town.settle()
    assert town.request.state == RequestState.NO_SHOW
    said = text(page.get(desk(town)))
    assert "Look for a volunteer again" in said
    assert "Did not take place" in said
    for _ in range(2):
        assert page.post(url("desk-reopen", town.request), {"on_date": "2025-06-05"}).url == desk(town)
    town.settle()
    assert town.request.state == RequestState.OPEN


def test_a_request_whose_day_has_passed_gets_another_day(clock):
    yesterday, tomorrow = clock.now().date() - timedelta(days=1), clock.now().date() + timedelta(days=1)
    town = Town(volunteers=1, on_date=yesterday, start_time=time(9))
    page = browser(town.coordinator)
    assert "The day has passed" in text(page.get(desk(town)))
    for day in ("", yesterday.isoformat()):
        refused = page.post(url("desk-reopen", town.request), {"on_date": day})
        assert refused.status_code == 422
        assert "This day has passed" in text(refused)
    answer = {"on_date": tomorrow.isoformat(), "start_time": "10:30"}
    assert page.post(url("desk-reopen", town.request), answer).url == desk(town)
    town.request.refresh_from_db()
    assert (town.request.on_date, town.request.start_time) == (tomorrow, time(10, 30))
    assert "The day has passed" not in text(page.get(desk(town)))


def test_a_request_that_is_running_well_cannot_be_reopened(clock):
    town = Town(volunteers=1)
    agreement(town)
    assert browser(town.coordinator).post(url("desk-reopen", town.request)).status_code == 409


def test_a_withdrawn_request_has_no_candidates(clock):
    town = Town(volunteers=1)
    asked(town)
    help_requests.withdraw(town.request, by=town.resident_user)
    said = text(browser(town.coordinator).get(desk(town)))
    assert "Best candidates" not in said
    assert "Ask the best by itself" not in said


def test_the_desk_says_how_many_are_asked_at_a_time(clock):
    town = Town(volunteers=1)
    page = browser(town.coordinator)
    assert "Asks the best 3 at a time" in text(page.get(desk(town)))
    town.policy(wave_size=1)
    assert "Asks the best, and the next at once" in text(page.get(desk(town)))
    town.request.helpers_needed = 2
    town.request.save()
    assert "Asks the best 2 at a time" in text(page.get(desk(town)))


def test_at_night_the_desk_says_when_the_asking_goes_on(clock):
    town = Town(volunteers=1, on_date=date(2025, 6, 20))
    clock.at(datetime(2025, 6, 3, 23, 0, tzinfo=UTC))  # one o'clock at night
    services.start_dispatch(town.request, by=town.coordinator)
    page = browser(town.coordinator)
    said = text(page.get(desk(town)))
    assert "Quiet hours: asks again today 8:00" in said
    assert "Wave 0" not in said
    clock.at(datetime(2025, 6, 4, 7, 0, tzinfo=UTC))
    town.settle()
    assert "Wave 1. Answers until" in text(page.get(desk(town)))


@pytest.mark.parametrize("number", [1, 10])
def test_the_desk_asks_the_database_as_often_for_many(clock, number, django_assert_num_queries):
    town = Town(volunteers=number)
    page = browser(town.coordinator)
    page.get(desk(town))
    with django_assert_num_queries(DESK_QUERIES):
        assert len(page.get(desk(town)).context["candidates"]) == number
