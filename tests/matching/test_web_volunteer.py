"""The volunteer's pages: questions, answering, near by; and what they never show too early."""

import re
from datetime import date, time

import pytest
from django.db import connection

from help_requests import services as help_requests
from matching import services
from matching.enums import AssignmentState, OfferState
from matching.models import Assignment, Offer
from people.enums import HelpCategory, Skill, VolunteerState
from places.cells import centre_of
from safeguarding.models import Screening
from tests.factories.matching import Town, open_request
from tests.factories.people import (
    BlockFactory,
    UserFactory,
    VolunteerFactory,
)
from tests.matching.webtools import (
    HTMX,
    ask_more,
    asked,
    browser,
    cautious_town,
    fresh,
    leaks,
    looks,
    marked_town,
    text,
    url,
)

pytestmark = pytest.mark.django_db

PLAIN = ("volunteer-home", "near-me", "agreements")
STEPS = ("agreement-plan", "agreement-done", "agreement-no-show", "agreement-cancel")
# Session, person, profile, roles, centre and unread messages, and what the page itself reads.
# On PostgreSQL one query tells what is known of a volunteer.
HOME_QUERIES = {"sqlite": 28, "postgresql": 24}
NEAR_QUERIES = {"sqlite": 18, "postgresql": 14}


# --- Who sees what ------------------------------------------------------------------------------


def test_visitors_sign_in_first(clock):
    town = Town(volunteers=1)
    offer = asked(town)
    for address in [url(name) for name in PLAIN] + [url("offer", offer), url("near-request", town.request)]:
        assert browser().get(address).url.startswith("/account/login/")


def test_who_is_no_volunteer_is_invited_to_join(clock):
    town = Town(volunteers=1)
    offer = asked(town)
    for user in (town.coordinator, town.resident_user, UserFactory()):
        for address in [url(name) for name in PLAIN] + [url("offer", offer)]:
            assert browser(user).get(address).url == url("join")
        assert browser(user).post(url("offer-accept", offer)).url == url("join")
    assert not Assignment.objects.exists()


def test_ones_own_pages_answer(clock):
    town = Town(volunteers=1, start_time=time(9), on_date=date(2025, 6, 9))
    page = browser(town.volunteers[0].user)
    for name in PLAIN:
        assert page.get(url(name)).status_code == 200
    assert page.get(url("offer", asked(town))).status_code == 200


def test_someone_elses_question_and_agreement_are_not_found(clock):
    town = Town(volunteers=1, start_time=time(9), on_date=date(2025, 6, 9))
    offer = asked(town)
    stranger = browser(town.volunteer().user)
    assert stranger.get(url("offer", offer)).status_code == 404
    for name in ("offer-accept", "offer-decline"):
        assert stranger.post(url(name, offer)).status_code == 404
    mine = services.accept_offer(offer, by=offer.volunteer.user)
    for name in ("agreement", "agreement-calendar"):
        assert stranger.get(url(name, mine)).status_code == 404
    for name in STEPS:
        assert stranger.post(url(name, mine)).status_code == 404
    assert looks() == 0


def test_looking_changes_nothing(clock):
    town = Town(volunteers=1)
    offer = asked(town)
    page = browser(offer.volunteer.user)
    for name in ("offer-accept", "offer-decline"):
        assert page.get(url(name, offer)).status_code == 405
    assert page.get(url("near-request-accept", town.request)).status_code == 405
    mine = services.accept_offer(offer, by=offer.volunteer.user)
    for name in STEPS:
        assert page.get(url(name, mine)).status_code == 405
    assert fresh(mine).state == AssignmentState.AGREED


# --- Before agreement ----------------------------------------------------------------------------


def test_before_agreement_no_page_says_who_or_where(clock):
    town = marked_town()
    page = browser(town.volunteers[0].user)
    for address in (url("near-me"), f"{url('near-me')}?als=kaart", url("near-request", town.request)):
        response = page.get(address)
        assert response.status_code == 200
        assert leaks(response) == []
    offer = asked(town)
    parts = [url("volunteer-home-part", part) for part in ("vragen", "afspraken", "dichtbij")]
    for address in (url("volunteer-home"), *parts, url("offer", offer)):
        assert leaks(page.get(address)) == []
    mine = services.accept_offer(offer, by=offer.volunteer.user)
    for address in (url("agreement", mine), url("agreements"), url("agreement-calendar", mine)):
        response = page.get(address)
        assert response.status_code == 200
        assert leaks(response) == []
    services.agree_to_volunteer(fresh(mine), by=town.resident_user)
    assert set(leaks(page.get(url("agreement", mine)))) >= {"name", "street", "description", "destination"}


