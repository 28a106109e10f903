"""Asking the resident whether another part of the day is fine too, and going on with the answer."""

from datetime import date, time

import pytest
from django.core import mail
from django.urls import reverse

from common.errors import InvalidTransition, NotFound
from events.models import EventRecord
from help_requests import services as help_requests
from help_requests.enums import RequestState
from help_requests.models import HelpRequest
from help_requests.queries import SESSION_KEY
from matching import services
from matching.enums import DispatchState, OfferState, WideningState
from matching.errors import NotWidenable
from matching.models import Dispatch, Offer, Widening
from notifications.enums import NoticeKind
from notifications.models import Notice
from people.models import Resident
from tests.factories.matching import Town
from tests.factories.people import CoordinatorFactory, RepresentativeFactory, UserFactory
from tests.matching.webtools import HTMX, browser, text, url

pytestmark = pytest.mark.django_db
# Tuesday 3 June 2025; bits are weekday * 3 + part.
TUESDAY_MORNING, TUESDAY_AFTERNOON, WEDNESDAY_MORNING = 3, 4, 6
NEXT_TUESDAY = date(2025, 6, 10)


def thin_town(**request: object) -> Town:
    """Nobody can on Tuesday morning, two on Tuesday afternoon; the request waits."""
    town = Town(volunteers=0, **{"dayparts": 1 << TUESDAY_MORNING, **request})
    for _ in range(2):
        town.volunteer(dayparts=1 << TUESDAY_AFTERNOON)
    services.start_dispatch(town.request, by=town.coordinator)
    town.settle()
    assert Dispatch.objects.get(request=town.request).state == DispatchState.EXHAUSTED
    return town


def ask(town: Town, daypart: int = TUESDAY_AFTERNOON) -> Widening:
    return services.ask_widening(town.request, daypart, by=town.coordinator)


def answer(widening: Widening, *, yes: bool, by: object) -> Widening:
    return services.answer_widening(widening, yes=yes, by=by)


def asked(town: Town) -> int:
    return Offer.objects.filter(request=town.request, state=OfferState.SENT).count()


