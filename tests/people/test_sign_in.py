"""Signing up, in and out: by code, by password; the same answers whether or not an account exists."""

import re
from pathlib import Path

import allauth
import pytest
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from events.models import EventRecord
from people import services
from people.adapter import CHANGES, AccountAdapter
from people.models import User
from tests.factories.people import (
    PASSWORD,
    CentreFactory,
    CoordinatorFactory,
    ResidentFactory,
    UserFactory,
    sign_in_by_code,
)

pytestmark = pytest.mark.django_db

KNOWN, UNKNOWN = "bekend@voorbeeld.nl", "vreemd@voorbeeld.nl"


@pytest.fixture(autouse=True)
def _outbox(outbox):
    return outbox


def plain(response):
    """Status, address and page of an answer, without what differs by itself: the typed address and tokens."""
    html = re.sub(f"{KNOWN}|{UNKNOWN}", "ADDRESS", response.content.decode())
    html = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"', "", html)
    return response.status_code, response.headers.get("Location"), html


def signed_in(client):
    return "_auth_user_id" in client.session


class TestSigningUp:
    def test_by_code_without_a_password(self, client, outbox):
        sent = client.post(reverse("account_signup"), {"name": " Wil  Bakker", "email": "Wil@Voorbeeld.nl"})
        assert sent.url == reverse("account_email_verification_sent")
        assert not signed_in(client)
        letter = outbox.take()
        assert letter.to == ["wil@voorbeeld.nl"]
        assert client.post(sent.url, {"code": letter.code}).url == reverse("start")
        user = User.objects.get()
        assert (user.name, user.email, user.language) == ("Wil Bakker", "wil@voorbeeld.nl", "nl")
        assert not user.has_usable_password()
        assert EmailAddress.objects.get().verified
        assert signed_in(client)

    def test_the_language_of_the_page_becomes_that_of_the_account(self, client):
        client.post(
            reverse("account_signup"),
            {"name": "Ann", "email": "ann@example.org"},
            headers={"accept-language": "en"},
        )
        assert User.objects.get().language == "en"

    def test_with_a_password(self, client, outbox):
        data = {"name": "Wil", "email": "wil@voorbeeld.nl", "password1": PASSWORD}
        sent = client.post(reverse("account_signup"), data)
        client.post(sent.url, {"code": outbox.take().code})
        assert User.objects.get().check_password(PASSWORD)

    def test_a_wrong_code_lets_nobody_in_and_the_third_ends_it(self, client, outbox):
        sent = client.post(reverse("account_signup"), {"name": "Wil", "email": "wil@voorbeeld.nl"})
        code = outbox.take().code
        wrong = "000000" if code != "000000" else "111111"
        assert client.post(sent.url, {"code": wrong}).status_code == 200
        client.post(sent.url, {"code": wrong})
        client.post(sent.url, {"code": wrong})
        client.post(sent.url, {"code": code})
        assert not signed_in(client)
        assert not EmailAddress.objects.get().verified

    def test_a_new_code_replaces_the_old_one(self, client, outbox):
        sent = client.post(reverse("account_signup"), {"name": "Wil", "email": "wil@voorbeeld.nl"})
        old = outbox.take().code
        cache.clear()
        client.post(sent.url, {"action": "resend"})
        new = outbox.take().code
        if old != new:
            client.post(sent.url, {"code": old})
            assert not signed_in(client)
        client.post(sent.url, {"code": new})
        assert signed_in(client)

    def test_nothing_is_mailed_inside_the_request(self, client, outbox):
        client.post(reverse("account_signup"), {"name": "Wil", "email": "wil@voorbeeld.nl"})
        assert mail.outbox == []
        assert not outbox.empty


