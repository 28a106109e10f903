"""The one guard for calls that this server makes to the outside.

An address that somebody else can influence (by configuration, by DNS, by a redirect) must never
make the server talk to itself or to its own network. So a call goes only

* over https on port 443, to a host on the caller's allow-list, or, for addresses that people hand in
  themselves (webhooks, push services), to any public host;
* to an internet address that was resolved once, checked, and is then used as it is: a name that
  resolves differently a moment later ("rebinding") gains nothing;
* without following redirects, within one time limit for the whole call, with a bounded answer.

Calls are made by the worker, never inside a request or a transaction.
"""

import contextlib
import http.client
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

HTTPS_PORT = 443
MAX_BYTES = 1_000_000
# Of the answer to something sent the status counts; of its words no more is read than this.
MAX_WORDS = 10_000
# IPv6 prefix that carries an IPv4 address to translate to (RFC 6052).
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

Resolver = Callable[[str], list[str]]
HostRule = Callable[[str], bool]


class OutboundRefused(OSError):
    """The guard does not allow this call."""


class OutboundFailed(OSError):
    """The call was allowed, but gave no complete answer in time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def resolve(host: str) -> list[str]:
    """Return the internet addresses of a host name. Raises ``OSError`` when there are none."""
    found = socket.getaddrinfo(host, HTTPS_PORT, type=socket.SOCK_STREAM)
    return [str(address[4][0]) for address in found]


def any_public_host(host: str) -> bool:
    """The rule for hosts that people hand in: every name with a dot in it, and no bare internet address.

    What the name leads to is checked by the guard itself: only the public internet.
    """
    return "." in host.strip(".") and not _is_address(host)


def _is_address(host: str) -> bool:
    """Whether it is an internet address in any notation that a resolver takes: its last label is a number."""
    last = host.rstrip(".").rpartition(".")[2].lower()
    return ":" in host or last.isdigit() or last.startswith("0x")


def is_public(address: str) -> bool:
    """Whether an internet address is one of the public internet.

    False for private, loopback, link-local, carrier-grade NAT, multicast and reserved ranges, also
    when wrapped in an IPv6 address (mapped, 6to4, Teredo, NAT64), and for what is no address.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = _wrapped(parsed)
        if inner is not None:
            return is_public(str(inner))
    return parsed.is_global and not (parsed.is_multicast or parsed.is_reserved or parsed.is_unspecified)


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


class _PinnedConnection(http.client.HTTPSConnection):
    """An https connection to an address that has been checked; the name is used for TLS only."""

    def __init__(self, host: str, address: str, *, timeout: float, context: ssl.SSLContext) -> None:
        super().__init__(host, HTTPS_PORT, timeout=timeout, context=context)
        self._address = address
        self._tls = context
        # Our own hold on the socket: http.client lets go of it as soon as an answer has begun that ends
        # with the connection, and that is the kind that may never end.
        self._wire: ssl.SSLSocket | None = None
        self.was_cut = False

    def connect(self) -> None:
        """Connect without asking DNS again."""
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self._wire = self._tls.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock = self._wire
        if self.was_cut:
            raise TimeoutError
        self._wire.do_handshake()

    def cut(self) -> None:
        """End the conversation from another thread: whoever waits on it is woken at once."""
        self.was_cut = True
        if self._wire is not None:
            with contextlib.suppress(OSError):  # it may have ended by itself
                self._wire.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True, slots=True)
