"""The pictures of a course as files beside its text, and back."""

import io
import re
from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext as _

from academy.models import Course, LessonPicture
from academy.services.packing import FileRefused
from academy.services.pictures import add_picture, digest_of, named_by, named_in
from common.uploads import PictureKind, clean_picture
from people.models import User

_ENDS = {PictureKind.WEBP: "webp", PictureKind.JPEG: "jpg", PictureKind.PNG: "png"}
_NAME = re.compile(
    r"(?:.*/)?(?P<slug>[-\w]{1,50})/(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(?:webp|jpg|png)"
)


def is_picture(name: str) -> bool:
    """Whether a file is one of a picture, by its name."""
    return name.rpartition(".")[2].lower() in _ENDS.values()


def files_of(course: Course, text: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the pictures that the file of a course names, in a fixed order."""
    for picture in LessonPicture.objects.filter(course=course, pk__in=named_in(text)).order_by("pk"):
        end = _ENDS[PictureKind(picture.kind)]
        yield f"courses/{course.slug}/{picture.pk}.{end}", bytes(picture.image)


def take_in(name: str, content: bytes, *, by: User | None) -> bool:
    """Keep a picture that came along with a course; return whether it is new here.

    What came in is never kept itself: a new picture is made of it. A picture that is here stays as it is.

    Raises:
        FileRefused: its name leads to no course, or no lesson of the course names it, or it is another's.
        UploadTooLarge, UploadUnreadable: it is no picture that we take.
        Forbidden: ``by`` does not write lessons.
    """
    found = _NAME.fullmatch(name)
    course = Course.objects.filter(slug=found["slug"], retired_at=None).first() if found else None
    if found is None or course is None:
        raise FileRefused(_("There is no training that this picture belongs to."))
    key = UUID(found["id"])
    there = LessonPicture.objects.filter(pk=key).first()
    if there is not None:
        if there.course_id != course.pk or digest_of(content) not in (
            there.digest,
            digest_of(bytes(there.image)),
        ):
            raise FileRefused(_("There is another picture of this name here. It stays as it is."))
        return False
    if key not in named_by(course):
        raise FileRefused(_("No lesson of this training shows this picture."))
    made = clean_picture(io.BytesIO(content))
    add_picture(course, made, by=by, picture_id=key, came_in=content)
    return True


def missing_words(course: Course) -> str:
    """Say how many pictures the lessons name that are not here; empty when all are."""
    named = named_by(course)
    missing = len(named) - LessonPicture.objects.filter(course=course, pk__in=named).count()
    return _("Pictures that are not here: %(number)s.") % {"number": missing} if missing else ""
