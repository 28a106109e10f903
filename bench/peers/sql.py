"""The engine's question in SQL: every hard filter and the whole score, in words that both databases know.

The text holds the values of one demand, so that a planner knows them. What rules out most stands first, and
what a demand does not ask is left out: the databases get the question in its shortest form.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.population import DAY, Population
from matching.engine import WEIGHTS, Demand, Id, Term
from matching.engine.sphere import RADIUS_M, points

LATEST = 0x7FFF
"""The last day as the tables hold it: days are kept in two bytes."""
SCREENINGS, TRAININGS = 5, 9
_DIAMETER_CM = RADIUS_M * 200

COLUMNS = (
    "number", "x", "y", "z", "reach_m", "skills", "dayparts", "languages", "dislikes",
    "centre", "active", "paused_until", "age", "asks", "asks_cap", "running", "running_cap",
    "last_asked", "tasks_done",
    *(f"screening_{number}" for number in range(SCREENINGS)),
    *(f"training_{bit}" for bit in range(TRAININGS)),
)  # fmt: skip
"""Of the table ``volunteer``, in order."""


class Found(NamedTuple):
    """One volunteer of an answer, with what the order rests on."""

    number: int
    score: int
    """In billionths, as the engine rounds."""
    metres: int


def columns(people: Population) -> dict[str, NDArray[Any]]:
    """Return the table's columns, the rows lying near each other on the map near each other in the table."""
    raw = people.raw
    x, y, z = points(raw["latitude"], raw["longitude"])
    table: dict[str, NDArray[Any]] = {
        "number": np.array([number_of(volunteer_id) for volunteer_id in people.ids]),
        "x": x,
        "y": y,
        "z": z,
        "reach_m": np.rint(raw["reach_km"].astype(np.float64) * 1000),
        **{f"screening_{place}": np.minimum(days, LATEST) for place, days in enumerate(raw["screenings"])},
        **{f"training_{bit}": days for bit, days in enumerate(_training_days(people))},
    }
    table |= {name: raw[name] for name in COLUMNS if name not in table}
    order = np.lexsort((raw["longitude"], np.floor(raw["latitude"] * 50)))
    return {name: table[name].astype(np.int64)[order] for name in COLUMNS}


def number_of(volunteer_id: Id) -> int:
    """Return the number that stands for an id; their order is the same."""
    return volunteer_id if isinstance(volunteer_id, int) else int(getattr(volunteer_id, "int", 0))


def question(demand: Demand, k: int, *, today: int = DAY, tables: str = "volunteer", near: str = "") -> str:
    """Return the query for the best ``k``; its rows are those of `Found`.

    Args:
        demand: the question.
        k: how many.
        today: day number.
        tables: what to read.
        near: a condition with which an index finds who may be near enough.
    """
    rules = [rule for rule in (near, *_filters(demand, today)) if rule]
    return (
        f"SELECT number, round(1e9 * ({_score(demand, today)})) AS score, {_metres(demand)} AS metres "  # noqa: S608
        f"FROM {tables} WHERE {' AND '.join(rules)} ORDER BY score DESC, metres, number LIMIT {k}"
    )


def found(rows: Iterable[tuple[Any, ...]]) -> list[Found]:
    """Return an answer from rows of the query."""
    return [Found(int(number), round(score), round(metres)) for number, score, metres in rows]


def _filters(demand: Demand, today: int) -> list[str]:
    day = max(demand.date, today)
    rules = [f"(skills & {demand.needs}) = {demand.needs}"]
    if demand.dayparts:
        rules.append(f"(dayparts & {demand.dayparts}) <> 0")
    # As in the engine, the straight line through the earth comes before the distance over it.
    rules += ["active = 1", "asks < asks_cap", "running < running_cap", f"paused_until < {today}"]
    rules.append(f"{_squared(demand)} <= {_real('10100')} * reach_m * reach_m")
    rules += [f"screening_{number.value} >= {day}" for number in sorted(demand.screenings)]
    rules += [f"training_{bit} >= {day}" for bit in _bits(demand.trainings)]
    if demand.minimum_age:
        rules.append(f"age >= {demand.minimum_age}")
    if demand.required_languages:
        rules.append(f"(languages & {demand.required_languages}) <> 0")
    if demand.centres:
        rules.append(f"centre IN ({_list(demand.centres)})")
    if demand.blocked or demand.asked:
        rules.append(f"number NOT IN ({_list(map(number_of, demand.blocked | demand.asked))})")
    return [*rules, f"{_metres(demand)} <= reach_m"]


def _score(demand: Demand, today: int) -> str:
    values = {
        Term.PROXIMITY: f"1 - {_metres(demand)} / reach_m",
        Term.PREFERRED_SKILLS: _share("skills", demand.preferred_skills, of_none=1),
        Term.DAYPARTS: _share("dayparts", demand.dayparts, of_none=1),
        Term.LANGUAGE: _one_of("languages", demand.preferred_languages),
        Term.REST: f"1 - power({_real('0.8')}, CASE WHEN last_asked < {today - 255} THEN 255 "
        f"ELSE {today} - last_asked END)",
        Term.ROOM: f"{_real('1')} / (1 + running)",
        Term.NEWCOMER: "CASE WHEN tasks_done = 0 THEN 1 ELSE 0 END",
        Term.CONTINUITY: _known(demand),
        Term.DISLIKES: _share("dislikes", demand.dislikes, of_none=0),
        Term.WAITING: f"{_real(str(demand.waiting_days))} / {demand.waiting_days + 7}",
    }
    weights = WEIGHTS[demand.kind]
    return " + ".join(
        f"{_real(repr(weights[term]))} * ({value})" for term, value in values.items() if weights[term]
    )


def _squared(demand: Demand) -> str:
    """The square of the straight line between the two, in square centimetres."""
    there = points(demand.latitude, demand.longitude).tolist()
    sides = [f"{_real(f'({axis} - {place})')}" for axis, place in zip("xyz", there, strict=True)]
    return f"({' + '.join(f'{side} * {side}' for side in sides)})"


def _metres(demand: Demand) -> str:
    return f"round({2 * RADIUS_M!r} * asin(sqrt({_squared(demand)}) / {_DIAMETER_CM!r}))"


def _share(column: str, asked: int, *, of_none: int) -> str:
    shared = " + ".join(f"(({column} >> {bit}) & 1)" for bit in _bits(asked))
    return f"{_real(f'({shared})')} / {asked.bit_count()}" if asked else str(of_none)


def _one_of(column: str, asked: int) -> str:
    return f"CASE WHEN ({column} & {asked}) <> 0 THEN 1 ELSE 0 END" if asked else "1"


def _known(demand: Demand) -> str:
    known = _list(map(number_of, demand.known))
    return f"CASE WHEN number IN ({known}) THEN 1 ELSE 0 END" if known else "0"


def _real(expression: str) -> str:
    return f"CAST({expression} AS double precision)"


def _bits(mask: int) -> list[int]:
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]


def _list(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(numbers)))


def _training_days(people: Population) -> NDArray[np.int64]:
    """Return the last valid day per training and volunteer, 0 where there is none."""
    days = np.zeros((TRAININGS, len(people.ids)), np.int64)
    row_of = {volunteer_id: row for row, volunteer_id in enumerate(people.ids)}
    for volunteer_id, trainings in people.trainings.items():
        for bit, until in trainings:
            days[bit, row_of[volunteer_id]] = min(until, LATEST)
    return days
