"""The index of volunteers: who could do this?"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from itertools import repeat
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.engine import ranking
from matching.engine.columns import (
    DemandTable,
    DemandView,
    Rows,
    SupplyTable,
    SupplyView,
    demand_values,
    supply_columns,
    supply_values,
    training_values,
)
from matching.engine.grid import Grid
from matching.engine.pairs import FILTERS, Pairs, Relation, candidates, failures, passing
from matching.engine.types import Candidate, Demand, Filter, Funnel, Id, Relaxation, SupplyRow, day_number

_RAW_FIELDS = tuple(field.name for field in fields(SupplyRow) if field.name not in {"id", "trainings"})
_GATED = (Filter.ACTIVE, Filter.ASKS_CAP, Filter.RUNNING_CAP)
_OPEN = np.uint32(1 << 31)
_UNSORTED = 1000


class SupplyIndex:
    """All volunteers, bucketed by reach and place, changed in place. Not for use by two threads at once.

    ``gate`` is a column that the index derives for one day at a time: the dayparts, and the top bit where the
    filters that hang on the volunteer alone (`_GATED`) pass. A question then reads two columns in a row, gate
    and skills, before it looks at anyone in particular.

    A row that moves out of its bucket is buried and written anew at the end, which every question reads in
    full. Once that tail is long the rows are sorted again.
    """

    def __init__(self) -> None:
        self._table = SupplyTable(0)
        self._ids: list[Id] = []
        self._row_of: dict[Id, int] = {}
        self._gate_day = -1
        self._gate_stale: set[int] = set()
        self._sort()

    @classmethod
    def from_rows(cls, rows: Iterable[SupplyRow]) -> Self:
        """Build the index. Of two rows with one id the last counts."""
        unique = list({row.id: row for row in rows}.values())
        raw: dict[str, Any] = {name: [getattr(row, name) for row in unique] for name in _RAW_FIELDS}
        raw["screenings"] = np.array(raw["screenings"], np.int64).reshape(-1, 5).T
        trainings = {row.id: row.trainings for row in unique if row.trainings}
        return cls.from_columns([row.id for row in unique], raw, trainings)

    @classmethod
    def from_columns(
        cls,
        ids: Sequence[Id],
        raw: Mapping[str, ArrayLike],
        trainings: Mapping[Id, Iterable[tuple[int, int]]],
    ) -> Self:
        """Build the index from arrays named as the fields of `SupplyRow`.

        Args:
            ids: n different ids.
            raw: shape (n,) per field but ``id`` and ``trainings``; ``screenings`` has shape (5, n).
            trainings: pairs (bit, last valid day) of those who have any.
        """
        index = cls()
        index._table = SupplyTable(len(ids))
        index._table.fill(supply_columns(raw), len(ids))
        index._ids = list(ids)
        row_of = {volunteer_id: row for row, volunteer_id in enumerate(ids)}
        for volunteer_id, pairs in trainings.items():
            index._table.write(row_of[volunteer_id], training_values(pairs))
            index._table.note_lapses(row_of[volunteer_id], pairs)
        index._sort()
        return index

    def __len__(self) -> int:
        return len(self._row_of)

    def __contains__(self, volunteer_id: Id) -> bool:
        return volunteer_id in self._row_of

    @property
    def nbytes(self) -> int:
        """Bytes held by the columns."""
        return self._table.nbytes

    def replace(self, row: SupplyRow) -> None:
        """Put in a volunteer, or change one who is there. `OverflowError` for a value that does not fit."""
        values = self._table.typed(supply_values(row))
        number = self._row_of.get(row.id)
        if number is None or not self._stays(number, values):
            self.remove(row.id)
            number = self._table.append(values)
            self._ids.append(row.id)
            self._row_of[row.id] = number
        else:
            self._table.write(number, values)
        self._table.note_lapses(number, row.trainings)
        self._gate_stale.add(number)
        if self._table.count - self._sorted > max(_UNSORTED, self._sorted // 16):
            self._sort()

    def remove(self, volunteer_id: Id) -> None:
        """Take a volunteer out; nothing happens when there is none."""
        number = self._row_of.pop(volunteer_id, None)
        if number is not None:
            self._table.write(number, {"alive": False, "gate": 0})
            self._table.note_lapses(number, ())

    def best(self, demand: Demand, k: int, *, today: date) -> list[Candidate]:
        """Return the best ``k`` who pass every filter: by score descending, then distance, then id."""
        self._open_gates(day_number(today))
        near = self._scan(demand)
        p = passing(self._pairs(demand, near, today), (Filter.REACH,), _untried(demand))
        rows = p.supply.rows
        found = p.take(ranking.top(p.scores, p.distance_m, lambda position: self._ids[rows[position]], k))
        return self._candidates(demand, found, repeat(Filter(0)))

    def candidate(self, demand: Demand, volunteer_id: Id, *, today: date) -> Candidate:
        """Judge one volunteer in full. `KeyError` for one who is not in the index."""
        p = self._pairs(demand, np.array([self._row_of[volunteer_id]]), today)
        return self._candidates(demand, p, map(Filter, failures(p).tolist()))[0]

    def funnel(self, demand: Demand, *, today: date) -> Funnel:
        """Return how many of all volunteers remain after each filter."""
        return ranking.funnel(self._pairs(demand, self._alive(), today))

    def relaxations(self, demand: Demand, *, today: date) -> list[Relaxation]:
        """Return for each filter how many fail on that one only."""
        return ranking.relaxations(self._pairs(demand, self._alive(), today))

    def near_misses(
        self, demand: Demand, only: Filter, bit: int | None, k: int, *, today: date
    ) -> list[Candidate]:
        """Return the best ``k`` who fail on ``only`` alone; with ``bit`` whom that brings in."""
        p = ranking.near_misses(self._pairs(demand, self._alive(), today), only, bit)
        rows = p.supply.rows
        found = p.take(ranking.top(p.scores, p.distance_m, lambda position: self._ids[rows[position]], k))
        return self._candidates(demand, found, repeat(only))

    def _pairs(self, demand: Demand, rows: Rows, today: date) -> Pairs:
        table = DemandTable(1)
        table.append(demand_values(demand, table))
        relations: dict[Relation, Rows] = {
            "blocked": self._rows(demand.blocked),
            "asked": self._rows(demand.asked),
            "known": self._rows(demand.known),
        }
        question = DemandView(table, np.zeros(1, np.intp), day_number(today))
        return Pairs(SupplyView(self._table, rows), question, "supply", relations)

    def _candidates(self, demand: Demand, p: Pairs, failed: Iterable[Filter]) -> list[Candidate]:
        ids = map(self._ids.__getitem__, p.supply.rows.tolist())
        return candidates(p, ids, repeat(demand.id), failed)

    def _rows(self, ids: Collection[Id]) -> Rows:
        return np.array([self._row_of[one] for one in ids if one in self._row_of], np.intp)

    def _alive(self) -> Rows:
        return np.flatnonzero(self._table.arrays["alive"][: self._table.count])

    def _scan(self, demand: Demand) -> Rows:
        """Return the rows that may be near enough and pass the gated filters, dayparts and skills."""
        runs = [*self._grid.runs(demand.latitude, demand.longitude), (self._sorted, self._table.count)]
        gate, skills = self._table.arrays["gate"], self._table.arrays["skills"]
        gates = np.concatenate([gate[start:stop] for start, stop in runs])
        # With the top bit set and one asked daypart shared, the rest is larger than the top bit alone.
        passes = gates & (_OPEN | np.uint32(demand.dayparts)) >= _OPEN + np.uint32(demand.dayparts != 0)
        if demand.needs:
            needs = np.uint64(demand.needs)
            passes &= np.concatenate([skills[start:stop] for start, stop in runs]) & needs == needs
        return _rows_at(np.flatnonzero(passes), runs)

    def _stays(self, number: int, values: Mapping[str, Any]) -> bool:
        """Whether the row may stay where it is when these values are written."""
        if number >= self._sorted:
            return True
        place = {name: values[name] for name in ("x", "y", "z", "reach_m")}
        same = all(self._table.arrays[name][number] == value for name, value in place.items())
        return same or self._grid.holds(number, **place)

    def _open_gates(self, today: int) -> None:
        """Derive the gates of all rows on a new day, else of the rows that were changed."""
        if self._gate_day != today:
            rows = np.arange(self._table.count)
        elif self._gate_stale:
            rows = np.fromiter(self._gate_stale, np.intp)
        else:
            return
        self._gate_day = today
        self._gate_stale.clear()
        volunteers = SupplyView(self._table, rows)
        nobody = DemandView(DemandTable(0), np.arange(0), today)
        p = Pairs(volunteers, nobody, "supply", {})
        opened = np.logical_and.reduce([volunteers.alive, *(FILTERS[gated](p) for gated in _GATED)])
        self._table.arrays["gate"][rows] = np.where(opened, volunteers.dayparts | _OPEN, np.uint32(0))

    def _sort(self) -> None:
        rows = self._alive()
        view = SupplyView(self._table, rows)
        self._grid, order = Grid.sort(view.x, view.y, view.z, view.reach_m)
        rows = rows[order]
        self._table.keep(rows)
        self._ids = [self._ids[row] for row in rows.tolist()]
        self._row_of = {volunteer_id: row for row, volunteer_id in enumerate(self._ids)}
        self._sorted = len(self._ids)
        self._gate_day = -1


def _rows_at(positions: Rows, runs: Sequence[tuple[int, int]]) -> Rows:
    """Return the row numbers of positions counted over the runs laid end to end."""
    lengths = np.array([stop - start for start, stop in runs])
    ends = np.cumsum(lengths)
    shifts = np.array([start for start, _ in runs]) - (ends - lengths)
    rows: NDArray[np.intp] = positions + shifts[np.searchsorted(ends, positions, side="right")]
    return rows


def _untried(demand: Demand) -> list[Filter]:
    """Return the filters this demand asks for that are left after the scan and the reach."""
    asked = {
        Filter.CENTRE: demand.centres,
        Filter.LANGUAGE: demand.required_languages,
        Filter.AGE: demand.minimum_age,
        Filter.BLOCKED: demand.blocked,
        Filter.ASKED: demand.asked,
        Filter.SCREENING: demand.screenings,
        Filter.TRAINING: demand.trainings,
    }
    return [rule for rule, applies in asked.items() if applies]
