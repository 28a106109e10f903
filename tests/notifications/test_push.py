"""Messages on phones: sealed, signed, without persons, and to nobody who should not hear them."""

from datetime import UTC, datetime, time, timedelta

import http_ece
import pytest
from cryptography.exceptions import InvalidTag
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from common import clock as project_clock
from common.outbound import OutboundGuard
from events.models import EventRecord
from help_requests.services import withdraw
from matching.enums import CancelledBy, CancelReason
from matching.services import (
    accept_offer,
    ask_volunteer,
    cancel_assignment,
    decline_offer,
    plan,
    plan_introduction,
)
from notifications.enums import NoticeKind
from notifications.events import PushDue
from notifications.models import Notice, PushSubscription
from notifications.push import delivery
from notifications.push.delivery import deliver
from notifications.queries import devices_of
from notifications.services import choose_quiet, mark_read
from people.services import erase_self, suspend_user
from safeguarding.enums import ReportKind, ReportReason
from safeguarding.services import file_report
from tests.factories.matching import Town, open_request
from tests.factories.people import PASSWORD, CoordinatorFactory, UserFactory
from tests.factories.shifts import ShiftTown
from tests.matching.lasting_town import agreed, lasting_town
from tests.notifications.push_service import GOOGLE, MOZILLA, SILENCE, Browser
from vacancies import services as vacancies
from vacancies.models import ActionTask

pytestmark = pytest.mark.django_db
NIGHT = datetime(2025, 6, 3, 20, 30, tzinfo=UTC)  # half past ten in Amsterdam
MORNING = datetime(2025, 6, 4, 6, 0, tzinfo=UTC)


@pytest.fixture
def town(clock, db) -> Town:
    return Town(volunteers=2)


@pytest.fixture
def phone(town, push_service) -> Browser:
    """The phone of the first volunteer."""
    browser = Browser("phone")
    browser.subscribe(town.volunteers[0].user)
    return browser


def ask(town: Town, number: int = 0, **fields):
    request = open_request(town.centre, **fields) if fields else town.request
    return ask_volunteer(request, town.volunteers[number], by=town.coordinator)


def due() -> PushDue:
    """The newest attempt that was planned."""
    return EventRecord.objects.filter(type=PushDue.type).latest("pk").event


class TestAQuestion:
    def test_comes_sealed_signed_and_without_persons(self, town, phone, push_service, settle, clock):
        user = town.volunteers[0].user
        offer = ask(town, on_date=clock.now().date() + timedelta(days=2))
        settle()
        (letter,) = push_service.letters
        notice = Notice.objects.get(user=user)
        assert phone.reads(letter.body) == {
            "kind": "offer",
            "title": "Boodschappen, donderdag",
            "body": "Kun je helpen?",
            "lang": "nl",
            "url": reverse("notice", args=[notice.pk]),
            "silent": False,
            "badge": 1,
            "offer": str(offer.pk),
            "actions": [
                {"action": "yes", "title": "Ja, ik help"},
                {"action": "no", "title": "Niet nu"},
            ],
            "later": "Je hebt geen verbinding. We geven je antwoord door zodra die er weer is.",
            "tag": letter.headers["topic"],
        }
        with pytest.raises((http_ece.ECEException, InvalidTag)):
            Browser("another").reads(letter.body)
        offer.refresh_from_db()
        left = (offer.due_at - project_clock.now()).total_seconds()
        told = {name: letter.headers[name] for name in ("ttl", "urgency", "content-encoding")}
        assert told == {"ttl": str(int(left)), "urgency": "high", "content-encoding": "aes128gcm"}
        assert len(letter.headers["topic"]) == 32
        assert "user-agent" not in letter.headers, "nothing about us that need not be told"
        claims = letter.claims()
        assert claims["aud"] == f"https://{GOOGLE}"
        assert 0 < claims["exp"] - project_clock.now().timestamp() < 24 * 3600
        assert PushSubscription.objects.get().used_at == project_clock.now()

    def test_what_follows_takes_its_place_on_the_phone_without_a_sound(
        self, town, phone, push_service, settle
    ):
        ask(town)
        rival = ask(town, 1)
        settle()
        accept_offer(rival, by=town.volunteers[1].user)
        settle()
        question, taken = push_service.to(phone)
        assert (taken["kind"], taken["silent"], taken["tag"]) == ("offer_taken", True, question["tag"])
        assert "actions" not in taken
        assert len({len(letter.body) for letter in push_service.letters}) == 1, "the length tells nothing"

    def test_is_not_told_once_answered_read_or_over(self, town, phone, push_service, settle, clock):
        volunteer = town.volunteers[0].user
        decline_offer(ask(town), by=volunteer)
        ask(town, start_time=time(9))
        notices = Notice.objects.filter(user=volunteer)
        town.settle()
        mark_read(volunteer)
        late = ask(town, start_time=time(10))
        town.settle()
        clock.at(late.due_at or MORNING)
        settle()
        assert notices.count() == 3
        assert push_service.letters == []


