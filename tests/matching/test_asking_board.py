"""Everything that is being asked on one page: running, waiting, standing still, and the brake."""

from datetime import timedelta

import pytest

from common import clock as today
from events.worker import Worker
from help_requests.enums import RequestState
from matching import services
from matching.enums import DispatchState
from matching.models import Dispatch, Offer
from people.enums import HelpCategory
from tests.factories.matching import Town, open_request
from tests.factories.people import CoordinatorFactory
from tests.matching.webtools import HTMX, agreement, browser, cautious_town, text, url

pytestmark = pytest.mark.django_db
BOARD = url("asking-board")
BOARD_QUERIES = 19
MORNING, AFTERNOON = 1 << 3, 1 << 4  # Tuesday


def lines(town: Town, section: str) -> list[object]:
    return [line.request.pk for line in browser(town.coordinator).get(BOARD).context[section]]


def start(town: Town) -> None:
    services.start_dispatch(town.request, by=town.coordinator)
    town.settle()


def test_who_is_asked_until_when_and_what_they_answered(clock):
    town = Town(volunteers=5)
    town.request.resident.phone = "+31699887766"
    town.request.resident.save()
    start(town)
    first = Offer.objects.order_by("sent_at", "id").select_related("volunteer__user")[0]
    services.decline_offer(first, by=first.volunteer.user)
    town.settle()
    said = text(browser(town.coordinator).get(BOARD))
    assert "Wave 2:" in said
    for offer in Offer.objects.filter(state="sent").select_related("volunteer__user"):
        assert f"{offer.volunteer.user.name} (until tomorrow 21:00)" in said
    assert "1 × not now" in said
    assert "699887766" not in said.replace(" ", ""), "the phone number of the resident"
    assert "Dorpsstraat" not in said


def test_each_request_stands_in_one_place_and_ended_ones_nowhere(clock):
    town = Town(volunteers=3)
    stopped, never, done = (open_request(town.centre) for _ in range(3))
    thin = open_request(town.centre, dayparts=MORNING)
    town.volunteers[0].__class__.objects.update(dayparts=AFTERNOON)
    for each in (town.request, stopped, thin, done):
        services.start_dispatch(each, by=town.coordinator)
    services.stop_dispatch(stopped, by=town.coordinator)
    type(done).objects.filter(pk=done.pk).update(state=RequestState.WITHDRAWN)
    open_request(Town(volunteers=0).centre)
    town.settle()
    assert lines(town, "running") == [town.request.pk]
    assert lines(town, "waiting") == [thin.pk]
    assert set(lines(town, "still")) == {stopped.pk, never.pk}
    said = text(browser(town.coordinator).get(BOARD))
    assert "3 volunteers, nobody left to ask." in said
    assert "3 more if Tuesday afternoon is fine too." in said


def test_the_buttons_stop_start_and_ask_now(clock):
    town = Town(volunteers=2)
    clock.at(clock.now().replace(hour=20, minute=30))  # 22:30 in Amsterdam
    start(town)
    page = browser(town.coordinator)
    assert "Quiet hours: asks again tomorrow 8:00" in text(page.get(BOARD))
    answer = page.post(url("desk-dispatch", town.request, "now"), headers=HTMX)
    assert "sk:desk" in answer["HX-Trigger"]
    assert Offer.objects.filter(state="sent").count() == 2
    page.post(url("desk-dispatch", town.request, "stop"))
    assert lines(town, "still") == [town.request.pk]
    page.post(url("desk-dispatch", town.request, "start"))
    assert lines(town, "running") == [town.request.pk]


