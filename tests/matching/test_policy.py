"""How a centre asks: who may change it, within which limits, and the trace that each change leaves."""

from datetime import time

import pytest

from common.errors import Forbidden, InvalidInput
from events.models import EventRecord
from help_requests.enums import RequestState
from matching import services
from matching.enums import DispatchState, OfferState
from matching.errors import AskingHalted
from matching.models import Dispatch, DispatchPolicy, Offer
from people.enums import HelpCategory, Role
from safeguarding.services import set_requirements
from tests.factories.matching import Town, open_request
from tests.factories.people import CoordinatorFactory, staff
from tests.matching.webtools import browser, text, url

pytestmark = pytest.mark.django_db
PAGE = url("asking-policy")


def changes() -> list[tuple[str, str, str]]:
    records = EventRecord.objects.filter(type="matching.policy_changed").order_by("pk")
    return [(each.payload["setting"], each.payload["before"], each.payload["after"]) for each in records]


def filled(**changed: object) -> dict[str, object]:
    """The form as a browser sends it, with the usual values."""
    usual = {
        "wave_size": 3,
        "wave_size_today": 3,
        "minutes_today": 30,
        "minutes_this_week": 240,
        "minutes_later": 1440,
        "minutes_listed": 0,
        "quiet_from": "21:00",
        "quiet_until": "08:00",
        "newcomer_seat": "on",
    }
    return usual | changed


class TestChanging:
    def test_each_change_is_an_event_with_who_and_repeating_leaves_none(self, clock):
        town = Town(volunteers=0)
        wanted = {"wave_size": 2, "quiet_from": time(20, 30), "newcomer_seat": False}
        for _ in range(2):
            services.change_policy(town.centre, by=town.coordinator, minutes_today=30, **wanted)
        assert changes() == [
            ("newcomer_seat", "True", "False"),
            ("quiet_from", "21:00", "20:30"),
            ("wave_size", "3", "2"),
        ]
        actors = EventRecord.objects.filter(type="matching.policy_changed").values_list("actor_id", flat=True)
        assert set(actors) == {town.coordinator.pk}
        assert DispatchPolicy.objects.get(centre=town.centre).wave_size == 2

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"wave_size": 0}, "wave_size"),
            ({"wave_size": 11}, "wave_size"),
            ({"wave_size_today": 0}, "wave_size_today"),
            ({"minutes_today": 9}, "minutes_today"),
            ({"minutes_this_week": 29}, "minutes_this_week"),
            ({"minutes_later": 7 * 24 * 60 + 1}, "minutes_later"),
            ({"minutes_listed": 24 * 60 + 1}, "minutes_listed"),
            ({"minutes_today": 240, "minutes_this_week": 120}, "minutes_this_week"),
            ({"quiet_from": time(8), "quiet_until": time(8)}, "quiet_until"),
            ({"quiet_from": time(12), "quiet_until": time(8)}, "quiet_until"),
            ({"auto_open_categories": 1 << HelpCategory.COMPANY.bit}, "auto_open_categories"),
        ],
    )
    def test_what_lies_outside_the_limits_changes_nothing(self, clock, wrong, field):
        town = Town(volunteers=0)
        with pytest.raises(InvalidInput) as refused:
            services.change_policy(town.centre, by=town.coordinator, **wrong)
        assert refused.value.field == field
        assert (changes(), DispatchPolicy.objects.get().wave_size) == ([], 3)

    def test_a_kind_that_came_to_ask_for_a_vog_keeps_nobody_from_changing_the_rest(self, clock):
        town, light = Town(volunteers=0), 1 << HelpCategory.GROCERIES.bit
        services.change_policy(town.centre, by=town.coordinator, auto_open_categories=light)
        set_requirements(town.centre, HelpCategory.GROCERIES, 0b11111, by=town.coordinator)
        services.change_policy(town.centre, by=town.coordinator, auto_open_categories=light, wave_size=2)
        assert DispatchPolicy.objects.get().wave_size == 2
        both = light | 1 << HelpCategory.GARDEN.bit
        with pytest.raises(InvalidInput):
            services.change_policy(town.centre, by=town.coordinator, auto_open_categories=both)

    @pytest.mark.parametrize("role", [Role.CONFIDENTIAL_OFFICER, Role.TRAINER, Role.ANALYST])
    def test_only_a_coordinator_of_the_centre_may(self, clock, role):
        town = Town(volunteers=1)
        for other in (staff(role, town.centre), CoordinatorFactory(), town.volunteers[0].user):
            for verb in (services.change_policy, services.halt_asking, services.release_asking):
                with pytest.raises(Forbidden):
                    verb(town.centre, by=other)


