"""Who finds which message in their list, and what they do with it."""

import pytest
from django.test import Client
from django.urls import reverse

from common import clock
from events.models import EventRecord
from help_requests.enums import RequestState
from help_requests.services import open_request, send_back
from matching.models import Offer
from matching.services import accept_offer, agree_to_volunteer, ask_volunteer, decline_offer
from notifications.enums import NoticeKind
from notifications.live.groups import person
from notifications.models import LiveSignal, Notice
from notifications.queries import Waiting, unread_count, waiting_for
from notifications.receivers import NOTICES, SIGNALS
from notifications.services import notify
from notifications.web.views import LEADS_TO, address_of
from people.queries import roles_of
from people.services import erase_self, suspend_user
from tests.factories.help_requests import HelpRequestFactory
from tests.factories.matching import Town
from tests.factories.people import RepresentativeFactory, ResidentFactory, UserFactory

pytestmark = pytest.mark.django_db


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def kinds(user) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("created_at", "id").values_list("kind", flat=True))


def tell(user, kind=NoticeKind.DONE, times: int = 1) -> None:
    ask = Town(volunteers=0).request
    for number in range(times):
        notify([user.pk], kind, ask.pk, EventRecord(pk=10_000 + number + Notice.objects.count()))


@pytest.fixture
def two_asked(town: Town) -> tuple[Offer, Offer]:
    one, other = (ask_volunteer(town.request, v, by=town.coordinator) for v in town.volunteers)
    town.settle()
    return one, other


class TestTheStoryOfARequest:
    def test_asked_taken_proposed_agreed(self, town, two_asked):
        town.request.resident.any_screened_volunteer = False
        town.request.resident.save()
        winner, loser = two_asked
        assert kinds(winner.volunteer.user) == [NoticeKind.OFFER]
        assignment = accept_offer(winner, by=winner.volunteer.user)
        town.settle()
        assert kinds(loser.volunteer.user) == [NoticeKind.OFFER, NoticeKind.OFFER_TAKEN]
        assert kinds(town.resident_user) == [NoticeKind.PROPOSED]
        agree_to_volunteer(assignment, by=town.resident_user)
        town.settle()
        assert kinds(town.resident_user) == [NoticeKind.PROPOSED, NoticeKind.AGREED_RESIDENT]
        assert kinds(winner.volunteer.user)[-1] == NoticeKind.AGREED_VOLUNTEER

    def test_who_acts_for_the_resident_hears_it_too_until_that_ends(self, town, clock):
        acting = RepresentativeFactory(resident=town.request.resident).user
        gone = RepresentativeFactory(resident=town.request.resident, ended_at=clock.now()).user
        request = HelpRequestFactory(resident=town.request.resident)
        send_back(request, by=town.coordinator, note="Welke dag?")
        town.settle()
        assert kinds(acting) == [NoticeKind.REQUEST_SENT_BACK]
        assert kinds(gone) == []

    def test_handling_twice_tells_once(self, town):
        record = EventRecord(pk=77)
        for _again in range(2):
            notify([town.resident_user.pk] * 2, NoticeKind.DONE, town.request.pk, record)
        assert kinds(town.resident_user) == [NoticeKind.DONE]

    def test_who_was_erased_in_the_meantime_is_told_nothing_and_who_is_closed_out_for_now_is(self, town):
        gone, closed, stays = (UserFactory() for _ in range(3))
        everybody, record = [gone.pk, closed.pk, stays.pk], EventRecord(pk=77)
        suspend_user(closed, by=None)
        erase_self(gone)
        notify(everybody, NoticeKind.DONE, town.request.pk, record)
        town.settle()
        notify(everybody, NoticeKind.AGREED_RESIDENT, town.request.pk, record)
        assert kinds(gone) == []
        assert kinds(closed) == kinds(stays) == [NoticeKind.DONE, NoticeKind.AGREED_RESIDENT]

    def test_a_resident_without_an_account_needs_no_list(self, town):
        request = HelpRequestFactory(resident=ResidentFactory(centre=town.centre))
        open_request(request, by=town.coordinator, summary="Boodschappen doen.")
        town.settle()
        assert not Notice.objects.filter(object_id=request.pk).exists()


def test_every_event_has_one_way_of_telling_and_every_notice_leads_somewhere(town):
    told = [event for events in SIGNALS.values() for event in events]
    assert len(told) == len(set(told))
    both_sides = {kind for notices in NOTICES.values() for _side, kind in notices} - set(LEADS_TO)
    visits = {NoticeKind.PLANNED, NoticeKind.DONE, NoticeKind.NO_SHOW}
    lasting = {NoticeKind.INTRODUCTION, NoticeKind.TRIAL, NoticeKind.LASTING, NoticeKind.REVIEW}
    assert both_sides == visits | lasting | {NoticeKind.PAUSED, NoticeKind.RESUMED}
    for kind in NoticeKind:
        for for_volunteer in (True, False):
            assert address_of(Notice(kind=kind, object_id=town.request.pk, for_volunteer=for_volunteer))


