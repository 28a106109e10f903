"""Signing in through the municipality: with OpenID Connect, for accounts that are there."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.test import Client

from people.models import User
from tests.factories.people import UserFactory

KEY = "a secret that the two of them share, long enough"
pytestmark = pytest.mark.django_db


class Municipality(ThreadingHTTPServer):
    """An OpenID provider on this machine: says who signed in, to whoever shows the code and its verifier."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.person = {"sub": "17", "email": "", "email_verified": True, "name": "Marloes"}
        self.challenge = ""


class Answers(BaseHTTPRequestHandler):
    server: Municipality

    def do_GET(self) -> None:
        url = self.server.url
        self._answer(
            self.server.person
            if self.path == "/userinfo"
            else {
                "issuer": url,
                "authorization_endpoint": f"{url}/authorize",
                "token_endpoint": f"{url}/token",
                "userinfo_endpoint": f"{url}/userinfo",
                "jwks_uri": f"{url}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        )

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        hashed = hashlib.sha256(sent["code_verifier"][0].encode()).digest()
        if base64.urlsafe_b64encode(hashed).rstrip(b"=").decode() != self.server.challenge:
            self.send_error(400)
            return
        claims = {"iss": self.server.url, "aud": "samenkracht", "exp": time() + 60, "iat": time()}
        token = jwt.encode(claims | self.server.person, KEY, "HS256")
        self._answer({"access_token": "x", "token_type": "Bearer", "id_token": token})

    def _answer(self, content: dict[str, object]) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def municipality(settings) -> Iterator[Municipality]:
    with Municipality() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        app = {
            "provider_id": "sso",
            "name": "Gemeente Nieuwegein",
            "client_id": "samenkracht",
            "secret": "geheim",
            "settings": {"server_url": server.url},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
        yield server
        server.shutdown()


def sign_in(municipality: Municipality, client: Client):
    """Press the button, sign in over there, and come back."""
    there = client.post("/account/oidc/sso/login/").headers["Location"]
    asked = parse_qs(urlsplit(there).query)
    municipality.challenge = asked["code_challenge"][0]
    return client.get("/account/oidc/sso/login/callback/", {"code": "c", "state": asked["state"][0]})


def test_the_button_stands_on_the_page_only_when_there_is_one(municipality, settings):
    assert "Gemeente Nieuwegein" in Client().get("/account/login/").content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "oidc" not in Client().get("/account/login/").content.decode()


def test_who_has_an_account_with_that_verified_address_is_in(municipality):
    user = UserFactory(email="marloes@gemeente.example")
    municipality.person["email"] = "marloes@gemeente.example"
    client = Client()
    sign_in(municipality, client)
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize("verified", [True, False])
def test_nobody_new_gets_an_account(municipality, verified):
    municipality.person |= {"email": "nieuw@gemeente.example", "email_verified": verified}
    client = Client()
    page = sign_in(municipality, client)
    while page.status_code == 302:
        page = client.get(page.headers["Location"])
    assert "geen account voor u" in page.content.decode()
    assert not User.objects.filter(email="nieuw@gemeente.example").exists()
    assert "_auth_user_id" not in client.session


def test_an_address_that_is_not_verified_over_there_opens_nobodys_account(municipality):
    UserFactory(email="marloes@gemeente.example")
    municipality.person |= {"email": "marloes@gemeente.example", "email_verified": False}
    client = Client()
    sign_in(municipality, client)
    assert "_auth_user_id" not in client.session


def test_an_answer_nobody_asked_for_is_refused_kindly(municipality):
    UserFactory(email="marloes@gemeente.example")
    municipality.person["email"] = "marloes@gemeente.example"
    client = Client()
    page = client.get("/account/oidc/sso/login/callback/", {"code": "c", "state": "made up"})
    assert "Inloggen is niet gelukt" in page.content.decode()
    assert "_auth_user_id" not in client.session
