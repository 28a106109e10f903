"""What each app keeps of a person: how it is told to them, how it goes, how long it stays.

Every app registers here, in its ``own_data.py``, as it registers handlers of events. So this app can hand a
person everything, and erase everything, without knowing the apps above it. A model that nobody tells, erases
or gives a reason for fails tests/architecture.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model

from people.models import Resident, User, Volunteer


@dataclass(frozen=True)
class Subject:
    """Whose data it is about: an account, a volunteer and residents that are one person, or part of these."""

    user: User | None = None
    volunteer: Volunteer | None = None
    residents: tuple[Resident, ...] = ()

    @property
    def ids(self) -> list[UUID]:
        """The ids of all parts."""
        parts = (self.user, self.volunteer, *self.residents)
        return [part.pk for part in parts if part is not None]

    @property
    def emails(self) -> set[str]:
        """The addresses of all parts, in lower case."""
        own = {self.user.email} if self.user else set()
        return {email.lower() for email in own | {resident.email for resident in self.residents} if email}


@dataclass(frozen=True)
class Told:
    """A value of a fixed list: the key for programs, the words for people."""

    key: Any
    words: str


@dataclass(frozen=True)
class Section:
    """One kind of thing that is kept, as rows; ``columns`` names each value in words."""

    key: str
    title: Any
    columns: Mapping[str, Any]
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class Term:
    """How long one kind of thing is kept for one purpose: ``due`` counts, ``delete`` deletes some."""

    purpose: str
    title: Any
    setting: str
    due: Callable[[datetime], int]
    delete: Callable[[datetime, int], int]


Teller = Callable[[Subject], Iterable[Section]]
Ender = Callable[[Subject], None]
Eraser = Callable[[Subject], dict[str, int]]
_Teller = TypeVar("_Teller", bound=Teller)
_Eraser = TypeVar("_Eraser", bound=Eraser)
_Ender = TypeVar("_Ender", bound=Ender)

_tellers: list[Teller] = []
_enders: list[Ender] = []
_erasers: list[Eraser] = []
_terms: dict[str, Term] = {}
told: set[type[Model]] = set()
erased: set[type[Model]] = set()
excused: dict[type[Model], str] = {}


def tells(*models: type[Model]) -> Callable[[_Teller], _Teller]:
    """Register the decorated function as what tells a person of these models."""

    def register(function: _Teller) -> _Teller:
        _tellers.append(function)
        told.update(models)
        return function

    return register


def erases(*models: type[Model]) -> Callable[[_Eraser], _Eraser]:
    """Register the decorated function as what erases a person from these models; it counts rows per table."""

    def register(function: _Eraser) -> _Eraser:
        _erasers.append(function)
        erased.update(models)
        return function

    return register


def ends(function: _Ender) -> _Ender:
    """Register what ends that which runs, before anything is erased."""
    _enders.append(function)
    return function


def excuse(reason: str, *models: type[Model]) -> None:
    """Say why these models need neither telling nor erasing."""
    excused.update(dict.fromkeys(models, reason))


def keeps(term: Term) -> None:
    """Register a term of keeping.

    Raises:
        ValueError: the purpose has a term already.
    """
    if term.purpose in _terms:
        raise ValueError(f"Two terms for {term.purpose}")
    _terms[term.purpose] = term


def tell(subject: Subject) -> list[Section]:
    """Return everything that all apps keep of someone; kinds of which there is nothing are left out."""
    return [section for teller in _tellers for section in teller(subject) if section.rows]


def end_what_runs(subject: Subject) -> None:
    """Let every app end what runs for someone, the lowest layer first: requests, then agreements."""
    for ender in _enders:
        ender(subject)


def erase(subject: Subject) -> dict[str, int]:
    """Let every app erase someone, the highest layer first; return rows per table."""
    counts: dict[str, int] = {}
    for eraser in reversed(_erasers):
        for table, count in eraser(subject).items():
            counts[table] = counts.get(table, 0) + count
    return {table: count for table, count in counts.items() if count}


def terms() -> list[Term]:
    """Return the terms of keeping, the highest layer first: what hangs on others goes before."""
    return list(reversed(_terms.values()))


def value_of(row: Any, name: str) -> Any:
    """Return a field's value; one of a fixed list with its words."""
    value = getattr(row, name)
    choices = dict(row._meta.get_field(name).flatchoices)
    return Told(value, str(choices[value])) if choices and value in choices else value


def rows_of(found: Iterable[Any], names: Iterable[str]) -> list[dict[str, Any]]:
    """Return the fields ``names`` of each object."""
    listed = list(names)
    return [{name: value_of(row, name) for name in listed} for row in found]


def words_of(members: Iterable[Any]) -> list[Told]:
    """Return members of a vocabulary with their words."""
    return [Told(member.value, str(member.label)) for member in members]