def test_the_map_gets_the_centre_of_the_cell(clock):
    town = marked_town()
    response = browser(town.volunteers[0].user).get(f"{url('near-me')}?als=kaart")
    point, you = response.context["points"]
    assert (point["lat"], point["lon"]) == centre_of(town.request.cell)
    assert you["you"] is True
    assert "data-map" in text(response)


def test_moving_house_inside_the_cell_changes_no_answer(clock):
    town = marked_town()
    page = browser(town.volunteers[0].user)
    addresses = [f"{url('near-me')}?als=kaart", url("near-request", town.request), url("volunteer-home")]
    before = [text(page.get(address)) for address in addresses]
    resident = town.request.resident
    resident.point = [52.0292, 5.0807]
    resident.save()
    assert [text(page.get(address)) for address in addresses] == before


# --- The question --------------------------------------------------------------------------------


def test_the_question_says_what_when_where_how_long_and_why(clock):
    skills = Skill.to_mask([Skill.CAR])
    town = Town(volunteers=0, on_date=date(2025, 6, 5), start_time=time(14, 30), duration_minutes=90)
    volunteer = town.volunteer(skills=HelpCategory.to_mask(HelpCategory.values) | skills)
    type(town.request).objects.filter(pk=town.request.pk).update(required_skills=skills)
    said = text(browser(volunteer.user).get(url("offer", asked(town))))
    for words in (
        town.request.summary,
        "Thursday at 14:30",
        town.request.district.name,
        "1 hour and 30 minutes",
        "Own car",
    ):
        assert words in said
    assert "from you, you are free then and a good first task." in said
    assert url("offer-accept", Offer.objects.get()) in said


def test_opening_a_question_marks_it_as_seen(clock):
    offer = asked(Town(volunteers=1))
    browser(offer.volunteer.user).get(url("offer", offer))
    assert Offer.objects.get().state == OfferState.SEEN


def test_yes_leads_to_the_agreement_and_twice_is_once(clock):
    offer = asked(Town(volunteers=1))
    page = browser(offer.volunteer.user)
    first, second = (page.post(url("offer-accept", offer)) for _ in range(2))
    assert first.url == second.url == url("agreement", Assignment.objects.get())
    assert page.get(url("offer", offer)).url == first.url
    assert page.get(url("offer", offer), headers=HTMX).headers["HX-Redirect"] == first.url


@pytest.mark.parametrize(
    ("make", "thanks"),
    [(Town, "You are going to help."), (cautious_town, "We ask the resident whether it is all right.")],
)
def test_the_thanks_say_who_has_the_next_word(clock, make, thanks):
    town = make(volunteers=2)
    offer = asked(town)
    page = browser(offer.volunteer.user)
    assert f"Thank you! {thanks}" in text(page.post(url("offer-accept", offer), follow=True))
    town = make(volunteers=1)
    page = browser(town.volunteers[0].user)
    assert f"Thank you! {thanks}" in text(page.post(url("near-request-accept", town.request), follow=True))


def test_who_is_too_late_hears_it_kindly_and_sees_what_else_there_is(clock):
    town = Town(volunteers=2)
    asked(town)
    other = open_request(town.centre, category=HelpCategory.GARDEN, summary="Een heg knippen.")
    first, second = Offer.objects.order_by("sent_at", "id")
    services.accept_offer(first, by=first.volunteer.user)
    page = browser(second.volunteer.user)
    assert page.post(url("offer-accept", second)).url == url("offer", second)
    for headers in ({}, HTMX):
        said = text(page.get(url("offer", second), headers=headers))
        assert "Someone else is already helping" in said
        assert "How nice that you wanted to help!" in said
        assert other.summary in said
        assert url("offer-accept", second) not in said
    assert Assignment.objects.count() == 1