class TestSigningIn:
    def test_by_code(self, client, outbox):
        UserFactory(email=KNOWN)
        sent = client.post(reverse("account_request_login_code"), {"email": KNOWN.upper()})
        letter = outbox.take()
        assert letter.to == [KNOWN]
        assert client.post(sent.url, {"code": letter.code}).url == reverse("start")
        assert signed_in(client)

    def test_by_password(self, client):
        UserFactory(email=KNOWN, password=PASSWORD)
        assert client.post(reverse("account_login"), {"login": KNOWN, "password": PASSWORD}).url == reverse(
            "start"
        )
        assert signed_in(client)

    def test_a_wrong_password_lets_nobody_in(self, client):
        UserFactory(email=KNOWN, password=PASSWORD)
        client.post(reverse("account_login"), {"login": KNOWN, "password": "iets-anders-dan-dat"})
        assert not signed_in(client)

    def test_guessing_ends_after_five_times_also_with_the_right_password(self, client):
        UserFactory(email=KNOWN, password=PASSWORD)
        for _ in range(5):
            client.post(reverse("account_login"), {"login": KNOWN, "password": "fout-wachtwoord"})
        client.post(reverse("account_login"), {"login": KNOWN, "password": PASSWORD})
        assert not signed_in(client)

    def test_the_way_goes_on_to_where_one_wanted_to_be(self, client, outbox):
        UserFactory(email=KNOWN)
        page = client.get(reverse("account_login") + "?next=/profiel/")
        assert page.content.decode().count('name="next" value="/profiel/"') >= 2
        sent = client.post(reverse("account_request_login_code"), {"email": KNOWN, "next": "/profiel/"})
        assert client.post(sent.url, {"code": outbox.take().code, "next": "/profiel/"}).url == "/profiel/"

    @pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
    def test_the_way_never_leads_off_the_site(self, client, elsewhere):
        UserFactory(email=KNOWN, password=PASSWORD)
        data = {"login": KNOWN, "password": PASSWORD, "next": elsewhere}
        assert client.post(reverse("account_login"), data).url == reverse("start")

    def test_suspended_by_password(self, client):
        services.suspend_user(UserFactory(email=KNOWN, password=PASSWORD), by=None)
        answer = client.post(reverse("account_login"), {"login": KNOWN, "password": PASSWORD})
        assert answer.url == reverse("account_inactive")
        assert client.get(answer.url).status_code == 200
        assert not signed_in(client)

    def test_suspended_by_code(self, client, outbox):
        services.suspend_user(UserFactory(email=KNOWN), by=None)
        client.post(reverse("account_request_login_code"), {"email": KNOWN})
        assert outbox.take().code is None

    def test_suspended_while_the_code_is_under_way(self, client, outbox):
        user = UserFactory(email=KNOWN)
        sent = client.post(reverse("account_request_login_code"), {"email": KNOWN})
        services.suspend_user(user, by=None)
        client.post(sent.url, {"code": outbox.take().code})
        assert not signed_in(client)

    def test_the_admin_has_no_sign_in_of_its_own(self, client):
        assert client.get("/beheer/", follow=True).redirect_chain[-1][0].startswith(reverse("account_login"))
        client.force_login(UserFactory())
        assert client.get("/beheer/login/").status_code == 403


class TestTheLanguage:
    """Who signs in reads their own language at once, also on a page they were on their way to."""

    def test_is_that_of_the_person(self, client):
        UserFactory(email=KNOWN, password=PASSWORD, language="en")
        data = {"login": KNOWN, "password": PASSWORD, "next": "/profiel/"}
        assert client.post(reverse("account_login"), data).url == "/profiel/"
        assert '<html lang="en"' in client.get("/profiel/").content.decode()

    def test_also_by_code(self, client, outbox):
        UserFactory(email=KNOWN, language="en")
        sent = client.post(reverse("account_request_login_code"), {"email": KNOWN})
        client.post(sent.url, {"code": outbox.take().code})
        assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"

    def test_chosen_in_this_browser_stays(self, client):
        user = UserFactory(email=KNOWN, password=PASSWORD, language="en")
        client.post(reverse("language"), {"language": "nl", "next": "/"})
        client.post(reverse("account_login"), {"login": KNOWN, "password": PASSWORD})
        assert '<html lang="nl"' in client.get("/profiel/").content.decode()
        user.refresh_from_db()
        assert user.language == "en"

    def test_a_failed_sign_in_tells_nothing_of_it(self, client):
        UserFactory(email=KNOWN, password=PASSWORD, language="en")
        client.post(reverse("account_login"), {"login": KNOWN, "password": "iets-anders-dan-dat"})
        assert settings.LANGUAGE_COOKIE_NAME not in client.cookies


