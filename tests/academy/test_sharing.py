"""Courses and articles as files: out and in again without loss, and hostile files refused kindly."""

import io
import re
import tracemalloc
import zipfile
from datetime import date

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from academy.enums import Reader, StepKind, Theme, Topic, VersionState
from academy.models import Article, ArticleVersion, Course, CourseVersion, ImportedFile
from academy.queries import in_a_ring
from academy.services import (
    FileRefused,
    Outcome,
    add_course,
    add_step,
    all_files,
    change_article,
    draft_of,
    import_files,
    mark_reviewed,
    pack_archive,
    publish_article,
    publish_version,
    set_prerequisites,
    unpack_archive,
)
from academy.services.packing import Part, read, write
from common.errors import Forbidden, InvalidInput
from events.models import EventRecord
from people.enums import Role
from tests.factories.academy import CHOICES, CourseFactory
from tests.factories.knowledge import write_article
from tests.factories.people import AdministratorFactory, CentreFactory, CoordinatorFactory, UserFactory, staff

pytestmark = pytest.mark.django_db
ARTICLE = b"---\ntype: article\nslug: rouw\ntitle: Rouw\nsummary: Kort.\npublished: true\n---\nLuister.\n"
COURSE = b"---\ntype: course\nslug: les\ntitle: les\nsummary: Kort.\n---\n"
# What a database keeps and a form takes: no surrogates, no control signs but tabs and line ends.
SIGNS = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t-\\#:'\"")
TEXT = st.text(SIGNS, max_size=60)
WORDS = st.text(SIGNS, min_size=1, max_size=60).filter(str.strip)
VALUES = st.recursive(
    TEXT | st.booleans() | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
PARTS = st.lists(st.builds(Part, st.dictionaries(WORDS, VALUES, max_size=4), TEXT), min_size=1, max_size=4)


def outcomes(files: dict[str, bytes], **how: object) -> list[Outcome]:
    return [line.outcome for line in import_files(files, **{"by": None, **how})]  # type: ignore[arg-type]


def everything() -> dict[str, bytes]:
    return {name: content.encode() for name, content in all_files()}


@given(parts=PARTS)
def test_a_file_says_what_was_written_in_it(parts: list[Part]):
    assert read(write(parts)) == parts


@settings(max_examples=12, deadline=None)
@given(
    title=WORDS, summary=WORDS, body=WORDS,
    readers=st.sets(st.sampled_from(Reader.values)), topics=st.sets(st.sampled_from(Topic.values)),
    steps=st.lists(st.tuples(WORDS, WORDS, st.sampled_from(["", "In English"]), st.booleans()), min_size=1),
    theme=st.sampled_from(Theme.values), months=st.none() | st.integers(1, 60), day=st.dates(),
)  # fmt: skip
def test_out_and_in_again_is_the_same(title, summary, body, readers, topics, steps, theme, months, day):
    with transaction.atomic():
        told = {"readers": readers, "topics": topics, "review_on": day}
        write_article(title, body, slug="een", summary=summary, tags=["a b"], **told)
        course = add_course(
            by=None,
            slug="les",
            title_nl=title,
            summary_nl=summary,
            theme=theme,
            valid_months=months,
            audiences=5,
        )
        draft = draft_of(course, by=None)
        for said, text, english, asks in steps:
            extra = {"kind": StepKind.QUESTION, "choices": CHOICES} if asks else {}
            texts = {"nl": text} | ({"en": english} if english else {})
            add_step(draft, by=None, title={"nl": said}, body=texts, minutes=4, **extra)  # type: ignore[arg-type]
        publish_version(draft, by=None)
        before = everything()
        assert outcomes(before, publish=True) == [Outcome.SAME, Outcome.SAME]
        Article.objects.all().delete()
        Course.objects.all().delete()
        packed = pack_archive((name, content.decode()) for name, content in before.items())
        assert outcomes(unpack_archive(packed), publish=True) == [Outcome.NEW, Outcome.NEW]
        assert everything() == before
        transaction.set_rollback(True)


def test_without_publish_all_comes_in_as_a_draft_and_a_dry_run_keeps_nothing():
    assert outcomes({"a/rouw.md": ARTICLE}, dry_run=True) == [Outcome.NEW]
    assert not Article.objects.exists()
    assert outcomes({"a/rouw.md": ARTICLE}) == [Outcome.NEW]
    assert Article.objects.get().published is None
    assert outcomes({"a/rouw.md": ARTICLE}, publish=True) == [Outcome.CHANGED]
    assert Article.objects.get().published.body == "Luister."
    assert outcomes({"a/rouw.md": ARTICLE}, publish=True) == [Outcome.SAME]
    assert ArticleVersion.objects.count() == 1


def test_what_is_changed_of_what_readers_see_comes_in_as_a_draft_beside_it():
    course = CourseFactory(slug="les", published=True)
    draft = draft_of(course, by=None)
    add_step(draft, by=None, title={"nl": "Een"}, body={"nl": "Luister."}, minutes=4)
    publish_version(draft, by=None)
    outcomes({"rouw.md": ARTICLE}, publish=True)
    seen = everything()
    newer = {name: content.replace(b"Luister.", b"Luister lang.") for name, content in seen.items()}
    assert outcomes(newer) == [Outcome.CHANGED, Outcome.CHANGED]
    assert everything() == seen  # readers see what they saw
    assert ArticleVersion.objects.order_by("number").last().body == "Luister lang."
    waiting = CourseVersion.objects.get(course=course, state=VersionState.DRAFT)
    assert waiting.steps.get().body["nl"] == "Luister lang."
    article = {name: content for name, content in newer.items() if "rouw" in name}
    assert outcomes(article) == [Outcome.SAME]
    # What readers see is not written over a draft, though nobody asked to leave it alone.
    assert outcomes({name: seen[name] for name in article}) == [Outcome.SAME]
    assert ArticleVersion.objects.order_by("number").last().body == "Luister lang."


def test_local_edits_stay_when_asked():
    outcomes({"rouw.md": ARTICLE}, publish=True)
    newer = ARTICLE.replace(b"Luister.", b"Luister lang.")
    assert outcomes({"rouw.md": newer}, publish=True, keep_local=True) == [Outcome.CHANGED]
    article = Article.objects.get()
    words = {"title": "Rouw", "summary": "Kort.", "body": "Zo doen wij het."}
    change_article(article, words, based_on=2, by=None)
    publish_article(article, by=None)
    newest = ARTICLE.replace(b"Luister.", b"Luister nog langer.")
    assert outcomes({"rouw.md": newest}, publish=True, keep_local=True) == [Outcome.KEPT]
    assert outcomes({"rouw.md": newest}, publish=True) == [Outcome.CHANGED]
    write_article("Van hier", slug="hier")
    mine = newest.replace(b"rouw", b"hier")
    assert outcomes({"hier.md": mine}, keep_local=True) == [Outcome.KEPT]
    assert ImportedFile.objects.count() == 1


def test_a_file_says_when_to_look_again_and_a_later_day_here_stays():
    dated = ARTICLE.replace(b"published", b"review_on: 2090-01-15\npublished")
    assert outcomes({"rouw.md": dated}, publish=True) == [Outcome.NEW]
    article = Article.objects.get()
    assert article.review_on == date(2090, 1, 15)
    assert outcomes({"rouw.md": ARTICLE}, publish=True) == [Outcome.SAME]  # it says nothing of a day
    mark_reviewed(article, by=None, review_on=date(2091, 3, 1))
    newer = dated.replace(b"Luister.", b"Luister lang.").replace(b"2090", b"2080")
    # To say that it is still right is not to change it.
    assert outcomes({"rouw.md": newer}, publish=True, keep_local=True) == [Outcome.CHANGED]
    article.refresh_from_db()
    assert (article.published.body, article.review_on) == ("Luister lang.", date(2091, 3, 1))


def test_courses_come_in_with_what_comes_first_in_any_order():
    first = COURSE.replace(b"les", b"aaa").replace(b"Kort.", b"Kort.\nprerequisites: [zzz]")
    files = {"courses/aaa.md": first, "courses/zzz.md": COURSE.replace(b"les", b"zzz")}
    assert outcomes(files) == [Outcome.NEW, Outcome.NEW]
    assert [each.slug for each in Course.objects.get(slug="aaa").prerequisites.all()] == ["zzz"]
    course = CourseFactory(slug="druk")
    draft_of(course, by=None)
    busy = files["courses/aaa.md"].replace(b"aaa", b"druk")
    (line,) = import_files({"druk.md": busy}, by=None)
    assert (line.outcome, "schrijft" in line.why) == (Outcome.REFUSED, True)
    assert CourseVersion.objects.get(course=course).state == VersionState.DRAFT


def test_who_may_read_files_in():
    with pytest.raises(Forbidden):
        import_files({"rouw.md": ARTICLE}, by=UserFactory())
    trainer = staff(Role.TRAINER, CentreFactory())
    assert outcomes({"rouw.md": ARTICLE}, by=trainer, publish=True) == [Outcome.REFUSED]
    assert not Article.objects.exists()
    assert outcomes({"rouw.md": ARTICLE}, by=trainer) == [Outcome.NEW]
    assert outcomes({"rouw.md": ARTICLE}, by=CoordinatorFactory(), publish=True) == [Outcome.CHANGED]
    (line,) = import_files({"les.md": COURSE}, by=trainer)
    assert (line.outcome, line.why) == (Outcome.REFUSED, "Trainingen neemt alleen een beheerder over.")
    assert outcomes({"les.md": COURSE}, by=AdministratorFactory()) == [Outcome.NEW]
    # Whoever takes all files in again is not bothered with courses that stay as they are.
    files = everything()
    assert outcomes(files, by=trainer) == [Outcome.SAME, Outcome.SAME]
    client = Client()
    client.force_login(trainer, backend="django.contrib.auth.backends.ModelBackend")
    packed = SimpleUploadedFile("alles.zip", pack_archive(all_files()))
    page = client.post("/kennis/beheer/bestanden/", {"file": packed, "try": "1"}).content.decode()
    assert "2 bestanden zijn hetzelfde als hier" in page
    files["courses/les.md"] += b"\n"
    assert outcomes(files, by=trainer) == [Outcome.SAME, Outcome.REFUSED]


BOMB = "a: &a [x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("../../etc/rouw.md", ARTICLE),
        ("/etc/rouw.md", ARTICLE),
        ("..\\rouw.md", ARTICLE),
        ("rouw.exe", ARTICLE),
        ("leeg.md", b""),
        ("rouw.md", b"geen begin"),
        ("rouw.md", b"---\ntitle: x\n"),
        ("rouw.md", b"---\n- een\n- twee\n---\n"),
        ("rouw.md", b"---\ntype: [\n---\n"),
        ("rouw.md", b"---\ntype: !!python/object/apply:os.system ['true']\n---\n"),
        ("rouw.md", f"---\n{BOMB}---\n".encode()),
        ("rouw.md", b"---\na: " + b"[" * 20_000 + b"\n---\n"),
        ("rouw.md", b"---\ntype: iets\n---\n"),
        ("rouw.md", ARTICLE.replace(b"summary", b"sumary")),
        ("rouw.md", ARTICLE.replace(b"title: Rouw", b"title: {a: b}")),
        ("rouw.md", ARTICLE.replace(b"title: Rouw", b"title: " + b"a" * 500)),
        ("rouw.md", ARTICLE.replace(b"published: true", b"published: misschien")),
        ("rouw.md", ARTICLE.replace(b"published: true", b"readers: [koning]")),
        ("rouw.md", ARTICLE.replace(b"slug: rouw", b"slug: beheer")),
        ("rouw.md", ARTICLE.replace(b"published", b"review_on: 31-1-2027\npublished")),
        ("rouw.md", ARTICLE + b"\xff\xfe"),
        ("rouw.md", ARTICLE + b"\x00"),
        ("rouw.md", ARTICLE + b"a" * 500_000),
        ("les.md", COURSE.replace(b"title: les", b"title: {en: Only}")),
        ("les.md", COURSE + b"---\ntype: translation\n---\n"),
        ("les.md", COURSE + b"---\ntype: step\ntitle: A\nkind: question\n---\n"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_in_a_sentence_and_stops_no_other(name: str, content: bytes):
    wrong, right = sorted(import_files({name: content, "zz.md": ARTICLE.replace(b"rouw", b"goed")}, by=None),
                          key=lambda line: line.outcome is not Outcome.REFUSED)  # fmt: skip
    assert (wrong.outcome, right.outcome) == (Outcome.REFUSED, Outcome.NEW)
    assert len(wrong.why) > 10
    assert not Course.objects.exists()


def test_courses_that_would_wait_for_each_other_are_told_of_and_what_comes_first_is_a_change_of_its_own():
    def file(slug: str, *first: str) -> bytes:
        asks = f"Kort.\nprerequisites: [{', '.join(first)}]".encode()
        return COURSE.replace(b"les", slug.encode()).replace(b"Kort.", asks)

    def told() -> set[str]:
        ids = EventRecord.objects.filter(type="academy.course_changed").values_list("payload", flat=True)
        return {Course.objects.get(pk=each["course_id"]).slug for each in ids}

    def first_of(slug: str) -> list[str]:
        return sorted(Course.objects.get(slug=slug).prerequisites.values_list("slug", flat=True))

    outcomes({f"{slug}.md": file(slug) for slug in ("aaa", "bbb", "ccc")})
    EventRecord.objects.all().delete()
    # Only what comes first has changed: read in, told of, and not taken for local work afterwards.
    files = {"aaa.md": file("aaa", "bbb"), "bbb.md": file("bbb", "ccc")}
    lines = import_files(files, by=None)
    assert [(line.outcome, line.why) for line in lines] == [(Outcome.CHANGED, "")] * 2
    assert told() == {"aaa", "bbb"}
    EventRecord.objects.all().delete()
    assert outcomes(files, keep_local=True) == [Outcome.SAME, Outcome.SAME]
    assert not told()
    # A ring, however long, is left out and said; the rest of the file comes in.
    (line,) = import_files({"ccc.md": file("ccc", "aaa", "ccc", "nergens")}, by=None)
    assert line.outcome is Outcome.SAME
    assert "Kan niet eerst komen: “aaa”, “ccc”. Deze trainingen zouden op elkaar wachten." in line.why
    assert "maar zijn hier niet: nergens." in line.why
    assert (first_of("ccc"), told()) == ([], set())
    with pytest.raises(InvalidInput) as refusal:
        set_prerequisites(Course.objects.get(slug="ccc"), [Course.objects.get(slug="aaa")], by=None)
    assert refusal.value.field == "prerequisites"
    with pytest.raises(Forbidden):
        set_prerequisites(Course.objects.get(slug="ccc"), [], by=CoordinatorFactory())
    with CaptureQueriesContext(connection) as queries:
        assert not in_a_ring(Course.objects.get(slug="aaa"), Course.objects.filter(slug="ccc"))
    assert len(queries) == 3


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def test_a_bomb_is_put_out_before_it_takes_memory():
    bomb = zipped({f"{number}.md": b"0" * 4_000_000 for number in range(40)})
    assert len(bomb) < 200_000
    tracemalloc.start()
    with pytest.raises(FileRefused):
        unpack_archive(bomb)
    assert tracemalloc.get_traced_memory()[1] < 60_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"geen zip",
        zipped({f"{n}.md": b"" for n in range(501)}),
        b"PK\x03\x04" + b"\x00" * 100,
        b"0" * 5_000_001,
        # What was packed is damaged: the byte behind the first header and the name.
        (whole := zipped({"a.md": b"veel woorden " * 9}))[:34] + b"\xff" + whole[35:],
    ],
)
def test_what_is_no_good_archive_is_refused(packed: bytes):
    with pytest.raises(FileRefused):
        unpack_archive(packed)