def test_both_sides_hear_of_their_agreement_each_in_their_language(town, phone, push_service, settle, clock):
    volunteer, resident = town.volunteers[0].user, town.resident_user
    resident.language = "en"
    resident.save()
    tablet = Browser("tablet", MOZILLA)
    tablet.subscribe(resident)
    assignment = accept_offer(ask(town), by=volunteer)
    settle()
    plan(assignment, clock.now() + timedelta(days=2), by=volunteer)
    settle()
    cancel_assignment(assignment, side=CancelledBy.VOLUNTEER, reason=CancelReason.ILL, by=volunteer)
    settle()
    assert push_service.kinds(phone) == ["agreed_volunteer", "planned", "cancelled_volunteer"]
    assert push_service.kinds(tablet) == ["agreed_resident", "planned", "cancelled_resident"]
    first = push_service.to(tablet)[0]
    assert (first["title"], first["body"]) == ("Samenkracht", "A volunteer has been found for you.")
    assert push_service.to(phone)[0]["body"].startswith("Het is afgesproken")
    assert len({message["tag"] for message in push_service.to(tablet)}) == 1
    # The push service reads the topic: it may not tell who agreed with whom.
    topics = {(letter.path, letter.headers["topic"]) for letter in push_service.letters}
    assert len({topic for _path, topic in topics}) == len(topics) > 1


class TestAPushService:
    @pytest.mark.parametrize("status", [404, 410])
    def test_that_knows_the_device_no_more_ends_it_and_no_other(
        self, status, town, phone, push_service, settle
    ):
        laptop = Browser("laptop", MOZILLA)
        laptop.subscribe(town.volunteers[0].user)
        push_service.says(phone, status)
        ask(town)
        settle()
        assert push_service.kinds(laptop) == ["offer"]
        assert [each.endpoint for each in PushSubscription.objects.all()] == [laptop.endpoint]

    @pytest.mark.parametrize(
        ("status", "headers", "minutes"),
        [
            (429, {"Retry_After": "600"}, 10),
            (503, {}, 1),
            (500, {"Retry_After": "soon"}, 1),
            (SILENCE, {}, 1),
        ],
    )
    def test_in_trouble_is_left_alone_for_a_while(
        self, status, headers, minutes, town, phone, push_service, settle, clock, monkeypatch
    ):
        if status == SILENCE:  # long enough for the service that does answer
            monkeypatch.setattr(delivery, "TIMEOUT_SECONDS", 3.0)
        laptop = Browser("laptop", MOZILLA)
        laptop.subscribe(town.volunteers[0].user)
        push_service.says(phone, status, **headers)
        ask(town)
        settle()
        assert len(push_service.letters) == 2
        rests = PushSubscription.objects.get(failures=1)
        assert (rests.endpoint, rests.rests_until) == (
            phone.endpoint,
            clock.now() + timedelta(minutes=minutes),
        )
        push_service.answers.clear()
        ask(town, start_time=time(9))
        clock.forward(minutes=minutes, seconds=-1)
        settle()
        assert (push_service.kinds(phone), push_service.kinds(laptop)) == (["offer"], ["offer", "offer"])
        clock.forward(seconds=2)
        settle()
        assert push_service.kinds(phone) == ["offer"] * 3
        clock.forward(hours=5)
        settle()
        assert len(push_service.to(phone)) == 3, "what was taken is not told again"
        assert set(PushSubscription.objects.values_list("failures", "rests_until")) == {(0, None)}

    def test_that_refuses_is_not_asked_again_and_the_device_goes_after_long(
        self, town, phone, push_service, settle, clock
    ):
        push_service.says(phone, 403)
        ask(town)
        settle()
        clock.forward(hours=5)
        settle()
        assert len(push_service.letters) == 1
        PushSubscription.objects.update(failures=delivery.MOST_FAILURES - 1)
        ask(town, start_time=time(9))
        settle()
        assert not PushSubscription.objects.exists()

    def test_at_an_address_inside_is_never_called(self, town, phone, push_service, settle, monkeypatch):
        inside = OutboundGuard(delivery.is_push_host, resolver=lambda _host: ["127.0.0.1"])
        monkeypatch.setattr(delivery, "guard", lambda: inside)
        ask(town)
        settle()
        assert push_service.letters == []
        assert PushSubscription.objects.get().failures == 1