class TestTheSameAnswers:
    """A page never tells whether an address has an account; the mail does, to who owns the address."""

    def test_sign_in_by_code(self, client, outbox):
        UserFactory(email=KNOWN)
        answers, letters = [], []
        for address in (KNOWN, UNKNOWN):
            cache.clear()
            sent = client.post(reverse("account_request_login_code"), {"email": address})
            page = client.get(sent.url)
            wrong = client.post(sent.url, {"code": "x"})
            answers.append([plain(sent), plain(page), plain(wrong)])
            letters.append(outbox.take())
            client.cookies.clear()
        assert answers[0] == answers[1]
        assert [letter.code is None for letter in letters] == [False, True]
        assert [letter.to for letter in letters] == [[KNOWN], [UNKNOWN]]

    def test_sign_in_by_password(self, client):
        UserFactory(email=KNOWN, password=PASSWORD)
        answers = []
        for address in (KNOWN, UNKNOWN):
            cache.clear()
            answers.append(
                plain(client.post(reverse("account_login"), {"login": address, "password": "fout-fout-fout"}))
            )
        assert answers[0] == answers[1]

    def test_sign_up(self, client, outbox):
        UserFactory(email=KNOWN)
        answers = []
        for address in (KNOWN, UNKNOWN):
            cache.clear()
            sent = client.post(reverse("account_signup"), {"name": "Wil", "email": address})
            page = client.get(sent.url)
            wrong = client.post(sent.url, {"code": "x"})
            answers.append([plain(sent), plain(page), plain(wrong)])
            outbox.take()
            client.cookies.clear()
        assert answers[0] == answers[1]

    def test_forgotten_password(self, client, outbox):
        UserFactory(email=KNOWN, password=PASSWORD)
        answers = []
        for address in (KNOWN, UNKNOWN):
            cache.clear()
            sent = client.post(reverse("account_reset_password"), {"email": address})
            page = client.get(sent.url)
            answers.append([plain(sent), plain(page)])
            outbox.take()
            client.cookies.clear()
        assert answers[0] == answers[1]


class TestForgottenPassword:
    def test_a_code_gives_a_new_one_and_ends_other_sessions(self, client, outbox):
        user = UserFactory(email=KNOWN, password=PASSWORD)
        sent = client.post(reverse("account_reset_password"), {"email": KNOWN})
        chosen = client.post(sent.url, {"code": outbox.take().code})
        fresh = "een-heel-ander-wachtwoord"
        client.post(chosen.url, {"password1": fresh, "password2": fresh})
        user.refresh_from_db()
        assert user.check_password(fresh)
        assert EventRecord.objects.filter(type="people.session_ended").exists()

    def test_a_short_or_common_one_is_refused(self, client, outbox):
        user = UserFactory(email=KNOWN, password=PASSWORD)
        sent = client.post(reverse("account_reset_password"), {"email": KNOWN})
        chosen = client.post(sent.url, {"code": outbox.take().code})
        for weak in ("kort", "qwertyuiop", "bekend@voorbeeld.nl"):
            client.post(chosen.url, {"password1": weak, "password2": weak})
        user.refresh_from_db()
        assert user.check_password(PASSWORD)


