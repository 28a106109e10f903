"""All volunteers read at once, column by column: no object per volunteer, as a million of them would need.

The index holds exactly what `supply_rows` gives, row for row.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

import numpy as np
from django.db import connection
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    Func,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Ord
from django.utils import timezone
from numpy.typing import NDArray

from academy.models import Completion
from common import clock
from common.compiled import with_constants
from common.straight import only_row
from events.queries import NEXT, Reader
from matching.copying import EPOCH, Columns, Part, copies, plain_rows, reading, rows_of, statement_of
from matching.engine import FOREVER, SupplyIndex, SupplyRow, day_number
from matching.engine.roster import Finder, Words
from matching.enums import ASSIGNMENT_RUNNING, OfferOrigin
from matching.models import Assignment, Offer
from matching.queries import WENT_WELL
from people.enums import VolunteerState
from people.models import User, Volunteer
from safeguarding import queries as safeguarding
from safeguarding.enums import Requirement


class _StandIn(str):
    """The place of a value that is given at each run."""

    __slots__ = ()


Rows: TypeAlias = list[tuple[Any, ...]]
RowParts: TypeAlias = list[Rows]
"""The rows of each of `_parts`."""


class Snapshot(NamedTuple):
    """What a query could see of others, by the numbers of their transactions."""

    oldest: int
    """The oldest that was under way: all older ones could be seen."""
    next: int
    """None from here on could be seen."""


class News(NamedTuple):
    """What was recorded, and what there is now of whom it names."""

    recorded: list[dict[str, str]]
    """Payloads."""
    rows: list[SupplyRow]
    seen: Snapshot | None
    """``None`` where it does not matter or cannot be known."""


ASK_WINDOW = timedelta(days=30)
# An offer that a volunteer made to themselves from the list near by is no ask.
ASKED = Q(origin__in=[OfferOrigin.WAVE, OfferOrigin.COORDINATOR])

_NO_END = EPOCH + timedelta(days=FOREVER)
# Stand for the ids of a few volunteers, the first moment that counts, and what a reader has read.
_IDS, _SINCE = _StandIn("the volunteers"), _StandIn("the moment")
_AFTER, _MISSING = _StandIn("the last number"), _StandIn("the numbers not seen")
# About whom the statement is, and what it tells beside: some ids; and also whom it names what was recorded.
_FEW = ("few (id) AS (SELECT unnest(%s::uuid[])), told AS (SELECT ''::bytea)", (_IDS,))
_NEWS = (
    f"""
    news AS ({NEXT}),
    few (id) AS (
        SELECT unnest(%s::uuid[]) UNION ALL SELECT (payload->>'volunteer_id')::uuid FROM news
    ),
    told AS (
        SELECT convert_to(json_build_array(
            pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
            pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
            coalesce(json_agg(recorded ORDER BY id), '[]')
        )::text, 'UTF8')
        FROM (SELECT id, json_build_array(id, type, payload) AS recorded FROM news) AS each
    )
    """,  # noqa: S608
    (_AFTER, _MISSING, _IDS),
)
# A screening and its last day are one number: the first letter of its name, which takes the database less
# than comparing names, and below it the day, counted from the first there is. So more come at a time.
_PLACE_OF_LETTER = {ord(each[0]): place for place, each in enumerate(Requirement)}
_PLACES = np.array([_PLACE_OF_LETTER.get(letter, len(Requirement)) for letter in range(128)])
_DAY_BITS, _FIRST_DAY = 22, day_number(date.min)
# What the index calls the columns of `_people`, in their order.
_PERSON = (
    "id", "latitude", "longitude", "reach_km", "skills", "dayparts", "languages", "dislikes", "centre",
    "active", "paused_until", "adult", "asks_cap", "running_cap",
)  # fmt: skip


def eligible() -> QuerySet[Volunteer]:
    """Those whom the engine may know: who have not left and who consent."""
    # Few are barred: to leave these out takes less than to look up everybody's account.
    barred = User.objects.filter(Q(is_active=False) | Q(suspended_at__isnull=False), pk=OuterRef("user"))
    return Volunteer.objects.exclude(state=VolunteerState.LEFT).filter(
        ~Exists(barred), consented_at__isnull=False
    )


def asks_from() -> datetime:
    """Return where the window of asks begins: at a midnight, so that the counts hold all day."""
    first = clock.today() - ASK_WINDOW
    return timezone.make_aware(datetime.combine(first, time.min))


def load_index() -> SupplyIndex:
    """Return the index of everybody; six queries, on PostgreSQL the large ones in pieces."""
    with reading(_parts(asks_from())) as parts:
        everybody = _joined(parts)
    return SupplyIndex.from_columns(*everybody)


def load_rows(volunteer_ids: Collection[UUID]) -> list[SupplyRow]:
    """Return what `load_index` would hold of a few; one statement, written once, where columns are copied."""
    since = asks_from()
    if copies():
        return _rows_of(_asked({_IDS: list(volunteer_ids), _SINCE: since}, _FEW)[1])
    few = [_of(part, Q((f"{_whose(part)}__in", volunteer_ids))) for part in _parts(since)]
    return _rows_of(map(plain_rows, few))


def load_news(reader: Reader, volunteer_ids: Collection[UUID]) -> News:
    """Return what was recorded since the reader last looked, and the rows of whom it names and of a few more.

    Outside transactions PostgreSQL is asked both at once: to ask twice takes twice as long. Then the next
    hundred of what was recorded come; the reader tells whether to ask again.
    """
    if copies() and not connection.in_atomic_block:
        after, missing = reader.asked
        given = {_IDS: list(volunteer_ids), _SINCE: asks_from(), _AFTER: after, _MISSING: missing}
        told, parts = _asked(given, _NEWS)
        oldest, following, found = json.loads(told)
        recorded = [(number, kind, payload) for number, kind, payload in found]
        return News(reader.take(recorded), _rows_of(parts), Snapshot(oldest, following))
    recorded = reader.new()
    whom = {*volunteer_ids, *named_in(reader.unread(recorded))}
    rows = load_rows(whom) if whom else []
    return News(reader.take(recorded), rows, None)


def named_in(recorded: Iterable[Mapping[str, str]]) -> set[UUID]:
    """Return the volunteers that payloads name."""
    return {UUID(payload["volunteer_id"]) for payload in recorded if "volunteer_id" in payload}


def parts_of_one(whom: RawSQL, since: RawSQL) -> list[Part]:
    """Return what is read of one volunteer, as expressions tell whom and from when asks count."""
    return [_of(part, Q((_whose(part), whom))) for part in _parts(since)]


def row_of(parts: RowParts) -> SupplyRow | None:
    """Return the row that the parts of one volunteer tell of; ``None`` where the engine may not know them."""
    people, asks, work, screenings, blocked, trainings = parts
    if not people:
        return None
    days = [0] * len(Requirement)
    if not blocked:
        for _, marked in screenings:
            days[_PLACE_OF_LETTER[marked >> _DAY_BITS]] = _until(marked)
    lessons = [(bit, until) for _, bit, until in sorted(trainings)]
    return _row(people[0], days, lessons, asks[0][1:] if asks else None, work[0][1:] if work else None)


def _rows_of(parts: Iterable[Rows]) -> list[SupplyRow]:
    """Return the rows that these parts tell of, in the order of `_parts`."""
    people, asks, work, screenings, blocked, trainings = parts
    asks_of, work_of = ({one: (count, more) for one, count, more in each} for each in (asks, work))
    steps: dict[UUID, list[int]] = {one: [0] * len(Requirement) for one, *_ in people}
    lessons: dict[UUID, list[tuple[int, int]]] = {one: [] for one in steps}
    barred = {one for (one,) in blocked}
    for one, marked in screenings:
        if one in steps and one not in barred:
            steps[one][_PLACE_OF_LETTER[marked >> _DAY_BITS]] = _until(marked)
    for one, bit, until in sorted(trainings):
        if one in lessons:
            lessons[one].append((bit, until))
    return [
        _row(person, steps[person[0]], lessons[person[0]], asks_of.get(person[0]), work_of.get(person[0]))
        for person in people
    ]


def _row(
    person: tuple[Any, ...],
    screenings: list[int],
    trainings: list[tuple[int, int]],
    asks: tuple[int, int] | None,
    work: tuple[int, int] | None,
) -> SupplyRow:
    """Return the row of one of `_people`."""
    values = dict(zip(_PERSON, person, strict=True))
    values["age"] = 18 if values.pop("adult") else 16
    values["asks"], values["last_asked"] = asks or (0, 0)
    values["running"], values["tasks_done"] = work or (0, 0)
    talk, references, conduct, vog, identity = screenings
    return SupplyRow(
        **values, screenings=(talk, references, conduct, vog, identity), trainings=tuple(trainings)
    )


def _asked(given: Mapping[_StandIn, Any], whom: tuple[str, tuple[_StandIn, ...]]) -> tuple[bytes, RowParts]:
    """Return what was recorded and the parts of a few, by one statement that PostgreSQL has planned once."""
    statement, params, all_kinds = _written(whom)
    told, *found = only_row(statement, [given[param] for param in params])
    counted = zip(found[::2], found[1::2], all_kinds, strict=True)
    return told, [rows_of(records, int.from_bytes(count), kinds) for count, records, kinds in counted]


@cache
def _written(
    whom: tuple[str, tuple[_StandIn, ...]],
) -> tuple[str, list[_StandIn], tuple[Mapping[str, str], ...]]:
    """Return the statement about a few, the stand-ins of what it is given, and what it gives."""
    chosen, first = whom
    parts = _parts(RawSQL("%s", [_SINCE]))
    statement, params = statement_of([_of(part, _among_a_few(part)) for part in parts])
    statement = f"WITH {chosen} SELECT * FROM told CROSS JOIN ({statement}) AS parts"  # noqa: S608
    return *with_constants(statement, [*first, *params], _StandIn), tuple(part.kinds for part in parts)


def _of(part: Part, whom: Any) -> Part:
    return part._replace(rows=part.rows.filter(whom), is_large=False)


def _among_a_few(part: Part) -> RawSQL:
    column = f'"{part.rows.model._meta.db_table}"."{_whose(part)}"'
    # Of an array that is made here no plan knows the length: one plan does for all.
    few = f"{column} = ANY(ARRAY(SELECT id FROM few))"  # noqa: S608
    return RawSQL(few, [], BooleanField())  # noqa: S611  # nosec B611


def _whose(part: Part) -> str:
    return "id" if part.rows.model is Volunteer else "volunteer_id"


def _parts(since: Any) -> list[Part]:
    """Return what is read: people, their asks, their work, their screenings, who is blocked, trainings."""
    return [_people(), _asks(since), _work(), _screenings(), _blocked(), _trainings()]


def _people() -> Part:
    return Part(
        eligible().annotate(
            active=ExpressionWrapper(Q(state=VolunteerState.ACTIVE), BooleanField()),
            paused=Coalesce("paused_until", Value(EPOCH)),
        ),
        {
            "id": "id", "lat": "float", "lon": "float", "reach_km": "float", "skills": "big",
            "dayparts": "int", "languages": "big", "dislikes": "big", "centre__code": "small",
            "active": "bool", "paused": "day", "adult": "bool", "monthly_ask_cap": "small",
            "running_cap": "small",
        },
        is_large=True,
    )  # fmt: skip


def _asks(since: Any) -> Part:
    asked = Offer.objects.filter(ASKED).order_by().values("volunteer_id")
    return Part(
        asked.annotate(asks=Count("id", filter=Q(sent_at__gte=since)), last_asked=Max("sent_at")),
        {"volunteer_id": "id", "asks": "big", "last_asked": "moment"},
    )


def _work() -> Part:
    worked = Assignment.objects.order_by().values("volunteer_id")
    running = Count("id", filter=Q(state__in=sorted(ASSIGNMENT_RUNNING)))
    return Part(
        worked.annotate(running=running, tasks_done=Count("id", filter=WENT_WELL)),
        {"volunteer_id": "id", "running": "big", "tasks_done": "big"},
    )


def _screenings() -> Part:
    return Part(
        safeguarding.seen_as_valid().annotate(
            marked=Ord("requirement").bitleftshift(_DAY_BITS)
            + _DayCount(Coalesce("valid_until", Value(_NO_END)), output_field=IntegerField())
        ),
        {"volunteer_id": "id", "marked": "int"},
        is_large=True,
    )


class _DayCount(Func):
    """Days from the first day there is to a date."""

    template = f"(%(expressions)s - DATE '{date.min}')"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """Of SQLite's days of the Julian calendar; dates are whole there, at noon a day begins."""
        first = f"CAST(julianday(%(expressions)s) - julianday('{date.min}') AS INTEGER)"
        return self.as_sql(compiler, connection, template=first, **context)


