"""The devices that messages go to: turned on by page and API with what a browser says, until signing out."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.errors import Forbidden
from events.models import EventRecord
from events.worker import Worker
from matching.services import ask_volunteer
from notifications.enums import NoticeKind
from notifications.events import PushDue
from notifications.models import Notice, NotificationPreference, PushSubscription
from notifications.push.delivery import deliver, plan_pushes
from notifications.push.devices import device_name, forget_sleeping, is_signed_in
from notifications.push.sealing import PADDED_BYTES, seal
from notifications.push.vapid import authorization, key_of, new_secret, newest_key
from notifications.queries import device_here, devices_of
from notifications.services import MOST_DEVICES, unsubscribe
from people.models import User
from tests.factories.people import PASSWORD, CoordinatorFactory, UserFactory
from tests.notifications.push_service import ANDROID, GOOGLE, MOZILLA, Browser, Letter, unpacked

pytestmark = pytest.mark.django_db
PAGE = "/berichten/telefoon/"
AGAIN = "/berichten/telefoon/verder/"
API = "/api/v1/push-subscriptions"


def browser_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


class TestTheVectorOfTheStandard:
    """RFC 8291, appendix A: what opens our messages in these tests opens those of the standard."""

    BODY = (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3"
        "jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    PRIVATE, AUTH = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94", "BTBZMqHH6r4Tts7J_aSIgg"

    def test_opens(self):
        browser = Browser("standard")
        number = int.from_bytes(unpacked(self.PRIVATE), "big")
        browser.private = ec.derive_private_key(number, ec.SECP256R1())
        browser.secret = unpacked(self.AUTH)
        assert browser.opens(unpacked(self.BODY)) == b"When I grow up, I want to be a watermelon"


def test_a_message_that_is_too_long_is_not_sent_in_part():
    with pytest.raises(ValueError, match="too long"):
        seal(b"x" * (PADDED_BYTES + 1), **Browser("a").keys)


def test_a_signature_of_another_key_than_the_one_named_does_not_hold(settings):
    settings.PUSH_KEYS = [new_secret(), new_secret()]
    first, second = (key_of(key.public) for key in (newest_key(), newest_key()))
    assert first is second is not None
    header = authorization(first, f"https://{GOOGLE}/x")
    settings.PUSH_KEYS = [new_secret()]
    forged = header.rpartition("k=")[0] + "k=" + newest_key().public
    assert Letter("/", {"authorization": header}, b"").claims()["aud"] == f"https://{GOOGLE}"
    with pytest.raises(Exception, match="bad_signature"):
        Letter("/", {"authorization": forged}, b"").claims()


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (ANDROID, "Chrome, Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/131.0 Safari/537.36 Edg/131.0", "Edge, Windows"),
        ("curl/8 <script>", "Een apparaat"),
        ("", "Een apparaat"),
    ],
)
def test_a_device_is_called_as_people_call_it(agent, name):
    assert device_name(agent) == name


class TestTheAddress:
    @pytest.mark.parametrize(
        "endpoint",
        [
            "https://127.0.0.1/x",
            "https://localhost/x",
            "https://intranet.example/x",
            f"https://{GOOGLE}.intranet.example/x",
            f"http://{GOOGLE}/x",
            f"https://{GOOGLE}:8443/x",
            f"https://{GOOGLE}@intranet.example/x",
            "https://push.apple.com.example/x",
            "https://notify.windows.com/x",
            f"https://{GOOGLE}/" + "x" * 1000,
            "",
        ],
    )
    def test_that_is_of_no_push_service_is_refused_and_never_called(self, endpoint):
        client = browser_of(UserFactory())
        told = {**Browser("phone").form(), "endpoint": endpoint}
        answer = client.post(PAGE, told)
        assert (answer.status_code, PushSubscription.objects.count()) == (422, 0)
        assert "Meldingen op deze telefoon" in answer.content.decode()

    @pytest.mark.parametrize("name", ["p256dh", "auth", "server_key"])
    @pytest.mark.parametrize("value", ["", "é", "AAAA", "A" * 87])
    def test_with_other_keys_than_a_browser_has_is_refused(self, name, value):
        answer = browser_of(UserFactory()).post(PAGE, {**Browser("phone").form(), name: value})
        assert (answer.status_code, PushSubscription.objects.count()) == (422, 0)

    def test_stands_nowhere_readable(self):
        user = UserFactory()
        subscription = Browser("qxzadres").subscribe(user)
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM notifications_pushsubscription")
            stored = str(cursor.fetchall())
        assert subscription.endpoint.endswith("qxzadres")
        secrets = ("qxzadres", subscription.p256dh, subscription.auth, subscription.session_key, GOOGLE)
        assert not [secret for secret in secrets if secret in stored]
        client = browser_of(user)
        shown = client.get(API).content.decode() + client.get(PAGE).content.decode()
        assert "Chrome, Android" in shown
        assert not [secret for secret in secrets if secret in shown]


class TestOfTheApi:
    def body(self, browser: Browser) -> dict:
        form = browser.form()
        return {"endpoint": form["endpoint"], "keys": browser.keys, "serverKey": form["server_key"]}

    def test_turns_messages_on_and_off(self):
        client = browser_of(UserFactory())
        key = client.get(f"{API}/server-key").json()["serverKey"]
        assert key == newest_key().public
        made = client.post(API, self.body(Browser("phone")), content_type="application/json")
        again = client.post(API, self.body(Browser("phone")), content_type="application/json")
        assert (made.status_code, again.status_code) == (201, 201)
        assert client.get(API).json()["items"] == [again.json()]
        assert client.delete(f"{API}/{again.json()['id']}").status_code == 204
        assert not PushSubscription.objects.exists()

    def test_of_an_app_ends_with_the_session_of_the_app(self):
        user = UserFactory(email="app@voorbeeld.nl")
        user.set_password(PASSWORD)
        user.save()
        login = "/_allauth/app/v1/auth/login"
        told = {"email": user.email, "password": PASSWORD}
        token = Client().post(login, told, content_type="application/json").json()["meta"]["session_token"]
        headers = {"X-Session-Token": token}
        answer = Client().post(
            API, self.body(Browser("app")), content_type="application/json", headers=headers
        )
        assert answer.status_code == 201
        Client().delete("/_allauth/app/v1/auth/session", headers=headers)
        assert not PushSubscription.objects.exists()


def test_nobody_turns_off_anothers():
    subscription = Browser("phone").subscribe(UserFactory())
    other = browser_of(UserFactory())
    assert other.post(reverse("remove-device", args=[subscription.pk])).status_code == 404
    assert other.delete(f"{API}/{subscription.pk}").status_code == 404
    with pytest.raises(Forbidden):
        unsubscribe(subscription, by=UserFactory())
    assert PushSubscription.objects.exists()


def test_a_device_has_one_subscription_and_a_person_ten(clock):
    user, client = UserFactory(), Client()
    first = Browser("phone").subscribe(user, client)
    client.post(PAGE, Browser("new-address").form())
    assert [each.endpoint[-11:] for each in PushSubscription.objects.all()] == ["new-address"]
    assert not PushSubscription.objects.filter(pk=first.pk).exists()
    for number in range(MOST_DEVICES):
        clock.forward(minutes=1)
        Browser(f"device-{number}").subscribe(user)
    left = {each.endpoint.rpartition("/")[2] for each in PushSubscription.objects.all()}
    assert left == {f"device-{number}" for number in range(MOST_DEVICES)}, (
        "the one silent for longest made place"
    )


def test_of_two_people_on_one_device_the_last_hears_and_never_the_others(
    town, push_service, settle, monkeypatch
):
    phone, (first, second) = Browser("shared"), (each.user for each in town.volunteers)
    phone.subscribe(first)
    monkeypatch.setattr("notifications.receivers.hand_over", lambda _event: None)
    ask_volunteer(town.request, town.volunteers[0], by=town.coordinator)
    town.settle()
    phone.subscribe(second)
    event = EventRecord.objects.filter(type=PushDue.type).latest("pk").event
    assert PushSubscription.objects.get().pk == event.subscription_id, (
        "the row is the same, the person is not"
    )
    assert deliver(event) is False
    assert push_service.letters == []


class TestTheSession:
    """As people sign in: through the page."""

    def enter(self, user, name: str, agent: str = "") -> Client:
        client = Client(headers={"User-Agent": agent})
        answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        assert answer.status_code == 302
        assert client.post(PAGE, Browser(name).form()).status_code == 302
        return client

    @pytest.fixture
    def user(self, clock):
        made = UserFactory(verified=True)
        made.set_password(PASSWORD)
        made.save()
        return made

    def names(self) -> set[str]:
        """To which messages go."""
        return {each.endpoint.rpartition("/")[2] for each in devices_of(User.objects.get())}

    def test_that_ends_here_ends_it_here_only(self, user):
        phone = self.enter(user, "phone")
        self.enter(user, "laptop")
        phone.post(reverse("account_logout"))
        assert self.names() == {"laptop"}

    def test_ended_everywhere_else_ends_it_there_at_once(self, user):
        self.enter(user, "phone")
        laptop = self.enter(user, "laptop")
        laptop.post(reverse("usersessions_list"))
        assert self.names() == {"laptop"}

    def test_another_password_ends_the_others_and_this_one_goes_on(self, user, push_service):
        self.enter(user, "phone")
        laptop = self.enter(user, "laptop")
        new = {"oldpassword": PASSWORD, "password1": "heel-anders-2025", "password2": "heel-anders-2025"}
        assert laptop.post(reverse("account_change_password"), new).status_code == 302
        assert self.names() == {"laptop"}
        assert devices_of(user).get().session_key == laptop.session.session_key

    def test_a_first_password_ends_the_others_and_this_one_goes_on(self, clock):
        user, laptop = UserFactory(verified=True), Client()
        user.set_unusable_password()
        user.save()
        Browser("phone").subscribe(user)
        Browser("laptop").subscribe(user, laptop)
        new = {"password1": "heel-anders-2025", "password2": "heel-anders-2025"}
        assert laptop.post(reverse("account_set_password"), new).status_code == 302
        assert self.names() == {"laptop"}
        assert is_signed_in(devices_of(user).get())

    def again(self, browser: Client, user, name: str) -> None:
        """Sign in once more in a browser; the next page tells the server which browser it is, once."""
        answer = browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        assert answer.status_code == 302
        assert b"data-push-again" in browser.get(PAGE).content
        assert browser.post(AGAIN, {"endpoint": Browser(name).endpoint}).status_code == 204
        assert b"data-push-again" not in browser.get(PAGE).content

    def test_that_ran_out_ends_it_and_signing_in_again_there_renews_it(self, user, clock):
        phone = self.enter(user, "phone")
        clock.forward(days=91)
        device = PushSubscription.objects.get()
        assert not is_signed_in(device)
        assert not devices_of(user).exists()
        laptop = self.enter(user, "laptop")
        self.again(laptop, user, "tablet")  # none that is known
        assert [each.pk for each in devices_of(user)] == [device_here(user, laptop.session).pk]
        self.again(phone, user, "phone")
        assert device_here(user, phone.session) == device
        assert is_signed_in(PushSubscription.objects.get(pk=device.pk))

    def test_of_who_uses_it_goes_on_and_of_others_and_of_staff_it_does_not(self, user, clock):
        phone, desk, plain = self.enter(user, "phone"), CoordinatorFactory(), Client()
        work = Client()
        Browser("work").subscribe(desk, work)
        plain.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        for _ in range(3):
            clock.forward(days=29)
            work.get(PAGE)
        assert phone.get("/profiel/").status_code == 200, "not used for 87 days"
        assert plain.get("/profiel/").status_code == 302, "no messages come to it: thirty days"
        clock.forward(days=89)
        assert phone.get("/profiel/").status_code == 200, "used two months ago"
        assert is_signed_in(PushSubscription.objects.get(user=user))
        assert not is_signed_in(PushSubscription.objects.get(user=desk))
        device = PushSubscription.objects.get(user=user)
        phone.post(reverse("remove-device", args=[device.pk]))
        clock.forward(days=1)
        phone.get("/profiel/")
        clock.forward(days=31)
        assert phone.get("/profiel/").status_code == 302, "a device that is gone prolongs nothing"

    def test_of_another_person_takes_nothing_over_and_wakes_nothing(self, user, clock):
        phone = self.enter(user, "phone")
        other = UserFactory(verified=True)
        phone.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
        device = PushSubscription.objects.get()
        assert not is_signed_in(device)
        phone.post(AGAIN, {"endpoint": Browser("phone").endpoint})
        assert device_here(other, phone.session) is None
        device.refresh_from_db()
        assert device.user == user
        assert not is_signed_in(device)

    def test_asleep_for_half_a_year_is_forgotten(self, user, clock, settings):
        self.enter(user, "phone")
        clock.forward(days=settings.PUSH_SESSION_DAYS + settings.PUSH_ASLEEP_DAYS, seconds=-1)
        assert forget_sleeping() == 0
        clock.forward(seconds=2)
        assert forget_sleeping() == 1

    def test_is_prolonged_once_a_day_and_costs_nothing_else(self, user, clock, django_assert_num_queries):
        phone = self.enter(user, "phone")
        phone.get(PAGE)
        with CaptureQueriesContext(connection) as usual:
            phone.get(PAGE)
        clock.forward(days=1)
        with CaptureQueriesContext(connection) as first_of_the_day:
            phone.get(PAGE)
        assert len(first_of_the_day) == len(usual) + 6  # has it a device, is it staff, and keeping both
        with django_assert_num_queries(len(usual)):
            phone.get(PAGE)


class TestOurKey:
    def test_can_be_replaced_without_losing_anybody(self, town, push_service, settle, settings, clock):
        old, new = new_secret(), new_secret()
        settings.PUSH_KEYS = [old]
        before, after = Browser("before"), Browser("after", MOZILLA)
        before.subscribe(town.volunteers[0].user)
        settings.PUSH_KEYS = [new, old]
        after.subscribe(town.volunteers[0].user)
        ask_volunteer(town.request, town.volunteers[0], by=town.coordinator)
        settle()
        signed = {letter.path: letter.claims()["k"] for letter in push_service.letters}
        keys = {each.endpoint: each.server_key for each in PushSubscription.objects.all()}
        assert signed == {before.path: keys[before.endpoint], after.path: keys[after.endpoint]}
        assert len(set(signed.values())) == 2
        assert signed[after.path] == newest_key().public

    def test_that_is_gone_lets_its_devices_go(self, town, push_service, settle, settings, clock):
        phone = Browser("phone")
        phone.subscribe(town.volunteers[0].user)
        settings.PUSH_KEYS = [new_secret()]
        ask_volunteer(town.request, town.volunteers[0], by=town.coordinator)
        settle()
        assert (push_service.letters, PushSubscription.objects.count()) == ([], 0)

    def test_is_made_by_a_command_and_without_one_the_page_says_so(self, settings, capsys):
        call_command("make_push_key")
        settings.PUSH_KEYS = [capsys.readouterr().out.strip()]
        client = browser_of(UserFactory())
        assert f'data-push="{newest_key().public}"' in client.get(PAGE).content.decode()
        settings.PUSH_KEYS = []
        page = client.get(PAGE).content.decode()
        assert "nog niet ingesteld" in page
        assert "data-push=" not in page


def test_quiet_hours_are_kept_and_a_mistake_is_said(clock):
    user = UserFactory()
    client = browser_of(user)
    assert 'value="21:00"' in client.get(PAGE).content.decode()
    wrong = client.post(reverse("quiet-hours"), {"quiet_from": "25:00", "quiet_until": "07:30"})
    assert (wrong.status_code, 'value="07:30"' in wrong.content.decode()) == (422, True)
    assert (
        client.post(reverse("quiet-hours"), {"quiet_from": "22:15", "quiet_until": "07:30"}).status_code
        == 302
    )
    wish = NotificationPreference.objects.get(user=user)
    assert (wish.quiet_from.isoformat(), wish.quiet_until.isoformat(), wish.mail_notices) == (
        "22:15:00",
        "07:30:00",
        True,
    )


def test_of_many_people_the_quiet_hours_are_read_at_once(clock):
    notices = []
    for number in range(3):
        user = UserFactory()
        Browser(f"phone-{number}").subscribe(user)
        told = {"kind": NoticeKind.THANKED, "object_id": user.pk, "event_id": 1}
        notices.append(Notice.objects.create(user=user, **told))
    NotificationPreference.objects.create(user=notices[0].user, quiet_from="00:00", quiet_until="23:59")
    with CaptureQueriesContext(connection) as asked:
        plan_pushes(notices)
    assert len([each for each in asked if "notificationpreference" in each["sql"]]) == 1
    planned = EventRecord.objects.filter(type=PushDue.type)
    late = planned.get(payload__notice_id=str(notices[0].pk))
    assert planned.count() == 3
    assert all(each.due_at < late.due_at for each in planned.exclude(pk=late.pk))


def test_for_who_has_no_device_nothing_is_planned(town):
    ask_volunteer(town.request, town.volunteers[0], by=town.coordinator)
    Worker().run_due()
    assert not EventRecord.objects.filter(type=PushDue.type).exists()