class TestWhatFollows:
    def test_signing_in_claims_the_records_that_the_centre_made(self, client, outbox):
        resident = ResidentFactory(email=KNOWN)
        sent = client.post(reverse("account_signup"), {"name": "Wil", "email": KNOWN})
        resident.refresh_from_db()
        assert resident.user is None
        client.post(sent.url, {"code": outbox.take().code})
        resident.refresh_from_db()
        assert resident.user == User.objects.get()

    def test_a_record_made_later_is_claimed_at_the_next_sign_in(self, client):
        user = UserFactory(email=KNOWN, password=PASSWORD)
        resident = ResidentFactory(email=KNOWN, centre=CentreFactory())
        client.post(reverse("account_login"), {"login": KNOWN, "password": PASSWORD})
        resident.refresh_from_db()
        assert resident.user == user

    def test_signing_out_tells_that_the_session_has_ended(self, client):
        user = UserFactory()
        client.force_login(user)
        client.post(reverse("account_logout"))
        ended = EventRecord.objects.get(type="people.session_ended")
        assert ended.payload == {"user_id": str(user.pk)}
        assert not signed_in(client)

    def test_a_link_alone_signs_nobody_out(self, client):
        client.force_login(UserFactory())
        assert client.get(reverse("account_logout")).status_code == 200
        assert signed_in(client)

    def test_ending_the_sessions_of_other_devices(self, client):
        user = UserFactory(email=KNOWN, password=PASSWORD)
        other = Client()
        for browser in (other, client):
            browser.post(reverse("account_login"), {"login": KNOWN, "password": PASSWORD})
        client.post(reverse("usersessions_list"))
        assert other.get("/profiel/").status_code == 302
        assert client.get("/profiel/").status_code == 200
        assert EventRecord.objects.filter(type="people.session_ended", actor_id=user.pk).exists()

    def test_a_first_password_ends_the_others(self, client):
        user, other = UserFactory(verified=True), Client()
        user.set_unusable_password()
        user.save()
        for browser in (other, client):
            sign_in_by_code(browser, user)
        new = {"password1": "heel-anders-2025", "password2": "heel-anders-2025"}
        assert client.post(reverse("account_set_password"), new).status_code == 302
        assert other.get("/profiel/").status_code == 302
        assert client.get("/profiel/").status_code == 200
        assert EventRecord.objects.filter(type="people.session_ended", actor_id=user.pk).exists()

    def test_every_change_that_the_library_tells_of_is_mailed_in_words_of_our_own(self, outbox, rf):
        sources = (each.read_text() for each in Path(allauth.__file__).parent.rglob("*.py"))
        called = re.compile(r'send_notification_mail\(\s*"(\w+/email/\w+)"')
        assert set(CHANGES) == {kind for source in sources for kind in called.findall(source)}
        user, request = UserFactory(verified=True), rf.get("/")
        CentreFactory(phone="030 765 43 21")
        for kind, words in CHANGES.items():
            with request_context(request):
                AccountAdapter(request).send_notification_mail(kind, user)
            told = outbox.take()
            assert told.to == [user.email]
            assert str(words) in told.body
            assert "030 765 43 21" in told.body
        coordinator = CoordinatorFactory(CentreFactory(code=9999, phone="0346 12 34 56"), verified=True)
        with request_context(request):
            AccountAdapter(request).send_notification_mail("account/email/password_set", coordinator)
        assert "0346 12 34 56" in outbox.take().body, "of their own centre"


class TestChangingTheAddress:
    def test_the_old_one_stays_until_the_new_one_has_been_shown_to_be_ours(self, client, outbox):
        user = UserFactory(email=KNOWN, password=PASSWORD)
        resident = ResidentFactory(email=UNKNOWN)
        client.post(reverse("account_login"), {"login": KNOWN, "password": PASSWORD})
        asked = client.post(reverse("account_email"), {"email": UNKNOWN, "action_add": "1"})
        assert asked.url.startswith(reverse("account_reauthenticate")), (
            "an open page alone takes no account over"
        )
        assert outbox.empty
        sent = client.post(asked.url, {"password": PASSWORD}, follow=True)
        user.refresh_from_db()
        resident.refresh_from_db()
        assert (user.email, resident.user) == (KNOWN, None)
        assert sent.status_code == 200
        client.post(reverse("account_email_verification_sent"), {"code": outbox.take().code})
        user.refresh_from_db()
        resident.refresh_from_db()
        assert (user.email, resident.user) == (UNKNOWN, user)
        told = outbox.take()  # where whoever it really is would read it
        assert told.to == [KNOWN]
        assert UNKNOWN not in told.body


