"""Rows of volunteers that come with the news: PostgreSQL tells every index who changed, and into what.

Asking the database what changed takes longer than all the rest of hearing of a change. So the transaction
that records something about a volunteer tells, as it commits, the row that the index holds of them: a trigger
on the event table (migration 0010) puts it together by the same queries as `matching.loading` and sends it by
``NOTIFY``. What is told comes in the order of the commits and goes into the index as it comes.

Two transactions that change one volunteer at the same time do not see each other, and neither row they tell
holds both changes. `Newest` knows of each row that is told whether it holds all that went before; when it may
not, the index asks. Nothing hangs on being told: a row that fails to be told is asked for, and so is one that
another version of this code has told.
"""

from collections.abc import Collection
from enum import Enum, auto
from functools import cache
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connections
from django.db.models.expressions import RawSQL

from common.compiled import with_constants
from matching.copying import rows_of, statement_of
from matching.engine import SupplyRow
from matching.loading import ASK_WINDOW, RowParts, Snapshot, parts_of_one, row_of

CHANNEL = "samenkracht_supply"
# Variables of the function below; no column is called so.
_WHOM, _SINCE = "told_volunteer", "told_since"
# Higher than the number of any transaction: a row may hold whatever there is.
_ANY = 1 << 64
# No notification may be longer (bytes).
_LONGEST = 7999
_FUNCTION = """
CREATE OR REPLACE FUNCTION matching_tell_row() RETURNS trigger LANGUAGE plpgsql
SET lock_timeout = '50ms' AS $tell$  -- no change waits for a table that a migration holds
DECLARE
    told text := '';
    {whom} uuid;
    {since} timestamptz;
BEGIN
    IF NEW.type <> ALL ('{{{types}}}') THEN
        RETURN NULL;
    END IF;
    BEGIN  -- what fails in a declaration is not caught below it
        {whom} := NEW.payload->>'volunteer_id';
        {since} := ((now() AT TIME ZONE '{zone}')::date - {days})::timestamp AT TIME ZONE '{zone}';
        IF {whom} IS NOT NULL THEN
            SELECT concat_ws(
                ' ', '{version}', extract(epoch FROM {since})::bigint, NEW.id, pg_current_xact_id(),
                pg_snapshot_xmin(pg_current_snapshot()), {whom}, {parts}
            ) INTO told FROM ({statement}) AS found ({columns});
        END IF;
    EXCEPTION WHEN OTHERS THEN
        told := '';  -- no change fails because nobody could be told of it
    END;
    PERFORM pg_notify('{channel}', CASE WHEN length(told) > {longest} THEN '' ELSE told END);
    RETURN NULL;
END
$tell$
"""


class Told(NamedTuple):
    """What a transaction told as it committed."""

    number: int
    """Of the event it recorded."""
    transaction: int
    oldest: int
    """The oldest transaction that was still under way: what older ones changed is in the row."""
    volunteer_id: UUID
    row: SupplyRow | None
    """``None`` for one whom the index may not know."""


class Age(Enum):
    """How a row that was told stands to the one in the index."""

    OLD = auto()
    """The database was asked after that transaction."""
    NEWER = auto()
    """It holds all that the index has, and more."""
    UNSURE = auto()
    """It may lack a change that the index has."""


