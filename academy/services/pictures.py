"""Pictures in lessons and articles: made anew on the server, and named in texts with words that tell them.

A picture never changes, so its address does not: a text that names it can go to another centre and find it
there, under the same id. What no version of a text names any more goes after a day: of lessons when they are
next published or a draft is thrown away, of articles when the next picture is handed in.

A writer marks where a picture is to come with ``![](beeld)``, words between the brackets or not.
"""

import hashlib
import json
import re
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from academy.errors import CourseRetired
from academy.models import Article, ArticlePicture, ArticleVersion, Course, KeptPicture, LessonPicture, Step
from common import clock
from common.errors import InvalidInput
from common.ids import new_id
from common.permissions import require
from common.uploads import Picture
from people.models import User

PICTURES_AT_MOST = 100
LONGEST_ALT = 200
ARTICLE_PICTURES_AT_MOST = 40
# Of all articles together, handed in and shown by none yet.
WAITING_AT_MOST = 200
# So long a picture may wait for the text that names it: somebody is still writing.
UNNAMED_KEPT = timedelta(days=1)
_NAMED = re.compile(r"/(leren|kennis)/beeld/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")
_MARKS = re.compile(r"([\\\[\]!*_`<>])")
# Without words for who cannot see it.
_BARE = re.compile(r"!\[\s*\]\(")
# Words hold no bracket that is not escaped: so each sign of a text is looked at once, whatever is typed.
_PLACE = re.compile(r"!\[((?:\\.|[^\[\]\\])*)\]\((?:beeld|picture)\)")


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


@transaction.atomic
def add_article_picture(
    picture: Picture, *, by: User | None, picture_id: UUID | None = None, came_in: bytes | None = None
) -> ArticlePicture:
    """Keep a picture for the knowledge base; an article that names it shows it, once it is kept.

    Args: as for ``add_picture``.

    Raises:
        Forbidden: ``by`` is neither staff nor trainer anywhere.
        InvalidInput: too many wait for their article.
    """
    require(by, "academy.write_articles")
    waiting = ArticlePicture.objects.filter(articles=None)
    waiting.filter(uploaded_at__lt=clock.now() - UNNAMED_KEPT).delete()
    if waiting.count() >= WAITING_AT_MOST:
        raise InvalidInput(
            _("Many pictures wait for their article. Keep the article, or try again tomorrow."),
            field="picture",
        )
    return ArticlePicture.objects.create(
        pk=picture_id or new_id(),
        image=picture.content,
        kind=picture.kind.value,
        width=picture.width,
        height=picture.height,
        digest=digest_of(came_in or picture.content),
        uploaded_by=by,
    )


def show_pictures(article: Article, text: str) -> None:
    """Note which pictures a new version of an article shows. Raises ``InvalidInput`` for too many."""
    named = named_in(text, "kennis")
    if len(named) > ARTICLE_PICTURES_AT_MOST:
        raise InvalidInput(_("An article has at most 40 pictures."), field="body")
    if named:
        article.pictures.add(*ArticlePicture.objects.filter(pk__in=named))


def picture_line(picture: KeptPicture, alt: str) -> str:
    """Return the line of markdown that shows a picture.

    Raises:
        InvalidInput: there are no words for who cannot see it, or too many; ``field`` is ``alt``.
    """
    return _shown(picture, _MARKS.sub(r"\\\1", _worded(alt)))


def with_picture(text: str, picture: KeptPicture, alt: str) -> str:
    """Return a text with a picture where its writer marked a place, else on a line of its own at the end.

    Words in the mark go before ``alt``. Raises as ``picture_line``.
    """
    place = _PLACE.search(text)
    if place is None:
        return f"{text.rstrip()}\n\n{picture_line(picture, alt)}\n".lstrip()
    line = _shown(picture, _worded(place[1])) if place[1].strip() else picture_line(picture, alt)
    return text[: place.start()] + line + text[place.end() :]


def refuse_empty_place(text: str, field: str) -> None:
    """Raise ``InvalidInput`` where a picture was to come, and none did."""
    if _PLACE.search(text):
        raise InvalidInput(
            _("There is a place for a picture in the text. Hand the picture in, or take the mark away."),
            field=field,
        )


def refuse_bare_picture(text: str, field: str) -> None:
    """Raise ``InvalidInput`` where nothing is said of what a picture shows."""
    if _BARE.search(text):
        raise InvalidInput(
            _("Say with each picture what it shows, between the square brackets."), field=field
        )


def named_in(text: str, where: str = "leren") -> set[UUID]:
    """Return the ids of the pictures that a text names: of lessons, or (``kennis``) of articles."""
    return {UUID(found) for kind, found in _NAMED.findall(text) if kind == where}


def named_by(course: Course) -> set[UUID]:
    """Return the ids of the pictures that any version of the lessons of a course names; one query."""
    rows = Step.objects.filter(version__course=course).values_list("body", "transcript", "choices")
    return named_in(json.dumps(list(rows)))


def named_by_articles(articles: Collection[Article]) -> set[UUID]:
    """Return the ids of the pictures that any version of these articles names; one query."""
    rows = ArticleVersion.objects.filter(article__in=articles).values_list("body", flat=True)
    return named_in("\n".join(rows), "kennis")


def forget_unnamed(course: Course) -> None:
    """Delete the pictures of a course that no step names, and that nobody is still writing about."""
    old = LessonPicture.objects.filter(course=course, uploaded_at__lt=clock.now() - UNNAMED_KEPT)
    if old.exists():
        old.exclude(pk__in=named_by(course)).delete()


def digest_of(content: bytes) -> str:
    """Return by what the same bytes are known again."""
    return hashlib.sha256(content).hexdigest()


def _worded(alt: str) -> str:
    words = " ".join(alt.split())
    if not words:
        raise InvalidInput(
            _("Say in a few words what the picture shows, for who cannot see it."), field="alt"
        )
    if len(words) > LONGEST_ALT:
        raise InvalidInput(_("This is too long. Say it in one sentence."), field="alt")
    return words


def _shown(picture: KeptPicture, words: str) -> str:
    return f"![{words}]({picture.address})"