class OutboundGuard:
    """Makes calls to the hosts it is told to trust.

    ``hosts`` is a list of names, or a rule such as ``any_public_host``. ``resolver`` and ``permits`` are
    there for tests; ``tls`` for an installation with its own certificate authority.
    """

    hosts: Collection[str] | HostRule
    resolver: Resolver = resolve
    permits: Callable[[str], bool] = is_public
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def get(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Answer:
        """Fetch a URL. ``timeout`` is in seconds, for the name, the connection and the answer together.

        Raises:
            OutboundRefused: the URL or the address behind it is not allowed.
            OutboundFailed: no connection, no complete answer in time, or an answer too large.
        """
        return self._call("GET", url, body=None, timeout=timeout, headers=headers, read=_whole)

    def post(self, url: str, *, body: bytes, timeout: float, headers: Mapping[str, str]) -> Answer:
        """Send ``body`` to a URL; of the answer at most ``MAX_WORDS`` bytes are kept.

        Whatever the status, it is returned: what counts as delivered is for the caller to say. A redirect is
        an answer like any other. Raises as ``get``; after ``OutboundFailed`` the other side may have had it.
        """
        return self._call("POST", url, body=body, timeout=timeout, headers=headers, read=_beginning)

    def check(self, url: str) -> None:
        """Raise ``OutboundRefused`` for a URL that could never be called, without asking the network.

        For forms in which people hand one in; the address behind it is checked at each call.
        """
        self._allowed(url)

    def _call(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None,
        timeout: float,
        headers: Mapping[str, str],
        read: Callable[[http.client.HTTPResponse], Answer],
    ) -> Answer:
        begun = time.monotonic()
        host, target = self._allowed(url)
        address = self._address_of(host, timeout)
        left = max(timeout - (time.monotonic() - begun), 0.001)
        connection = _PinnedConnection(host, address, timeout=left, context=self.tls)
        limit = threading.Timer(left, connection.cut)
        limit.start()
        try:
            connection.request(method, target, body=body, headers=dict(headers))
            answer = read(connection.getresponse())
        except (OSError, http.client.HTTPException) as error:
            raise OutboundFailed(f"{host}: {type(error).__name__}") from error
        finally:
            limit.cancel()
            connection.close()
        if connection.was_cut:  # what was read may look whole and yet be the first half
            raise OutboundFailed(f"{host}: no complete answer in {timeout} s")
        return answer

    def _allowed(self, url: str) -> tuple[str, str]:
        if not (url.isascii() and url.isprintable()) or " " in url or "\\" in url:
            raise OutboundRefused("only printable ASCII; other signs are to be encoded")
        try:
            parts = urlsplit(url)
        except ValueError:
            raise OutboundRefused("this is no address") from None
        host = parts.hostname or ""
        if parts.scheme != "https" or parts.netloc.lower() not in (host, f"{host}:{HTTPS_PORT}"):
            raise OutboundRefused("only https on its own port, without a user name")
        if not (self.hosts(host) if callable(self.hosts) else host in self.hosts):
            raise OutboundRefused(f"{host} is not on the list")
        return host, f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"

    def _address_of(self, host: str, timeout: float) -> str:
        try:
            addresses = _within(timeout, lambda: self.resolver(host))
        except (OSError, UnicodeError) as error:  # a label that is too long is a UnicodeError
            raise OutboundFailed(f"{host} does not resolve") from error
        # One bad address among good ones is reason enough to refuse them all.
        if not addresses or not all(self.permits(address) for address in addresses):
            raise OutboundRefused(f"{host} does not resolve to the public internet")
        return addresses[0]


def _within(seconds: float, ask: Callable[[], list[str]]) -> list[str]:
    """Ask the system's resolver, which knows no time limit, and wait for at most so long.

    Raises what ``ask`` raises, or ``TimeoutError``; a question that is still out ends in its own time.
    """
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put(ask())
        except Exception as error:  # noqa: BLE001  (raised again where it is waited for)
            answers.put(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _whole(response: http.client.HTTPResponse) -> Answer:
    body = response.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise OutboundFailed("the answer is too large")
    if response.length:
        raise OutboundFailed("the answer is incomplete")
    return _answer(response, body)


def _beginning(response: http.client.HTTPResponse) -> Answer:
    return _answer(response, response.read(MAX_WORDS))


def _answer(response: http.client.HTTPResponse, body: bytes) -> Answer:
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)
