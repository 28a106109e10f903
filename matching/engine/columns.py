"""Columns: volunteers and demands as NumPy arrays, and views of some of their rows.

A table keeps one array per column, the last axis being the row. A view gives the columns of chosen rows,
fetched when they are read. A row of `SupplyTable` takes 74 bytes.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.engine import sphere
from matching.engine.types import FOREVER, NO_CAP, Demand, Screening, SupplyRow, Term
from matching.engine.weights import KINDS, WEIGHTS

Array: TypeAlias = NDArray[Any]
Rows: TypeAlias = NDArray[np.intp]
Values: TypeAlias = Mapping[str, Any]

_MOST = NO_CAP - 1  # a count is held below NO_CAP, so that no count ever reaches that cap
_WEIGHTS = np.array([[WEIGHTS[kind][term] for kind in KINDS] for term in Term])
_KIND_CODE = {kind: code for code, kind in enumerate(KINDS)}
_U8, _U16, _U32, _U64, _I32, _BOOL = np.uint8, np.uint16, np.uint32, np.uint64, np.int32, np.bool_


class Table:
    """Columns that grow at the end; rows are written in place and found by number."""

    TYPES: Mapping[str, type[np.generic]]
    WIDE: Mapping[str, int]  # columns with more than one value per row, and how many

    def __init__(self, capacity: int) -> None:
        self.count = 0
        self.arrays: dict[str, Array] = {
            name: np.zeros((self.WIDE[name], capacity) if name in self.WIDE else capacity, kind)
            for name, kind in self.TYPES.items()
        }

    @property
    def capacity(self) -> int:
        """How many rows fit before the arrays must grow."""
        return int(next(iter(self.arrays.values())).shape[-1])

    @property
    def nbytes(self) -> int:
        """Bytes held by the arrays, room to grow included."""
        return sum(array.nbytes for array in self.arrays.values())

    def typed(self, values: Values) -> Values:
        """Return the values as their columns hold them. `OverflowError` for one that does not fit."""
        return {name: self.TYPES[name](value) for name, value in values.items()}

    def append(self, values: Values) -> int:
        """Write a new row at the end and return its number."""
        if self.count == self.capacity:
            self._resize(max(16, self.capacity * 5 // 4))
        self.count += 1
        self.write(self.count - 1, values)
        return self.count - 1

    def write(self, row: int, values: Values) -> None:
        """Write every given column of one row."""
        for name, value in values.items():
            self.arrays[name].T[row] = value

    def fill(self, columns: Mapping[str, Array], count: int) -> None:
        """Write the first ``count`` rows at once."""
        self.count = count
        for name, values in columns.items():
            self.arrays[name][..., :count] = values

    def keep(self, order: Rows) -> None:
        """Keep only the given rows, in the given order, with some room to grow."""
        self.count = len(order)
        capacity = self.count + self.count // 64
        for name, array in self.arrays.items():
            self.arrays[name] = np.zeros((*array.shape[:-1], capacity), array.dtype)
            self.arrays[name][..., : self.count] = array[..., order]

    def _resize(self, capacity: int) -> None:
        for name, array in self.arrays.items():
            room = np.zeros((*array.shape[:-1], capacity - array.shape[-1]), array.dtype)
            self.arrays[name] = np.concatenate((array, room), axis=-1)


class View:
    """Some rows of a table; an attribute is that column for these rows, last axis = rows.

    A column is fetched when it is first read, and kept: a view is for one question.
    """

    def __init__(self, table: Table, rows: Rows) -> None:
        self.table = table
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getattr__(self, name: str) -> Array:
        try:
            column = self.table.arrays[name].take(self.rows, axis=-1)
        except KeyError:
            raise AttributeError(name) from None
        self.__dict__[name] = column
        return column


class SupplyTable(Table):
    """Volunteers.

    Trainings lie in a mask with the earliest last valid day beside it; only for a row whose trainings lapse
    on different days the single days are kept in ``lapses``. ``alive`` is false for a row that is taken out.
    """

    TYPES: Mapping[str, type[np.generic]] = {
        "x": _I32, "y": _I32, "z": _I32, "reach_m": _I32,
        "skills": _U64, "dayparts": _U32, "languages": _U32, "dislikes": _U32,
        "centre": _U16, "active": _BOOL, "paused_until": _U16, "age": _U8,
        "screenings": _U16, "trainings": _U64, "trained_until": _U16,
        "asks": _U8, "asks_cap": _U8, "running": _U8, "running_cap": _U8,
        "last_asked": _U16, "tasks_done": _U8, "alive": _BOOL, "gate": _U32,
    }  # fmt: skip
    WIDE: Mapping[str, int] = {"screenings": len(Screening)}

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.lapses: dict[int, tuple[tuple[int, int], ...]] = {}

    def note_lapses(self, row: int, trainings: Iterable[tuple[int, int]]) -> None:
        """Keep the single days of one row's trainings (pairs of bit and last valid day) if they differ."""
        pairs = tuple((bit, min(until, FOREVER)) for bit, until in trainings)
        self.lapses.pop(row, None)
        if len({until for _, until in pairs}) > 1:
            self.lapses[row] = pairs

    def keep(self, order: Rows) -> None:
        """Keep only the given rows, in the given order."""
        super().keep(order)
        if self.lapses:
            moved = {old: new for new, old in enumerate(order.tolist()) if old in self.lapses}
            self.lapses = {new: self.lapses[old] for old, new in moved.items()}