class TestPage:
    def test_it_saves_and_says_who_changed_what(self, clock):
        town = Town(volunteers=0)
        page = browser(town.coordinator)
        assert "Keep the last place of a wave" in text(page.get(PAGE))
        kinds = {"auto_start_categories": ["groceries", "garden"], "auto_open_categories": "pets"}
        sent = filled(wave_size=2, minutes_listed=240, **kinds)
        answer = page.post(PAGE, sent, follow=True)
        policy = DispatchPolicy.objects.get()
        assert policy.auto_start_categories == HelpCategory.to_mask(["groceries", "garden"])
        assert policy.auto_open_categories == HelpCategory.to_mask(["pets"])
        said = text(answer)
        assert f"Asked at the same time: 3 became 2 ({town.coordinator.name})" in said
        assert "First only on the list near by: not became 4 hours" in said
        assert "Asking starts by itself after approval: nothing became Shopping, Garden" in said

    def test_what_was_typed_stays_with_a_kind_word(self, clock):
        town = Town(volunteers=0)
        answer = browser(town.coordinator).post(PAGE, filled(wave_size=7, quiet_until="21:30"))
        assert answer.status_code == 422
        said = text(answer)
        assert "everybody has to sleep" in said
        assert 'name="wave_size" value="7"' in said
        assert DispatchPolicy.objects.get().wave_size == 3

    def test_only_light_help_is_offered_for_opening_by_itself(self, clock):
        town = Town(volunteers=0)
        form = browser(town.coordinator).get(PAGE).context["form"]
        offered = {key for key, _label in form.fields["auto_open_categories"].choices}
        assert {"groceries", "garden"} <= offered
        assert not offered & {"transport", "company", "paperwork", "respite"}

    def test_the_api_reads_and_changes_the_same(self, clock):
        town = Town(volunteers=0)
        client = browser(town.coordinator)
        address = f"/api/v1/dispatch-policies/{town.centre.pk}"
        wanted = {"waveSize": 4, "autoStartCategories": ["groceries"]}
        changed = client.patch(address, wanted, content_type="application/json")
        assert changed.status_code == 200, changed.content
        read = client.get(address).json()
        assert (read["waveSize"], read["autoStartCategories"]) == (4, ["groceries"])
        assert client.get("/api/v1/dispatch-policies").json()["items"] == [read]
        for wrong, status in (({"waveSize": 11}, 400), ({"autoOpenCategories": ["company"]}, 422)):
            assert client.patch(address, wrong, content_type="application/json").status_code == status
        assert browser(CoordinatorFactory()).patch(address, wanted).status_code == 404


class TestBrake:
    def running(self, town: Town) -> int:
        return Dispatch.objects.filter(request__centre=town.centre, state=DispatchState.RUNNING).count()

    def test_it_stops_all_of_the_centre_and_releasing_starts_just_that_again(self, clock):
        town, elsewhere = Town(volunteers=3), Town(volunteers=2)
        by_hand = open_request(town.centre)
        for each in (town.request, by_hand, open_request(town.centre)):
            services.start_dispatch(each, by=town.coordinator)
        services.start_dispatch(elsewhere.request, by=elsewhere.coordinator)
        services.stop_dispatch(by_hand, by=town.coordinator)
        for _ in range(2):
            services.halt_asking(town.centre, by=town.coordinator)
        town.settle()
        assert (self.running(town), self.running(elsewhere)) == (0, 1)
        assert not Offer.objects.filter(request__centre=town.centre, state__in=["sent", "seen"]).exists()
        for _ in range(2):
            services.release_asking(town.centre, by=town.coordinator)
        town.settle()
        assert self.running(town) == 2
        assert Dispatch.objects.get(request=by_hand).state == DispatchState.STOPPED
        kinds = EventRecord.objects.filter(type__startswith="matching.asking_").values_list("type", flat=True)
        assert sorted(kinds) == ["matching.asking_halted", "matching.asking_released"]

    @pytest.mark.parametrize("how", ["by name", "from the proposal", "after the waves were stopped"])
    def test_it_takes_back_what_was_asked_without_waves(self, clock, how):
        town = Town(volunteers=1)
        if how == "after the waves were stopped":
            services.start_dispatch(town.request, by=town.coordinator)
            services.stop_dispatch(town.request, by=town.coordinator)
        if how == "from the proposal":
            services.confirm_all(
                services.make_proposal(town.centre, by=town.coordinator), by=town.coordinator
            )
        else:
            services.ask_volunteer(town.request, town.volunteers[0], by=town.coordinator)
        town.settle()
        assert town.request.state == RequestState.OFFERED
        services.halt_asking(town.centre, by=town.coordinator)
        assert Offer.objects.get().state == OfferState.CANCELLED, "before any worker ran"
        town.settle()
        assert town.request.state == RequestState.OPEN
        services.release_asking(town.centre, by=town.coordinator)
        town.settle()
        assert Offer.objects.get().state == OfferState.CANCELLED, "asking by name is for the desk"

    def test_with_the_brake_on_nobody_is_asked_whoever_wants_it(self, clock):
        town = Town(volunteers=3)
        services.halt_asking(town.centre, by=town.coordinator)
        with pytest.raises(AskingHalted):
            services.start_dispatch(town.request, by=town.coordinator)
        with pytest.raises(AskingHalted):
            services.ask_now(town.request, by=town.coordinator)
        with pytest.raises(AskingHalted):
            services.ask_volunteer(town.request, town.volunteers[0], by=town.coordinator)
        services.start_dispatch(town.request, by=None)
        town.settle()
        assert Offer.objects.count() == 0
        services.release_asking(town.centre, by=town.coordinator)
        assert Offer.objects.filter(request=town.request).count() == 3, "what the policy began is kept"

    def test_what_ended_or_was_stopped_by_hand_meanwhile_is_not_started_again(self, clock):
        town = Town(volunteers=3)
        other = open_request(town.centre)
        for each in (town.request, other):
            services.start_dispatch(each, by=town.coordinator)
        services.halt_asking(town.centre, by=town.coordinator)
        services.stop_dispatch(other, by=town.coordinator)
        type(town.request).objects.filter(pk=town.request.pk).update(state="withdrawn")
        services.release_asking(town.centre, by=town.coordinator)
        assert self.running(town) == 0

    def test_asking_that_slipped_through_is_swept_by_the_worker(self, clock):
        town = Town(volunteers=3)
        services.halt_asking(town.centre, by=town.coordinator)
        dispatch = Dispatch.objects.create(request=town.request)
        town.settle()
        dispatch.refresh_from_db()
        assert (dispatch.state, dispatch.halted) == (DispatchState.STOPPED, True)
