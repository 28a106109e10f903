"""Redis as a peer: GEOSEARCH gives who lives near enough; filters and score follow here.

Redis orders by distance and knows no filters, so by nature it gives the nearest and not the best. Its best
form is asked: one set of places per kind of help, the members without distances, and the bytes of the answer
read without a client in between.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from bench.peers.memory import Answer, Flat
from bench.population import Population
from matching.engine import Demand
from tools.servers import redis_server

_KINDS_OF_HELP = 16
_AT_ONCE = 2_000
_SLACK = 1.01
_END = b"\r\n"


class Redis:
    """The volunteers' places in a server, their other columns here."""

    def __init__(self, connection: socket.socket, people: Population) -> None:
        self._connection = connection
        self._flat = Flat(people)
        self._most_km = float(people.raw["reach_km"].max()) * _SLACK
        self._load(people)

    def geosearch(self, demand: Demand, k: int) -> Answer:
        """Filter and score whom Redis finds within the longest reach of all."""
        place = ["FROMLONLAT", repr(demand.longitude), repr(demand.latitude)]
        self._send("GEOSEARCH", f"help:{demand.category}", *place, "BYRADIUS", str(self._most_km), "km")
        return self._flat.best_among(demand, k, np.array(list(map(int, self._array())), np.intp))

    def _load(self, people: Population) -> None:
        skills, longitudes, latitudes = (people.raw[name] for name in ("skills", "longitude", "latitude"))
        for category in range(_KINDS_OF_HELP):
            rows = np.flatnonzero(skills.astype(np.int64) >> category & 1)
            for start in range(0, len(rows), _AT_ONCE):
                some = rows[start : start + _AT_ONCE]
                parts = zip(longitudes[some].tolist(), latitudes[some].tolist(), some.tolist(), strict=True)
                words = [str(word) for part in parts for word in part]
                self._send("GEOADD", f"help:{category}", *words)
                self._lines(1)

    def _send(self, *words: str) -> None:
        written = (f"${len(word)}\r\n{word}\r\n" for word in words)
        self._connection.sendall(f"*{len(words)}\r\n{''.join(written)}".encode())

    def _array(self) -> list[bytes]:
        """Read an array of short strings: a line with its length, then two lines for each."""
        lines = self._lines(1)
        count = int(lines[0][1:])
        if len(lines) < 1 + 2 * count:
            lines += self._lines(1 + 2 * count - len(lines))
        return lines[2 : 1 + 2 * count : 2]

    def _lines(self, number: int) -> list[bytes]:
        """Read whole lines, at least so many."""
        received, ends = [], 0
        while True:
            received.append(self._connection.recv(1 << 20))
            if not received[-1]:
                raise ConnectionError("Redis has closed the connection")
            ends += received[-1].count(b"\n")
            if ends >= number and received[-1].endswith(_END):
                break
        lines = b"".join(received).split(_END)[:-1]
        if lines[0].startswith(b"-"):
            raise RuntimeError(lines[0].decode())
        return lines


@contextmanager
def redis(folder: Path, people: Population) -> Iterator[Redis]:
    """Give the places in a server that is thrown away afterwards."""
    with redis_server(folder) as (url, _pid):
        address = urlsplit(url)
        with socket.create_connection((address.hostname or "", address.port or 0)) as connection:
            yield Redis(connection, people)