class TestThePages:
    def test_newest_first_with_a_sentence_and_a_link(self, town, two_asked):
        offer = two_asked[0]
        client = client_of(offer.volunteer.user)
        page = client.get(reverse("inbox")).content.decode()
        notice = Notice.objects.get(user=offer.volunteer.user)
        assert "Er is een vraag voor je." in page
        assert reverse("notice", args=[notice.pk]) in page
        opened = client.get(reverse("notice", args=[notice.pk]))
        assert opened.url == reverse("offer", args=[offer.pk])
        notice.refresh_from_db()
        assert notice.read_at is not None

    def test_nothing_personal_is_kept_or_shown(self, town, two_asked):
        page = client_of(two_asked[0].volunteer.user).get(reverse("inbox")).content.decode()
        assert town.request.description not in page
        assert town.request.resident.name not in page

    def test_empty_says_so(self, town):
        assert "Nog geen berichten" in client_of(UserFactory()).get(reverse("inbox")).content.decode()

    def test_in_english(self, town, two_asked):
        client = client_of(two_asked[0].volunteer.user)
        page = client.get(reverse("inbox"), headers={"Accept-Language": "en"}).content.decode()
        assert "There is a question for you." in page

    def test_all_read_at_once_and_the_count_follows(self, town):
        user, other = UserFactory(), UserFactory()
        tell(user, times=3)
        tell(other)
        client = client_of(user)
        count = reverse("inbox-count")
        assert 'class="sk-count">3<' in client.get(count).content.decode()
        assert client.post(reverse("inbox-read")).url == reverse("inbox")
        assert "sk-count" not in client.get(count).content.decode()
        assert unread_count(other) == 1

    def test_the_count_stands_wherever_the_navigation_has_a_place_for_it(self, town):
        user = town.volunteers[0].user
        tell(user)
        page = client_of(user).get(reverse("inbox")).content.decode()
        assert page.count('data-counts="unread"><span class="sk-count">1<') == 3
        part = client_of(user).get(reverse("inbox-count")).content.decode()
        assert """hx-swap-oob="innerHTML:[data-counts='unread']"><span class="sk-count">1<""" in part

    def test_what_waits_for_an_answer_is_counted_too_and_nobody_elses(
        self, town, two_asked, django_assert_num_queries
    ):
        """Questions to a volunteer, read or not, and new requests at one's own desk; all in one query."""
        mine, theirs = (offer.volunteer.user for offer in two_asked)
        Notice.objects.update(read_at=clock.now())
        roles_of(mine)  # as every page has asked before
        with django_assert_num_queries(1):
            assert waiting_for(mine) == Waiting(0, 1, None)
        decline_offer(two_asked[0], by=mine)
        assert (waiting_for(mine).questions, waiting_for(theirs).questions) == (0, 1)
        coordinator = town.coordinator
        HelpRequestFactory(centre=town.centre, state=RequestState.SUBMITTED)
        HelpRequestFactory(state=RequestState.SUBMITTED)
        roles_of(coordinator)
        with django_assert_num_queries(1):
            assert waiting_for(coordinator) == Waiting(0, None, 1)
        page = client_of(coordinator).get(reverse("inbox")).content.decode()
        assert page.count('data-counts="requests"><span class="sk-count">1<') == 2
        part = client_of(coordinator).get(reverse("inbox-count")).content.decode()
        assert """innerHTML:[data-counts='requests']"><span class="sk-count">1<""" in part
        assert "questions" not in part
        assert waiting_for(UserFactory()) == Waiting(0, None, None)

    def test_reading_reaches_the_other_open_pages(self, town):
        user = UserFactory()
        tell(user)
        LiveSignal.objects.all().delete()
        client = client_of(user)
        client.post(reverse("inbox-read"))
        assert LiveSignal.objects.get().group == person(user.pk)
        client.post(reverse("inbox-read"))  # nothing left to read: nothing to tell
        assert LiveSignal.objects.count() == 1

    def test_another_persons_message_is_not_there(self, town, two_asked):
        notice = Notice.objects.get(user=two_asked[0].volunteer.user)
        stranger = Client(raise_request_exception=False)
        stranger.force_login(two_asked[1].volunteer.user, backend="django.contrib.auth.backends.ModelBackend")
        assert stranger.get(reverse("notice", args=[notice.pk])).status_code == 404
        notice.refresh_from_db()
        assert notice.read_at is None

    @pytest.mark.parametrize("name", ["inbox", "inbox-count"])
    def test_who_is_not_signed_in_signs_in_first(self, name):
        assert Client().get(reverse(name)).status_code == 302

    def test_reading_everything_is_no_link(self, town):
        assert client_of(UserFactory()).get(reverse("inbox-read")).status_code == 405

    def test_older_ones_stand_on_the_next_page_and_ten_cost_what_one_costs(
        self, town, django_assert_num_queries
    ):
        user = UserFactory()
        tell(user, times=30)
        client = client_of(user)
        client.get(reverse("inbox"))
        page = client.get(reverse("inbox")).content.decode()
        assert page.count("sk-card--accent") == 25
        assert "?pagina=2" in page
        assert client.get(reverse("inbox") + "?pagina=2").content.decode().count("sk-card--accent") == 5
        # Session, person, count, page, roles, requests.
        with django_assert_num_queries(6):
            client.get(reverse("inbox"), headers={"HX-Request": "true"})

    def test_a_line_says_which_request_it_is_about_to_who_may_see_it(self, town, two_asked):
        offer = two_asked[0]
        words = str(offer.request.get_category_display())
        assert f"<p>{words}" in client_of(offer.volunteer.user).get(reverse("inbox")).content.decode()
        stranger = UserFactory()
        told = ((NoticeKind.OFFER, offer.pk), (NoticeKind.PROPOSED, offer.request_id))
        for number, (kind, about) in enumerate(told, start=20_000):
            notify([stranger.pk], kind, about, EventRecord(pk=number))
        page = client_of(stranger).get(reverse("inbox")).content.decode()
        assert page.count("sk-card--accent") == 2
        assert f"<p>{words}" not in page

    def test_a_fragment_is_what_the_page_holds(self, town, two_asked):
        client = client_of(two_asked[0].volunteer.user)
        Notice.objects.update(read_at="2025-01-01T00:00Z")  # no form, so no token that differs
        part = client.get(reverse("inbox"), headers={"HX-Request": "true"}).content.decode().strip()
        assert part.startswith("<ul")
        assert part in client.get(reverse("inbox")).content.decode()