class SupplyView(View):
    """Some volunteers."""

    table: SupplyTable
    x: NDArray[np.int32]
    y: NDArray[np.int32]
    z: NDArray[np.int32]
    reach_m: NDArray[np.int32]
    skills: NDArray[np.uint64]
    dayparts: NDArray[np.uint32]
    languages: NDArray[np.uint32]
    dislikes: NDArray[np.uint32]
    centre: NDArray[np.uint16]
    active: NDArray[np.bool_]
    paused_until: NDArray[np.uint16]
    age: NDArray[np.uint8]
    screenings: NDArray[np.uint16]
    trainings: NDArray[np.uint64]
    trained_until: NDArray[np.uint16]
    asks: NDArray[np.uint8]
    asks_cap: NDArray[np.uint8]
    running: NDArray[np.uint8]
    running_cap: NDArray[np.uint8]
    last_asked: NDArray[np.uint16]
    tasks_done: NDArray[np.uint8]
    alive: NDArray[np.bool_]

    def take(self, positions: Rows) -> "SupplyView":
        """Return the volunteers at the given positions of this view."""
        return SupplyView(self.table, self.rows.take(positions))

    def trainings_on(self, days: Array) -> NDArray[np.uint64]:
        """Return masks of the trainings valid on ``days``: one day for all rows, or many for one row."""
        valid = np.where(self.trained_until >= days, self.trainings, _U64(0))
        lapses = self.table.lapses
        if len(self) == 1:
            alone = lapses.get(int(self.rows[0]))
            return _valid_on(days, alone) if alone else valid
        if lapses:
            day = int(days[0])
            for position in np.flatnonzero((self.trained_until < day) & (self.trainings != 0)).tolist():
                pairs = lapses.get(int(self.rows[position]), ())
                valid[position] = _mask(bit for bit, until in pairs if until >= day)
        return valid


class DemandTable(Table):
    """Demands. Sets of centres are kept once each in ``centre_sets``; a row holds the number of its set."""

    TYPES: Mapping[str, type[np.generic]] = {
        "x": _I32, "y": _I32, "z": _I32, "kind": _U8,
        "needs": _U64, "preferred_skills": _U64, "dayparts": _U32,
        "required_languages": _U32, "preferred_languages": _U32, "dislikes": _U32,
        "screenings": _BOOL, "trainings": _U64, "date": _U16, "minimum_age": _U8, "centre_set": _U16,
        "waiting_days": _U16, "alive": _BOOL,
    }  # fmt: skip
    WIDE: Mapping[str, int] = {"screenings": len(Screening)}

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.centre_sets: dict[frozenset[int], int] = {}

    def code_of(self, centres: frozenset[int]) -> int:
        """Return the number under which this set of centres is kept."""
        return self.centre_sets.setdefault(centres, len(self.centre_sets))


class DemandView(View):
    """Some demands, asked on one day."""

    table: DemandTable
    x: NDArray[np.int32]
    y: NDArray[np.int32]
    z: NDArray[np.int32]
    kind: NDArray[np.uint8]
    needs: NDArray[np.uint64]
    preferred_skills: NDArray[np.uint64]
    dayparts: NDArray[np.uint32]
    required_languages: NDArray[np.uint32]
    preferred_languages: NDArray[np.uint32]
    dislikes: NDArray[np.uint32]
    screenings: NDArray[np.bool_]
    trainings: NDArray[np.uint64]
    date: NDArray[np.uint16]
    minimum_age: NDArray[np.uint8]
    centre_set: NDArray[np.uint16]
    waiting_days: NDArray[np.uint16]

    def __init__(self, table: DemandTable, rows: Rows, today: int) -> None:
        super().__init__(table, rows)
        self.today = today

    def take(self, positions: Rows) -> "DemandView":
        """Return the demands at the given positions of this view."""
        return DemandView(self.table, self.rows.take(positions), self.today)

    @cached_property
    def day(self) -> NDArray[np.uint16]:
        """The day on which screenings and trainings must be valid."""
        return np.maximum(self.date, _U16(self.today))

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """Normalised weights, shape (terms, rows)."""
        return _WEIGHTS.take(self.kind, axis=1)

    def serves(self, centres: Array) -> NDArray[np.bool_]:
        """Whether volunteers of ``centres`` may be asked: one demand and many centres, or the reverse."""
        sets = list(self.table.centre_sets)
        if len(self) == 1:
            allowed = sets[int(self.centre_set[0])]
            found = np.full(len(centres), not allowed)
            for centre in allowed:
                found |= centres == centre
            return found
        allowing = [not allowed or int(centres[0]) in allowed for allowed in sets]
        return np.array(allowing, np.bool_).take(self.centre_set)


