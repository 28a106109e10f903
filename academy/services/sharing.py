"""Sharing courses and articles between centres as files: out, in, and in again without losing local work."""

import hashlib
import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from academy.models import Article, Course, ImportedFile
from academy.services import article_files, course_text, picture_files
from academy.services.article_files import ArticleFile
from academy.services.course_files import CourseFile
from academy.services.packing import LONGEST_FILE, FileRefused, read
from common import clock
from common.errors import DomainError
from common.permissions import require
from people.models import User

FILES_AT_MOST = 500
ARCHIVE_BYTES = 20_000_000
UNPACKED_BYTES = 30_000_000
# What goes out in one archive, before it is packed: pictures pack to nothing less, and names take room too.
PART_BYTES = 18_000_000
# A ZIP keeps times from 1980 on; one fixed time makes the same content the same file.
_ANY_TIME = (1980, 1, 1, 0, 0, 0)
# To look at an article again is not to change it.
_REVIEW_DAY = re.compile(r"^review_on: .*\n", re.MULTILINE)
# What reading a ZIP raises that is none, or is not whole.
_DAMAGED = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, zlib.error,
    lzma.LZMAError, struct.error,
)  # fmt: skip


class Outcome(StrEnum):
    """What became of a file."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    KEPT = "kept"
    REFUSED = "refused"


@dataclass(frozen=True)
class Line:
    """One file of a report; ``why`` is a sentence for people when it was refused, or not taken over whole."""

    name: str
    outcome: Outcome
    why: str = ""


@dataclass(frozen=True)
class _Intake:
    """How files are read in, and what came of those that were, by the name of their file."""

    by: User | None
    publish: bool
    keep_local: bool
    courses: dict[str, tuple[CourseFile, Course]]
    articles: dict[str, Article]


# --- Out ----------------------------------------------------------------------------------------


def all_files() -> Iterator[tuple[str, str | bytes]]:
    """Yield name and content of every article and every living course, each with its pictures behind it.

    The order is fixed.
    """
    articles = Article.objects.select_related("published").prefetch_related("topics")
    for slug, same in groupby(articles.order_by("slug", "language"), key=lambda article: article.slug):
        files = {article_files.name_of(each): article_files.file_of(each) for each in same}
        yield from files.items()
        yield from picture_files.files_of_article(slug, files.values())
    for course in Course.objects.filter(retired_at=None).order_by("slug"):
        text = course_text.file_of(course)
        yield course_text.name_of(course), text
        yield from picture_files.files_of(course, text)


def in_parts(files: Iterable[tuple[str, str | bytes]]) -> Iterator[list[tuple[str, str | bytes]]]:
    """Divide files over archives that can each be read in again, in this order. Yields one at a time."""
    part: list[tuple[str, str | bytes]] = []
    size = 0
    for name, content in files:
        adds = len(content.encode() if isinstance(content, str) else content)
        if part and (size + adds > PART_BYTES or len(part) >= FILES_AT_MOST):
            yield part
            part, size = [], 0
        part.append((name, content))
        size += adds
    yield part


def sealed(
    files: Iterable[tuple[str, str | bytes]], seal: hashlib.blake2b
) -> Iterator[tuple[str, str | bytes]]:
    """Pass files on and let ``seal`` know each: the same files in the same order end in the same seal."""
    for name, content in files:
        packed = content.encode() if isinstance(content, str) else content
        seal.update(f"{name}\0{len(packed)}\0".encode() + packed)
        yield name, content


def pack_archive(files: Iterable[tuple[str, str | bytes]]) -> bytes:
    """Return a ZIP of files; of the same files always the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, _ANY_TIME), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


# --- In -----------------------------------------------------------------------------------------


def unpack_archive(packed: bytes) -> dict[str, bytes]:
    """Return the files of a ZIP by name. Nothing is written anywhere, so a name can lead nowhere.

    Raises:
        FileRefused: it is no ZIP, has too many files, or unpacks to more than it may.
    """
    if len(packed) > ARCHIVE_BYTES:
        raise FileRefused(_("This file is too large. It may be 20 MB."))
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > FILES_AT_MOST:
                raise FileRefused(_("There are too many files in it: at most 500."))
            return dict(_unpacked(archive, entries))
    except _DAMAGED:
        raise FileRefused(_("This is not a ZIP that we can read.")) from None


def _unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, bytes]]:
    """Read each as far as it may go, whatever its header says of its size."""
    left = UNPACKED_BYTES
    for entry in entries:
        with archive.open(entry) as file:
            content = file.read(min(_longest(entry.filename), left) + 1)
        left -= len(content)
        if left < 0:
            raise FileRefused(_("This ZIP unpacks to more than we take in."))
        yield entry.filename, content


def _longest(name: str) -> int:
    return picture_files.LARGEST if picture_files.is_picture(name) else LONGEST_FILE * 4


