"""Without a mouse, where trust is at stake: signing in, a second factor, keeping apart, a copy, erasing.

Only keys are pressed, and wherever the focus comes it is seen: it has a ring, is on the screen, and nothing
lies over it.
"""

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse
from playwright.sync_api import expect

from matching.services import accept_offer, ask_volunteer
from safeguarding.models import Block
from tests.browser.people import DESK, PHONE
from tests.browser.server import running_server
from tests.browser.typist import Typist
from tests.factories.matching import NEVER_QUIET, Town
from tests.factories.people import PostcodeFactory

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Where the server puts its mail."""
    return tmp_path / "mail"


@pytest.fixture
def site(child_environment: dict[str, str], letters: Path) -> Iterator[str]:
    """Where staff show a second factor."""
    told = {"EMAIL_URL": f"filemail:///{letters}", "STAFF_SECOND_FACTOR": "1"}
    with running_server({**child_environment, **told}) as base:
        yield base


@pytest.fixture
def town(transactional_db) -> Town:
    PostcodeFactory()
    made = Town(volunteers=1)
    made.policy(**NEVER_QUIET)
    accept_offer(
        ask_volunteer(made.request, made.volunteers[0], by=made.coordinator), by=made.volunteers[0].user
    )
    made.settle()
    return made


def set_up_a_second_factor(staff: Typist) -> None:
    """The desk leads there by itself; the code of the app is that of the letters on the page."""
    staff.go(reverse("desk"))
    staff.sees("vragen we een tweede bewijs")
    staff.goes("App met codes", past="/totp/activate/")
    secret = staff.page.locator("main code").inner_text()
    staff.types("000000", name="code")
    staff.goes()
    staff.is_told_what_is_wrong()
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    code = totp.format_hotp_value(totp.hotp_value(secret, counter))
    staff.tab_to(name="code")
    staff.page.keyboard.press("Control+A")
    staff.page.keyboard.type(code)
    staff.goes()
    staff.sees("Herstelcodes")
    staff.go(reverse("desk"))
    expect(staff.page).to_have_url(f"{staff.base}{reverse('desk')}")


def test_everything_of_trust_goes_by_keys_alone(browser, site, town, letters, tmp_path):
    staff = Typist(browser, site, size=DESK)
    staff.sign_in_by_code(town.coordinator, letters)
    set_up_a_second_factor(staff)
    assert Authenticator.objects.filter(user=town.coordinator, type="totp").exists()

    user = town.volunteers[0].user
    phone = Typist(browser, site, size=PHONE)
    phone.sign_in_by_code(user, letters)
    phone.go(reverse("agreements"))
    phone.goes("Boodschappen")
    phone.tab_to("Klopt er iets niet?")
    phone.page.keyboard.press("Enter")
    phone.goes("Niet meer ontmoeten")
    phone.types("Die van de boodschappen", name="note")
    phone.goes("Ja, houd ons uit elkaar", past=reverse("my-blocks"))
    assert Block.objects.get().set_by_id == user.pk

    phone.go(reverse("profile"))
    phone.goes("Eigen gegevens", past=reverse("my-rights"))
    phone.tab_to("Mijn gegevens downloaden")
    with phone.page.expect_download() as download:
        phone.page.keyboard.press("Enter")
    download.value.save_as(tmp_path / "kopie.zip")
    assert len(zipfile.ZipFile(tmp_path / "kopie.zip").namelist()) == 2

    phone.goes("Mijn gegevens wissen", past=reverse("erase-me"))
    phone.types("weg", name="word")
    phone.goes()
    phone.is_told_what_is_wrong()
    phone.tab_to(name="word")
    phone.page.keyboard.press("Control+A")
    phone.page.keyboard.type("wissen")
    phone.goes(past=f"{site}/")
    user.refresh_from_db()
    assert not user.is_active
    for person in (staff, phone):
        assert [fault for fault in person.faults if "422" not in fault] == []
