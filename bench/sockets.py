"""How soon a change reaches the last of many sockets, and what a socket costs.

    python -m tools.servers python -m bench.sockets [--sockets 5000] [--short]

One uvicorn process serves all sockets; the change is written to PostgreSQL and rung through Redis from this
process, which also holds the clients. The baseline is a bare ASGI application in the same uvicorn that keeps
its sockets in a set and knows no sessions, groups, cursors or database: what no application can beat. Both
share the machine with their clients, so read the ratio. Prints one JSON object.
"""

import argparse
import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import django
from websockets.asyncio.client import ClientConnection, connect

from bench.worker_kill import throw_away_database
from tools.servers import free_port

HEARD_SECONDS = 60.0
AT_ONCE = 50

_bare: set[Callable[[dict[str, Any]], Awaitable[None]]] = set()


async def baseline(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """A bare application: ``GET /`` tells all sockets."""
    if scope["type"] == "http":
        for one in tuple(_bare):
            await one({"type": "websocket.send", "text": '{"cursor": 1, "topic": "desk", "id": ""}'})
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": '{"type": "hello"}'})
        _bare.add(send)
        while (await receive())["type"] != "websocket.disconnect":
            pass
        _bare.discard(send)


def main() -> int:
    """Measure with the options of the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--short", action="store_true", help="200 sockets, 5 rounds")
    options = parser.parse_args()
    if options.short:
        options.sockets, options.rounds = 200, 5
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with throw_away_database() as url, tempfile.TemporaryDirectory(prefix="sockets-") as folder:
        os.environ |= {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "backend.settings",
            "MODE": "development",
            "EMBEDDED_WORKER": "0",
            "VAR_DIR": folder,
            "LOG_LEVEL": "WARNING",
        }
        django.setup()
        group, cookie = someone()
        ours = asyncio.run(measure("backend.asgi:application", options, cookie, lambda _port: tell(group)))
        bare = asyncio.run(measure("bench.sockets:baseline", options, "", ask))
    ratio = round(ours["fan_out_ms"]["median"] / bare["fan_out_ms"]["median"], 2)
    print(json.dumps({"sockets": options.sockets, "hub": ours, "bare": bare, "times_bare": ratio}))
    return 0


def someone() -> tuple[str, str]:
    """Make a person; return the group they hear and the cookie they are signed in with."""
    from django.core.management import call_command
    from django.db import connections
    from django.test import Client

    from notifications.live.groups import person
    from people.models import User

    call_command("migrate", verbosity=0)
    user = User.objects.create_user("meting@voorbeeld.nl")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    connections.close_all()
    return person(user.pk), f"sessionid={client.cookies['sessionid'].value}"


def tell(group: str) -> None:
    """Write one signal and ring, as a handler does."""
    from django.db import connections

    from notifications.live.bus import ring
    from notifications.live.signals import Signal, send_signals

    send_signals([Signal(group, "desk")])
    ring()
    connections.close_all()


def ask(port: int) -> None:
    """Let the baseline tell everyone."""
    with urlopen(f"http://127.0.0.1:{port}/", timeout=HEARD_SECONDS):
        pass


@contextmanager
def server(application: str) -> Iterator[tuple[int, int]]:
    """Run one uvicorn process; yield its port and process id."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), "--log-level", "error"]
    process = subprocess.Popen([*command, "--backlog", "8192", "--ws-per-message-deflate", "false"])
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(60)


def wait_for(address: str) -> None:
    """Return once somebody answers."""
    deadline = time.monotonic() + HEARD_SECONDS
    while True:
        try:
            with urlopen(address, timeout=5):  # noqa: S310
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def resident_kilobytes(pid: int) -> int:
    """Memory of a process that stands in RAM."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1024


async def measure(
    application: str, options: argparse.Namespace, cookie: str, change: Callable[[int], None]
) -> dict[str, Any]:
    """Open the sockets and time the rounds; return milliseconds and kilobytes."""
    with server(application) as (port, pid):
        warm = await open_sockets(port, cookie, AT_ONCE)
        before, began = resident_kilobytes(pid), time.perf_counter()
        clients = await open_sockets(port, cookie, options.sockets)
        opened = time.perf_counter() - began
        memory = (resident_kilobytes(pid) - before) / options.sockets
        rounds = sorted([await fan_out(clients, change, port) for _round in range(options.rounds)])
        await asyncio.gather(*(client.close() for client in [*warm, *clients]))
    return {
        "fan_out_ms": {"median": round(statistics.median(rounds)), "longest": round(rounds[-1])},
        "opened_per_second": round(options.sockets / opened),
        "kilobytes_per_socket": round(memory, 1),
    }


async def open_sockets(port: int, cookie: str, number: int) -> list[ClientConnection]:
    """Open sockets, ``AT_ONCE`` at the same time, and read each hello."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one() -> ClientConnection:
        async with gate:
            client = await connect(
                f"ws://127.0.0.1:{port}/ws",
                origin=f"http://127.0.0.1:{port}",  # type: ignore[arg-type]
                additional_headers={"Cookie": cookie},
                compression=None,
                ping_interval=None,
                open_timeout=HEARD_SECONDS,
                proxy=None,
            )
            await client.recv()
            return client

    return list(await asyncio.gather(*(one() for _socket in range(number))))


async def fan_out(clients: list[ClientConnection], change: Callable[[int], None], port: int) -> float:
    """Milliseconds from just before the change until the last client has heard of it."""
    heard = [asyncio.create_task(client.recv()) for client in clients]
    await asyncio.sleep(0.5)  # everyone listens, the machine is quiet
    began = time.perf_counter()
    await asyncio.to_thread(change, port)
    await asyncio.wait_for(asyncio.gather(*heard), HEARD_SECONDS)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    sys.exit(main())
