"""Columns: volunteers and demands as NumPy arrays, and views of some of their rows.

A volunteer takes 58 bytes: ``gate`` and ``skills``, which every question reads over long runs of rows,
and two small records with the rest, read for the few rows that are left: one fetch each, not one per value.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.engine import sphere
from matching.engine.lessons import Lessons
from matching.engine.types import FOREVER, NO_CAP, Demand, Screening, SupplyRow, Term
from matching.engine.weights import KINDS, WEIGHTS

Array: TypeAlias = NDArray[Any]
Rows: TypeAlias = NDArray[np.intp]
Values: TypeAlias = Mapping[str, Any]
Columns: TypeAlias = dict[str, Any]
"""Arrays, and ``centres``: a list of sets."""
One = TypeVar("One")
Other = TypeVar("Other")

# The gate: the dayparts, and above them what decides about a volunteer whatever is asked.
DAYPARTS = (1 << 21) - 1
ASKS_LEFT, RUNNING_LEFT = 1 << 21, 1 << 22
AGE_16, AGE_18 = 1 << 29, 1 << 30
OPEN = 1 << 31
"""Passes, on the day the gate stands for, the filters that hang on the volunteer alone."""
_LEFT = ASKS_LEFT | RUNNING_LEFT
# Between those: how promising the volunteer is on that day, to know without the records (`levels_of`).
LEVEL_SHIFT, LEVELS = 23, 1 << 6

PERSON = np.dtype(
    [(name, "i4") for name in ("x", "y", "z", "reach_m")]
    + [(name, "u4") for name in ("languages", "dislikes", "trained")]
)
"""Place in centimetres, reach (-1: the row holds nobody any more), masks, where the trainings are kept."""
STANDING = np.dtype(
    [("screenings", "u2", (len(Screening),))]
    + [(name, "u2") for name in ("centre", "paused_until", "last_asked")]
    + [(name, "u1") for name in ("running", "tasks_done")]
)
"""Last valid days, and counts. Whoever is not active is paused for ever."""
_NOBODY = -1
_LASTING = DAYPARTS | _LEFT | AGE_16 | AGE_18  # what a gate says on any day

_MOST = NO_CAP - 1  # a count is held below NO_CAP, so that no count ever reaches that cap
_WEIGHTS = np.array([[WEIGHTS[kind][term] for kind in KINDS] for term in Term])
_KIND_CODE = {kind: code for code, kind in enumerate(KINDS)}
WEIGHTS_OF = {kind: _WEIGHTS[:, code].copy() for kind, code in _KIND_CODE.items()}
AGE_BITS = {0: 0, 16: AGE_16, 18: AGE_18}
_U8, _U16, _U32, _U64, _I32, _BOOL = np.uint8, np.uint16, np.uint32, np.uint64, np.int32, np.bool_


def _dtypes(kinds: Mapping[str, Any]) -> dict[str, np.dtype[Any]]:
    return {name: np.dtype(kind) for name, kind in kinds.items()}


class Table:
    """Columns that grow at the end; rows are written in place and found by number."""

    TYPES: Mapping[str, np.dtype[Any]]

    def __init__(self, capacity: int) -> None:
        self.count = 0
        self.arrays: dict[str, Array] = {name: np.zeros(capacity, kind) for name, kind in self.TYPES.items()}

    @property
    def capacity(self) -> int:
        """How many rows fit before the arrays must grow."""
        return len(next(iter(self.arrays.values())))

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
            self.arrays[name][row] = value

    def _resize(self, capacity: int) -> None:
        for name, array in self.arrays.items():
            self.arrays[name] = np.zeros(capacity, self.TYPES[name])
            self.arrays[name][: self.count] = array[: self.count]


class View:
    """Some rows of a table; an attribute is that column for these rows.

    A column is fetched when it is first read, and kept: a view is for one question.
    """

    def __init__(self, table: Table, rows: Rows) -> None:
        self.table = table
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getattr__(self, name: str) -> Array:
        try:
            column = self.table.arrays[name].take(self.rows, axis=0)
        except KeyError:
            raise AttributeError(name) from None
        self.__dict__[name] = column
        return column

    def fetch(self) -> None:
        """Fetch every column that was not read yet."""
        for name in self.table.arrays:
            getattr(self, name)


class SupplyTable(Table):
    """Volunteers."""

    TYPES = {"gate": np.dtype(_U32), "skills": np.dtype(_U64), "person": PERSON, "standing": STANDING}

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.lessons = Lessons()

    @classmethod
    def sorted(cls, columns: Mapping[str, Array], order: Rows) -> "SupplyTable":
        """Return a table of these rows in the given order, with room to grow that is not touched yet."""
        table = cls(len(order) + len(order) // 16 + 16)
        table.count = len(order)
        for name, array in table.arrays.items():
            np.take(columns[name], order, out=array[: table.count], mode="clip")
        return table

    @property
    def nbytes(self) -> int:
        """Bytes held by the rows and their trainings; pages of memory that no row uses are not there yet."""
        return self.count * sum(array.itemsize for array in self.arrays.values()) + self.lessons.nbytes

    def bury(self, row: int) -> None:
        """Let the row hold nobody."""
        self.arrays["gate"][row] = 0
        self.arrays["person"]["reach_m"][row] = _NOBODY

    def alive(self) -> Rows:
        """Return the rows that hold somebody."""
        return np.flatnonzero(self.arrays["person"]["reach_m"][: self.count] != _NOBODY)

    def open_gates(self, today: int, rows: slice) -> None:
        """Let the gates of these rows say who is open on this day, and how promising."""
        gate, standing = self.arrays["gate"][rows], self.arrays["standing"][rows]
        opened = (gate & _U32(_LEFT) == _LEFT) & (standing["paused_until"] < today)
        gate &= _U32(_LASTING)
        gate |= levels_of(standing, today) << _U32(LEVEL_SHIFT)
        gate |= opened * _U32(OPEN)


class SupplyView(View):
    """Some volunteers."""

    table: SupplyTable
    gate: NDArray[np.uint32]
    skills: NDArray[np.uint64]
    person: Array
    standing: Array
    x: NDArray[np.int32]
    y: NDArray[np.int32]
    z: NDArray[np.int32]
    reach_m: NDArray[np.int32]
    languages: NDArray[np.uint32]
    dislikes: NDArray[np.uint32]
    trained: NDArray[np.uint32]
    screenings: NDArray[np.uint16]  # shape (rows, 5)
    centre: NDArray[np.uint16]
    paused_until: NDArray[np.uint16]
    last_asked: NDArray[np.uint16]
    running: NDArray[np.uint8]
    tasks_done: NDArray[np.uint8]

    def __getattr__(self, name: str) -> Array:
        if name in _PERSON_FIELDS:
            column: Array = self.person[name]
        elif name in _STANDING_FIELDS:
            column = self.standing[name]
        else:
            return super().__getattr__(name)
        self.__dict__[name] = column
        return column

    @cached_property
    def dayparts(self) -> NDArray[np.uint32]:
        """Masks of the dayparts."""
        return self.gate & _U32(DAYPARTS)

    def passes_gate(self, bits: Any) -> NDArray[np.bool_]:
        """Whether all these bits of the gate are set."""
        passes: NDArray[np.bool_] = self.gate & bits == bits
        return passes

    def take(self, positions: Rows) -> "SupplyView":
        """Return the volunteers at the given positions of this view."""
        chosen = SupplyView(self.table, self.rows.take(positions))
        for name in self.table.arrays.keys() & self.__dict__.keys():
            chosen.__dict__[name] = self.__dict__[name].take(positions)
        return chosen

    def trainings_on(self, days: Any) -> NDArray[np.uint64]:
        """Return masks of the trainings valid on ``days``: one day for all rows, or many for one row."""
        return self.table.lessons.valid_on(self.trained, days)


_PERSON_FIELDS, _STANDING_FIELDS = frozenset(PERSON.names or ()), frozenset(STANDING.names or ())


class DemandTable(Table):
    """Demands. Sets of centres are kept once each in ``centre_sets``; a row holds the number of its set.

    How long a demand waits is kept in days, or as the day on which it began to. It is asked until its last
    day; a row with 0 there holds none any more.
    """

    TYPES = _dtypes({
        "x": _I32, "y": _I32, "z": _I32, "anywhere": _BOOL, "kind": _U8,
        "needs": _U64, "preferred_skills": _U64, "dayparts": _U32,
        "required_languages": _U32, "preferred_languages": _U32, "dislikes": _U32,
        "screenings": (_BOOL, (len(Screening),)), "trainings": _U64, "date": _U16, "age_bit": _U32,
        "centre_set": _U16, "waited": _U16, "waiting_since": _U16, "last_day": _U16,
    })  # fmt: skip

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.centre_sets: dict[frozenset[int], int] = {}

    def typed(self, values: Values) -> dict[str, Any]:
        """Return the values as their columns hold them. `OverflowError` for one that does not fit."""
        return {name: np.asarray(value, self.TYPES[name].base) for name, value in values.items()}

    def code_of(self, centres: frozenset[int]) -> int:
        """Return the number under which this set of centres is kept."""
        return self.centre_sets.setdefault(centres, len(self.centre_sets))


class DemandView(View):
    """Some demands, asked on one day."""

    table: DemandTable
    x: NDArray[np.int32]
    y: NDArray[np.int32]
    z: NDArray[np.int32]
    anywhere: NDArray[np.bool_]
    kind: NDArray[np.uint8]
    needs: NDArray[np.uint64]
    preferred_skills: NDArray[np.uint64]
    dayparts: NDArray[np.uint32]
    required_languages: NDArray[np.uint32]
    preferred_languages: NDArray[np.uint32]
    dislikes: NDArray[np.uint32]
    screenings: NDArray[np.bool_]  # shape (rows, 5)
    trainings: NDArray[np.uint64]
    date: NDArray[np.uint16]
    age_bit: NDArray[np.uint32]
    centre_set: NDArray[np.uint16]
    waited: NDArray[np.uint16]
    waiting_since: NDArray[np.uint16]

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
    def waiting_days(self) -> NDArray[np.uint16]:
        """How long each has waited."""
        since = np.minimum(self.waiting_since, _U16(self.today))
        return np.where(since, _U16(self.today) - since, self.waited)

    @cached_property
    def screening_days(self) -> NDArray[np.uint16]:
        """The day until which each screening must be valid, 0: not required; shape (rows, 5)."""
        return self.screenings * self.day[:, None]

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """Normalised weights, shape (terms, rows)."""
        return _WEIGHTS.take(self.kind, axis=1)

    def serves(self, centres: Array) -> NDArray[np.bool_]:
        """Whether a volunteer of the one centre given may be asked."""
        allowing = [not allowed or int(centres[0]) in allowed for allowed in self.table.centre_sets]
        return np.array(allowing, np.bool_).take(self.centre_set)


class OneDemand:
    """One demand, asked on one day: the attributes of `DemandView` as single values."""

    def __init__(self, demand: Demand, today: int) -> None:
        self.x, self.y, self.z = sphere.point(demand.latitude, demand.longitude)
        self.anywhere = demand.anywhere
        self.needs, self.trainings = _U64(demand.needs), _U64(demand.trainings)
        self.preferred_skills = _U64(demand.preferred_skills)
        self.dayparts, self.dislikes = _U32(demand.dayparts), _U32(demand.dislikes)
        self.required_languages = _U32(demand.required_languages)
        self.preferred_languages = _U32(demand.preferred_languages)
        self.age_bit = _U32(AGE_BITS[demand.minimum_age])
        self.day = _U16(max(min(demand.date, FOREVER), today))
        self.waiting_days = min(demand.waiting_days, FOREVER)
        self.weights = WEIGHTS_OF[demand.kind][:, None]
        self.centres = demand.centres
        self.required = demand.screenings
        self.today = today

    def __len__(self) -> int:
        return 1

    @property
    def screening_days(self) -> NDArray[np.uint16]:
        """The day until which each screening must be valid, 0 for one that is not required; shape (5,)."""
        return np.array([self.day if one in self.required else 0 for one in Screening], _U16)

    def serves(self, centres: Array) -> NDArray[np.bool_]:
        """Whether volunteers of these centres may be asked."""
        found = np.full(len(centres), not self.centres)
        for centre in self.centres:
            found |= centres == centre
        return found


REST_STEPS = np.array([0, 1, 2, 3, 5, 8, 14], np.int64)
"""The most days since the last ask of each level of rest but the last, which is for all above."""
_REST_LEVELS = np.searchsorted(REST_STEPS, np.arange(REST_STEPS[-1] + 2)).astype(_U32)
MOST_RUNNING = 3


def levels_of(standing: Array, today: int) -> NDArray[np.uint32]:
    """Return the level of each volunteer: rest in 3 bits, running in 2 bits, newcomer in 1."""
    days = np.subtract(today, standing["last_asked"], dtype=np.int32)
    level: NDArray[np.uint32] = _REST_LEVELS.take(days, mode="clip") << _U32(3)
    level |= np.minimum(standing["running"], MOST_RUNNING).astype(_U32) << _U32(1)
    level |= standing["tasks_done"] == 0
    return level


def supply_values(row: SupplyRow) -> dict[str, Any]:
    """Return one volunteer's row for `SupplyTable.write`, trainings apart.

    `OverflowError` for a value that does not fit.
    """
    x, y, z = sphere.point(row.latitude, row.longitude)
    gate = row.dayparts
    if not 0 <= gate <= DAYPARTS:
        raise OverflowError(f"dayparts {gate}")
    if row.asks_cap >= NO_CAP or row.asks < row.asks_cap:
        gate |= ASKS_LEFT
    if row.running_cap >= NO_CAP or row.running < row.running_cap:
        gate |= RUNNING_LEFT
    gate |= (AGE_16 if row.age >= 16 else 0) | (AGE_18 if row.age >= 18 else 0)
    reach_m = round(row.reach_km * 1000)
    person = (x, y, z, reach_m, row.languages, row.dislikes, 0)
    standing = (
        tuple([min(until, FOREVER) for until in row.screenings]),
        row.centre,
        min(row.paused_until, FOREVER) if row.active else FOREVER,
        min(row.last_asked, FOREVER),
        min(row.running, _MOST),
        min(row.tasks_done, NO_CAP),
    )
    return {
        "gate": gate,
        "skills": _U64(row.skills),
        "person": np.array(person, PERSON),
        "standing": np.array(standing, STANDING),
    }


def beside(first: Callable[[], One], second: Callable[[], Other]) -> tuple[One, Other]:
    """Return what two functions return, which run at once: a million rows are worth a thread."""
    with ThreadPoolExecutor(1) as thread:
        one = thread.submit(first)
        other = second()
        return one.result(), other


def by_halves(function: Callable[..., Array], *columns: Array) -> Array:
    """Return what a function makes of columns, which it does row by row, of both halves at once."""
    half = len(columns[0]) // 2
    first = partial(function, *(column[:half] for column in columns))
    second = partial(function, *(column[half:] for column in columns))
    return np.concatenate(beside(first, second), axis=-1)


def supply_columns(raw: Mapping[str, ArrayLike]) -> dict[str, Array]:
    """Return volunteers' columns for `SupplyTable.sorted`, trainings apart.

    ``raw`` has an array of shape (n,) for every field of `SupplyRow` but ``id`` and ``trainings``;
    ``screenings`` has shape (5, n).
    """
    got = {name: np.asarray(values) for name, values in raw.items()}
    person, (standing, gate) = beside(lambda: _people(got), lambda: (_standings(got), _gates(got)))
    return {"gate": gate, "skills": np.asarray(raw["skills"], _U64), "person": person, "standing": standing}


def _people(got: Mapping[str, Array]) -> Array:
    person = np.empty(len(got["latitude"]), PERSON)
    person["x"], person["y"], person["z"] = by_halves(sphere.points, got["latitude"], got["longitude"])
    person["reach_m"] = np.rint(np.asarray(got["reach_km"], np.float64) * 1000)
    person["trained"] = 0
    for name in ("languages", "dislikes"):
        person[name] = got[name]
    return person


def _standings(got: Mapping[str, Array]) -> Array:
    standing = np.empty(len(got["centre"]), STANDING)
    for name, most in (("last_asked", FOREVER), ("running", _MOST), ("tasks_done", NO_CAP)):
        standing[name] = np.minimum(got[name], most)
    standing["centre"] = got["centre"]
    standing["screenings"] = np.minimum(got["screenings"], FOREVER).T
    active = np.asarray(got["active"], np.bool_)
    standing["paused_until"] = np.where(active, np.minimum(got["paused_until"], FOREVER), FOREVER)
    return standing


def _gates(got: Mapping[str, Array]) -> NDArray[np.uint32]:
    gate = np.asarray(got["dayparts"], _U32)
    asks_left = (got["asks_cap"] >= NO_CAP) | (got["asks"] < got["asks_cap"])
    running_left = (got["running_cap"] >= NO_CAP) | (got["running"] < got["running_cap"])
    gate = gate | asks_left * _U32(ASKS_LEFT) | running_left * _U32(RUNNING_LEFT)
    return gate | (got["age"] >= 16) * _U32(AGE_16) | (got["age"] >= 18) * _U32(AGE_18)


def demand_values(demand: Demand) -> dict[str, Any]:
    """Return one demand's row for `DemandTable.write`, its set of centres apart.

    `KeyError` for a kind without weights or another minimum age than 0, 16 and 18.
    """
    x, y, z = sphere.point(demand.latitude, demand.longitude)
    return {
        "x": x,
        "y": y,
        "z": z,
        "anywhere": demand.anywhere,
        "kind": _KIND_CODE[demand.kind],
        "needs": demand.needs,
        "preferred_skills": demand.preferred_skills,
        "dayparts": demand.dayparts,
        "required_languages": demand.required_languages,
        "preferred_languages": demand.preferred_languages,
        "screenings": [requirement in demand.screenings for requirement in Screening],
        "trainings": demand.trainings,
        "date": min(demand.date, FOREVER),
        "age_bit": AGE_BITS[demand.minimum_age],
        "dislikes": demand.dislikes,
        "waited": min(demand.waiting_days, FOREVER),
        "waiting_since": 0,
        "last_day": FOREVER,
    }


_OWN_WAY = {"kind", "screenings"}


def demand_columns(raw: Mapping[str, Sequence[Any]]) -> Columns:
    """Return many demands as columns for `DemandTable`, their sets of centres by themselves (``centres``).

    Args:
        raw: named as the fields of `Demand`, but ``needs``, ``screenings`` as masks over `Screening`,
            ``waiting_since`` (a day number, 0: does not count) instead of the days, and ``last_day`` (a day
            number above 0), the last on which it is asked; ``blocked``, ``asked`` and ``known`` are left out.

    Raises:
        KeyError: for a kind without weights or another minimum age than 0, 16 and 18.
        OverflowError: for a value that does not fit.
    """
    types = DemandTable.TYPES
    columns: Columns = {
        name: np.array(raw[name], types[name]) for name in types.keys() & raw.keys() - _OWN_WAY
    }
    columns["x"], columns["y"], columns["z"] = sphere.points(raw["latitude"], raw["longitude"])
    columns["kind"] = np.array([_KIND_CODE[kind] for kind in raw["kind"]], _U8)
    columns["age_bit"] = np.array([AGE_BITS[age] for age in raw["minimum_age"]], _U32)
    masks = np.array(raw["screenings"], _U8)
    columns["screenings"] = (masks[:, None] >> np.arange(len(Screening), dtype=_U8) & 1).astype(_BOOL)
    columns["waited"] = np.zeros(len(masks), _U16)
    columns["centres"] = raw["centres"]
    return columns


def as_rows(columns: Columns) -> list[tuple[Any, ...]]:
    """Return what columns say of each demand, to compare it."""
    values = [columns[name] for name in sorted(columns)]
    return list(zip(*(one.tolist() if isinstance(one, np.ndarray) else one for one in values), strict=True))
