"""An answer takes the same work whether or not an address has an account (threat 7), and guessing is stopped
before any password is hashed (threat 18).

What takes time is counted: hashes of passwords, which take a tenth of a second each, and queries. Beside it
processor time is measured, in turns, with a hash so dear that it stands out on a busy machine; a control
without the mended work shows that both see a difference.
"""

import statistics
import time

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.people import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
WRONG = "iets-anders-dan-dat"
TURNS = 5
# One more look-up for an address that is not known is less than a thousandth of what a page takes.
QUERIES_APART = 2


def login(email):
    return reverse("account_login"), {"login": email, "password": WRONG}


def code(email):
    return reverse("account_request_login_code"), {"email": email}


def sign_up(email):
    return reverse("account_signup"), {"name": "Wil", "email": email}


def sign_up_with_password(email):
    return reverse("account_signup"), {"name": "Wil", "email": email, "password1": PASSWORD}


def sign_up_with_weak_password(email):
    return reverse("account_signup"), {"name": "Wil", "email": email, "password1": "kort"}


def reset(email):
    return reverse("account_reset_password"), {"email": email}


def api_sign_up(email):
    return "/_allauth/app/v1/auth/signup", {"name": "Wil", "email": email, "password": PASSWORD}


def api_login(email):
    return "/_allauth/app/v1/auth/login", {"email": email, "password": WRONG}


WAYS = (
    login, code, sign_up, sign_up_with_password, sign_up_with_weak_password, reset, api_sign_up, api_login
)  # fmt: skip


@pytest.fixture
def hashed(settings, monkeypatch, outbox):
    """Passwords are hashed dearly enough to be felt; every hash is noted."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 60_000)
    noted, encode = [], PBKDF2PasswordHasher.encode

    def noting(self, *args, **kwargs):
        noted.append(1)
        return encode(self, *args, **kwargs)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", noting)
    return noted


def cost(way, email, hashed):
    """Hashes, queries and processor time of one answer."""
    cache.clear()
    hashed.clear()
    path, data = way(email)
    kind = {"content_type": "application/json"} if path.startswith("/_allauth/") else {}
    began = time.thread_time()
    with CaptureQueriesContext(connection) as asked:
        Client().post(path, data, **kind)
    return len(hashed), len(asked), time.thread_time() - began


def apart(way, hashed):
    """How answers to a known and an unknown address differ: in hashes, in queries, how many times as long."""
    UserFactory(email="warm@voorbeeld.nl", password=PASSWORD)
    cost(way, "warm@voorbeeld.nl", hashed), cost(way, "warmer@voorbeeld.nl", hashed)
    known, unknown = [], []
    for turn in range(TURNS):
        UserFactory(email=f"bekend{turn}@voorbeeld.nl", password=PASSWORD)
        known.append(cost(way, f"bekend{turn}@voorbeeld.nl", hashed))
        unknown.append(cost(way, f"vreemd{turn}@voorbeeld.nl", hashed))
    (hashes, queries, took), (others, asked, lasted) = (
        [statistics.median(column) for column in zip(*costs, strict=True)] for costs in (known, unknown)
    )
    return hashes - others, queries - asked, max(took, lasted) / min(took, lasted)


@pytest.mark.parametrize("way", WAYS)
def test_known_or_not_takes_the_same_work(way, hashed):
    hashes, queries, times = apart(way, hashed)
    assert hashes == 0
    assert abs(queries) <= QUERIES_APART
    assert times < 2


def test_without_the_pretended_work_it_shows(hashed, monkeypatch):
    monkeypatch.setattr("people.signup.pretend_to_save", lambda form: None)
    hashes, queries, times = apart(sign_up_with_password, hashed)
    assert hashes == -1
    assert abs(queries) > QUERIES_APART
    assert times > 2


def test_pretending_leaves_nothing_behind(hashed, client, django_user_model):
    known = UserFactory(email="bekend@voorbeeld.nl")
    client.post(*sign_up_with_password(known.email))
    assert list(django_user_model.objects.all()) == [known]
    known.refresh_from_db()
    assert not known.has_usable_password()


class TestGuessing:
    def test_of_one_address_ends_before_hashing(self, hashed, client):
        UserFactory(email="bekend@voorbeeld.nl", password=PASSWORD)
        path, data = login("bekend@voorbeeld.nl")
        tried = []
        for _ in range(7):
            hashed.clear()
            client.post(path, data)
            tried.append(len(hashed))
        assert all(tried[:5])
        assert tried[5:] == [0, 0]

    def test_the_admin_hashes_nothing(self, hashed, client):
        UserFactory(email="baas@voorbeeld.nl", password=PASSWORD, is_staff=True, is_superuser=True)
        hashed.clear()
        answer = client.post("/beheer/login/", {"username": "baas@voorbeeld.nl", "password": PASSWORD})
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("account_login"))
        assert "_auth_user_id" not in client.session
        assert hashed == []

    @pytest.mark.parametrize(
        ("proxies", "spoofed", "stopped"),
        [
            (0, "10.0.0.{}", True),
            (1, "10.0.0.{}, 203.0.113.9", True),
            (1, "198.51.100.{}", False),  # what the one trusted proxy saw itself
        ],
    )
    def test_a_made_up_address_of_origin_changes_nothing(
        self, hashed, settings, client, proxies, spoofed, stopped
    ):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
        for number in range(10):
            client.post(
                *login(f"wie{number}@voorbeeld.nl"), headers={"x-forwarded-for": spoofed.format(number)}
            )
        hashed.clear()
        client.post(*login("wie11@voorbeeld.nl"), headers={"x-forwarded-for": spoofed.format(11)})
        assert (hashed == []) is stopped