def test_the_brake_and_its_release(clock):
    town = Town(volunteers=2)
    start(town)
    page = browser(town.coordinator)
    said = text(page.post(url("asking-halt"), follow=True))
    assert "The emergency brake is on" in said
    assert 'data-confirm="Release the brake? The asking for 1 request starts again."' in said
    assert Dispatch.objects.get().state == DispatchState.STOPPED
    refused = page.post(url("desk-dispatch", town.request, "start"), follow=True)
    assert "Release it first" in text(refused)
    said = text(page.post(url("asking-release"), follow=True))
    assert "The emergency brake is on" not in said
    assert "We ask again; it can be other volunteers than before." in said
    assert Dispatch.objects.get().state == DispatchState.RUNNING


def test_the_confirmation_counts_only_what_the_release_starts(clock):
    town = Town(volunteers=4, on_date=today.today())
    later, stopped = open_request(town.centre), open_request(town.centre)
    for each in (town.request, later, stopped):
        services.start_dispatch(each, by=town.coordinator)
    services.stop_dispatch(stopped, by=town.coordinator)
    services.halt_asking(town.centre, by=town.coordinator)
    page = browser(town.coordinator)
    assert page.get(BOARD).context["to_start"] == 2
    clock.forward(days=1)
    assert browser(town.coordinator).get(BOARD).context["to_start"] == 1
    services.release_asking(town.centre, by=town.coordinator)
    assert [each.request_id for each in Dispatch.objects.filter(state=DispatchState.RUNNING)] == [later.pk]


def test_who_waits_for_the_residents_yes_is_on_the_board_until_it_comes(clock):
    town = cautious_town()
    mine = agreement(town)
    page = browser(town.coordinator)
    board = page.get(BOARD)
    assert [each.pk for each in board.context["proposed"]] == [mine.pk]
    assert "Waiting for the resident&#x27;s yes" in text(board)
    assert browser(CoordinatorFactory()).get(BOARD).context["proposed"] == []
    services.agree_to_volunteer(mine, by=town.coordinator)
    assert page.get(BOARD).context["proposed"] == []


def test_a_request_opens_beside_the_board_and_only_at_its_own_desk(clock):
    town = Town(volunteers=2)
    address = url("asking-board-opened", town.request)
    whole = text(browser(town.coordinator).get(address))
    part = text(browser(town.coordinator).get(address, headers=HTMX))
    assert part.strip() in whole
    assert 'aria-current="true"' in whole
    assert browser(CoordinatorFactory()).get(address).status_code == 404


def test_the_live_part_is_what_the_page_holds(clock):
    town = Town(volunteers=2)
    start(town)
    page = browser(town.coordinator)
    assert text(page.get(BOARD, headers=HTMX)).strip() in text(page.get(BOARD))


def test_a_worker_that_dies_between_two_answers_changes_nothing_on_the_board(clock):
    town = Town(volunteers=4)
    start(town)
    for offer in Offer.objects.order_by("pk")[:2]:
        services.decline_offer(offer, by=offer.volunteer.user)
    assert len(browser(town.coordinator).get(BOARD).context["running"][0].open_offers) == 1
    Worker().run_due()
    line = browser(town.coordinator).get(BOARD).context["running"][0]
    assert len(line.open_offers) == 2
    clock.at(clock.now() + timedelta(days=2))
    Worker().run_due()
    assert lines(town, "waiting") == [town.request.pk]


@pytest.mark.parametrize("number", [1, 10])
def test_the_board_asks_the_database_as_often_for_many(clock, number, django_assert_num_queries):
    town = Town(volunteers=3)
    town.volunteers[0].__class__.objects.update(dayparts=AFTERNOON)
    for _ in range(number):
        garden = open_request(town.centre, category=HelpCategory.GARDEN, dayparts=AFTERNOON)
        for request in (open_request(town.centre, dayparts=MORNING), garden):
            services.start_dispatch(request, by=town.coordinator)
        open_request(town.centre)
    town.settle()
    page = browser(town.coordinator)
    page.get(BOARD)
    with django_assert_num_queries(BOARD_QUERIES):
        context = page.get(BOARD).context
    assert len(context["still"]) == number + 1