class Newest:
    """Knows which rows the index holds are newer than one that was told.

    Transactions are numbered as they begin, and 8 may commit before 7. That a change is in a row is sure only
    if it is of a transaction older than the oldest that was under way when the row was read.
    """

    def __init__(self) -> None:
        self._looked: Snapshot | None = None
        # A row that was there before the first look may hold the change of any transaction up to this one.
        self._loaded = 0
        # Of volunteers: the highest number of a transaction whose change their row may hold, where it is not
        # older than all that were under way at the last look; and which transaction told the row.
        self._highest: dict[UUID, int] = {}
        self._teller: dict[UUID, int] = {}

    def look(self, seen: Snapshot | None, volunteers: Collection[UUID]) -> None:
        """Note that the database was asked for all there was, and for the rows of these volunteers.

        Args:
            seen: what could be seen then; ``None`` inside a transaction, which sees more than others.
            volunteers: ids.
        """
        if seen:
            if self._looked is None:
                self._loaded = seen.next - 1
            self._looked = seen
            self._highest = {one: number for one, number in self._highest.items() if number >= seen.oldest}
        self._highest |= dict.fromkeys(volunteers, seen.next - 1 if seen else _ANY)
        self._teller = {
            one: number
            for one, number in self._teller.items()
            if one in self._highest and one not in volunteers
        }

    def age(self, told: Told) -> Age:
        """Return how this row stands to the one in the index."""
        if self._looked is None:
            return Age.UNSURE
        if told.transaction < self._looked.oldest:
            return Age.OLD
        one = told.volunteer_id
        if self._teller.get(one) == told.transaction:  # a second event of one transaction
            return Age.NEWER
        highest = self._highest.get(one, max(self._looked.oldest - 1, self._loaded))
        return Age.NEWER if told.oldest > highest else Age.UNSURE

    def put(self, told: Told) -> None:
        """Note that the index holds this row now."""
        self._highest[told.volunteer_id] = self._teller[told.volunteer_id] = told.transaction


def told_in(payload: str, since: int) -> Told | None:
    """Return what a notification tells; ``None`` when it tells only that somebody has changed.

    Args:
        payload: as the function below sends it; another version of it may have.
        since: from when asks count here (seconds since 1970); the teller may be in another day.
    """
    version, *values = payload.split(" ")
    if version != _version() or int(values[0]) != since:
        return None
    number, transaction, oldest = map(int, values[1:4])
    whom = UUID(values[4])
    records = [bytes.fromhex(value) for value in values[5:]]
    parts: RowParts = [
        rows_of(record[8:], int.from_bytes(record[:8]), kinds)
        for record, kinds in zip(records, _written().kinds, strict=True)
    ]
    return Told(number, transaction, oldest, whom, row_of(parts))


def install(types: Collection[str], database: str) -> None:
    """Have the database tell rows as this code reads them; nothing happens where it does already, or cannot.

    Args:
        types: of the events after which a row may differ.
        database: alias.
    """
    connection = connections[database]
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'matching_tell_row'")
        found = cursor.fetchone()
        function = _function(tuple(types))
        if found and found[0] not in function:
            cursor.execute(function)


class _Written(NamedTuple):
    statement: str
    kinds: tuple[Any, ...]


@cache
def _written() -> _Written:
    """Return the query of one volunteer's parts and what each of them gives."""
    whom, since = (RawSQL(name, []) for name in (_WHOM, _SINCE))  # noqa: S611  # nosec B611
    parts = parts_of_one(whom, since)
    statement, params = statement_of(parts)
    statement, left = with_constants(statement, [*params], _Nothing)
    if left:
        raise ValueError("the query does not stand by itself")
    return _Written(statement.replace("%%", "%"), tuple(part.kinds for part in parts))


class _Nothing:
    """No value of a query is of this kind: all are written into it."""


@cache
def _function(types: tuple[str, ...]) -> str:
    written = _written()
    numbers = range(len(written.kinds))
    return _FUNCTION.format(
        whom=_WHOM,
        since=_SINCE,
        zone=settings.TIME_ZONE,
        days=ASK_WINDOW.days,
        types=",".join(types),
        version=_version(),
        parts=", ".join(f"encode(count{number} || records{number}, 'hex')" for number in numbers),
        statement=written.statement,
        columns=", ".join(f"count{number}, records{number}" for number in numbers),
        channel=CHANNEL,
        longest=_LONGEST,
    )


@cache
def _version() -> str:
    """Return what tells rows of this code from those of another version of it."""
    told = repr((_FUNCTION, _written(), ASK_WINDOW))
    return blake2b(told.encode(), digest_size=6).hexdigest()