class TestAsking:
    def test_yes_widens_the_request_and_the_search_goes_on_by_itself(self, clock):
        town = thin_town()
        widening = ask(town)
        answer(widening, yes=True, by=town.resident_user)
        town.settle()
        assert town.request.dayparts == 1 << TUESDAY_MORNING | 1 << TUESDAY_AFTERNOON
        assert (town.request.state, asked(town)) == (RequestState.OFFERED, 2)
        edited = EventRecord.objects.filter(type="help_requests.edited").latest("pk")
        assert edited.actor_id == town.resident_user.pk

    def test_no_changes_nothing_and_is_not_asked_again(self, clock):
        town = thin_town()
        answer(ask(town), yes=False, by=town.resident_user)
        town.settle()
        assert (town.request.dayparts, asked(town)) == (1 << TUESDAY_MORNING, 0)
        with pytest.raises(NotWidenable):
            ask(town)

    def test_asking_and_answering_twice_is_harmless(self, clock):
        town = thin_town()
        assert ask(town) == ask(town)
        widening = ask(town)
        for _ in range(2):
            assert answer(widening, yes=True, by=town.resident_user).state == WideningState.YES
        with pytest.raises(InvalidTransition):
            answer(widening, yes=False, by=town.resident_user)
        for kind in ("asked", "accepted"):
            assert EventRecord.objects.filter(type=f"matching.widening_{kind}").count() == 1

    def test_a_wave_that_has_room_is_filled(self, clock):
        town = Town(volunteers=1, dayparts=1 << TUESDAY_MORNING)
        services.start_dispatch(town.request, by=town.coordinator)
        town.volunteer(dayparts=1 << TUESDAY_AFTERNOON)
        answer(ask(town), yes=True, by=None)
        town.settle()
        assert asked(town) == 2

    def test_where_nobody_started_asking_nobody_is_asked_by_a_yes(self, clock):
        town = Town(volunteers=2, dayparts=1 << TUESDAY_MORNING)
        answer(ask(town), yes=True, by=town.resident_user)
        town.settle()
        assert asked(town) == 0

    @pytest.mark.parametrize(
        ("request_fields", "daypart"),
        [
            ({}, TUESDAY_MORNING),
            ({"dayparts": 0}, TUESDAY_AFTERNOON),
            ({"on_date": NEXT_TUESDAY, "start_time": time(10)}, WEDNESDAY_MORNING),
            ({"on_date": NEXT_TUESDAY}, TUESDAY_MORNING),
            ({"state": RequestState.MATCHED}, TUESDAY_AFTERNOON),
            ({"on_date": date(2025, 6, 2), "start_time": time(10)}, 1),
            ({}, 21),
        ],
        ids=["asked already", "any time", "another day", "whole day", "found", "day passed", "no daypart"],
    )
    def test_what_makes_no_sense_is_not_asked(self, clock, request_fields, daypart):
        town = Town(volunteers=0, **{"dayparts": 1 << TUESDAY_MORNING, **request_fields})
        with pytest.raises(NotWidenable):
            ask(town, daypart)
        assert Widening.objects.count() == 0

    def test_only_the_desk_asks_and_only_the_residents_side_or_the_desk_answers(self, clock):
        town = thin_town()
        for other in (CoordinatorFactory(), town.resident_user, UserFactory()):
            with pytest.raises(NotFound):
                services.ask_widening(town.request, TUESDAY_AFTERNOON, by=other)
        widening = ask(town)
        for other in (CoordinatorFactory(), UserFactory()):
            with pytest.raises(NotFound):
                answer(widening, yes=True, by=other)
        represents = RepresentativeFactory(resident=town.request.resident).user
        assert answer(widening, yes=True, by=represents).state == WideningState.YES


class TestFixedDay:
    def test_a_fixed_time_makes_room_for_the_rest_of_that_day(self, clock):
        town = thin_town(on_date=NEXT_TUESDAY, start_time=time(10), dayparts=0)
        answer(ask(town), yes=True, by=town.resident_user)
        town.settle()
        assert (town.request.on_date, town.request.start_time) == (NEXT_TUESDAY, None)
        assert town.request.dayparts == 1 << TUESDAY_MORNING | 1 << TUESDAY_AFTERNOON
        assert asked(town) == 2

    def test_a_time_that_one_helper_agreed_to_stays(self, clock):
        town = Town(volunteers=1, on_date=NEXT_TUESDAY, start_time=time(10), helpers_needed=2)
        services.start_dispatch(town.request, by=town.coordinator)
        services.accept_offer(Offer.objects.get(), by=town.volunteers[0].user)
        town.settle()
        with pytest.raises(NotWidenable):
            ask(town)

    def test_the_same_question_about_another_day_is_a_new_one(self, clock):
        town = thin_town(on_date=NEXT_TUESDAY, start_time=time(10), dayparts=0)
        answer(ask(town), yes=False, by=town.resident_user)
        HelpRequest.objects.filter(pk=town.request.pk).update(on_date=date(2025, 6, 17))
        assert ask(town).on_date == date(2025, 6, 17)