def test_a_worker_that_dies_in_the_middle_tells_after_all(
    town, phone, push_service, settle, clock, monkeypatch
):
    monkeypatch.setattr("notifications.receivers.hand_over", lambda _event, _host: None)
    ask(town)
    town.settle()
    assert push_service.letters == []
    monkeypatch.setattr("notifications.receivers.hand_over", lambda event, _host: deliver(event))
    clock.forward(minutes=1)
    settle()
    assert push_service.kinds(phone) == ["offer"]


class TestAtNight:
    def test_the_phone_is_silent_until_the_morning(self, town, phone, push_service, settle, clock):
        clock.at(NIGHT)
        ask(town)
        settle()
        assert push_service.letters == []
        clock.at(MORNING - timedelta(seconds=1))
        settle()
        assert push_service.letters == []
        clock.at(MORNING)
        settle()
        assert push_service.kinds(phone) == ["offer"]

    def test_what_was_taken_back_before_the_morning_is_not_told(
        self, town, phone, push_service, settle, clock
    ):
        clock.at(NIGHT)
        offer = ask(town)
        settle()
        withdraw(offer.request, by=town.resident_user)
        settle()
        clock.at(MORNING)
        settle()
        assert push_service.kinds(phone) == ["offer_cancelled"]

    def test_people_choose_their_own_hours(self, town, phone, push_service, settle, clock):
        choose_quiet(town.volunteers[0].user, quiet_from=time(23), quiet_until=time(7))
        clock.at(NIGHT)
        ask(town)
        settle()
        assert push_service.kinds(phone) == ["offer"]


ACTION = dict.fromkeys(("campaign", "description", "bring", "provided"), "Samen") | {
    "title": "De tuin",
    "place": "Dorpsstraat 1",
}


def action_in(town: ShiftTown, days: int) -> ActionTask:
    """The task of a one-day action so many days from now, from nine to eleven."""
    day = project_clock.today() + timedelta(days=days)
    action = vacancies.draft_action(town.organisation, by=town.contact, **ACTION, on_date=day)
    times = {"begins": time(9), "ends": time(11)}
    task = vacancies.add_task(action, by=town.contact, title="Snoeien", capacity=6, **times)
    vacancies.submit_action(action, by=town.contact)
    vacancies.publish_action(action, by=town.coordinator)
    return ActionTask.objects.select_related("action__organisation").get(pk=task.pk)


