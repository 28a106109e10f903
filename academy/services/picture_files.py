"""The pictures of courses and articles as files beside their text, and back."""

import io
import re
from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from academy.models import Article, ArticlePicture, Course, KeptPicture, LessonPicture
from academy.services.packing import FileRefused
from academy.services.pictures import (
    add_article_picture,
    add_picture,
    digest_of,
    named_by,
    named_by_articles,
    named_in,
)
from common.uploads import PictureKind, clean_picture
from people.models import User

# Ours are smaller; this is for what others made, and read before it is looked at.
LARGEST = 5_000_000
_ENDS = {PictureKind.WEBP: "webp", PictureKind.JPEG: "jpg", PictureKind.PNG: "png"}
_NAME = re.compile(
    r"(?:.*/)?(?P<slug>[-\w]{1,80})/(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(?:webp|jpg|png)"
)
_OF_ARTICLE = re.compile(r"(?:.*/)?articles/[^/]*/[^/]*")


def is_picture(name: str) -> bool:
    """Whether a file is one of a picture, by its name."""
    return name.rpartition(".")[2].lower() in _ENDS.values()


def files_of(course: Course, text: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the pictures that the file of a course names, in a fixed order."""
    found = LessonPicture.objects.filter(course=course, pk__in=named_in(text))
    yield from _files(f"courses/{course.slug}", found)


def files_of_article(slug: str, texts: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the same of an article, of its files in all languages."""
    found = ArticlePicture.objects.filter(pk__in=named_in("\n".join(texts), "kennis"))
    yield from _files(f"articles/{slug}", found)


def take_in(name: str, content: bytes, *, by: User | None) -> bool:
    """Keep a picture that came along with a course or an article; return whether it is new here.

    What came in is never kept itself: a new picture is made of it. A picture that is here stays as it is.

    Raises:
        FileRefused: its name leads to no course or article, or no text of it names it, or it is another's.
        UploadTooLarge, UploadUnreadable: it is no picture that we take.
        Forbidden: ``by`` does not write such texts.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise FileRefused(_("There is no training or article that this picture belongs to."))
    key = UUID(found["id"])
    if _OF_ARTICLE.fullmatch(name):
        return _into_articles(found["slug"], key, content, by)
    return _into_course(found["slug"], key, content, by)


def missing_words(course: Course) -> str:
    """Say how many pictures the lessons name that are not here; empty when all are."""
    named = named_by(course)
    return _missing(len(named) - LessonPicture.objects.filter(course=course, pk__in=named).count())


def missing_words_of_article(article: Article) -> str:
    """Say the same of an article."""
    named = named_by_articles([article])
    return _missing(len(named) - ArticlePicture.objects.filter(pk__in=named).count())


def _into_course(slug: str, key: UUID, content: bytes, by: User | None) -> bool:
    course = Course.objects.filter(slug=slug, retired_at=None).first()
    if course is None:
        raise FileRefused(_("There is no training or article that this picture belongs to."))
    there = LessonPicture.objects.filter(pk=key).first()
    if there is not None:
        _refuse_another(there, content, same=there.course_id == course.pk)
        return False
    if key not in named_by(course):
        raise FileRefused(_("No lesson of this training shows this picture."))
    made = clean_picture(io.BytesIO(content))
    add_picture(course, made, by=by, picture_id=key, came_in=content)
    return True


def _into_articles(slug: str, key: UUID, content: bytes, by: User | None) -> bool:
    articles = [each for each in Article.objects.filter(slug=slug) if key in named_by_articles([each])]
    if not articles:
        raise FileRefused(_("No article of this name shows this picture."))
    there = ArticlePicture.objects.filter(pk=key).first()
    if there is not None:
        _refuse_another(there, content)
        there.articles.add(*articles)
        return False
    made = clean_picture(io.BytesIO(content))
    kept = add_article_picture(made, by=by, picture_id=key, came_in=content)
    kept.articles.add(*articles)
    return True


def _refuse_another(there: KeptPicture, content: bytes, *, same: bool = True) -> None:
    """Raise ``FileRefused`` unless these are the bytes that it was made of, or its own."""
    if not same or digest_of(content) not in (there.digest, digest_of(bytes(there.image))):
        raise FileRefused(_("There is another picture of this name here. It stays as it is."))


def _files(folder: str, pictures: QuerySet[Any]) -> Iterator[tuple[str, bytes]]:
    for picture in pictures.order_by("pk").iterator(chunk_size=10):
        yield f"{folder}/{picture.pk}.{_ENDS[PictureKind(picture.kind)]}", bytes(picture.image)


def _missing(number: int) -> str:
    return _("Pictures that are not here: %(number)s.") % {"number": number} if number else ""
