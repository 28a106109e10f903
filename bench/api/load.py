"""A small load generator: some connections that stay open, each with one question at a time.

Sockets and ready-made bytes, so that it takes some twenty microseconds of a processor per question and
leaves the machine to what is measured.
"""

import selectors
import socket
import time
from collections.abc import Iterator
from typing import NamedTuple

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


class Answered(NamedTuple):
    """What came back."""

    milliseconds: list[float]
    """Of every question, from the first byte sent to the last byte read."""
    seconds: float
    failed: int
    """Answers that were not 200."""

    @property
    def per_second(self) -> float:
        """Good answers per second."""
        return (len(self.milliseconds) - self.failed) / self.seconds


class _Connection:
    """One socket that waits for the answer to one question."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._began = 0.0
        self._received = b""

    def ask(self, question: bytes) -> None:
        self._began, self._received = time.perf_counter(), b""
        self.socket.sendall(question)

    def read(self) -> tuple[float, bool] | None:
        """Return the milliseconds and whether it was a 200 once the answer is whole."""
        part = self.socket.recv(1 << 16)
        if not part:
            raise ConnectionError("the server has closed a connection that was to stay open")
        self._received += part
        end = self._received.find(_HEAD_END)
        if end < 0 or len(self._received) < end + len(_HEAD_END) + _length(self._received[:end]):
            return None
        return (time.perf_counter() - self._began) * 1e3, self._received.startswith(b"HTTP/1.1 200 ")


def load(port: int, questions: Iterator[bytes], *, connections: int, seconds: float) -> Answered:
    """Ask without pause over so many connections for so many seconds."""
    milliseconds: list[float] = []
    failed = 0
    began = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            opened = _Connection(port)
            selector.register(opened.socket, selectors.EVENT_READ, opened)
            opened.ask(next(questions))
        while selector.get_map():
            for key, _events in selector.select():
                answer = key.data.read()
                if answer is None:
                    continue
                milliseconds.append(answer[0])
                failed += not answer[1]
                if time.perf_counter() - began < seconds:
                    key.data.ask(next(questions))
                else:
                    selector.unregister(key.data.socket)
                    key.data.socket.close()
    return Answered(milliseconds, time.perf_counter() - began, failed)


def request(path: str, *headers: str) -> bytes:
    """Return the bytes of a question."""
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Accept: application/json", *headers]
    return "\r\n".join([*lines, "", ""]).encode()


def _length(head: bytes) -> int:
    """Return the length of the body that the head announces."""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(_LENGTH):
            return int(line[len(_LENGTH) :])
    return 0
