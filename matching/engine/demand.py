"""The index of demands: what could I do?"""

from collections.abc import Collection, Iterable
from datetime import date
from itertools import repeat
from typing import Self

import numpy as np

from matching.engine import ranking
from matching.engine.columns import (
    DemandTable,
    DemandView,
    SupplyTable,
    SupplyView,
    demand_values,
    supply_values,
)
from matching.engine.pairs import FILTERS, Pairs, Relation, candidates, passing
from matching.engine.types import Demand, Filter, Id, Ranked, Relaxation, SupplyRow, day_number

_RELATIONS: tuple[Relation, ...] = ("blocked", "asked", "known")
_RULES_OUT_MOST = (Filter.SKILLS, Filter.DAYPARTS, Filter.REACH)


class DemandIndex:
    """Open demands, changed in place. Judged as in `SupplyIndex`: a pair has one score, whoever asks.

    There are far fewer demands than volunteers, so all are read for each question.
    """

    def __init__(self) -> None:
        self._table = DemandTable(0)
        self._demands: dict[int, Demand] = {}
        self._row_of: dict[Id, int] = {}
        self._free: list[int] = []
        self._related: dict[Relation, dict[Id, set[int]]] = {relation: {} for relation in _RELATIONS}

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
        self.remove(demand.id)
        if self._free:
            row = self._free.pop()
            self._table.write(row, values)
        else:
            row = self._table.append(values)
        self._row_of[demand.id] = row
        self._demands[row] = demand
        for relation, rows_of in self._related.items():
            for volunteer_id in getattr(demand, relation):
                rows_of.setdefault(volunteer_id, set()).add(row)

    def remove(self, demand_id: Id) -> None:
        """Take a demand out; nothing happens when there is none."""
        row = self._row_of.pop(demand_id, None)
        if row is None:
            return
        demand = self._demands.pop(row)
        for relation, rows_of in self._related.items():
            for volunteer_id in getattr(demand, relation):
                rows_of[volunteer_id].discard(row)
        self._table.write(row, {"alive": False})
        self._free.append(row)

    def best(self, volunteer: SupplyRow, k: int, *, today: date) -> Ranked:
        """Return the best ``k`` for this volunteer: by score descending, then distance, then id."""
        p = passing(self._pairs(volunteer, today), _RULES_OUT_MOST, FILTERS)
        rows = p.demand.rows.tolist()
        p = p.take(ranking.top(p.scores, p.distance_m, lambda position: self._demands[rows[position]].id, k))
        ids = [self._demands[row].id for row in p.demand.rows.tolist()]
        return candidates(p, [volunteer.id] * len(ids), ids, repeat(Filter(0)))

    def relaxations(self, volunteer: SupplyRow, *, today: date) -> list[Relaxation]:
        """Return for each filter how many demands this volunteer fails on that one only.

        Its counts per training are the *unlock value* of the courses for this volunteer.
        """
        return ranking.relaxations(self._pairs(volunteer, today))

    def _pairs(self, volunteer: SupplyRow, today: date) -> Pairs:
        table = SupplyTable(1)
        values = supply_values(volunteer)
        values["person"]["trained"] = table.lessons.add(volunteer.trainings)
        table.append(values)
        rows = np.flatnonzero(self._table.arrays["alive"][: self._table.count])
        relations: dict[Relation, Collection[int]] = {
            relation: rows_of.get(volunteer.id, set()) for relation, rows_of in self._related.items()
        }
        demands = DemandView(self._table, rows, day_number(today))
        return Pairs(SupplyView(table, np.zeros(1, np.intp)), demands, "demand", relations)