class TestWhoHasOnlyAMailbox:
    """No password and no second factor: a page that was left open changes nothing of how they are reached."""

    CHANGES = (
        ("account_email", {"email": UNKNOWN, "action_add": "1"}),
        ("account_set_password", {"password1": "heel-anders-2025", "password2": "heel-anders-2025"}),
    )

    @pytest.fixture
    def left_open(self, client, clock, outbox):
        """Signed in by a code, a while ago."""
        user = UserFactory(email=KNOWN, verified=True)
        client.post(reverse("account_request_login_code"), {"email": KNOWN})
        client.post(reverse("account_confirm_login_code"), {"code": outbox.take().code})
        clock.forward(minutes=6)
        return user

    def test_nothing_changes_without_a_code_to_the_old_address(self, left_open, client, outbox):
        again = reverse("again-by-code")
        for name, filled_in in self.CHANGES:
            asked = client.post(reverse(name), filled_in, follow=True)
            assert asked.redirect_chain[-1][0].startswith(again), name
        for name in (
            "account_set_password",
            "mfa_activate_totp",
            "mfa_add_webauthn",
            "my-export",
            "erase-me",
        ):
            assert client.get(reverse(name)).url.startswith(again), name
        assert "heel-anders" not in str(dict(client.session)), "no password waits in a session"
        assert outbox.empty
        app = "application/json"
        for name, sent in (
            ("account:change_password", {"new_password": "heel-anders-2025"}),
            ("account:manage_email", {"email": UNKNOWN}),
        ):
            refused = client.post(reverse(f"headless:browser:{name}"), sent, content_type=app)
            assert refused.status_code == 401, name
        left_open.refresh_from_db()
        assert (left_open.email, left_open.has_usable_password()) == (KNOWN, False)

    def test_the_code_goes_to_the_old_address_and_what_was_asked_goes_on(
        self, left_open, client, outbox, clock
    ):
        name, filled_in = self.CHANGES[0]
        asked = client.post(reverse(name), filled_in)
        assert b'name="code"' not in client.get(asked.url).content, "looking mails nothing"
        assert outbox.empty
        client.post(asked.url, {"action": "resend"})
        letter = outbox.take()
        assert letter.to == [KNOWN]
        wrong = "000000" if letter.code != "000000" else "111111"
        refused = client.post(asked.url, {"code": wrong})
        assert (refused.status_code, outbox.empty) == (422, True)
        client.post(asked.url, {"code": letter.code})
        confirm = outbox.take()
        assert confirm.to == [UNKNOWN], "what was filled in before goes on"
        client.post(reverse("account_email_verification_sent"), {"code": confirm.code})
        left_open.refresh_from_db()
        assert left_open.email == UNKNOWN
        outbox.take()  # the old address hears of it
        assert client.get(reverse("account_set_password")).status_code == 302, "it proved the old address"

    def test_the_code_of_who_forgot_a_password_shows_the_mailbox_as_well(self, left_open, client, outbox):
        sent = client.post(reverse("account_reset_password"), {"email": KNOWN})
        chosen = client.post(sent.url, {"code": outbox.take().code})
        filled_in = self.CHANGES[1][1]
        client.post(chosen.url, filled_in)
        left_open.refresh_from_db()
        assert left_open.check_password(filled_in["password1"])

    def test_three_wrong_ones_or_a_quarter_of_an_hour_end_it_and_it_works_once(
        self, left_open, client, outbox, clock
    ):
        page = reverse("again-by-code")
        client.post(page, {"action": "resend"})
        first = outbox.take().code
        wrong = "000000" if first != "000000" else "111111"
        for _attempt in range(3):
            refused = client.post(page, {"code": wrong}, follow=True)
        assert "De code klopte te vaak niet" in refused.content.decode()
        told = client.post(page, {"code": first}, follow=True)  # none any more: this asks for another
        assert "Er is een nieuwe gemaild" in told.content.decode()
        second = outbox.take().code
        assert client.get(reverse("account_set_password")).status_code == 302
        clock.forward(minutes=16)
        client.post(page, {"code": second})
        third = outbox.take().code
        client.post(page, {"code": third})
        assert client.get(reverse("account_set_password")).status_code == 200
        clock.forward(minutes=6)
        client.post(page, {"code": third})
        assert client.get(reverse("account_set_password")).status_code == 302

    def test_who_signed_in_by_a_code_just_now_is_not_asked_twice(self, left_open, client, outbox):
        client.post(reverse("account_logout"))
        client.post(reverse("account_request_login_code"), {"email": KNOWN.upper()})
        client.post(reverse("account_confirm_login_code"), {"code": outbox.take().code})
        name, filled_in = self.CHANGES[1]
        assert client.post(reverse(name), filled_in).status_code == 302
        left_open.refresh_from_db()
        assert left_open.has_usable_password()

    def test_who_has_a_password_uses_that(self, client):
        UserFactory(email=KNOWN, password=PASSWORD)
        client.post(reverse("account_login"), {"login": KNOWN, "password": PASSWORD})
        assert client.get(reverse("again-by-code")).url.startswith(reverse("account_reauthenticate"))
