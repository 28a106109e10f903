"""Telling that something is wrong: by who may know of it, to the centre only, with a kind answer."""

import pytest
from django.urls import reverse

from common.errors import Forbidden, InvalidInput, InvalidTransition, NotFound
from events.models import EventRecord
from events.worker import Worker
from matching.services import accept_offer, ask_volunteer
from notifications.models import Notice
from people.enums import Role
from people.services.retention import delete_what_is_due
from people.services.roles import give
from safeguarding.enums import ReportKind, ReportOutcome, ReportReason, ReportState
from safeguarding.errors import ReportedAlready
from safeguarding.models import Report
from safeguarding.queries import reports_at_desk, reports_of
from safeguarding.services import file_report, settle_report, take_report
from tests.factories.matching import Town
from tests.factories.people import CoordinatorFactory, UserFactory, VolunteerFactory, staff

pytestmark = pytest.mark.django_db
STORY = "Hij vroeg mij om geld, xqgeheim."


@pytest.fixture
def town(clock):
    return Town(volunteers=2)


@pytest.fixture
def agreed(town):
    return accept_offer(
        ask_volunteer(town.request, town.volunteers[0], by=town.coordinator), by=town.volunteers[0].user
    )


def report(town, **changes):
    values = {"reason": ReportReason.MONEY, "story": STORY, "by": town.resident_user}
    return file_report(ReportKind.VOLUNTEER, town.volunteers[0].pk, **values | changes)


class TestWhoMayReportWhat:
    def test_both_sides_of_an_agreement_each_other(self, town, agreed):
        told = report(town)
        assert (told.volunteer, told.centre) == (town.volunteers[0], town.centre)
        back = file_report(
            ReportKind.RESIDENT,
            town.request.resident_id,
            reason=ReportReason.RUDE,
            by=town.volunteers[0].user,
        )
        assert back.resident == town.request.resident

    def test_who_has_not_met_knows_of_nobody(self, town):
        for kind, thing, by in (
            (ReportKind.VOLUNTEER, town.volunteers[0].pk, town.resident_user),
            (ReportKind.RESIDENT, town.request.resident_id, town.volunteers[1].user),
            (ReportKind.VOLUNTEER, town.volunteers[0].pk, CoordinatorFactory()),
            (ReportKind.REQUEST, town.request.pk, UserFactory()),
            (ReportKind.REQUEST, town.request.pk, VolunteerFactory().user),
        ):
            with pytest.raises(NotFound):
                file_report(kind, thing, reason=ReportReason.RUDE, by=by)

    def test_a_request_by_who_may_see_it(self, town):
        for by in (town.volunteers[0].user, town.coordinator):
            assert file_report(ReportKind.REQUEST, town.request.pk, reason=ReportReason.FALSE, by=by).path

    def test_a_message_in_ones_own_list(self, town, agreed):
        Worker().run_due()
        notice = Notice.objects.filter(user=town.volunteers[0].user).latest("created_at")
        told = file_report(
            ReportKind.MESSAGE, notice.pk, reason=ReportReason.PRIVATE, by=town.volunteers[0].user
        )
        assert told.resident == town.request.resident
        with pytest.raises(NotFound):
            file_report(ReportKind.MESSAGE, notice.pk, reason=ReportReason.PRIVATE, by=town.resident_user)

    def test_staff_for_who_calls(self, town):
        told = report(town, by=town.coordinator)
        assert told.reporter == town.coordinator

    @pytest.mark.parametrize(
        ("reason", "story"),
        [("other", " "), ("rude", "x" * 2001), ("rude", "Zijn BSN is 111222333.")],
    )
    def test_words_are_checked(self, town, agreed, reason, story):
        with pytest.raises(InvalidInput):
            report(town, reason=ReportReason(reason), story=story)

    def test_the_same_once_until_it_is_settled(self, town, agreed):
        first = report(town)
        with pytest.raises(ReportedAlready):
            report(town)
        other = CoordinatorFactory(town.centre)
        settle_report(take_report(first, by=other), ReportOutcome.TALKED, by=other)
        report(town)


