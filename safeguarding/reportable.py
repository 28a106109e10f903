"""What can be reported, from every app that has something: a person met, a request, words of whatever kind.

An app registers with ``reportable`` how it finds the thing for someone who may know of it, in a module that
its ``apps.py`` imports. So a report can be about anything, and this app knows none of the apps above it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from people.models import Centre, Organisation, Resident, User, Volunteer
from people.queries import residents_in_scope, volunteer_of, volunteers_in_scope
from safeguarding.enums import ReportKind


@dataclass(frozen=True, slots=True)
class Reportable:
    """The thing, the centre that looks at it, who is behind it, and the page where the centre sees it.

    ``name`` is what the public calls it; of what is somebody's own it is empty.
    """

    centre: Centre
    volunteer: Volunteer | None = None
    resident: Resident | None = None
    person: User | None = None
    organisation: Organisation | None = None
    path: str = ""
    name: str = ""


Finder = Callable[[Any, UUID], Reportable | None]
_finders: dict[ReportKind, list[Finder]] = {kind: [] for kind in ReportKind}


def reportable(kind: ReportKind) -> Callable[[Finder], Finder]:
    """Register what finds a thing of this kind for a person, or ``None`` when they may not know of it."""

    def register(finder: Finder) -> Finder:
        _finders[kind].append(finder)
        return finder

    return register


def find(kind: ReportKind, user: Any, object_id: UUID) -> Reportable | None:
    """Return the thing that ``user`` wants to report; ``None`` for absent and foreign alike."""
    found = (finder(user, object_id) for finder in _finders[kind])
    return next((thing for thing in found if thing is not None), None)


def about_person(person: User | None, centre: Centre, path: str) -> Reportable:
    """Someone who helps or wants to; as a volunteer where this centre knows them as one."""
    volunteer = volunteer_of(person) if person is not None else None
    at_home = volunteer is not None and volunteer.centre_id == centre.pk
    return Reportable(centre, volunteer=volunteer if at_home else None, person=person, path=path)


@reportable(ReportKind.VOLUNTEER)
def volunteer_of_my_centre(user: Any, object_id: UUID) -> Reportable | None:
    """Staff report on behalf of who calls."""
    found = volunteers_in_scope(user).filter(pk=object_id).first()
    return Reportable(found.centre, volunteer=found) if found else None


@reportable(ReportKind.RESIDENT)
def resident_of_my_centre(user: Any, object_id: UUID) -> Reportable | None:
    """Staff report on behalf of who calls."""
    found = residents_in_scope(user).filter(pk=object_id).first()
    return Reportable(found.centre, resident=found) if found else None
