"""The whole product as one server process on a free port, on the database of the test."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from tools.servers import free_port

START_SECONDS = 60


@contextmanager
def running_server(environment: dict[str, str]) -> Iterator[str]:
    """Serve pages, API, socket and worker; give the base address; stop it by its own process."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "backend.asgi:application",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    settings = {"EMBEDDED_WORKER": "1", "BASE_URL": f"http://127.0.0.1:{port}", "DEBUG": "0"}
    process = subprocess.Popen(
        [*command, "--log-level", "warning"],
        env={**environment, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        _wait_until_ready(process, f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            log, _ = process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            log, _ = process.communicate()
        sys.stdout.write(log)
    assert "Traceback" not in log, log


def _wait_until_ready(process: subprocess.Popen[str], address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(process.communicate()[0])
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the server did not start")