class TestWhatCannotWait:
    """At half past ten in the evening; the night lasts until eight, people have changed plans by ten."""

    def agreed(self, town, settle, clock, moment: datetime):
        clock.at(NIGHT - timedelta(hours=3))
        offer = ask(town)
        assignment = accept_offer(offer, by=town.volunteers[0].user)
        plan(assignment, moment, by=town.volunteers[0].user)
        settle()
        mark_read(town.volunteers[0].user)
        clock.at(NIGHT)
        return assignment

    @pytest.mark.parametrize(
        ("hours", "now"),
        [(-1, True), (0, True), (1.9, True), (2, False), (24, False), (-9.4, True)],
        ids=["at seven", "at eight", "before ten", "at ten", "the day after", "later this evening"],
    )
    def test_a_visit_called_off_is_told_at_once_when_it_is_near(
        self, hours, now, town, phone, push_service, settle, clock
    ):
        agreement = self.agreed(town, settle, clock, MORNING + timedelta(hours=hours))
        before = len(push_service.letters)
        cancel_assignment(
            agreement, side=CancelledBy.RESIDENT, reason=CancelReason.NO_TIME, by=town.resident_user
        )
        settle()
        assert push_service.kinds(phone)[before:] == (["cancelled_volunteer"] if now else [])
        clock.at(MORNING)
        settle()
        assert push_service.kinds(phone)[before:] == ["cancelled_volunteer"]

    def test_a_visit_moved_away_or_hither_is_told_at_once(self, town, phone, push_service, settle, clock):
        near, far = MORNING + timedelta(hours=1), MORNING + timedelta(days=5)
        agreement = self.agreed(town, settle, clock, near)
        before = len(push_service.letters)
        for moment in (far, far + timedelta(days=1), near):
            plan(agreement, moment, by=town.resident_user)
            settle()
        assert push_service.kinds(phone)[before:] == ["planned", "planned"], "not from far to further away"

    def test_so_is_a_first_meeting(self, push_service, settle, clock):
        clock.at(NIGHT - timedelta(hours=3))
        town, phone = lasting_town(), Browser("phone")
        assignment = agreed(town)
        phone.subscribe(assignment.volunteer.user)
        near, far = MORNING + timedelta(hours=1), MORNING + timedelta(days=5)
        plan_introduction(assignment, near, place="thuis", by=town.coordinator)
        settle()
        mark_read(assignment.volunteer.user)
        clock.at(NIGHT)
        before = len(push_service.letters)
        for moment in (far, far + timedelta(days=1)):
            plan_introduction(assignment, moment, place="thuis", by=town.coordinator)
            settle()
        assert push_service.kinds(phone)[before:] == ["introduction"], "not from far to further away"

    @pytest.mark.parametrize("what", ["called_off", "moved", "organisation_paused"])
    def test_a_shift_tells_who_comes_soon_and_lets_others_sleep(self, what, push_service, settle, clock):
        town = ShiftTown()
        soon, later = town.shift(days=1, at="09:00"), town.shift(days=5)
        browsers = [Browser("soon"), Browser("later")]
        for shift, browser in zip((soon, later), browsers, strict=True):
            volunteer = town.volunteer()
            vacancies.sign_up(shift, volunteer, by=volunteer.user)
            browser.subscribe(volunteer.user)
        clock.at(NIGHT)
        settle()
        for shift in (soon, later):
            if what == "called_off":
                vacancies.cancel_shift(shift, by=town.contact)
            elif what == "moved":
                day, times = shift.starts_at.date() + timedelta(days=9), {"begins": time(9), "ends": time(11)}
                vacancies.move_shift(shift, {"day": day, **times}, by=town.contact)
        if what == "organisation_paused":
            vacancies.suspend_organisation(town.organisation, note="Even niet", by=town.coordinator)
        settle()
        told = [what if what == "organisation_paused" else f"shift_{what}"]
        assert [push_service.kinds(browser) for browser in browsers] == [told, []]
        clock.at(MORNING)
        settle()
        assert [push_service.kinds(browser) for browser in browsers] == [told, told]

    @pytest.mark.parametrize("what", ["task_called_off", "action_moved"])
    def test_a_one_day_action_does_the_same(self, what, push_service, settle, clock):
        town = ShiftTown()
        phones = [Browser("soon"), Browser("later")]
        actions = []
        for browser, days in zip(phones, (1, 5), strict=True):
            task = action_in(town, days)
            seat = vacancies.sign_up_for_task(task, by=UserFactory())
            browser.subscribe(seat.holder)
            actions.append(task.action)
        clock.at(NIGHT)
        settle()
        for action in actions:
            if what == "task_called_off":
                vacancies.cancel_action(action, by=town.contact)
            else:
                moved = {**ACTION, "on_date": action.on_date + timedelta(days=9)}
                vacancies.edit_action(action, by=town.contact, **moved)
        settle()
        assert [push_service.kinds(browser) for browser in phones] == [[what], []]

    def test_a_report_that_it_was_not_safe_reaches_the_desk_at_night(
        self, town, phone, push_service, settle, clock
    ):
        desk = Browser("desk")
        desk.subscribe(town.coordinator)
        volunteer, kind = town.volunteers[0], ReportKind.VOLUNTEER
        clock.at(NIGHT)
        for reason in (ReportReason.RUDE, ReportReason.UNSAFE):
            file_report(kind, volunteer.pk, reason=reason, by=CoordinatorFactory(town.centre))
            settle()
            assert len(push_service.to(desk)) == (reason == ReportReason.UNSAFE)