class TestLapsing:
    @pytest.mark.parametrize("how", ["withdrawn", "found", "another day", "asked for anyway"])
    def test_a_question_of_no_use_lapses_by_itself(self, clock, how):
        town = thin_town(on_date=NEXT_TUESDAY, start_time=time(10), dayparts=0)
        widening = ask(town)
        if how == "withdrawn":
            help_requests.withdraw(town.request, by=town.resident_user)
        elif how == "found":
            services.come_forward(town.request, early := town.volunteer(), by=early.user)
        elif how == "another day":
            clock.at(clock.now().replace(day=11))
            help_requests.reopen_request(town.request, by=town.coordinator, on_date=date(2025, 6, 18))
        else:
            both = 1 << TUESDAY_MORNING | 1 << TUESDAY_AFTERNOON
            help_requests.widen_request(town.request, by=town.coordinator, dayparts=both)
        town.settle()
        widening.refresh_from_db()
        assert widening.state == WideningState.LAPSED
        with pytest.raises(InvalidTransition):
            answer(widening, yes=True, by=town.coordinator)

    def test_a_question_that_is_of_use_stays_through_other_changes(self, clock):
        town = thin_town()
        widening = ask(town)
        help_requests.set_helpers_needed(town.request, 2, by=town.coordinator)
        town.settle()
        widening.refresh_from_db()
        assert widening.state == WideningState.ASKED


class TestTelling:
    def test_the_resident_hears_of_the_question_and_the_coordinator_of_the_answer(self, clock, mailoutbox):
        town = thin_town()
        widening = ask(town)
        town.settle()
        assert Notice.objects.filter(user=town.resident_user, kind=NoticeKind.WIDENING).count() == 1
        subjects = [message.subject for message in mail.outbox]
        assert any("korte vraag" in subject or "short question" in subject for subject in subjects), subjects
        answer(widening, yes=True, by=town.resident_user)
        town.settle()
        assert Notice.objects.filter(user=town.coordinator, kind=NoticeKind.WIDENING_YES).count() == 1

    def test_who_gave_the_answer_on_the_phone_is_not_told_so(self, clock):
        town = thin_town()
        answer(ask(town), yes=False, by=town.coordinator)
        town.settle()
        assert not Notice.objects.filter(user=town.coordinator, kind=NoticeKind.WIDENING_NO).exists()


class TestResidentsPage:
    def say(self, town: Town, word: str, widening: Widening) -> str:
        return reverse("request-moment", args=[town.request.pk, widening.pk, word])

    @pytest.mark.parametrize(("word", "state"), [("ja", WideningState.YES), ("nee", WideningState.NO)])
    def test_one_plain_question_with_two_buttons(self, clock, word, state):
        town = thin_town()
        widening = ask(town)
        page = browser(town.resident_user)
        fragment = page.get(url("request-match", town.request), headers=HTMX)
        assert "Is Tuesday afternoon fine too?" in text(fragment)
        answered = page.post(self.say(town, word, widening), follow=True)
        assert "We go on looking" in text(answered)
        widening.refresh_from_db()
        assert widening.state == state
        assert "fine too?" not in text(page.get(url("request-match", town.request)))

    def test_the_stand_tells_that_there_is_a_question(self, clock):
        town = thin_town()
        page = browser(town.resident_user)
        address = url("request-match", town.request)
        stand = page.get(address).context["stand"]
        assert page.get(f"{address}?stand={stand}", headers=HTMX).status_code == 204
        ask(town)
        assert page.get(f"{address}?stand={stand}", headers=HTMX).status_code == 200

    def test_who_sent_it_without_an_account_answers_from_the_same_browser(self, clock):
        town = thin_town()
        Resident.objects.filter(pk=town.request.resident_id).update(user=None)
        widening = ask(town)
        visitor, stranger = browser(), browser()
        session = visitor.session
        session[SESSION_KEY] = [str(town.request.pk)]
        session.save()
        assert stranger.post(self.say(town, "ja", widening)).status_code == 404
        assert "fine too?" in text(visitor.get(url("request-match", town.request)))
        assert visitor.post(self.say(town, "ja", widening)).status_code == 302
        widening.refresh_from_db()
        assert widening.state == WideningState.YES

    def test_a_question_that_lapsed_meets_a_kind_word(self, clock):
        town = thin_town()
        widening = ask(town)
        help_requests.withdraw(town.request, by=town.resident_user)
        town.settle()
        answered = browser(town.resident_user).post(self.say(town, "ja", widening), follow=True)
        assert "You do not have to do anything" in text(answered)
