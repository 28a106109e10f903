"""A passkey in a real browser (Chromium's virtual authenticator): made, signed in with, a second factor."""

import os
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import CDPSession, expect

from tests.browser.people import DESK, PHONE, Person
from tests.browser.server import running_server
from tests.factories.people import PASSWORD, CentreFactory, CoordinatorFactory, PostcodeFactory

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

pytestmark = pytest.mark.django_db(transaction=True)
PHONE_ITSELF = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def site(child_environment: dict[str, str]) -> Iterator[str]:
    """Where staff show a second factor. Passkeys belong to a name: an address of digits has none."""
    with running_server({**child_environment, "STAFF_SECOND_FACTOR": "1"}) as base:
        yield base.replace("127.0.0.1", "localhost")


class Key:
    """The authenticator of one window: the finger is always on it."""

    def __init__(self, person: Person) -> None:
        self.devtools: CDPSession = person.context.new_cdp_session(person.page)
        self.devtools.send("WebAuthn.enable")
        made = self.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE_ITSELF})
        self.id = made["authenticatorId"]

    def credentials(self) -> list[dict[str, object]]:
        """The passkeys it holds."""
        return self.devtools.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"]

    def take(self, credential: dict[str, object]) -> None:
        """Hold a passkey too, as a phone and a laptop of one person share theirs."""
        told = {"authenticatorId": self.id, "credential": credential}
        self.devtools.send("WebAuthn.addCredential", told)


def press_form(person: Person) -> None:
    person.page.locator("main form button[type=submit]").first.click()


def sign_out(person: Person) -> None:
    person.go("/account/logout/")
    press_form(person)
    person.page.wait_for_url(lambda url: "logout" not in url)


def is_at_the_desk(person: Person) -> None:
    """The desk opens, and is alive."""
    person.go("/balie/")
    expect(person.page).to_have_url(f"{person.base}/balie/")
    person.wait_until_live()


def add_a_passkey(person: Person) -> None:
    """The way the product leads who has none: safety, passkeys, the password once more, a name."""
    page = person.page
    person.go("/balie/")
    person.sees("vragen we een tweede bewijs")
    page.get_by_role("link", name="Toegangssleutels (passkeys)").click()
    page.get_by_role("link", name="Toegangssleutel toevoegen").click()
    page.locator("input[name=password]").fill(PASSWORD)
    press_form(person)
    page.locator("input[name=name]").fill("Mijn telefoon")
    page.locator("input[name=passwordless]").check()
    assert person.violations() == []
    page.locator("#mfa_webauthn_add").click()
    person.sees("Herstelcodes")  # for when the phone is lost
    person.go("/account/2fa/webauthn/")
    person.sees("Mijn telefoon")


def test_a_passkey_opens_the_desk_and_every_other_device_can_be_signed_out(site, browser):
    PostcodeFactory()
    coordinator = CoordinatorFactory(CentreFactory(), password=PASSWORD)
    laptop, phone = Person(browser, site, size=DESK), Person(browser, site, size=PHONE)
    key, copy = Key(laptop), Key(phone)

    # Setting it up is showing it: the desk is open from then on.
    laptop.sign_in(coordinator.email)
    add_a_passkey(laptop)
    is_at_the_desk(laptop)

    # By itself it is enough to sign in, and is both factors at once.
    sign_out(laptop)
    laptop.go("/account/login/")
    laptop.press("Inloggen met een toegangssleutel")
    laptop.page.wait_for_url(lambda url: "/account/login" not in url)
    is_at_the_desk(laptop)

    # After a password it is the second factor, here on another device that has it too.
    (credential,) = key.credentials()
    copy.take(credential)
    phone.sign_in(coordinator.email)
    phone.sees("Nog één stap")
    assert phone.violations() == []
    phone.go("/balie/")
    assert "/balie/" not in phone.page.url.split("?")[0]  # a password alone opens nothing
    phone.go("/account/2fa/authenticate/")
    phone.press("Gebruik mijn toegangssleutel")
    phone.page.wait_for_url(lambda url: "/2fa/" not in url)
    is_at_the_desk(phone)

    # Signed out on the laptop, out on the phone: at once, on the page that is open.
    laptop.go("/account/sessions/")
    assert laptop.violations() == []
    laptop.press("Uitloggen op alle andere apparaten")
    phone.page.wait_for_url(lambda url: "/account/login" in url)
    laptop.sees("Dit apparaat")
    laptop.sees("Chrome op Linux")
    expect(laptop.page.get_by_role("button", name="Uitloggen op alle andere apparaten")).to_have_count(0)
    is_at_the_desk(laptop)
    assert Authenticator.objects.get(user=coordinator, type="webauthn").last_used_at is not None
    for person in (laptop, phone):
        assert not person.faults, person.faults