def _until(marked: Any) -> Any:
    """Return the last day (day number) of what `_screenings` gives, of one or of many."""
    return (marked & ((1 << _DAY_BITS) - 1)) + _FIRST_DAY


def _blocked() -> Part:
    """Of these no screening counts. Apart: to ask it of each screening takes longer than to read them."""
    return Part(safeguarding.blocked().values("volunteer_id"), {"volunteer_id": "id"})


def _trainings() -> Part:
    done = Completion.objects.filter(revoked_at=None, course__retired_at=None).order_by()
    return Part(
        done.values("volunteer_id", "course__bit").annotate(
            until=Max(Coalesce("valid_until", Value(_NO_END)))
        ),
        {"volunteer_id": "id", "course__bit": "small", "until": "day"},
    )


def _joined(parts: Iterable[Iterable[Columns]]) -> tuple[Words, Columns, NDArray[np.int64]]:
    """Return ids, columns and trainings as the index takes them, of the parts in their order."""
    pieces, *others, screenings, [blocked], [trainings] = parts
    people = _end_to_end(pieces)
    columns = dict(zip(_PERSON, people.values(), strict=True))
    columns["age"] = np.where(columns["adult"], 18, 16)
    finder = Finder(columns["id"])
    for [found] in others:
        known, rows = _known(finder, found)
        for name in found.keys() - {"volunteer_id"}:
            columns[name] = np.zeros(len(finder), np.int64)
            columns[name][rows] = found[name][known]
    columns["screenings"] = _last_days(finder, screenings, blocked)
    known, rows = _known(finder, trainings)
    return (
        columns["id"],
        columns,
        np.stack((rows, trainings["course__bit"][known], trainings["until"][known])),
    )


def _end_to_end(pieces: Iterable[Columns]) -> Columns:
    found = [*pieces]
    return {name: np.concatenate([piece[name] for piece in found]) for name in found[0]}


def _last_days(finder: Finder, screenings: Iterable[Columns], blocked: Columns) -> NDArray[np.uint16]:
    """Return the last valid day of each screening of everybody, 0 for one that does not count."""
    days = np.zeros((len(finder), len(Requirement)), np.uint16)
    for found in screenings:
        known, rows = _known(finder, found)
        marked = found["marked"][known]
        days[rows, _PLACES[marked >> _DAY_BITS]] = _until(marked).clip(0, FOREVER)
    days[_known(finder, blocked)[1]] = 0
    return days.T


def _known(finder: Finder, found: Columns) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """Return which rows are of someone the index may know, and of whom."""
    rows = finder.find(found["volunteer_id"])
    known = rows >= 0
    return known, rows[known]
