"""A course with its lessons, written as a file; ``course_files`` reads it."""

import string
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from academy.enums import Audience, VersionState
from academy.models import Course, CourseVersion, Step
from academy.services.packing import FileRefused, Part, read, write
from academy.services.values import plain
from common.errors import InvalidInput

KIND = "course"


def name_of(course: Course) -> str:
    """Return the name of a course's file."""
    return f"courses/{course.slug}.md"


def file_of(course: Course) -> str:
    """Return the file of a course: the lessons that are given, or the draft of what is not given yet."""
    return _first_of(course, VersionState.PUBLISHED)


def newest_of(course: Course) -> str:
    """Return the same of what was written last: the draft where there is one."""
    return _first_of(course, VersionState.DRAFT)


def _first_of(course: Course, state: VersionState) -> str:
    versions = course.versions.filter(state__in=[VersionState.PUBLISHED, VersionState.DRAFT])
    given = sorted(versions, key=lambda version: version.state != state)
    return _written(course, given[0].steps.all() if given else ())


def refuse_what_fits_no_file(draft: CourseVersion) -> None:
    """Raise ``InvalidInput`` for lessons that nobody could read in again: what is written can be shared."""
    try:
        read(_written(draft.course, draft.steps.all()))
    except FileRefused:
        raise InvalidInput(_("These lessons have become too long. Make two courses of them.")) from None


def _written(course: Course, steps: Iterable[Step]) -> str:
    parts = [Part(_front(course), "")]
    for step in steps:
        parts += _parts(step)
    return write(parts)


def _front(course: Course) -> dict[str, Any]:
    front: dict[str, Any] = {
        "type": KIND,
        "slug": course.slug,
        "title": plain({"nl": course.title_nl, "en": course.title_en}),
        "summary": plain({"nl": course.summary_nl, "en": course.summary_en}),
        "theme": str(course.theme),
        "audiences": [audience.value for audience in Audience.from_mask(course.audiences)],
        "valid_months": course.valid_months,
        "needs_session": course.needs_session,
        "prerequisites": sorted(course.prerequisites.values_list("slug", flat=True)),
        "published": course.published,
    }
    return front


def _parts(step: Step) -> list[Part]:
    front: dict[str, Any] = {"type": "step", "kind": str(step.kind), "minutes": step.minutes}
    front["title"] = step.title.get("nl", "")
    if step.film:
        front["film"] = step.film
    if step.transcript.get("nl"):
        front["transcript"] = step.transcript["nl"]
    if step.choices:
        front["choices"] = [_choice(place, choice) for place, choice in enumerate(step.choices)]
    parts = [Part(front, step.body.get("nl", ""))]
    if any(texts.get("en") for texts in (step.title, step.body, step.transcript)):
        english: dict[str, Any] = {"type": "translation", "language": "en", "title": step.title.get("en", "")}
        if step.transcript.get("en"):
            english["transcript"] = step.transcript["en"]
        parts.append(Part(english, step.body.get("en", "")))
    return parts


def _choice(place: int, choice: dict[str, Any]) -> dict[str, Any]:
    written: dict[str, Any] = {} if choice["key"] == letter(place) else {"key": choice["key"]}
    written["text"] = plain(choice["text"])
    if choice.get("right") is True:
        written["right"] = True
    written["why"] = plain(choice["why"])
    return written


def letter(place: int) -> str:
    """Return the key that an answer has by its place, from 0."""
    return string.ascii_lowercase[place % 26]
