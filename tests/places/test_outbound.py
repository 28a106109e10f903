"""The guard for calls to the outside (common.outbound), with a real https server on loopback."""

import ipaddress
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from geopy.adapters import AdapterHTTPError
from geopy.exc import GeocoderParseError, GeocoderUnavailable

from common import outbound
from common.outbound import (
    MAX_BYTES,
    MAX_WORDS,
    OutboundFailed,
    OutboundGuard,
    OutboundRefused,
    any_public_host,
    is_public,
)
from places.geocoding.outbound import GuardedAdapter

HOST = "geo.example"


@pytest.mark.parametrize("address", ["8.8.8.8", "145.53.1.1", "2001:4860:4860::8888", "64:ff9b::8.8.8.8"])
def test_the_public_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",  # where clouds keep their credentials
        "100.64.0.1",  # carrier-grade NAT
        "198.18.0.1",
        "192.0.2.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::127.0.0.1",  # NAT64
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::10.0.0.1",
        "2002:7f00:1::",  # 6to4 around 127.0.0.1
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",  # Teredo
        "localhost",
        "2130706433",
        "0x7f.1",
        "",
    ],
)
def test_everything_else_is_not(address):
    assert not is_public(address)


class Handler(BaseHTTPRequestHandler):
    """Answers by path."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers["Host"], self.headers["User-Agent"]))
        getattr(self, "answer_" + self.path.strip("/").split("?")[0])()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, self.headers["Content-Type"], self.headers["X-Signature"], body))
        getattr(self, "answer_" + self.path.strip("/"))()

    def _send(self, status, body, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def answer_ok(self):
        self._send(200, b'{"fine": true}', Content_Length="14")

    def answer_words(self):
        self._send(200, b"no json", Content_Length="7")

    def answer_redirect(self):
        self._send(302, b"", Location=f"https://{HOST}/ok", Content_Length="0")

    def answer_busy(self):
        self._send(503, b"3431 AB is busy", Content_Length="15", Retry_After="7")

    def answer_large(self):
        self._send(200, b"x" * (MAX_BYTES + 1), Content_Length=str(MAX_BYTES + 1))

    def answer_short(self):
        self._send(200, b"x", Content_Length="10")

    def answer_drip(self):
        """A byte now and then, for ever, without saying how many will come."""
        self._send(200, b"x")
        while not self.server.stopping.wait(0.05):
            self.wfile.write(b"x")

    def log_message(self, *_args):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, _request, _client_address):
        """A client that hangs up is what these tests are about."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of our own for the host name, as (path of certificate and key, client context)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path, ssl.create_default_context(cafile=str(path))


@pytest.fixture
def server(certificate, monkeypatch):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate[0])
    running = Server(("127.0.0.1", 0), Handler)
    running.socket = context.wrap_socket(running.socket, server_side=True)
    running.asked, running.stopping = [], threading.Event()
    monkeypatch.setattr(outbound, "HTTPS_PORT", running.server_port)
    thread = threading.Thread(target=partial(running.serve_forever, poll_interval=0.01))
    thread.start()
    yield running
    running.stopping.set()
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture
def guard(certificate):
    """A guard that may go to loopback under the name of the host: everything else as in production."""
    return OutboundGuard(
        [HOST], resolver=lambda _host: ["127.0.0.1"], permits=lambda _ip: True, tls=certificate[1]
    )


def get(guard, url, timeout=5.0):
    return guard.get(url, timeout=timeout, headers={"User-Agent": "Samenkracht"})


def test_an_allowed_call_goes_through_with_name_path_and_headers(server, guard):
    answer = get(guard, f"https://{HOST}/ok?q=a%20b")
    assert (answer.status, answer.body) == (200, b'{"fine": true}')
    assert answer.headers["content-length"] == "14"
    assert server.asked == [("/ok?q=a%20b", f"{HOST}:{server.server_port}", "Samenkracht")]


def test_redirects_are_not_followed(server, guard):
    assert get(guard, f"https://{HOST}/redirect").status == 302
    assert [path for path, *_ in server.asked] == ["/redirect"]