def test_not_now_is_thanked_and_twice_is_once(clock):
    offer = asked(Town(volunteers=1))
    page = browser(offer.volunteer.user)
    assert page.post(url("offer-decline", offer)).url == url("volunteer-home")
    assert "Thank you for answering" in text(page.get(url("volunteer-home")))
    assert page.post(url("offer-decline", offer)).url == url("volunteer-home")
    assert Offer.objects.get().state == OfferState.DECLINED


def test_not_now_on_a_card_takes_the_card_away(clock):
    town = Town(volunteers=1)
    offer = asked(town)
    response = browser(offer.volunteer.user).post(url("offer-decline", offer), headers=HTMX)
    assert response.status_code == 200
    assert town.request.summary not in text(response)
    assert "sk-toast" in response.headers["HX-Trigger"]


def test_a_question_that_was_answered_elsewhere_leads_to_its_page(clock):
    offer = asked(Town(volunteers=1))
    page = browser(offer.volunteer.user)
    services.accept_offer(offer, by=offer.volunteer.user)
    assert page.post(url("offer-decline", offer)).url == url("offer", offer)
    gone = page.post(url("offer-decline", offer), headers=HTMX)
    assert gone.headers["HX-Redirect"] == url("offer", offer)


@pytest.mark.parametrize("state", [OfferState.DECLINED, OfferState.EXPIRED, OfferState.CANCELLED])
def test_while_help_is_needed_one_can_after_all(clock, state):
    offer = asked(Town(volunteers=1))
    Offer.objects.update(state=state)
    page = browser(offer.volunteer.user)
    assert "I can after all" in text(page.get(url("offer", offer)))
    assert page.post(url("offer-accept", offer)).url == url("agreement", Assignment.objects.get())


def test_a_withdrawn_request_is_no_longer_needed(clock):
    town = Town(volunteers=1)
    offer = asked(town)
    help_requests.withdraw(town.request, by=town.resident_user)
    town.settle()
    page = browser(offer.volunteer.user)
    said = text(page.get(url("offer", offer)))
    assert "Help is no longer needed" in said
    assert "Someone else" not in said
    assert page.post(url("offer-accept", offer)).url == url("offer", offer)
    assert not Assignment.objects.exists()


def test_help_that_one_is_not_screened_for_is_out_of_reach(clock):
    offer = asked(Town(volunteers=1))
    Screening.objects.filter(volunteer=offer.volunteer).delete()
    page = browser(offer.volunteer.user)
    assert page.get(url("offer", offer)).status_code == 404
    assert page.post(url("offer-accept", offer)).status_code == 404
    assert not Assignment.objects.exists()


def test_a_block_is_not_told(clock):
    town = Town(volunteers=1)
    offer = asked(town)
    BlockFactory(volunteer=offer.volunteer, resident=town.request.resident)
    said = text(browser(offer.volunteer.user).post(url("offer-accept", offer), follow=True))
    assert "This does not fit after all. The centre can tell you more." in said
    assert "block" not in said.lower().replace("sk-button--block", "")


# --- Today ---------------------------------------------------------------------------------------


def test_the_parts_of_today_are_those_of_the_page(clock):
    town = Town(volunteers=1)
    asked(town)
    open_request(town.centre, category=HelpCategory.GARDEN, summary="Een heg knippen.")
    page = browser(town.volunteers[0].user)
    whole = text(page.get(url("volunteer-home")))
    for part in ("vragen", "afspraken", "dichtbij"):
        assert text(page.get(url("volunteer-home-part", part))).strip() in whole
    assert whole.index('id="questions"') < whole.index('id="agreements"') < whole.index('id="near-by"')


def test_today_has_the_answers_on_the_card(clock):
    offer = asked(Town(volunteers=1))
    said = text(browser(offer.volunteer.user).get(url("volunteer-home")))
    assert url("offer-accept", offer) in said
    assert url("offer-decline", offer) in said
    assert re.search(r"Please answer (today|tomorrow) before \d+:\d\d", said)


def test_a_newcomer_reads_what_happens_next(clock):
    town = Town(volunteers=0)
    newcomer = town.volunteer(state=VolunteerState.APPLIED, screened=False)
    for name in ("volunteer-home", "near-me"):
        said = text(browser(newcomer.user).get(url(name)))
        assert "Good that you join in!" in said
        assert town.centre.phone in said
        assert town.request.summary not in said