def import_files(
    files: Mapping[str, bytes],
    *,
    by: User | None,
    publish: bool = False,
    dry_run: bool = False,
    keep_local: bool = False,
) -> list[Line]:
    """Read files in, each by itself: one that is wrong keeps nothing of its own and stops no other.

    Args:
        files: content by name; articles and courses in any folder, other names are refused.
        by: who reads them in; they need the rights for each.
        publish: show readers what the files say is published; without it all comes in as drafts.
        dry_run: only tell what would happen.
        keep_local: leave alone what was changed here since it was read in, and what was written here.

    Raises:
        Forbidden: ``by`` does not write for the knowledge base.
    """
    require(by, "academy.write_articles")
    intake = _Intake(by, publish, keep_local, {}, {})
    with transaction.atomic():
        # Pictures last: they are taken in when a lesson shows them.
        order = sorted(files, key=lambda name: (picture_files.is_picture(name), name))
        lines = {name: _import(name, files[name], intake) for name in order}
        for name, (file, course) in intake.courses.items():
            lines[name] = _linked(lines[name], file, course, by)
        for name, article in intake.articles.items():
            lines[name] = replace(lines[name], why=picture_files.missing_words_of_article(article))
        if dry_run:
            transaction.set_rollback(True)
    return list(lines.values())


def _import(name: str, content: bytes, intake: _Intake) -> Line:
    shown = name.encode("utf-8", "replace").decode()[:200]
    try:
        with transaction.atomic():
            return Line(shown, _take_in(name, content, intake))
    except DomainError as refusal:
        return Line(shown, Outcome.REFUSED, str(refusal.message))


def _take_in(name: str, content: bytes, intake: _Intake) -> Outcome:
    if picture_files.is_picture(name):
        new = picture_files.take_in(_safe(name), content, by=intake.by)
        return Outcome.NEW if new else Outcome.SAME
    file = _parsed(name, content)
    module: Any = article_files if isinstance(file, ArticleFile) else course_text
    there: Any = file.find()
    shown, before = (module.file_of(there), module.newest_of(there)) if there is not None else ("", "")
    if isinstance(file, CourseFile) and _is_left(content.decode() == shown, intake.by):
        return Outcome.SAME
    if there is not None and intake.keep_local and _is_local(module.name_of(there), before):
        return Outcome.KEPT
    with transaction.atomic():
        made = file.keep(there, publish=intake.publish, by=intake.by)
        after = module.newest_of(_fresh(made))
        # What readers see already is no reason to write over a draft.
        same = there is not None and after in {shown, before}
        if same:
            transaction.set_rollback(True)
    if isinstance(file, CourseFile) and isinstance(made, Course):
        intake.courses[name] = file, made
    elif isinstance(made, Article):
        intake.articles[name] = made
    if same:
        return Outcome.SAME
    _note(module.name_of(made), after)
    return Outcome.NEW if there is None else Outcome.CHANGED


def _is_left(same: bool, by: User | None) -> bool:
    """Whether a course stays as it is, by who may not keep courses: it is the same, or they are refused."""
    if by is None or by.has_perm("academy.keep_courses"):
        return False
    if not same:
        raise FileRefused(_("Only an administrator takes trainings in."))
    return True


def _linked(line: Line, file: CourseFile, course: Course, by: User | None) -> Line:
    """Say which courses come first, once all of them are there: that may be all that has changed."""
    changed, left_out = file.link(course, by=by)
    why = " ".join(filter(None, [left_out, picture_files.missing_words(course)]))
    if changed:
        _note(course_text.name_of(course), course_text.newest_of(course))
    outcome = Outcome.CHANGED if changed and line.outcome is Outcome.SAME else line.outcome
    return Line(line.name, outcome, why)


def _note(name: str, content: str) -> None:
    ImportedFile.objects.update_or_create(name=name, defaults={"digest": _digest(content), "at": clock.now()})


def _fresh(made: Any) -> Any:
    return type(made)._default_manager.get(pk=made.pk)


def _is_local(name: str, now: str) -> bool:
    """Whether it was written here, or changed here since it was read in."""
    known = ImportedFile.objects.filter(name=name).values_list("digest", flat=True).first()
    return known != _digest(now)


def _digest(content: str) -> str:
    return hashlib.sha256(_REVIEW_DAY.sub("", content, count=1).encode()).hexdigest()


def _safe(name: str) -> str:
    """Return a name with slashes. Raises ``FileRefused`` for one that leads out of the folder."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or len(name) > 200:
        raise FileRefused(_("This is not a file of an article or a course: those end in .md."))
    return path.as_posix()


def _parsed(name: str, content: bytes) -> ArticleFile | CourseFile:
    if not _safe(name).endswith(".md"):
        raise FileRefused(_("This is not a file of an article or a course: those end in .md."))
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise FileRefused(_("This file is not a text in UTF-8.")) from None
    if any(sign < " " and sign not in "\t\n\r" for sign in text):
        raise FileRefused(_("This file is not a text in UTF-8."))
    parts = read(text)
    kind = parts[0].front.get("type")
    if kind == article_files.KIND:
        return ArticleFile(parts)
    if kind == course_text.KIND:
        return CourseFile(parts)
    raise FileRefused(_("Say in the first lines what it is: type: article, or type: course."))
