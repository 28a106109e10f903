"""PostgreSQL as a peer: a scan of the table, the box of each service area in a GiST index, and PostGIS."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql as text

from bench.peers.sql import COLUMNS, Found, columns, found, question
from bench.population import Population
from matching.engine import Demand
from matching.engine.sphere import RADIUS_M, degrees
from tools.servers import postgres_server

WAYS = ("PostgreSQL scan", "PostgreSQL box", "PostGIS")
_FOUR_BYTES = {"number", "x", "y", "z", "reach_m", "dayparts", "languages", "dislikes"}
_EIGHT_BYTES = {"skills"}
_SLACK = 1.01
# What the table needs of a server with memory for it; plans of some milliseconds are not worth compiling.
_SETTINGS = {"jit": "off", "random_page_cost": "1.1", "work_mem": "64MB", "maintenance_work_mem": "1GB"}
_BUFFERS = "1GB"


class Postgres:
    """The volunteers in one table of a server, and the ways to ask it."""

    def __init__(self, connection: psycopg.Connection[Any], people: Population) -> None:
        self._connection = connection
        for name, value in _SETTINGS.items():
            connection.execute(text.SQL("SET {} = {}").format(text.Identifier(name), value))
        self._most_m = float(people.raw["reach_km"].max()) * 1000
        copy_volunteers(connection, people)
        self.has_postgis = self._add_postgis()
        self._connection.execute("VACUUM (ANALYZE) volunteer")

    def scan(self, demand: Demand, k: int) -> list[Found]:
        """Every filter and the score over the whole table."""
        return self._ask(question(demand, k))

    def box(self, demand: Demand, k: int) -> list[Found]:
        """Those whose service area holds the place, by the index; ``@> point`` itself would have none."""
        return self._ask(question(demand, k, near=in_area(demand)))

    def postgis(self, demand: Demand, k: int) -> list[Found]:
        """Those within the longest reach of all, by the index, and then within their own."""
        place = f"ST_MakePoint({demand.longitude!r}, {demand.latitude!r})::geography"
        near = f"ST_DWithin(place, {place}, {self._most_m * _SLACK}, false)"
        return self._ask(question(demand, k, near=near))

    def _ask(self, query: str) -> list[Found]:
        return found(self._connection.execute(query.encode()))

    def _add_postgis(self) -> bool:
        """Give the rows a place of PostGIS when the server has it."""
        known = "SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'"
        if self._connection.execute(known).fetchone() is None:
            return False
        self._connection.execute("CREATE EXTENSION postgis")
        self._connection.execute(
            "ALTER TABLE volunteer ADD place geography(Point) GENERATED ALWAYS AS "
            "(ST_MakePoint((@@ area)[0], (@@ area)[1])::geography) STORED"
        )
        self._connection.execute("CREATE INDEX ON volunteer USING gist (place)")
        return True


def copy_volunteers(connection: psycopg.Connection[Any], people: Population) -> None:
    """Make the table ``volunteer`` with an index on the service areas."""
    types = ", ".join(f"{name} {_type(name)}" for name in COLUMNS)
    connection.execute(f"CREATE UNLOGGED TABLE volunteer ({types}, area box)".encode())
    with connection.cursor().copy("COPY volunteer FROM STDIN (FORMAT binary)") as copy:
        copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
        copy.write(_records(columns(people)).tobytes())
        copy.write(b"\xff\xff")
    connection.execute("CREATE INDEX ON volunteer USING gist (area)")


def in_area(demand: Demand) -> str:
    """Return the condition that the place of the demand lies in the service area."""
    place = f"point({demand.longitude!r}, {demand.latitude!r})"
    return f"area @> box({place}, {place})"


@contextmanager
def postgres(folder: Path, people: Population) -> Iterator[Postgres]:
    """Give the volunteers in a server that is thrown away afterwards."""
    with (
        postgres_server(folder, shared_buffers=_BUFFERS) as (url, _pid),
        psycopg.connect(url, autocommit=True) as connection,
    ):
        yield Postgres(connection, people)


def _type(name: str) -> str:
    return "bigint" if name in _EIGHT_BYTES else "integer" if name in _FOUR_BYTES else "smallint"


def _records(table: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    """Return the rows as COPY reads them: each value behind its length, the first byte first."""
    sizes = {"bigint": ">i8", "integer": ">i4", "smallint": ">i2"}
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for name in COLUMNS:
        fields += [(f"length of {name}", ">i4"), (name, sizes[_type(name)])]
    corners = ("east", "north", "west", "south")
    fields += [("length of area", ">i4"), *((corner, ">f8") for corner in corners)]
    records = np.zeros(len(table["number"]), np.dtype(fields))
    records["fields"] = len(COLUMNS) + 1
    for name in COLUMNS:
        records[f"length of {name}"] = records.dtype[name].itemsize
        records[name] = table[name]
    records["length of area"] = 4 * 8
    for corner, degree in zip(corners, _area(table), strict=True):
        records[corner] = degree
    return records


def _area(table: Mapping[str, NDArray[Any]]) -> tuple[NDArray[np.float64], ...]:
    """Return the sides of the box around all that a volunteer reaches: east, north, west, south."""
    latitude, longitude = degrees(table["x"], table["y"], table["z"])
    north = np.degrees(table["reach_m"] * _SLACK / RADIUS_M)
    east = north / np.cos(np.radians(np.abs(latitude) + north))
    return longitude + east, latitude + north, longitude - east, latitude - north
