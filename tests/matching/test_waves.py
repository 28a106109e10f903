"""Who is asked in a wave: the best, the newcomer's seat, and asking before the morning."""

from datetime import timedelta

import pytest

from events.worker import Worker
from matching import services
from matching.enums import AssignmentState, DispatchState, OfferOrigin, OfferState
from matching.models import Assignment, Dispatch, Offer
from matching.services.dispatch import start_by_policy
from people.enums import HelpCategory
from people.models import Volunteer
from tests.factories.matching import Town, open_request
from tests.matching.webtools import browser, text, url

pytestmark = pytest.mark.django_db
FAR = 0.02  # degrees: some two kilometres


def veteran(town: Town, **fields: object) -> Volunteer:
    """A volunteer who has done a task before, for someone else."""
    volunteer = town.volunteer(**fields)
    done = open_request(town.centre, state="done")
    Assignment.objects.create(request=done, volunteer=volunteer, state=AssignmentState.DONE)
    return volunteer


def asked(town: Town) -> list[Volunteer]:
    found = Offer.objects.filter(request=town.request, state=OfferState.SENT).select_related(
        "volunteer__user"
    )
    return [offer.volunteer for offer in found.order_by("sent_at", "id")]


def start(town: Town) -> None:
    services.start_dispatch(town.request, by=town.coordinator)
    town.settle()


def town_of_veterans(count: int, **policy: object) -> Town:
    town = Town(volunteers=0)
    town.policy(**policy)
    for _ in range(count):
        veteran(town)
    return town


class TestNewcomersSeat:
    def test_the_last_place_goes_to_the_best_newcomer(self, clock):
        town = town_of_veterans(30)
        town.volunteer(lat=town.volunteer().lat + 2 * FAR)
        Volunteer.objects.filter(assignments=None).update(lat=52.03 + FAR)
        near, far = Volunteer.objects.filter(assignments=None).order_by("pk")
        Volunteer.objects.filter(pk=far.pk).update(reach_km=2.5)
        start(town)
        wave = asked(town)
        assert len(wave) == 3
        assert [each.pk for each in wave if not each.assignments.exists()] in ([near.pk], [far.pk])
        seat = Offer.objects.filter(reasons__has_key="newcomer_seat").get()
        best = Offer.objects.filter(request=town.request).exclude(pk=seat.pk)
        assert all(seat.score <= other.score for other in best)

    def test_it_is_not_given_twice(self, clock):
        town = town_of_veterans(30)
        for _ in range(3):
            town.volunteer(lat=52.06)
        start(town)
        answering = next(each for each in asked(town) if each.assignments.exists())
        offer = Offer.objects.get(request=town.request, volunteer=answering)
        services.decline_offer(offer, by=answering.user)
        town.settle()
        assert sum(not each.assignments.exists() for each in asked(town)) == 1

    @pytest.mark.parametrize(
        ("policy", "newcomer"),
        [
            ({"newcomer_seat": False}, {}),
            ({"wave_size": 1}, {}),
            ({}, {"screened": False}),
            ({}, {"skills": 0}),
            ({}, {"lat": 52.5}),
        ],
        ids=["not wanted", "a wave of one", "not screened", "does not do this", "too far"],
    )
    def test_no_seat(self, clock, policy, newcomer):
        town = town_of_veterans(12, **policy)
        someone = town.volunteer(**{"lat": 52.05, **newcomer})
        start(town)
        assert asked(town)
        assert someone not in asked(town)

    def test_a_newcomer_among_the_best_needs_no_seat(self, clock):
        town = town_of_veterans(3)
        Volunteer.objects.update(lat=52.05)
        newcomer = town.volunteer()
        start(town)
        assert newcomer in asked(town)
        assert not Offer.objects.filter(reasons__has_key="newcomer_seat").exists()


class TestSeveralHelpers:
    def test_as_many_are_asked_at_a_time_as_places_are_free(self, clock):
        town = Town(volunteers=5, helpers_needed=3)
        town.policy(wave_size=1)
        start(town)
        first, second, third = asked(town)
        services.accept_offer(Offer.objects.get(volunteer=first), by=first.user)
        town.settle()
        assert asked(town) == [second, third], "two places, two questions: nobody is asked beside them"
        services.decline_offer(Offer.objects.get(volunteer=second), by=second.user)
        town.settle()
        assert len(asked(town)) == 2
        assert not {first, second} & set(asked(town))

    def test_a_larger_wave_stays_as_the_centre_chose(self, clock):
        town = Town(volunteers=5, helpers_needed=2)
        start(town)
        assert len(asked(town)) == 3