def test_who_takes_a_rest_can_end_it(clock):
    town = Town(volunteers=0)
    resting = town.volunteer(paused_until=date(2025, 6, 20))
    said = text(browser(resting.user).get(url("volunteer-home")))
    assert "You take a rest up to and including" in said
    assert url("profile-resume") in said
    assert "Good that you join in!" not in said


def test_who_has_stopped_is_thanked(clock):
    stopped = VolunteerFactory(state=VolunteerState.LEFT)
    assert "You have stopped as a volunteer" in text(browser(stopped.user).get(url("volunteer-home")))


def test_nothing_now_is_said_kindly(clock):
    said = text(browser(VolunteerFactory(screened=True).user).get(url("volunteer-home")))
    assert "Nobody is waiting for your answer now" in said
    assert "You have no agreements now" in said


# --- Near by -------------------------------------------------------------------------------------


def test_near_by_can_be_one_kind_of_help(clock):
    town = Town(volunteers=1)
    open_request(town.centre, category=HelpCategory.GARDEN, summary="Een heg knippen.")
    page = browser(town.volunteers[0].user)
    everything, garden = (text(page.get(url("near-me") + query)) for query in ("", "?soort=garden"))
    assert town.request.summary in everything
    assert "Een heg knippen." in everything
    assert town.request.summary not in garden
    assert "Een heg knippen." in garden
    assert text(page.get(url("near-me"), headers=HTMX)).strip() in everything


def test_the_unscreened_find_nothing_and_cannot_come_forward(clock):
    town = Town(volunteers=0)
    unscreened = browser(town.volunteer(screened=False).user)
    assert town.request.summary not in text(unscreened.get(url("near-me")))
    assert unscreened.get(url("near-request", town.request)).status_code == 404
    assert unscreened.post(url("near-request-accept", town.request)).url == url("near-me")
    assert not Assignment.objects.exists()


def test_coming_forward_leads_to_the_agreement_and_twice_is_once(clock):
    town = Town(volunteers=1)
    page = browser(town.volunteers[0].user)
    assert town.request.summary in text(page.get(url("near-request", town.request)))
    first, second = (page.post(url("near-request-accept", town.request)) for _ in range(2))
    assert first.url == second.url == url("agreement", Assignment.objects.get())


def test_coming_forward_too_late_leads_back_to_the_list(clock):
    town = Town(volunteers=2)
    first, second = (browser(volunteer.user) for volunteer in town.volunteers)
    first.post(url("near-request-accept", town.request))
    response = second.post(url("near-request-accept", town.request), follow=True)
    assert response.redirect_chain == [(url("near-me"), 302)]
    assert "This question is no longer open" in text(response)
    assert Assignment.objects.count() == 1


# --- As many queries for many as for one ---------------------------------------------------------


@pytest.mark.parametrize("number", [1, 10])
def test_today_asks_the_database_as_often_for_many_questions(clock, number, django_assert_num_queries):
    town = Town(volunteers=0)
    town.volunteers = [town.volunteer(monthly_ask_cap=99)]
    ask_more(town, number)
    page = browser(town.volunteers[0].user)
    page.get(url("volunteer-home"))
    with django_assert_num_queries(HOME_QUERIES[connection.vendor]):
        assert len(page.get(url("volunteer-home")).context["questions"]) == number


@pytest.mark.parametrize("number", [1, 10])
def test_near_by_asks_the_database_as_often_for_many(clock, number, django_assert_num_queries):
    town = Town(volunteers=1)
    for _ in range(number - 1):
        open_request(town.centre)
    page = browser(town.volunteers[0].user)
    page.get(url("near-me"))  # what is shown for the first time is counted
    with django_assert_num_queries(NEAR_QUERIES[connection.vendor]):
        assert len(page.get(url("near-me")).context["shown"]) == number


def test_going_back_in_history_gets_the_whole_page(clock):
    offer = asked(Town(volunteers=1))
    page = browser(offer.volunteer.user)
    back = {**HTMX, "hx-history-restore-request": "true"}
    assert "<!doctype html>" in text(page.get(url("offer", offer), headers=back))
    assert "<!doctype html>" not in text(page.get(url("offer", offer), headers=HTMX))
