"""A push service on loopback, as those of browsers: it keeps what comes, and only the browser can read it."""

import base64
import json
import queue
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import http_ece
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey

from common import outbound
from notifications.models import PushSubscription
from notifications.push import delivery
from notifications.push.vapid import newest_key
from people.models import User
from tests.factories.people import sign_in_by_code

GOOGLE, MOZILLA = "fcm.googleapis.com", "updates.push.services.mozilla.com"
ANDROID = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36"
)


def packed(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Browser:
    """A browser that subscribed: an address at its push service, and keys that it alone has."""

    def __init__(self, name: str, host: str = GOOGLE) -> None:
        self.path = f"/fcm/send/{name}"
        self.endpoint = f"https://{host}{self.path}"
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.secret = name.encode().ljust(16, b".")[:16]

    @property
    def keys(self) -> dict[str, str]:
        point = self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"p256dh": packed(point), "auth": packed(self.secret)}

    def reads(self, sealed: bytes) -> dict[str, Any]:
        """Open what came. Raises ``http_ece.ECEException`` for what was sealed for another."""
        return json.loads(self.opens(sealed))

    def opens(self, sealed: bytes) -> bytes:
        return http_ece.decrypt(sealed, private_key=self.private, auth_secret=self.secret)

    def form(self) -> dict[str, str]:
        """What the script of the page fills in."""
        key = newest_key()
        assert key is not None
        return {"endpoint": self.endpoint, **self.keys, "server_key": key.public}

    def subscribe(self, user: User, client: Client | None = None) -> PushSubscription:
        """Sign in with this browser and turn messages on."""
        client = client or Client()
        sign_in_by_code(client, user)
        answer = client.post("/berichten/telefoon/", self.form(), headers={"User-Agent": ANDROID})
        assert answer.status_code == 302, answer.content.decode()
        return PushSubscription.objects.get(pk=client.session["push"])


@dataclass
class Letter:
    """What came in at an address."""

    path: str
    headers: dict[str, str]
    body: bytes

    def claims(self) -> dict[str, Any]:
        """Who says that they sent it. Raises when the signature is of another key than the one named."""
        scheme, _, rest = self.headers["authorization"].partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        point = unpacked(parts["k"])
        key = {"kty": "EC", "crv": "P-256", "x": packed(point[1:33]), "y": packed(point[33:])}
        assert scheme == "vapid"
        return {**jwt.decode(parts["t"], ECKey.import_key(key)).claims, "k": parts["k"]}


@dataclass
class PushService:
    """What came, and what it answers per address: a status and headers; 201 when nothing is said."""

    letters: list[Letter] = field(default_factory=list)
    answers: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)
    incoming: "queue.SimpleQueue[Letter]" = field(default_factory=queue.SimpleQueue)

    def next(self, seconds: float) -> Letter:
        """What comes in next. Raises ``queue.Empty``."""
        return self.incoming.get(timeout=seconds)

    def to(self, browser: Browser) -> list[dict[str, Any]]:
        """The messages to one browser, opened by it."""
        return [browser.reads(letter.body) for letter in self.letters if letter.path == browser.path]

    def kinds(self, browser: Browser) -> list[str]:
        return [message["kind"] for message in self.to(browser)]

    def says(self, browser: Browser, status: int, **headers: str) -> None:
        self.answers[browser.path] = (status, headers)


SILENCE = 0


def _handler(service: PushService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            letter = Letter(self.path, headers, body)
            service.letters.append(letter)
            service.incoming.put(letter)
            status, more = service.answers.get(self.path, (201, {}))
            if status == SILENCE:
                service.stopping.wait(20)
                return
            self.send_response(status)
            for name, value in {**more, "Content-Length": "0"}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()

        def log_message(self, *_args):
            pass

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, _request, _client_address):
        """A client that hangs up."""


@cache
def _certificate() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, GOOGLE)])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(GOOGLE), x509.DNSName(MOZILLA)]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM) + private


@contextmanager
def running_push_service(monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    """Serve, and let the one guard of delivery find it under the names of the real ones."""
    service = PushService()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "server.pem"
        path.write_bytes(_certificate())
        here = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        here.load_cert_chain(path)
        there = ssl.create_default_context(cafile=str(path))
    server = _Server(("127.0.0.1", 0), _handler(service))
    server.socket = here.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    guard = outbound.OutboundGuard(
        delivery.is_push_host, resolver=lambda _host: ["127.0.0.1"], permits=lambda _ip: True, tls=there
    )
    monkeypatch.setattr(outbound, "HTTPS_PORT", server.server_port)
    monkeypatch.setattr(delivery, "guard", lambda: guard)
    try:
        yield service
    finally:
        service.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()
