"""Nothing reaches a volunteer for help that their screening does not hold for, on any channel.

Each is tried on the last valid day (it reaches them) and on the day after (it does not), with and without the
worker having run: the day itself decides, not the round that tells of it.
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from events.models import EventRecord
from events.worker import Worker
from help_requests.enums import RequestState
from matching import services as matching
from matching.enums import ASSIGNMENT_RUNNING, AssignmentState, OfferState
from matching.errors import NotEligible
from matching.models import Assignment, Offer
from matching.queries import contact_is_open
from matching.supply import supply
from notifications.enums import NoticeKind
from notifications.events import PushDue
from notifications.models import LiveSignal, Notice
from notifications.push.delivery import deliver
from people.enums import HelpCategory, Role
from people.services import new_calendar_link
from safeguarding.enums import DecisionOutcome, DecisionReason, Requirement
from safeguarding.models import Screening
from safeguarding.services import confirm_decision, propose_decision, record_screening, tell_expired
from tests.factories.matching import Town, open_request
from tests.factories.people import staff
from tests.notifications.push_service import Browser, running_push_service

pytestmark = pytest.mark.django_db
VOG = Requirement.VOG


class Reach:
    """A volunteer whose certificate ends today, a question, an agreement and a request near by."""

    def __init__(self, clock) -> None:
        self.clock = clock
        self.town = Town(volunteers=1, category=HelpCategory.TRANSPORT)
        self.volunteer = self.town.volunteers[0]
        self.today = clock.now().date()
        Screening.objects.filter(volunteer=self.volunteer, requirement=VOG).update(valid_until=self.today)
        self.offer = matching.ask_volunteer(self.town.request, self.volunteer, by=self.town.coordinator)
        soon = self.today + timedelta(days=0)
        agreed = open_request(self.town.centre, category=HelpCategory.TRANSPORT, on_date=soon)
        asked = matching.ask_volunteer(agreed, self.volunteer, by=self.town.coordinator)
        self.assignment = matching.accept_offer(asked, by=self.volunteer.user)
        Assignment.objects.filter(pk=self.assignment.pk).update(
            state=AssignmentState.AGREED, starts_at=clock.now() + timedelta(days=3)
        )
        self.near = open_request(self.town.centre, category=HelpCategory.TRANSPORT)
        self.garden = open_request(self.town.centre, category=HelpCategory.GARDEN)
        Worker().run_due()
        self.feed = reverse("agenda-feed", args=[new_calendar_link(self.volunteer.user, by=None)])
        self.client = Client()
        self.client.force_login(self.volunteer.user, backend="django.contrib.auth.backends.ModelBackend")

    def next_day(self) -> None:
        """The first moment of the day after, before any round has run."""
        self.clock.at(datetime(2025, 6, 3, 22, 0, 1, tzinfo=UTC))
        self.assignment = Assignment.objects.select_related("request__resident", "volunteer__user").get(
            pk=self.assignment.pk
        )

    def seen(self) -> dict[str, bool]:
        """Through which channels the ride reaches the volunteer now."""
        offer, assignment = self.offer.pk, self.assignment.pk
        home = self.client.get(reverse("volunteer-home")).content.decode()
        api = self.client.get("/api/v1/offers").json()["items"]
        near = self.client.get("/api/v1/near-me").json()
        return {
            "page": self.client.get(reverse("offer", args=[offer])).status_code == 200,
            "home": str(offer) in home,
            "api": any(item["id"] == str(offer) and item["state"] in {"sent", "seen"} for item in api),
            "near by": str(self.near.pk) in str(near),
            "calendar": self.client.get(reverse("agreement-calendar", args=[assignment])).status_code == 200,
            "own calendar": str(assignment) in Client().get(self.feed).content.decode(),
            "address": self.client.get(f"/api/v1/assignments/{assignment}/resident-contact").status_code
            == 200,
        }


@pytest.fixture
def reach(clock):
    return Reach(clock)


def test_on_the_last_valid_day_everything_reaches_them(reach):
    assert reach.seen() == dict.fromkeys(reach.seen(), True)
    assert matching.accept_offer(reach.offer, by=reach.volunteer.user)


def test_from_the_first_day_without_nothing_does_before_any_round(reach):
    reach.next_day()
    assert reach.seen() == dict.fromkeys(reach.seen(), False)
    with pytest.raises(NotEligible):
        matching.accept_offer(reach.offer, by=reach.volunteer.user)
    with pytest.raises(NotEligible):
        matching.come_forward(reach.near, reach.volunteer, by=reach.volunteer.user)
    assert str(reach.garden.pk) in reach.client.get("/api/v1/near-me").content.decode()


def test_after_the_round_the_question_goes_on_to_others_and_the_agreement_waits(reach):
    other = reach.town.volunteer()
    matching.start_dispatch(reach.town.request, by=reach.town.coordinator)
    Worker().run_due()
    reach.next_day()
    tell_expired()
    Worker().run_due()
    reach.offer.refresh_from_db()
    assert reach.offer.state == OfferState.CANCELLED
    assert Offer.objects.filter(request=reach.town.request, volunteer=other).exists()
    reach.assignment.refresh_from_db()
    assert reach.assignment.state in ASSIGNMENT_RUNNING
    assert not contact_is_open(reach.assignment)
    assert reach.seen() == dict.fromkeys(reach.seen(), False)
    told = Notice.objects.get(user=reach.volunteer.user, kind=NoticeKind.OFFER_CANCELLED)
    notice = reach.client.get(reverse("notice", args=[told.pk]), follow=True)
    assert notice.status_code == 404, "what was taken back leads to its card no more"
    accepted = reach.assignment.offer_id
    shown = {item["id"] for item in reach.client.get("/api/v1/offers").json()["items"]}
    assert shown == {str(accepted)}, "what they said yes to stays"


def test_renewing_opens_it_again(reach):
    reach.next_day()
    record_screening(reach.volunteer, VOG, number="9", by=None)
    assert reach.seen() == dict.fromkeys(reach.seen(), True)
    assert contact_is_open(Assignment.objects.get(pk=reach.assignment.pk))


def test_what_waits_for_a_phone_is_told_on_the_last_day_and_not_after(reach, monkeypatch):
    """The question and the agreement, each at the moment of delivery; what is called off is always told."""
    phone, user = Browser("phone"), reach.volunteer.user
    subscription = phone.subscribe(user)
    notices = Notice.objects.filter(user=user)
    agreed = notices.get(kind=NoticeKind.AGREED_VOLUNTEER)
    off = Notice.objects.create(
        user=user, kind=NoticeKind.CANCELLED_VOLUNTEER, object_id=agreed.object_id, event_id=0
    )
    due = [PushDue(subscription.pk, each.pk, 1) for each in notices.order_by("event_id")]

    def told():
        with running_push_service(monkeypatch) as service:
            for each in due:
                deliver(each)
        return sorted(service.kinds(phone))

    assert told() == ["agreed_volunteer", off.kind.value, "offer", "planned"]
    reach.next_day()
    assert told() == [off.kind.value]


def test_nobody_unscreened_is_told_of_a_new_request_by_socket_notice_mail_or_push(reach):
    Browser("phone").subscribe(reach.volunteer.user)
    reach.next_day()
    mail.outbox.clear()
    last = LiveSignal.objects.latest("id").pk
    before = Notice.objects.filter(user=reach.volunteer.user).count()
    fresh = open_request(reach.town.centre, category=HelpCategory.TRANSPORT)
    matching.start_dispatch(fresh, by=reach.town.coordinator)
    Worker().run_due()
    assert not Offer.objects.filter(request=fresh).exists()
    assert Notice.objects.filter(user=reach.volunteer.user).count() == before
    told = LiveSignal.objects.filter(group=f"user:{reach.volunteer.user_id}", topic="offer")
    assert not told.filter(id__gt=last).exists()
    assert mail.outbox == []
    assert not EventRecord.objects.filter(type=PushDue.type).exists()


def decide(reach, outcome, step=VOG, reason=DecisionReason.SAFETY):
    officer = staff(Role.CONFIDENTIAL_OFFICER, reach.town.centre)
    decision = propose_decision(
        reach.volunteer, step, outcome=outcome, reason=reason, by=reach.town.coordinator
    )
    return decision, officer


def decided(reach, *what):
    """What both roles decide, and the worker after them."""
    decision, officer = decide(reach, *what)
    confirm_decision(decision, by=officer)
    Worker().run_due()


@pytest.mark.parametrize("outcome", [DecisionOutcome.REFUSED, DecisionOutcome.BLOCKED])
def test_a_decision_by_two_ends_what_runs_and_a_proposal_nothing(reach, outcome):
    decision, officer = decide(reach, outcome)
    Worker().run_due()
    assert reach.seen() == dict.fromkeys(reach.seen(), True)
    confirm_decision(decision, by=officer)
    assert not any(reach.seen().values())
    Worker().run_due()
    reach.offer.refresh_from_db()
    reach.assignment.refresh_from_db()
    assert (reach.offer.state, reach.assignment.state) == (OfferState.CANCELLED, AssignmentState.CANCELLED)
    assert reach.assignment.request.state in {
        RequestState.REMATCHING,
        RequestState.OPEN,
        RequestState.WAITLISTED,
    }


@pytest.mark.parametrize(
    ("step", "outcome", "ends"),
    [
        (Requirement.ID_SEEN, DecisionOutcome.REFUSED, False),
        (Requirement.ID_SEEN, DecisionOutcome.BLOCKED, True),
        (VOG, DecisionOutcome.REFUSED, True),
    ],
)
def test_a_decision_ends_what_asks_that_step_and_not_what_lapsed(reach, step, outcome, ends):
    reach.next_day()
    decided(reach, outcome, step)
    reach.assignment.refresh_from_db()
    assert (reach.assignment.state == AssignmentState.CANCELLED) is ends
    reach.offer.refresh_from_db()
    assert reach.offer.state == OfferState.CANCELLED, "a question about help they may not give never stays"


def test_lifting_a_decision_ends_nothing(reach):
    reach.next_day()
    decided(reach, DecisionOutcome.REFUSED, Requirement.ID_SEEN)
    decided(reach, DecisionOutcome.LIFTED, Requirement.ID_SEEN, DecisionReason.NEW_FACTS)
    reach.assignment.refresh_from_db()
    assert reach.assignment.state in ASSIGNMENT_RUNNING


def test_a_block_reaches_the_engine_and_other_kinds_of_help(reach):
    def gardeners():
        with supply.fresh():
            pass
        return str(reach.garden.pk) in reach.client.get("/api/v1/near-me").content.decode()

    decision, officer = decide(reach, DecisionOutcome.REFUSED)
    confirm_decision(decision, by=officer)
    assert gardeners()
    blocked, officer = decide(reach, DecisionOutcome.BLOCKED)
    confirm_decision(blocked, by=officer)
    assert not gardeners()
    supply.forget()
    matching.start_dispatch(reach.garden, by=reach.town.coordinator)
    assert not Offer.objects.filter(request=reach.garden).exists()