class TestTheDesk:
    def test_of_the_centre_and_not_of_who_is_in_it(self, town, agreed):
        told = report(town)
        involved = town.volunteers[0].user
        give(involved, Role.COORDINATOR, centre=town.centre, by=None)
        assert list(reports_at_desk(town.coordinator)) == [told]
        others = (
            involved,
            town.resident_user,
            CoordinatorFactory(),
            staff(Role.CONFIDENTIAL_OFFICER, town.centre),
        )
        for other in others:
            assert not reports_at_desk(other).exists()
            with pytest.raises(Forbidden):
                take_report(told, by=other)

    def test_new_in_hand_settled_and_nothing_else(self, town, agreed):
        told, colleague = report(town), CoordinatorFactory(town.centre)
        with pytest.raises(InvalidTransition):
            settle_report(told, ReportOutcome.NOTHING, by=town.coordinator)
        take_report(told, by=town.coordinator)
        with pytest.raises(InvalidTransition):
            take_report(told, by=colleague)
        settle_report(told, ReportOutcome.MEASURE, answer="Dank u.", note="Gebeld.", by=colleague)
        with pytest.raises(InvalidTransition):
            settle_report(told, ReportOutcome.NOTHING, by=colleague)
        told.refresh_from_db()
        assert (told.state, told.handler, told.answer) == (ReportState.SETTLED, colleague, "Dank u.")

    def test_who_is_told(self, town, agreed):
        told = report(town)
        Worker().run_due()
        assert set(Notice.objects.filter(kind="report_filed").values_list("user", flat=True)) == {
            town.coordinator.pk
        }
        settle_report(take_report(told, by=town.coordinator), ReportOutcome.TALKED, by=town.coordinator)
        Worker().run_due()
        assert set(Notice.objects.filter(kind="report_settled").values_list("user", flat=True)) == {
            town.resident_user.pk
        }
        # Not to be found in what the other side can be shown, nor in the log of events.
        assert not Notice.objects.filter(user=town.volunteers[0].user, kind__startswith="report").exists()
        assert not EventRecord.objects.filter(
            type="safeguarding.report_filed", actor_id=town.resident_user.pk
        ).exists()


class TestThePages:
    def test_from_the_page_of_the_helper_to_the_answer(self, town, agreed, client):
        Worker().run_due()
        client.force_login(town.resident_user)
        page = client.get(reverse("request-match", args=[town.request.pk])).content.decode()
        address = reverse("report-it", args=["volunteer", town.volunteers[0].pk])
        assert address in page
        assert client.get(address).status_code == 200
        assert client.post(address, {}).status_code == 422
        assert client.post(address, {"reason": "other", "story": ""}).status_code == 422
        assert client.post(address, {"reason": "money", "story": STORY}, follow=True).status_code == 200
        assert client.post(address, {"reason": "money", "story": STORY}).status_code == 409
        told = Report.objects.get()
        client.force_login(town.coordinator)
        assert reverse("report", args=[told.pk]) in client.get(reverse("reports")).content.decode()
        assert STORY in client.get(reverse("report", args=[told.pk])).content.decode()
        settle = reverse("report-settle", args=[told.pk])
        client.post(reverse("report-take", args=[told.pk]))
        assert client.post(settle, {"outcome": ""}).status_code == 422
        assert client.post(settle, {"outcome": "talked", "answer": "BSN 111222333"}).status_code == 422
        client.post(settle, {"outcome": "talked", "answer": "Fijn dat u belde.", "note": "Gesproken."})
        assert client.get(reverse("reports") + "?lijst=klaar").context["page"].object_list[0] == told
        client.force_login(town.resident_user)
        mine = client.get(reverse("my-reports")).content.decode()
        assert "Fijn dat u belde." in mine
        assert "Gesproken." not in mine

    def test_the_api_does_the_same(self, town, agreed, client):
        client.force_login(town.resident_user)
        body = {"kind": "volunteer", "objectId": str(town.volunteers[0].pk), "reason": "unsafe"}
        made = client.post("/api/v1/me/reports", body, content_type="application/json")
        assert made.status_code == 201
        url = f"/api/v1/reports/{made.json()['id']}"
        assert client.get(url).status_code == 404
        assert client.post("/api/v1/me/reports", body, content_type="application/json").status_code == 409
        client.force_login(town.coordinator)
        assert client.post(f"{url}/take").json()["state"] == "in_hand"
        settled = client.post(f"{url}/settle", {"outcome": "nothing"}, content_type="application/json")
        assert settled.json()["state"] == "settled"
        client.force_login(town.resident_user)
        assert client.get("/api/v1/me/reports").json()["items"][0]["outcome"] == "nothing"

    def test_ten_in_an_hour_is_enough(self, town, agreed, client):
        client.force_login(town.resident_user)
        address = reverse("report-it", args=["volunteer", town.volunteers[0].pk])
        answers = [client.post(address, {}).status_code for _ in range(11)]
        assert answers == [422] * 10 + [429]


def test_it_goes_after_its_term_and_with_either_person(town, agreed, clock, settings):
    told = report(town)
    settle_report(take_report(told, by=town.coordinator), ReportOutcome.TALKED, by=town.coordinator)
    clock.forward(days=settings.REPORT_KEPT_DAYS)
    delete_what_is_due()
    assert reports_of(town.resident_user).exists()
    clock.forward(seconds=1)
    delete_what_is_due()
    assert not Report.objects.exists()
