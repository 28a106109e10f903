"""The index of demands: what could I do?"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import repeat
from types import MappingProxyType
from typing import Self, TypeAlias

import numpy as np

from matching.engine import ranking
from matching.engine.columns import (
    Columns,
    DemandTable,
    DemandView,
    SupplyTable,
    SupplyView,
    demand_values,
    supply_values,
)
from matching.engine.pairs import FILTERS, Pairs, Relation, candidates, passing
from matching.engine.types import Demand, Filter, Id, Ranked, Relaxation, SupplyRow, day_number

Related: TypeAlias = Mapping[Relation, Collection[Id]]
"""Per relation the demands that stand in it to one volunteer."""

_RELATIONS: tuple[Relation, ...] = ("blocked", "asked", "known")
_RULES_OUT_MOST = (Filter.SKILLS, Filter.DAYPARTS, Filter.REACH)


class DemandIndex:
    """Open demands, changed in place. Judged as in `SupplyIndex`: a pair has one score, whoever asks.

    There are far fewer demands than volunteers, so all are read for each question. Not for use by two threads
    at once.
    """

    def __init__(self) -> None:
        self._table = DemandTable(0)
        self._ids: list[Id] = []
        self._row_of: dict[Id, int] = {}
        self._free: list[int] = []
        self._related: dict[Relation, dict[Id, set[int]]] = {relation: {} for relation in _RELATIONS}
        self._named: dict[int, list[tuple[Relation, Id]]] = {}

    @classmethod
    def from_demands(cls, demands: Iterable[Demand]) -> Self:
        """Build the index. Of two demands with one id the last counts."""
        index = cls()
        for demand in demands:
            index.replace(demand)
        return index

    def __len__(self) -> int:
        return len(self._row_of)

    def __contains__(self, demand_id: Id) -> bool:
        return demand_id in self._row_of

    def replace(self, demand: Demand) -> None:
        """Put in a demand, or change one that is there. `KeyError` for a kind without weights."""
        values = self._table.typed(
            demand_values(demand) | {"centre_set": self._table.code_of(demand.centres)}
        )
        row = self._row_for(demand.id)
        self._table.write(row, values)
        names: list[tuple[Relation, Id]] = [
            (relation, volunteer_id) for relation in _RELATIONS for volunteer_id in getattr(demand, relation)
        ]
        for relation, volunteer_id in names:
            self._related[relation].setdefault(volunteer_id, set()).add(row)
        if names:
            self._named[row] = names

    def put(self, ids: Sequence[Id], columns: Columns) -> None:
        """Put in many different demands, or change those that are there: ``columns`` as of `demand_columns`.

        They name no volunteers; whoever asks does (`best`).
        """
        codes = [self._table.code_of(centres) for centres in columns["centres"]]
        rows = [self._row_for(each) for each in ids]
        for name, array in self._table.arrays.items():
            array[rows] = codes if name == "centre_set" else columns[name]

    def columns(self, ids: Sequence[Id]) -> Columns:
        """Return these demands as `put` takes them. `KeyError` for one that is not there."""
        rows = [self._row_of[each] for each in ids]
        columns: Columns = {name: array[rows] for name, array in self._table.arrays.items()}
        sets = list(self._table.centre_sets)
        columns["centres"] = [sets[code] for code in columns.pop("centre_set").tolist()]
        return columns

    def remove(self, demand_id: Id) -> None:
        """Take a demand out; nothing happens when there is none."""
        row = self._row_of.pop(demand_id, None)
        if row is not None:
            self._forget_names(row)
            self._table.write(row, {"last_day": 0})
            self._free.append(row)

    def _row_for(self, demand_id: Id) -> int:
        """Return the row of a demand, one that is free for a new one; it names nobody."""
        row = self._row_of.get(demand_id)
        if row is not None:
            self._forget_names(row)
            return row
        if self._free:
            row = self._free.pop()
            self._ids[row] = demand_id
        else:
            row = self._table.append({})
            self._ids.append(demand_id)
        self._row_of[demand_id] = row
        return row

    def _forget_names(self, row: int) -> None:
        for relation, volunteer_id in self._named.pop(row, ()):
            self._related[relation][volunteer_id].discard(row)

    def best(
        self, volunteer: SupplyRow, k: int, *, today: date, relations: Related = MappingProxyType({})
    ) -> Ranked:
        """Return the best ``k`` for this volunteer: by score descending, then distance, then id.

        ``relations`` names demands to which this volunteer stands so, besides those that name the volunteer.
        """
        p = passing(self._pairs(volunteer, today, relations), _RULES_OUT_MOST, FILTERS)
        rows = p.demand.rows.tolist()
        p = p.take(ranking.top(p.scores, p.distance_m, lambda position: self._ids[rows[position]], k))
        ids = [self._ids[row] for row in p.demand.rows.tolist()]
        return candidates(p, [volunteer.id] * len(ids), ids, repeat(Filter(0)))

    def relaxations(
        self, volunteer: SupplyRow, *, today: date, relations: Related = MappingProxyType({})
    ) -> list[Relaxation]:
        """Return for each filter how many demands this volunteer fails on that one only.

        Its counts per training are the *unlock value* of the courses for this volunteer.
        """
        return ranking.relaxations(self._pairs(volunteer, today, relations))

    def _pairs(self, volunteer: SupplyRow, today: date, relations: Related) -> Pairs:
        table = SupplyTable(1)
        values = supply_values(volunteer)
        values["person"]["trained"] = table.lessons.add(volunteer.trainings)
        table.append(values)
        day = day_number(today)
        rows = np.flatnonzero(self._table.arrays["last_day"][: self._table.count] >= day)
        related: dict[Relation, Collection[int]] = {
            relation: rows_of.get(volunteer.id, set())
            | {self._row_of[each] for each in relations.get(relation, ()) if each in self._row_of}
            for relation, rows_of in self._related.items()
        }
        demands = DemandView(self._table, rows, day)
        return Pairs(SupplyView(table, np.zeros(1, np.intp)), demands, "demand", related)