def supply_values(row: SupplyRow) -> dict[str, Any]:
    """Return one volunteer's row for `SupplyTable.write`."""
    x, y, z = sphere.points(row.latitude, row.longitude)
    return {
        "x": x,
        "y": y,
        "z": z,
        "reach_m": round(row.reach_km * 1000),
        "screenings": [min(until, FOREVER) for until in row.screenings],
        "alive": True,
        **training_values(row.trainings),
        **{name: _held(name, getattr(row, name)) for name in _SAME_NAME},
    }


def training_values(trainings: Iterable[tuple[int, int]]) -> dict[str, int]:
    """Return what the columns hold of trainings, given as pairs (bit, last valid day)."""
    pairs = dict(trainings)
    return {
        "trainings": _mask(pairs),
        "trained_until": min((*pairs.values(), FOREVER)) if pairs else 0,
    }


def supply_columns(raw: Mapping[str, ArrayLike]) -> dict[str, Array]:
    """Return volunteers' columns for `SupplyTable.fill`, trainings apart.

    ``raw`` has an array of shape (n,) for every field of `SupplyRow` but ``id`` and ``trainings``;
    ``screenings`` has shape (5, n).
    """
    x, y, z = sphere.points(raw["latitude"], raw["longitude"])
    columns = {name: _held_array(name, raw[name]) for name in (*_SAME_NAME, "screenings")}
    reach_m = np.rint(np.asarray(raw["reach_km"], np.float64) * 1000)
    return columns | {"x": x, "y": y, "z": z, "reach_m": reach_m, "alive": np.ones(len(x), np.bool_)}


def demand_values(demand: Demand, table: DemandTable) -> dict[str, Any]:
    """Return one demand's row for `DemandTable.write`. `KeyError` for a kind without weights."""
    x, y, z = sphere.points(demand.latitude, demand.longitude)
    return {
        "x": x,
        "y": y,
        "z": z,
        "kind": _KIND_CODE[demand.kind],
        "needs": demand.needs,
        "preferred_skills": demand.preferred_skills,
        "dayparts": demand.dayparts,
        "required_languages": demand.required_languages,
        "preferred_languages": demand.preferred_languages,
        "screenings": [requirement in demand.screenings for requirement in Screening],
        "trainings": demand.trainings,
        "date": min(demand.date, FOREVER),
        "centre_set": table.code_of(demand.centres),
        "minimum_age": demand.minimum_age,
        "dislikes": demand.dislikes,
        "waiting_days": min(demand.waiting_days, FOREVER),
        "alive": True,
    }


_SAME_NAME = (
    "skills", "dayparts", "languages", "dislikes", "centre", "active", "paused_until", "age",
    "asks", "asks_cap", "running", "running_cap", "last_asked", "tasks_done",
)  # fmt: skip
# Where a larger value means the same as this one. Anything else out of range is an OverflowError.
_LARGEST = {
    "paused_until": FOREVER, "screenings": FOREVER, "last_asked": FOREVER, "tasks_done": NO_CAP,
    "asks": _MOST, "asks_cap": NO_CAP, "running": _MOST, "running_cap": NO_CAP,
}  # fmt: skip


def _held(name: str, value: int) -> int:
    largest = _LARGEST.get(name)
    return value if largest is None else min(value, largest)


def _held_array(name: str, values: ArrayLike) -> Array:
    largest = _LARGEST.get(name)
    held = values if largest is None else np.minimum(values, largest)
    return np.asarray(held, SupplyTable.TYPES[name])


def _mask(bits: Iterable[int]) -> int:
    return sum(1 << bit for bit in bits)


def _valid_on(days: Array, lapses: Iterable[tuple[int, int]]) -> NDArray[np.uint64]:
    """Return per day the mask of the trainings that have not lapsed."""
    valid = np.zeros(days.shape, _U64)
    for bit, until in lapses:
        valid |= np.where(until >= days, _U64(1 << bit), _U64(0))
    return valid
