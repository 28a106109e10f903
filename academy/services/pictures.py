"""Pictures in lessons: made anew on the server, named in the text with words for who cannot see them.

A picture never changes, so its address does not: a text that names it can go to another centre and find it
there, under the same id. What no step of any version names any more goes when the lessons are next published
or a draft is thrown away.
"""

import hashlib
import json
import re
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.errors import CourseRetired
from academy.models import Course, LessonPicture, Step
from common import clock
from common.errors import InvalidInput
from common.ids import new_id
from common.permissions import require
from common.uploads import Picture
from people.models import User

PICTURES_AT_MOST = 100
LONGEST_ALT = 200
# So long a picture may wait for the text that names it: somebody is still writing.
UNNAMED_KEPT = timedelta(days=1)
_NAMED = re.compile(r"/leren/beeld/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")
_MARKS = re.compile(r"([\\\[\]!*_`<>])")


@transaction.atomic
def add_picture(
    course: Course,
    picture: Picture,
    *,
    by: User | None,
    picture_id: UUID | None = None,
    came_in: bytes | None = None,
) -> LessonPicture:
    """Keep a picture for the lessons of a course; a text that names it shows it.

    Args:
        course: whose lessons it is for.
        picture: what ``common.uploads`` made of the upload.
        by: who hands it in.
        picture_id: the id it had elsewhere, when it comes along with a course.
        came_in: the bytes it was made of, to know it again; without them those of the picture itself.

    Raises:
        Forbidden: ``by`` neither trains nor coordinates anywhere.
        CourseRetired: the course is given no more.
        InvalidInput: the course has as many as it may have.
    """
    require(by, "academy.write_lessons")
    if not Course.objects.select_for_update().filter(pk=course.pk, retired_at=None).exists():
        raise CourseRetired
    if LessonPicture.objects.filter(course=course).count() >= PICTURES_AT_MOST:
        raise InvalidInput(_("A training has at most 100 pictures."), field="picture")
    return LessonPicture.objects.create(
        pk=picture_id or new_id(),
        course=course,
        image=picture.content,
        kind=picture.kind.value,
        width=picture.width,
        height=picture.height,
        digest=digest_of(came_in or picture.content),
        uploaded_by=by,
    )


def picture_line(picture: LessonPicture, alt: str) -> str:
    """Return the line of markdown that shows a picture.

    Raises:
        InvalidInput: there are no words for who cannot see it, or too many; ``field`` is ``alt``.
    """
    words = " ".join(alt.split())
    if not words:
        raise InvalidInput(
            _("Say in a few words what the picture shows, for who cannot see it."), field="alt"
        )
    if len(words) > LONGEST_ALT:
        raise InvalidInput(_("This is too long. Say it in one sentence."), field="alt")
    marked = _MARKS.sub(r"\\\1", words)
    return f"![{marked}]({reverse('lesson-picture', args=[picture.pk])})"


def with_line(text: str, line: str) -> str:
    """Return a text with a line of its own at the end."""
    return f"{text.rstrip()}\n\n{line}\n".lstrip()


def named_in(text: str) -> set[UUID]:
    """Return the ids of the pictures that a text names."""
    return {UUID(found) for found in _NAMED.findall(text)}


def named_by(course: Course) -> set[UUID]:
    """Return the ids of the pictures that any version of the lessons of a course names; one query."""
    rows = Step.objects.filter(version__course=course).values_list("body", "transcript", "choices")
    return named_in(json.dumps(list(rows)))


def forget_unnamed(course: Course) -> None:
    """Delete the pictures of a course that no step names, and that nobody is still writing about."""
    old = LessonPicture.objects.filter(course=course, uploaded_at__lt=clock.now() - UNNAMED_KEPT)
    if old.exists():
        old.exclude(pk__in=named_by(course)).delete()


def digest_of(content: bytes) -> str:
    """Return by what the same bytes are known again."""
    return hashlib.sha256(content).hexdigest()