@pytest.mark.parametrize(
    "url",
    [
        f"http://{HOST}/ok",
        f"ftp://{HOST}/ok",
        "file:///etc/passwd",
        "https://other.example/ok",
        f"https://{HOST}.other.example/ok",
        f"https://{HOST}:8443/ok",
        f"https://{HOST}@other.example/ok",
        f"https://user@{HOST}/ok",
        "https:///ok",
        "https://127.0.0.1/ok",
    ],
)
def test_other_schemes_hosts_ports_and_user_names_are_refused(server, guard, url):
    with pytest.raises(OutboundRefused):
        get(guard, url)
    assert server.asked == []


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::1"], []])
def test_a_name_that_resolves_inside_is_refused(server, certificate, addresses):
    guard = OutboundGuard([HOST], resolver=lambda _host: addresses, tls=certificate[1])
    with pytest.raises(OutboundRefused, match="public internet"):
        get(guard, f"https://{HOST}/ok")
    assert server.asked == []


def test_the_system_resolver_is_checked_too(server, certificate):
    with pytest.raises(OutboundRefused):
        get(OutboundGuard(["localhost"], tls=certificate[1]), "https://localhost/ok")
    assert server.asked == []


def test_the_name_is_resolved_once_so_rebinding_gains_nothing(server, certificate):
    """The first answer is the checked one; what DNS would say a moment later is never asked."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    checked = []
    guard = OutboundGuard(
        [HOST],
        resolver=lambda _host: next(answers),
        permits=lambda address: not checked.append(address),
        tls=certificate[1],
    )
    assert get(guard, f"https://{HOST}/ok").status == 200
    assert checked == ["127.0.0.1"]
    assert next(answers) == ["10.0.0.1"]


def test_a_certificate_of_somebody_else_is_refused(server, guard):
    with pytest.raises(OutboundFailed, match="SSLCertVerificationError"):
        get(OutboundGuard([HOST], resolver=guard.resolver, permits=guard.permits), f"https://{HOST}/ok")


class TestPost:
    """What webhooks and push messages go out with: the same guard, with a body."""

    @staticmethod
    def post(guard, path="ok", **changed):
        headers = {"Content-Type": "application/json", "X-Signature": "abc"}
        return guard.post(f"https://{HOST}/{path}", body=b'{"a": 1}', timeout=5.0, headers=headers, **changed)

    def test_body_and_headers_arrive(self, server, guard):
        assert self.post(guard).status == 200
        assert server.asked == [("/ok", "application/json", "abc", b'{"a": 1}')]

    def test_a_redirect_is_an_answer_and_not_followed(self, server, guard):
        """A 307 would carry the body on, to wherever the other side says."""
        assert self.post(guard, "redirect").status == 302
        assert len(server.asked) == 1

    def test_of_a_long_answer_the_beginning_is_kept(self, server, guard):
        answer = self.post(guard, "large")
        assert (answer.status, len(answer.body)) == (200, MAX_WORDS)

    def test_a_drip_of_bytes_ends_at_the_time_limit(self, server, guard):
        with at_most(15), pytest.raises(OutboundFailed):
            guard.post(f"https://{HOST}/drip", body=b"", timeout=0.4, headers={})

    @pytest.mark.parametrize("addresses", [["10.0.0.1"], ["100.64.0.1"], ["64:ff9b::a00:1"], ["::1"]])
    def test_a_name_that_leads_inside_is_refused(self, server, certificate, addresses):
        inward = OutboundGuard(any_public_host, resolver=lambda _host: addresses, tls=certificate[1])
        with pytest.raises(OutboundRefused, match="public internet"):
            self.post(inward)
        assert server.asked == []

    def test_a_line_end_in_a_header_is_refused(self, guard):
        with pytest.raises(ValueError, match="Invalid header"):
            guard.post(f"https://{HOST}/ok", body=b"", timeout=1.0, headers={"X-A": "b\r\nX-C: d"})


class TestAnyPublicHost:
    """The rule for addresses that people hand in themselves."""

    @pytest.mark.parametrize("host", ["hooks.example.org", "push.services.example", "xn--caf-dma.example"])
    def test_names_are_fine(self, host):
        OutboundGuard(any_public_host).check(f"https://{host}/hook?a=1")

    @pytest.mark.parametrize(
        "host",
        [
            "localhost", "db", "127.0.0.1", "8.8.8.8", "2130706433", "0x7f000001", "0x7f.1", "127.1",
            "127.0.0.1.", "[::1]", "[2001:4860:4860::8888]", "", ".", "caf\u00e9.example",
            "a.example\\@b.example", "a.example:8443", "a.example:0", "a@b.example", "a.example b",
            "a.exam\r\nple", "[::1", "\uff11\uff10.0.0.1",
        ],
    )  # fmt: skip
    def test_addresses_bare_words_and_tricks_are_not(self, host):
        with pytest.raises(OutboundRefused):
            OutboundGuard(any_public_host).check(f"https://{host}/hook")

    def test_the_call_goes_through_and_the_name_is_resolved_once(self, server, certificate):
        answers = iter([["127.0.0.1"], ["10.0.0.1"]])
        free = OutboundGuard(
            any_public_host, resolver=lambda _: next(answers), permits=lambda _: True, tls=certificate[1]
        )
        assert get(free, f"https://{HOST}/ok").status == 200
        assert next(answers) == ["10.0.0.1"]


def test_a_resolver_that_never_answers_counts_for_the_time_limit(certificate):
    forever = threading.Event()
    slow = OutboundGuard([HOST], resolver=lambda _host: forever.wait(20) and [], tls=certificate[1])
    with at_most(15), pytest.raises(OutboundFailed, match="does not resolve"):
        get(slow, f"https://{HOST}/ok", timeout=0.2)
    forever.set()


@contextmanager
def at_most(seconds):
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < seconds


def test_a_drip_of_bytes_ends_at_the_time_limit(server, guard):
    with at_most(15), pytest.raises(OutboundFailed):
        get(guard, f"https://{HOST}/drip", timeout=0.4)


def test_a_handshake_that_never_ends_is_cut(certificate, monkeypatch, guard):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(outbound, "HTTPS_PORT", silent.getsockname()[1])
        with at_most(15), pytest.raises(OutboundFailed):
            get(guard, f"https://{HOST}/ok", timeout=0.3)


@pytest.mark.parametrize("path", ["large", "short"])
def test_too_much_and_too_little_are_failures(server, guard, path):
    with pytest.raises(OutboundFailed):
        get(guard, f"https://{HOST}/{path}")


def test_nobody_there(monkeypatch, guard):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        monkeypatch.setattr(outbound, "HTTPS_PORT", closed.getsockname()[1])
    with pytest.raises(OutboundFailed):
        get(guard, f"https://{HOST}/ok")


def test_a_name_that_does_not_resolve(certificate):
    def unknown(_host):
        raise socket.gaierror("unknown")

    with pytest.raises(OutboundFailed, match="does not resolve"):
        get(OutboundGuard([HOST], resolver=unknown, tls=certificate[1]), f"https://{HOST}/ok")


class TestGuardedAdapter:
    """Geopy's view of the same."""

    @pytest.fixture
    def adapter(self, guard):
        return GuardedAdapter(guard=guard, proxies=None, ssl_context=None)

    def test_json(self, server, adapter):
        assert adapter.get_json(f"https://{HOST}/ok", timeout=5, headers={}) == {"fine": True}

    def test_words_are_not_json(self, server, adapter):
        assert adapter.get_text(f"https://{HOST}/words", timeout=5, headers={}) == "no json"
        with pytest.raises(GeocoderParseError):
            adapter.get_json(f"https://{HOST}/words", timeout=5, headers={})

    @pytest.mark.parametrize(("path", "status"), [("busy", 503), ("redirect", 302)])
    def test_another_status_is_an_error_that_repeats_nothing_of_the_answer(
        self, server, adapter, path, status
    ):
        with pytest.raises(AdapterHTTPError) as error:
            adapter.get_text(f"https://{HOST}/{path}", timeout=5, headers={})
        assert error.value.status_code == status
        assert error.value.text == ""

    def test_a_refusal_is_told_in_geopys_words(self, adapter):
        with pytest.raises(GeocoderUnavailable):
            adapter.get_text("https://other.example/", timeout=5, headers={})


def test_nat64_is_the_well_known_prefix():
    assert ipaddress.IPv6Address("64:ff9b::7f00:1") in outbound.NAT64
