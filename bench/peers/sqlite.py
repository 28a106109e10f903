"""SQLite as a peer: a scan of the table, and a table of kind of help × H3 cell that leads to the rows."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import h3.api.basic_int as h3
import numpy as np

from bench.peers.sql import COLUMNS, Found, columns, found, question
from bench.population import Population
from matching.engine import Demand
from matching.engine.sphere import degrees

RESOLUTION = 6
"""Of the cells: some 36 km² each."""
_KINDS_OF_HELP = 16
_PRAGMAS = ("journal_mode = off", "synchronous = off", "cache_size = -400000", "mmap_size = 1000000000")


class Sqlite:
    """The volunteers in one file, and the ways to ask it."""

    def __init__(self, connection: sqlite3.Connection, people: Population) -> None:
        self._connection = connection
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        table = columns(people)
        self._most_km = float(table["reach_m"].max()) / 1000
        rest = ", ".join(f"{name} integer" for name in COLUMNS[1:])
        connection.execute(f"CREATE TABLE volunteer (number integer PRIMARY KEY, {rest})")
        marks = ", ".join("?" * len(COLUMNS))
        rows = zip(*(table[name].tolist() for name in COLUMNS), strict=True)
        connection.executemany(f"INSERT INTO volunteer VALUES ({marks})", rows)  # noqa: S608 (marks only)
        self._add_cells(table)
        connection.execute("ANALYZE")
        connection.commit()

    def scan(self, demand: Demand, k: int) -> list[Found]:
        """Every filter and the score over the whole table."""
        return found(self._connection.execute(question(demand, k)))

    def cells(self, demand: Demand, k: int) -> list[Found]:
        """Those who want to give this kind of help and live in a cell that may be near enough."""
        origin = h3.latlng_to_cell(demand.latitude, demand.longitude, RESOLUTION)
        width_km = h3.average_hexagon_edge_length(RESOLUTION) * 1.5
        near = ", ".join(map(str, h3.grid_disk(origin, int(self._most_km / width_km) + 1)))
        condition = f"category = {demand.category} AND cell IN ({near})"
        return found(
            self._connection.execute(
                question(demand, k, tables="posting CROSS JOIN volunteer USING (number)", near=condition)
            )
        )

    def _add_cells(self, table: dict[str, np.ndarray]) -> None:
        places = degrees(table["x"], table["y"], table["z"]).T.tolist()
        cells = np.array([h3.latlng_to_cell(*place, RESOLUTION) for place in places])
        postings = "category integer, cell integer, number integer, PRIMARY KEY (category, cell, number)"
        self._connection.execute(f"CREATE TABLE posting ({postings}) WITHOUT ROWID")
        for category in range(_KINDS_OF_HELP):
            rows = np.flatnonzero(table["skills"] >> category & 1)
            rows = rows[np.lexsort((table["number"][rows], cells[rows]))]
            values = zip(cells[rows].tolist(), table["number"][rows].tolist(), strict=True)
            insert = f"INSERT INTO posting VALUES ({category}, ?, ?)"  # noqa: S608 (a number of ours)
            self._connection.executemany(insert, values)


@contextmanager
def sqlite(folder: Path, people: Population) -> Iterator[Sqlite]:
    """Give the volunteers in a new file in the folder."""
    with closing(sqlite3.connect(folder / "volunteers.sqlite3")) as connection:
        yield Sqlite(connection, people)
