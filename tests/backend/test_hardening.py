"""What an installation says to browsers, and what Django's own check of a deployment says of it."""

import json
import re
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.backend.test_production import SETTINGS
from tests.factories.people import UserFactory

# Run with the settings of an installation; nothing in it touches the database.
IN_PRODUCTION = """
import json, django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
call_command("check", deploy=True, fail_level="WARNING")
client = Client(headers={"host": "samenkracht.example"})
whole = client.get("/.well-known/security.txt", secure=True)
plain = client.get("/.well-known/security.txt")
print(json.dumps({
    "headers": dict(whole.headers), "status": whole.status_code,
    "plain": [plain.status_code, plain["Location"]],
    "cookies": {name: getattr(settings, name) for name in dir(settings) if "_COOKIE_" in name
                and isinstance(getattr(settings, name), (bool, str))},
    "elsewhere": Client(headers={"host": "evil.example"}).get("/api/v1", secure=True).status_code,
}))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """What an installation answers, as told by a process of its own."""
    folder = tmp_path_factory.mktemp("installed")
    environment = {"PATH": "/usr/bin", "VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "backend.settings"}
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", IN_PRODUCTION],
        env={
            **environment,
            **SETTINGS,
            "SECRET_KEY": "s3cret-" + "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG" * 2,
        },
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


def policy(header):
    """The directives of a content security policy, each with its sources; a nonce by its name."""
    header = re.sub(r"'nonce-[^']+'", "'nonce'", header)
    return {
        name: set(sources) for name, *sources in (each.split() for each in header.split(";") if each.strip())
    }


def test_browsers_are_told_to_use_https_and_nothing_but_our_own(installed):
    headers = installed["headers"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert installed["status"] == 200
    assert installed["plain"] == [301, "https://samenkracht.example/.well-known/security.txt"]
    assert installed["elsewhere"] == 400, "a host name that is not ours"


def test_the_content_security_policy_is_strict(installed):
    told = policy(installed["headers"]["Content-Security-Policy"])
    assert told["default-src"] == told["base-uri"] == told["frame-ancestors"] == {"'none'"}
    assert told["script-src"] <= {"'self'", "'nonce'"}
    assert told["style-src"] <= {"'self'", "'nonce'"}
    assert told["connect-src"] == told["font-src"] == told["form-action"] == {"'self'"}
    everything = set().union(*told.values())
    assert not {"*", "'unsafe-inline'", "'unsafe-eval'", "https:", "http:", "blob:"} & everything
    assert {source for source in everything if source.startswith("http")} == {settings.MAP_TILES_ORIGIN}


def test_cookies_stay_with_us(installed):
    cookies = installed["cookies"]
    assert cookies["SESSION_COOKIE_SECURE"] is cookies["CSRF_COOKIE_SECURE"] is True
    assert cookies["SESSION_COOKIE_HTTPONLY"] is True
    assert {cookies["SESSION_COOKIE_SAMESITE"], cookies["CSRF_COOKIE_SAMESITE"]} <= {"Lax", "Strict"}


@pytest.mark.django_db
def test_a_nonce_is_used_once():
    """A page with a script of its own says which; the next time it is another."""
    client = Client()
    nonces = [
        re.search(r"'nonce-([^']+)'", client.get("/api/v1/docs")["Content-Security-Policy"]) for _ in range(2)
    ]
    found = {nonce[1] for nonce in nonces if nonce}
    assert len(found) in (0, 2)


def test_security_txt_is_as_rfc_9116_asks(installed, clock):
    answer = Client().get("/.well-known/security.txt")
    assert answer["Content-Type"].startswith("text/plain")
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines() if line)
    assert fields["Contact"].startswith(("mailto:", "https://"))
    assert fields["Canonical"].endswith("/.well-known/security.txt")
    expires = datetime.fromisoformat(fields["Expires"])
    assert clock.now() + timedelta(days=30) < expires <= clock.now() + timedelta(days=366)
    assert expires.tzinfo is not None


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["home", "account_login", "report-concern", "ask-help"])
def test_pages_of_people_carry_the_policy_too(name):
    told = policy(Client().get(reverse(name), follow=True)["Content-Security-Policy"])
    assert told["default-src"] == {"'none'"}
    assert "'unsafe-inline'" not in told["script-src"] | told["style-src"]


@pytest.mark.django_db
def test_what_someone_saw_is_kept_nowhere_on_a_shared_computer(client):
    """A page that says nothing of it; a visitor's, what says so itself, and the API's own are left alone."""
    assert "Cache-Control" not in client.get("/kennis/").headers
    client.force_login(UserFactory())
    assert "no-store" in client.get("/kennis/")["Cache-Control"]
    assert client.get("/vacatures/feed.atom")["Cache-Control"] == "public, max-age=300"
    assert client.get("/api/v1/courses")["Cache-Control"] == "private, no-cache"
