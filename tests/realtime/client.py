"""A real server, real sockets, and people signed in to both."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from help_requests.queries import SESSION_KEY
from people.models import User
from tools.servers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 200
PATIENCE = 30.0  # for what only has to come, also on a busy machine


class Server:
    """A uvicorn process."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
        self.process = process
        self.log = log
        self.origin = f"http://127.0.0.1:{port}"
        self.address = f"ws://127.0.0.1:{port}/ws"

    def wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                with urlopen(f"{self.origin}/healthz", timeout=5):
                    return
            except OSError:
                alive = self.process.poll() is None and time.monotonic() < deadline
                assert alive, self.log.read_text()[-3000:]
                time.sleep(0.05)

    def stop(self, seconds: float = 60) -> int:
        """Ask it to end; return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


@contextmanager
def running_server(environment: dict[str, str], folder: Path) -> Iterator[Server]:
    port = free_port()
    log = folder / f"server-{port}.log"
    command = [sys.executable, "-m", "uvicorn", "backend.asgi:application", "--port", str(port)]
    with log.open("wb") as lines:
        process = subprocess.Popen(
            [*command, "--log-level", "warning", "--ws-max-size", "65536"],
            cwd=ROOT,
            env=environment,
            stdout=lines,
            stderr=subprocess.STDOUT,
        )
    server = Server(process, port, log)
    try:
        server.wait_until_it_answers()
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def sender_of(*request_ids: object) -> Client:
    """A browser that sent requests without signing in."""
    session = SessionStore()
    session[SESSION_KEY] = [str(request_id) for request_id in request_ids]
    session.create()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


class Socket:
    """One open socket."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def next(self, seconds: float = PATIENCE) -> dict[str, Any]:
        """The next message. Raises ``TimeoutError``, or ``ConnectionClosed``."""
        return json.loads(self.connection.recv(timeout=seconds))

    def hello(self) -> list[dict[str, Any]]:
        """Everything up to and with the hello."""
        return self.until(lambda message: message.get("type") == "hello")

    def until(self, wanted: Any, seconds: float = PATIENCE) -> list[dict[str, Any]]:
        """Everything up to and with the first message that is ``wanted``."""
        messages = [self.next(seconds)]
        while not wanted(messages[-1]):
            messages.append(self.next(seconds))
        return messages

    def closes(self, seconds: float = PATIENCE) -> tuple[int, list[dict[str, Any]]]:
        """The close code, and what was still heard before it."""
        heard = []
        deadline = time.monotonic() + seconds
        while True:
            try:
                heard.append(self.next(max(0.01, deadline - time.monotonic())))
            except ConnectionClosed as closed:
                return (closed.rcvd.code if closed.rcvd else 1006), heard

    def is_silent(self, seconds: float = 0.3) -> bool:
        try:
            self.next(seconds)
        except TimeoutError:
            return True
        return False


@contextmanager
def socket(server: Server, client: Client | None = None, query: str = "", **options: Any) -> Iterator[Socket]:
    cookies = "; ".join(f"{name}={cookie.value}" for name, cookie in (client or Client()).cookies.items())
    origin = options.pop("origin", server.origin)
    with connect(
        server.address + query,
        origin=origin,
        additional_headers={"Cookie": cookies},
        open_timeout=20,
        proxy=None,
        **options,
    ) as connection:
        yield Socket(connection)