def suspended(town, client):
    suspend_user(town.volunteers[0].user, by=town.coordinator)


def erased(town, client):
    erase_self(town.volunteers[0].user)


def signed_out(town, client):
    client.post(reverse("account_logout"))


def signed_out_elsewhere(town, client):
    user = town.volunteers[0].user
    user.set_password(PASSWORD)
    user.save()


def run_out(town, client):
    Session.objects.all().update(expire_date=project_clock.now())


def signed_in_as_another(town, client):
    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")


def turned_off(town, client):
    client.post(reverse("remove-device", args=[PushSubscription.objects.get().pk]))


WAYS_OUT = [suspended, erased, signed_out, signed_out_elsewhere, run_out, signed_in_as_another, turned_off]


def test_what_says_tomorrow_is_told_on_that_day_only(town, phone, push_service, clock):
    user = town.volunteers[0].user
    clock.at(NIGHT)
    told = {"kind": NoticeKind.TASK_REMINDER, "object_id": user.pk, "event_id": 1}
    notice = Notice.objects.create(user=user, **told)
    event = PushDue(PushSubscription.objects.get(user=user).pk, notice.pk, 1)
    assert deliver(event)
    assert push_service.letters[0].headers["ttl"] == "5400", "until midnight in Amsterdam"
    clock.forward(minutes=90)
    assert not deliver(event)
    assert len(push_service.letters) == 1


@pytest.mark.parametrize("kind", [NoticeKind.REPORT_SETTLED, NoticeKind.SCREENING_EXPIRED])
def test_what_is_for_ones_own_eyes_stands_on_no_locked_screen(town, phone, push_service, kind):
    user = town.volunteers[0].user
    notice = Notice.objects.create(user=user, kind=kind, object_id=user.pk, event_id=1)
    assert deliver(PushDue(PushSubscription.objects.get(user=user).pk, notice.pk, 1))
    (told,) = push_service.to(phone)
    assert (told["title"], told["body"]) == ("Samenkracht", "Er is een nieuw bericht.")


class TestWhoLeft:
    @pytest.mark.parametrize("leave", WAYS_OUT, ids=lambda way: way.__name__)
    def test_hears_nothing_from_the_very_moment(self, leave, town, push_service, settle, monkeypatch, clock):
        """The attempt was planned and handed over; only then they leave, and no worker runs after it."""
        phone, client = Browser("phone"), Client()
        phone.subscribe(town.volunteers[0].user, client)
        monkeypatch.setattr("notifications.receivers.hand_over", lambda _event, _host: None)
        ask(town)
        town.settle()
        event = due()
        clock.forward(seconds=1)
        leave(town, client)
        assert deliver(event) is False
        settle()
        assert push_service.letters == []
        assert not devices_of(town.volunteers[0].user).exists()

    def test_who_stays_hears_it(self, town, phone, push_service, monkeypatch):
        """Negative control: the same without leaving."""
        ask(town)
        town.settle()
        assert deliver(due()) is True
        assert push_service.kinds(phone) == ["offer"]
