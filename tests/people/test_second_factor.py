"""Staff get nowhere without a second factor: no page, no API, no socket. Others never notice."""

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from help_requests import queries as help_requests
from notifications.live.groups import desk, groups_of
from people.enums import Role
from people.queries import roles_of
from people.services import lacks_proof, note_session
from tests.factories.people import (
    PASSWORD,
    AdministratorFactory,
    CoordinatorFactory,
    UserFactory,
    sign_in_by_code,
    staff,
)

BACKEND = "django.contrib.auth.backends.ModelBackend"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _required(settings):
    settings.STAFF_SECOND_FACTOR = True


def session_of(user, *methods: str) -> dict[str, object]:
    """What allauth keeps in the session of someone who signed in in these ways."""
    return {
        AUTHENTICATION_METHODS_SESSION_KEY: [{"method": method} for method in methods],
        f"{AUTHENTICATION_METHODS_SESSION_KEY}_user": str(user.pk),
    }


def signed_in(user, *, proven: bool = False) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    session = client.session
    session.update(session_of(user, *(("password", "mfa") if proven else ("password",))))
    session.save()
    return client


@pytest.mark.parametrize("path", ["/", "/balie/", "/beheer/", "/berichten/", "/profiel/"])
def test_staff_without_one_are_led_to_set_it_up_from_every_page(path):
    answer = signed_in(CoordinatorFactory()).get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/2fa/")


def test_the_way_there_is_open_and_says_why():
    page = signed_in(CoordinatorFactory()).get("/account/2fa/")
    assert page.status_code == 200
    assert "tweede bewijs" in page.content.decode()
    assert "tweede bewijs" not in signed_in(UserFactory()).get("/account/2fa/").content.decode()


def test_who_has_one_but_did_not_use_it_here_shows_it_first():
    coordinator = CoordinatorFactory()
    totp.TOTP.activate(coordinator, totp.generate_totp_secret())
    answer = signed_in(coordinator).get("/balie/?zoek=x")
    assert answer.headers["Location"] == "/account/2fa/reauthenticate/?next=/balie/%3Fzoek%3Dx"


def test_with_it_everything_is_as_ever():
    assert signed_in(CoordinatorFactory(), proven=True).get("/balie/").status_code == 200
    assert (
        signed_in(AdministratorFactory(is_staff=True, is_superuser=True), proven=True)
        .get("/beheer/")
        .status_code
        == 200
    )


def test_the_admin_is_closed_to_a_superuser_without_any_role():
    answer = signed_in(UserFactory(is_staff=True, is_superuser=True)).get("/beheer/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/2fa/")


def test_the_api_says_what_is_missing():
    answer = signed_in(CoordinatorFactory()).get("/api/v1/help-requests")
    assert (answer.status_code, answer.json()["code"]) == (403, "second-factor-needed")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_fragment_leads_the_whole_page():
    answer = signed_in(CoordinatorFactory()).get("/balie/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/account/2fa/"


def test_residents_and_volunteers_never_notice():
    person = UserFactory()
    assert signed_in(person).get("/profiel/").status_code == 200
    assert signed_in(person).get("/api/v1/assignments").status_code == 200
    assert Client().get("/").status_code == 200


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CONFIDENTIAL_OFFICER, Role.ANALYST, Role.TRAINER])
def test_a_staff_role_is_nothing_without_it(role):
    user = staff(role)
    assert role not in roles_of(note_session(user, session_of(user, "password")))
    assert lacks_proof(user)
    assert role in roles_of(note_session(user, session_of(user, "password", "mfa")))
    assert not lacks_proof(user)


def test_what_another_person_showed_in_this_browser_counts_for_nothing():
    coordinator = CoordinatorFactory()
    assert lacks_proof(note_session(coordinator, session_of(CoordinatorFactory(), "mfa")))


def test_a_token_of_a_session_without_it_opens_no_desk(clock):
    coordinator = CoordinatorFactory(password=PASSWORD)
    token = _token(coordinator)
    refused = Client().get("/api/v1/residents", headers={"X-Session-Token": token})
    assert refused.status_code == 403
    key = {"X-Session-Token": token, "Idempotency-Key": "key-1"}
    assert Client().post("/api/v1/residents", headers=key).status_code == 403


def test_a_socket_without_it_hears_nothing_of_the_desk():
    coordinator = CoordinatorFactory()
    centre = next(iter(help_requests.desk_centres(coordinator)))
    alone, proven = session_of(coordinator, "password"), session_of(coordinator, "password", "mfa")
    assert desk(centre) not in groups_of(note_session(coordinator, alone), alone)
    assert desk(centre) in groups_of(note_session(coordinator, proven), proven)


@pytest.mark.django_db(transaction=True)
def test_setting_it_up_opens_the_desk_at_once(clock):
    client = Client()
    coordinator = CoordinatorFactory(password=PASSWORD)
    client.post("/account/login/", {"login": coordinator.email, "password": PASSWORD})
    assert client.get("/balie/").headers["Location"] == "/account/2fa/"
    again = client.get("/account/2fa/totp/activate/").headers["Location"]
    client.post(again, {"password": PASSWORD})
    page = client.get("/account/2fa/totp/activate/")
    secret = page.context["form"].secret
    code = totp.format_hotp_value(totp.hotp_value(secret, totp.yield_hotp_counters_from_time().__next__()))
    client.post("/account/2fa/totp/activate/", {"code": code})
    assert Authenticator.objects.filter(user=coordinator, type="totp").exists()
    assert client.get("/balie/").status_code == 200


def test_who_has_only_a_mailbox_shows_that_first_and_is_let_through_to_it():
    coordinator = CoordinatorFactory()
    client = signed_in(coordinator)
    again = client.get("/account/2fa/totp/activate/").headers["Location"]
    assert again.startswith("/inloggen/nogmaals/")
    assert client.get(again).status_code == 200
    sign_in_by_code(client, coordinator)
    assert client.get("/account/2fa/totp/activate/").status_code == 200


def test_a_municipal_sign_in_counts_only_when_it_is_said_to(settings):
    coordinator = CoordinatorFactory()
    session = session_of(coordinator, "socialaccount")
    assert lacks_proof(note_session(coordinator, session))
    settings.SSO_PROVES_SECOND_FACTOR = True
    assert not lacks_proof(note_session(coordinator, session))


def test_where_it_is_not_asked_nothing_is_noted(settings):
    settings.STAFF_SECOND_FACTOR = False
    assert signed_in(CoordinatorFactory()).get("/balie/").status_code == 200
    assert not lacks_proof(note_session(CoordinatorFactory(), {}))
    assert note_session(AnonymousUser(), {}).is_anonymous


def _token(user) -> str:
    answer = Client().post(
        "/_allauth/app/v1/auth/login",
        {"email": user.email, "password": PASSWORD},
        content_type="application/json",
    )
    return answer.json()["meta"]["session_token"]


def test_whoever_works_here_may_report_a_concern_before_showing_it(clock):
    coordinator = CoordinatorFactory(password=PASSWORD)
    assert signed_in(coordinator).get("/zorg-melden/").status_code == 200
    token = {"X-Session-Token": _token(coordinator)}
    answer = Client().post("/api/v1/concern-reports", {}, content_type="application/json", headers=token)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-fields")