class TestAskingNow:
    def night(self, clock, **request: object) -> Town:
        clock.at(clock.now().replace(hour=20, minute=30))  # 22:30 in Amsterdam
        town = Town(volunteers=2, **request)
        start(town)
        assert asked(town) == []
        return town

    def test_a_coordinator_need_not_wait_for_the_morning(self, clock):
        town = self.night(clock)
        for _ in range(2):
            services.ask_now(town.request, by=town.coordinator)
        town.settle()
        assert len(asked(town)) == 2
        assert Dispatch.objects.get().wave == 1

    def test_a_worker_that_starts_afresh_goes_on_in_the_morning(self, clock):
        town = self.night(clock)
        clock.at(clock.now() + timedelta(hours=9, minutes=31))
        Worker().run_due()
        assert len(asked(town)) == 2
        for offer in Offer.objects.all():
            services.decline_offer(offer, by=offer.volunteer.user)
        town.volunteer()
        Worker().run_due()
        assert len(asked(town)) == 1
        Worker().run_due()
        assert (len(asked(town)), Dispatch.objects.get().state) == (1, DispatchState.RUNNING)

    def test_what_stood_still_begins(self, clock):
        town = Town(volunteers=2)
        services.ask_now(town.request, by=town.coordinator)
        assert {offer.origin for offer in Offer.objects.all()} == {OfferOrigin.WAVE}


@pytest.mark.parametrize(("kinds", "asks"), [(["groceries"], 2), (["garden"], 0), ([], 0)])
def test_the_policy_starts_only_the_kinds_that_the_centre_chose(clock, kinds, asks):
    town = Town(volunteers=2)
    town.policy(auto_start_categories=HelpCategory.to_mask(kinds))
    start_by_policy(town.request.pk)
    assert Offer.objects.count() == asks


class TestListFirst:
    """What starts by itself hangs on the list near by first, where the centre wants that."""

    def town(self, clock, **request: object) -> Town:
        clock.at(clock.now().replace(hour=12, minute=0))  # two in the afternoon in Amsterdam
        town = Town(volunteers=3, opened_at=clock.now(), **request)
        everything = HelpCategory.to_mask(list(HelpCategory))
        town.policy(minutes_listed=4 * 60, wave_size=1, auto_start_categories=everything)
        return town

    def by_itself(self, clock, **request: object) -> Town:
        town = self.town(clock, **request)
        start_by_policy(town.request.pk)
        town.settle()
        return town

    def test_nobody_is_asked_before_the_list_has_had_its_time_and_then_once(self, clock):
        town = self.by_itself(clock)
        assert (asked(town), Dispatch.objects.get().state) == ([], DispatchState.RUNNING)
        clock.at(clock.now() + timedelta(hours=3, minutes=59))
        town.settle()
        assert asked(town) == []
        clock.at(clock.now() + timedelta(minutes=2))
        for _ in range(2):
            Worker().run_due()
        assert len(asked(town)) == 1
        assert Dispatch.objects.get().wave == 1

    def test_who_comes_forward_meanwhile_ends_it_and_nobody_is_asked(self, clock):
        town = self.by_itself(clock)
        someone = town.volunteers[0]
        services.come_forward(town.request, someone, by=someone.user)
        clock.at(clock.now() + timedelta(hours=6))
        town.settle()
        assert list(Offer.objects.values_list("origin", "state")) == [("near_me", "accepted")]

    def test_a_coordinator_need_not_wait_and_whoever_refuses_is_replaced_at_once(self, clock):
        town = self.by_itself(clock)
        services.ask_now(town.request, by=town.coordinator)
        [first] = asked(town)
        services.decline_offer(Offer.objects.get(volunteer=first), by=first.user)
        town.settle()
        [second] = asked(town)
        assert second != first

    def test_what_a_coordinator_starts_does_not_wait(self, clock):
        town = self.town(clock)
        start(town)
        assert len(asked(town)) == 1

    @pytest.mark.parametrize(("days", "asks"), [(0, 3), (1, 1), (2, 0), (9, 0)])
    def test_for_today_and_tomorrow_the_list_has_no_time(self, clock, days, asks):
        town = self.by_itself(clock, on_date=clock.now().date() + timedelta(days=days))
        assert len(asked(town)) == asks

    def test_it_ends_before_the_day_before(self, clock):
        town = self.town(clock, on_date=clock.now().date() + timedelta(days=2))
        town.policy(minutes_listed=24 * 60)
        start_by_policy(town.request.pk)
        clock.at(clock.now() + timedelta(hours=18, minutes=1))  # eight in the morning of the day before
        town.settle()
        assert len(asked(town)) == 1

    def test_the_desk_says_until_when_and_can_ask_at_once(self, clock):
        town = self.by_itself(clock)
        page = browser(town.coordinator)
        for address in (url("asking-board"), url("desk-candidates", town.request.pk)):
            assert "First on the list near by: asks" in text(page.get(address))
        assert "Ask now" in text(page.get(url("asking-board")))
        clock.at(clock.now() + timedelta(hours=5))
        assert "First on the list" not in text(page.get(url("asking-board")))
