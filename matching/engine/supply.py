"""The index of volunteers: who could do this?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from itertools import repeat
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.engine import kernel, ranking
from matching.engine.columns import (
    OPEN,
    OneDemand,
    Rows,
    SupplyTable,
    SupplyView,
    beside,
    supply_columns,
    supply_values,
)
from matching.engine.grid import Grid
from matching.engine.pairs import Pairs, Relation, candidates, failures, passing
from matching.engine.roster import Roster, Words, roster
from matching.engine.types import (
    Candidate,
    Demand,
    Filter,
    Funnel,
    Id,
    Ranked,
    Relaxation,
    SupplyRow,
    day_number,
)

_RAW_FIELDS = tuple(field.name for field in fields(SupplyRow) if field.name not in {"id", "trainings"})
_NO_TRAININGS = np.zeros((3, 0), np.int64)


class SupplyIndex:
    """All volunteers, bucketed by reach and place, changed in place. Not for use by two threads at once.

    The gate of a row holds the dayparts, and one bit that is set where the filters that hang on the volunteer
    alone pass; that bit stands for one day at a time. A question then reads two columns in a row, gate and
    skills, before it looks at anyone in particular.

    A row that moves out of its bucket is buried and written anew at the end. Every question reads that tail
    in full, so whoever changes many rows builds the index anew once `unsorted` is large; no change ever waits
    for a sort.
    """

    def __init__(self) -> None:
        self._set({name: np.empty(0, kind) for name, kind in SupplyTable.TYPES.items()}, [], _NO_TRAININGS)

    @classmethod
    def from_rows(cls, rows: Iterable[SupplyRow]) -> Self:
        """Build the index. Of two rows with one id the last counts."""
        unique = list({row.id: row for row in rows}.values())
        raw: dict[str, Any] = {name: [getattr(row, name) for row in unique] for name in _RAW_FIELDS}
        raw["screenings"] = np.array(raw["screenings"], np.int64).reshape(-1, 5).T
        trainings = [
            (number, bit, until) for number, row in enumerate(unique) for bit, until in row.trainings
        ]
        return cls.from_columns(
            [row.id for row in unique], raw, np.array(trainings, np.int64).reshape(-1, 3).T
        )

    @classmethod
    def from_columns(
        cls, ids: Sequence[Id] | Words, raw: Mapping[str, ArrayLike], trainings: NDArray[Any] = _NO_TRAININGS
    ) -> Self:
        """Build the index from arrays named as the fields of `SupplyRow`.

        Args:
            ids: n different ids; UUIDs may come as pairs of 64-bit words, shape (n, 2).
            raw: shape (n,) per field but ``id`` and ``trainings``; ``screenings`` has shape (5, n).
            trainings: shape (3, m): the number of the volunteer, the training's bit and its last valid day.
        """
        index = cls()
        index._set(supply_columns(raw), ids, trainings)
        return index

    def _set(self, columns: Mapping[str, Any], ids: Sequence[Id] | Words, trainings: NDArray[Any]) -> None:
        person = columns["person"]
        self._grid, order = Grid.sort(person["x"], person["y"], person["z"], person["reach_m"])
        self._roster: Roster
        self._table, self._roster = beside(
            lambda: SupplyTable.sorted(columns, order), lambda: roster(ids, order)
        )
        if trainings.size:
            trained = self._table.lessons.fill(trainings, len(order))
            self._table.arrays["person"]["trained"][: len(order)] = trained[order]
        self._sorted = len(order)
        self._free: list[int] = []
        self._gate_day = -1

    def __len__(self) -> int:
        return len(self._roster)

    def __contains__(self, volunteer_id: Id) -> bool:
        return self._roster.find(volunteer_id) is not None

    @property
    def nbytes(self) -> int:
        """Bytes held by the columns."""
        return self._table.nbytes

    @property
    def unsorted(self) -> int:
        """How many rows every question reads because they lie outside the buckets."""
        return self._table.count - self._sorted

    def replace(self, row: SupplyRow) -> None:
        """Put in a volunteer, or change one who is there. `OverflowError` for a value that does not fit."""
        values = supply_values(row)
        number = self._roster.find(row.id)
        trained = 0 if number is None else int(self._table.arrays["person"]["trained"][number])
        values["person"]["trained"] = self._table.lessons.add(row.trainings, trained)
        if number is not None and self._stays(number, values["person"]):
            self._table.write(number, values)
        else:
            self.remove(row.id)
            if self._free:
                number = self._free.pop()
                self._table.write(number, values)
            else:
                number = self._table.append(values)
            self._roster.put(row.id, number)
        if self._gate_day >= 0:
            self._table.open_gates(self._gate_day, slice(number, number + 1))

    def remove(self, volunteer_id: Id) -> None:
        """Take a volunteer out; nothing happens when there is none."""
        number = self._roster.find(volunteer_id)
        if number is None:
            return
        self._roster.drop(volunteer_id)
        self._table.bury(number)
        if number >= self._sorted:
            self._free.append(number)

    def best(self, demand: Demand, k: int, *, today: date) -> Ranked:
        """Return the best ``k`` who pass every filter: by score descending, then distance, then id."""
        day = day_number(today)
        if self._gate_day != day:
            self._table.open_gates(day, slice(0, self._table.count))
            self._gate_day = day
        related = self._roster.find_all([*demand.known, *demand.blocked, *demand.asked])
        found = kernel.best(
            self._table, self._grid, demand, k, day, related=related, ids_of=self._roster.ids_at
        )
        if found is not None:
            return found
        known, ruled_out = related[: len(demand.known)], related[len(demand.known) :]
        question = OneDemand(demand, day)
        rows = _without(self._scan(demand, question), ruled_out)
        pairs = Pairs(SupplyView(self._table, rows), question, "supply", {"known": known.tolist()})
        p = passing(pairs, (Filter.REACH,), _untried(demand))
        return self._candidates(demand, self._first(p, k), repeat(Filter(0)))

    def candidate(self, demand: Demand, volunteer_id: Id, *, today: date) -> Candidate:
        """Judge one volunteer in full. `KeyError` for one who is not in the index."""
        number = self._roster.find(volunteer_id)
        if number is None:
            raise KeyError(volunteer_id)
        p = self._pairs(demand, OneDemand(demand, day_number(today)), np.array([number]))
        return self._candidates(demand, p, map(Filter, failures(p).tolist()))[0]

    def funnel(self, demand: Demand, *, today: date) -> Funnel:
        """Return how many of all volunteers remain after each filter."""
        return ranking.funnel(self._everyone(demand, today))

    def relaxations(self, demand: Demand, *, today: date) -> list[Relaxation]:
        """Return for each filter how many fail on that one only."""
        return ranking.relaxations(self._everyone(demand, today))

    def near_misses(self, demand: Demand, only: Filter, bit: int | None, k: int, *, today: date) -> Ranked:
        """Return the best ``k`` who fail on ``only`` alone; with ``bit`` whom that brings in."""
        p = ranking.near_misses(self._everyone(demand, today), only, bit)
        return self._candidates(demand, self._first(p, k), repeat(only))

    def _everyone(self, demand: Demand, today: date) -> Pairs:
        return self._pairs(demand, OneDemand(demand, day_number(today)), self._table.alive())

    def _pairs(self, demand: Demand, question: OneDemand, rows: Rows) -> Pairs:
        relations: dict[Relation, list[int]] = {
            "blocked": self._roster.find_all([*demand.blocked]).tolist(),
            "asked": self._roster.find_all([*demand.asked]).tolist(),
            "known": self._roster.find_all([*demand.known]).tolist(),
        }
        return Pairs(SupplyView(self._table, rows), question, "supply", relations)

    def _first(self, p: Pairs, k: int) -> Pairs:
        rows = p.supply.rows
        return p.take(
            ranking.top(p.scores, p.distance_m, lambda position: self._roster.id_at(rows[position]), k)
        )

    def _candidates(self, demand: Demand, p: Pairs, failed: Iterable[Filter]) -> Ranked:
        return candidates(p, self._roster.ids_at(p.supply.rows), repeat(demand.id), failed)

    def _scan(self, demand: Demand, question: OneDemand) -> Rows:
        """Return the rows that may be near enough and pass the gate, dayparts and skills."""
        starts, stops = self._runs(demand)
        runs = [slice(start, stop) for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)]
        if not runs:
            return starts
        gate, skills = self._table.arrays["gate"], self._table.arrays["skills"]
        # With all bits on top set and one asked daypart shared, the rest is larger than those bits alone.
        all_of = np.uint32(OPEN) | question.age_bit
        passes = np.concatenate([gate[run] for run in runs])
        np.bitwise_and(passes, all_of | question.dayparts, out=passes)
        passes = passes >= all_of + np.uint32(demand.dayparts != 0)
        if question.needs:
            has = np.concatenate([skills[run] for run in runs])
            np.bitwise_and(has, question.needs, out=has)
            passes &= has == question.needs
        positions = np.flatnonzero(passes)
        # Counted over the runs laid end to end; and now in the table.
        ends = np.cumsum(stops - starts)
        rows: Rows = positions + (stops - ends).take(ends.searchsorted(positions, side="right"))
        return rows

    def _runs(self, demand: Demand) -> tuple[Rows, Rows]:
        """Return starts and stops of the runs of rows that may be near enough, ascending."""
        if demand.anywhere:
            return np.array([0], np.intp), np.array([self._table.count], np.intp)
        starts, stops = self._grid.runs(demand.latitude, demand.longitude)
        if self.unsorted:
            return np.append(starts, self._sorted), np.append(stops, self._table.count)
        return starts, stops

    def _stays(self, number: int, person: Any) -> bool:
        """Whether the row may stay where it is when these values are written."""
        if number >= self._sorted:
            return True
        held = self._table.arrays["person"][number]
        place = [int(person[name]) for name in ("x", "y", "z", "reach_m")]
        same = all(held[name] == value for name, value in zip(("x", "y", "z", "reach_m"), place, strict=True))
        return same or self._grid.holds(number, *place)


def _without(rows: Rows, ruled_out: Rows) -> Rows:
    """Return the rows, which ascend, without a few that may be among them."""
    if not len(ruled_out) or not len(rows):
        return rows
    positions = rows.searchsorted(ruled_out)
    found = rows.take(positions, mode="clip") == ruled_out
    return np.delete(rows, positions[found]) if np.any(found) else rows


def _untried(demand: Demand) -> list[Filter]:
    """Return the filters this demand asks for that are left after the scan and the reach."""
    asked = {
        Filter.CENTRE: demand.centres,
        Filter.LANGUAGE: demand.required_languages,
        Filter.SCREENING: demand.screenings,
        Filter.TRAINING: demand.trainings,
    }
    return [rule for rule, applies in asked.items() if applies]