def test_commands_write_and_read_folders_and_archives(tmp_path, capsys):
    write_article("Rouw", slug="rouw")
    for target in (tmp_path / "map", tmp_path / "alles.zip"):
        call_command("academy_export", str(target))
        Article.objects.all().delete()
        call_command("academy_import", str(target), "--publish")
        assert Article.objects.get().published.title == "Rouw"
    (tmp_path / "map" / "fout.md").write_text("geen begin")
    with pytest.raises(CommandError):
        call_command("academy_import", str(tmp_path / "map"))
    assert "refused" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("academy_import", str(tmp_path / "map" / "fout.md"))


def test_the_page_tells_what_would_happen_and_then_does_it(client):
    reader = CoordinatorFactory()
    client.force_login(reader)
    page = "/kennis/beheer/bestanden/"
    packed = zipped({"articles/rouw.md": ARTICLE, "fout.md": b"geen begin"})

    def send(name: str, content: bytes, **fields: str):
        return client.post(page, {"file": SimpleUploadedFile(name, content), **fields})

    tried = send("alles.zip", packed, **{"try": "1", "publish": "on"}).content.decode()
    assert "Dit zou er gebeuren" in tried
    assert "articles/rouw.md" in tried
    assert not Article.objects.exists()
    kept = re.search(r'name="kept" value="([^"]+)"', tried)
    assert kept, "nobody has to find the file again"
    assert "alles.zip" in tried
    client_of_another = Client()
    client_of_another.force_login(CoordinatorFactory())
    for wrong in ({"kept": "iets anders"}, {"kept": ""}):
        assert client.post(page, wrong).status_code == 422
    assert client_of_another.post(page, {"kept": kept[1]}).status_code == 422, "it is theirs alone"
    waits = cache.get(f"academy.upload:{reader.pk}")
    assert waits
    assert "alles.zip" not in waits, "encrypted"
    assert "Dit is er gebeurd" in client.post(page, {"kept": kept[1], "publish": "on"}).content.decode()
    assert "Het bestand is er niet meer" in client.post(page, {"kept": kept[1]}).content.decode()
    assert Article.objects.get().published.title == "Rouw"
    nothing = send("rouw.md", ARTICLE, **{"try": "1", "publish": "on"}).content.decode()
    assert "Er zou niets veranderen" in nothing
    assert send("rouw.md", ARTICLE).status_code == 200
    assert send("alles.zip", b"geen zip").status_code == 422
    assert client.post(page).status_code == 422
    answer = client.get(f"{page}alles.zip")
    assert unpack_archive(answer.content).keys() == {"articles/rouw.nl.md"}