class TestTheApi:
    def test_own_messages_newest_first(self, town, two_asked):
        user = two_asked[0].volunteer.user
        items = client_of(user).get("/api/v1/notices").json()["items"]
        assert [(item["kind"], item["objectId"]) for item in items] == [("offer", str(two_asked[0].pk))]
        assert items[0]["sentence"] == "Er is een vraag voor je."
        assert items[0]["readAt"] is None

    def test_reading_one_and_all_and_not_anothers(self, town, two_asked):
        mine, theirs = (Notice.objects.get(user=offer.volunteer.user) for offer in two_asked)
        client = client_of(mine.user)
        assert client.post(f"/api/v1/notices/{theirs.pk}/mark-read").status_code == 404
        for _again in range(2):
            assert client.post(f"/api/v1/notices/{mine.pk}/mark-read").status_code == 204
        tell(mine.user, times=2)
        assert client.post("/api/v1/notices/mark-all-read").status_code == 204
        assert unread_count(mine.user) == 0
        assert unread_count(theirs.user) == 1

    def test_polling_tells_what_the_socket_would_have_told(self, town):
        one, other = town.volunteers
        client = client_of(one.user)
        tell(other.user)
        begin = client.get("/api/v1/live-signals").json()
        assert (begin["refresh"], begin["signals"]) == (False, [])
        mine, _theirs = (ask_volunteer(town.request, v, by=town.coordinator) for v in (one, other))
        town.settle()
        tell(one.user)
        LiveSignal.objects.filter(id__lte=begin["cursor"]).update(at="2025-01-01T00:00Z")
        path = f"/api/v1/live-signals?cursor={begin['cursor']}"
        answer = client.get(path)
        told = {(signal["topic"], signal["id"]) for signal in answer.json()["signals"]}
        assert told == {("offer", str(mine.pk)), ("near-me", ""), ("inbox", "")}
        assert answer.json()["cursor"] > begin["cursor"]
        assert client.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304

    def test_a_cursor_that_is_not_known_any_more_means_refresh(self, town):
        tell(town.resident_user)
        answer = client_of(town.resident_user).get("/api/v1/live-signals?cursor=99999999").json()
        assert (answer["refresh"], answer["signals"]) == (True, [])

    @pytest.mark.parametrize("cursor", ["-1", "abc", str(2**80)])
    def test_an_odd_cursor_is_named(self, town, cursor):
        answer = client_of(town.resident_user).get(f"/api/v1/live-signals?cursor={cursor}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["name"] == "cursor"

    @pytest.mark.parametrize("path", ["notices", "live-signals"])
    def test_nobody_gets_nothing(self, path):
        assert Client().get(f"/api/v1/{path}").status_code == 401
