"""Throw-away PostgreSQL and Redis servers, for tests and benchmarks.

``python -m tools.servers [--NAME=VALUE…] COMMAND…`` starts them on free ports in a temporary folder, runs the
command with ``DATABASE_URL`` and ``REDIS_URL`` set, stops them whatever happens and exits with the command's
code. What comes before the command are settings for PostgreSQL, such as ``--shared_buffers=1GB``.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import dropwhile, takewhile
from pathlib import Path

USER = "samenkracht"
# Publish and subscribe know no databases, so each of the parallel test processes has a Redis of its own.
REDIS_SERVERS = 2
START_SECONDS = 120
PORTS = range(20_000, 32_768)
# Nothing here outlives the tests, so nothing is flushed to disk.
POSTGRES_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "128MB",
}


class ServerFailed(RuntimeError):
    """A server did not start in time; the message holds its last log lines."""


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on now.

    Below those that the kernel gives to outgoing connections, of which a test makes hundreds before the
    server has started. Chosen by chance, so that processes side by side do not choose the same.
    """
    while True:
        port = PORTS[secrets.randbelow(len(PORTS))]
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def unprivileged_user() -> str | None:
    """The user to run PostgreSQL as (it refuses to run as root), or ``None`` to stay who we are."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def postgres_program(name: str) -> str:
    """Path of a PostgreSQL program: of the newest Debian version, else from PATH."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parent.parent.name)
    )
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        raise ServerFailed(f"{name} is not installed")
    return path


@contextmanager
def _running(
    command: list[str], ping: list[str], log: Path, *, stop: signal.Signals, user: str | None = None
) -> Iterator[int]:
    """Run a server until the block ends; yield its process id once the command ``ping`` succeeds."""
    with log.open("wb") as lines:
        process = subprocess.Popen(
            command,
            stdout=lines,
            stderr=subprocess.STDOUT,
            user=user,
            cwd=log.parent,
            start_new_session=True,  # Ctrl-C reaches the tests first; the servers stop after them
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while subprocess.run(ping, check=False, capture_output=True).returncode != 0:
            if process.poll() is not None or time.monotonic() > deadline:
                raise ServerFailed(f"{command[0]} did not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.05)
        yield process.pid
    finally:
        process.send_signal(stop)
        process.wait(timeout=START_SECONDS)


@contextmanager
def redis_server(folder: Path, port: int | None = None) -> Iterator[tuple[str, int]]:
    """Run Redis without persistence; yield its URL and process id."""
    port = port or free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    command = ["redis-server", *options, "--dir", str(folder)]
    ping = ["redis-cli", "-p", str(port), "ping"]
    with _running(command, ping, folder / f"redis-{port}.log", stop=signal.SIGKILL) as pid:
        yield f"redis://127.0.0.1:{port}/0", pid


@contextmanager
def postgres_server(folder: Path, **settings: str) -> Iterator[tuple[str, int]]:
    """Run a fresh PostgreSQL cluster; yield the URL of an empty database and the server's process id."""
    user, port, data = unprivileged_user(), free_port(), folder / "postgres"
    data.mkdir()
    if user:
        shutil.chown(data, user)
        # Every folder on the way must let that user through.
        folder.chmod(0o711)
    initdb = [postgres_program("initdb"), "--pgdata", str(data), "--username", USER, "--auth", "trust"]
    initdb += ["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, user=user, cwd=data)
    options = {**POSTGRES_OPTIONS, **settings, "port": str(port), "unix_socket_directories": str(data)}
    command = [postgres_program("postgres"), "-D", str(data)]
    command += [f"--{name}={value}" for name, value in options.items()]
    ping = [postgres_program("pg_isready"), "--host", "127.0.0.1", "--port", str(port)]
    # SIGQUIT is PostgreSQL's immediate shutdown: it ends its children and waits for no client.
    with _running(command, ping, folder / "postgres.log", stop=signal.SIGQUIT, user=user) as pid:
        yield f"postgres://{USER}@127.0.0.1:{port}/postgres", pid


@contextmanager
def all_servers(**settings: str) -> Iterator[dict[str, str]]:
    """Run PostgreSQL, with these settings, and the Redis servers; yield the environment that points there."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="samenkracht-servers-")))
        database, _ = stack.enter_context(postgres_server(folder, **settings))
        redis = [stack.enter_context(redis_server(folder))[0] for _ in range(REDIS_SERVERS)]
        yield {"DATABASE_URL": database, "REDIS_URL": redis[0], "TEST_REDIS_URLS": " ".join(redis)}


def _is_setting(argument: str) -> bool:
    return argument.startswith("--") and "=" in argument


def _leave(number: int, frame: object) -> None:
    """Turn a signal into an orderly exit, so that the servers stop too."""
    sys.exit(128 + number)


def main(arguments: list[str]) -> int:
    """Run the command beside the servers and return its exit code."""
    command = list(dropwhile(_is_setting, arguments))
    settings = dict(one.removeprefix("--").split("=", 1) for one in takewhile(_is_setting, arguments))
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    with all_servers(**settings) as environment:
        process = subprocess.Popen(command, env={**os.environ, **environment})
        try:
            return process.wait()
        except (KeyboardInterrupt, SystemExit):
            process.terminate()
            process.wait(timeout=START_SECONDS)
            raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
