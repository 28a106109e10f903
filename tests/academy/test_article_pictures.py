"""Pictures in the knowledge base, and where a writer puts a picture, in a lesson too."""

import io
import random
import re
from html import unescape
from time import thread_time

import pytest
from django.core.management import call_command
from django.test import Client
from PIL import Image
from rest_framework.test import APIClient

from academy import services
from academy.enums import Reader
from academy.models import Article, ArticlePicture, ArticleVersion
from academy.services import (
    Outcome,
    all_files,
    import_files,
    in_parts,
    pack_archive,
    pictures,
    sharing,
    unpack_archive,
)
from academy.services.pictures import ARTICLE_PICTURES_AT_MOST
from common import uploads
from common.errors import Forbidden, InvalidInput
from people.enums import Role
from people.rights import Subject, erase, tell
from tests.academy.test_pictures import client_of, made_of, photo, upload
from tests.factories.academy import CourseFactory
from tests.factories.knowledge import write_article
from tests.factories.people import AdministratorFactory, CentreFactory, UserFactory, staff

pytestmark = pytest.mark.django_db
NEW = "/kennis/beheer/nieuw/"
WORDS = {"title": "Rouw", "summary": "Kort.", "review_on": "2030-01-01", "language": "nl"}


def open_file(image: Image.Image) -> io.BytesIO:
    written = io.BytesIO()
    image.save(written, "PNG")
    written.seek(0)
    return written


@pytest.fixture
def trainer(clock):
    return staff(Role.TRAINER, CentreFactory())


def shown(page) -> str:
    """What stands in the text field of an answer."""
    return re.search(
        r"<textarea[^>]*name=\"body(?:_nl)?\"[^>]*>\n?(.*?)</textarea>", page.content.decode(), re.S
    )[1]


def test_a_text_full_of_brackets_is_searched_for_a_place_at_once():
    """Half a megabyte in a fraction of a second: each sign is looked at once."""
    begun = thread_time()
    pictures.refuse_empty_place("![" * 250_000, "body")
    assert thread_time() - begun < 1.0
    with pytest.raises(InvalidInput):
        pictures.refuse_empty_place("![" * 10 + "![een \\[huis\\]](beeld)", "body")


def test_a_picture_comes_where_the_writer_marked_it_and_is_seen_before_it_is_kept(trainer):
    client = client_of(trainer)
    said = WORDS | {"body": "Eerst.\n\n![](beeld)\n\nDaarna.", "tags": "rouw", "readers": ["volunteer"]}
    # Marked, and none came: said, also to who keeps it through the API. Without words nothing is taken.
    assert "plek voor een afbeelding" in client.post(NEW, said).content.decode()
    assert client.post(NEW, said | {"add_picture": "1"} | upload()).status_code == 422
    assert not ArticlePicture.objects.exists()
    placed = client.post(NEW, said | {"add_picture": "1", "alt": "Twee [mensen]"} | upload())
    kept = ArticlePicture.objects.get()
    address = f"/kennis/beeld/{kept.pk}/"
    assert shown(placed) == f"Eerst.\n\n![Twee \\[mensen\\]]({address})\n\nDaarna."
    page = placed.content.decode()
    assert f'<img src="{address}" alt="Twee [mensen]" loading="lazy">' in page  # how it looks
    assert 'value="rouw"' in page
    assert re.findall(r'name="readers" value="(\w+)"[^>]* checked', page) == ["volunteer"]
    assert not Article.objects.exists()
    # Words in the mark will do; a second picture has the second mark; without a mark it is the end.
    again = shown(placed) + "\n\n![een hand](picture) ![](beeld)"
    second = shown(client.post(NEW, said | {"body": again, "add_picture": "1"} | upload(photo("red"))))
    assert re.search(r"Daarna\.\n\n!\[een hand\]\(/kennis/beeld/[0-9a-f-]{36}/\) !\[\]\(beeld\)$", second)
    body = second.replace("![](beeld)", "").strip()
    looked = client.post(NEW, said | {"body": body, "look": "1"})
    assert (looked.status_code, shown(looked)) == (200, body)
    assert (
        client.post(NEW, said | {"body": body, "alt": "Een boom"} | upload(photo("blue"))).status_code == 302
    )
    article = Article.objects.get()
    assert article.pictures.count() == 3
    assert ArticleVersion.objects.get().body.startswith(f"{body}\n\n![Een boom](/kennis/beeld/")
    with pytest.raises(InvalidInput, match=r"vierkante haken|square brackets"):
        write_article("Kaal", f"![ ]({address})")
    lines = [f"![a](/kennis/beeld/018f0000-0000-7000-8000-{number:012}/)" for number in range(41)]
    with pytest.raises(InvalidInput, match="40"):
        write_article("Te veel", "\n".join(lines))
    assert ARTICLE_PICTURES_AT_MOST == 40


def test_a_lesson_has_its_picture_in_both_languages_where_each_was_marked(trainer):
    course = CourseFactory(slug="tillen")
    services.draft_of(course, by=None)
    new = "/trainer/trainingen/tillen/stappen/nieuw/"
    said = {"kind": "text", "title_nl": "Zo", "minutes": "5", "alt_nl": "Een doos", "alt_en": "A box"}
    texts = {"body_nl": "![](beeld)\n\nTil.", "body_en": "Lift.\n\n![two hands](picture)\n\nRest."}
    client = client_of(trainer)
    placed = client.post(new, said | texts | {"add_picture": "1"} | upload())
    (kept,) = course.pictures.all()
    assert shown(placed) == f"![Een doos]({kept.address})\n\nTil."
    page = placed.content.decode()
    assert f"Lift.\n\n![two hands]({kept.address})\n\nRest." in page
    assert f'<img src="{kept.address}" alt="two hands" loading="lazy">' in page
    looked = client.post(new, said | {"body_nl": "Kijk **hier**.", "look": "1"}).content.decode()
    assert "<p>Kijk <strong>hier</strong>.</p>" in looked
    assert client.post(new, said | texts).status_code == 422
    assert not course.versions.get().steps.exists()


def test_who_may_read_an_article_sees_its_pictures_and_what_nobody_shows_goes(clock, trainer):
    seen, secret, loose = (
        services.add_article_picture(made_of(each), by=trainer) for each in ("red", "green", "blue")
    )
    write_article("Open", services.picture_line(seen, "Rood"))
    write_article("Staf", services.picture_line(secret, "Groen"), readers=[Reader.STAFF])
    draft = write_article("Concept", services.picture_line(secret, "Groen"), published=False)
    for visitor, statuses in ((Client(), (200, 404, 404)), (client_of(trainer), (200, 200, 200))):
        answers = [visitor.get(each.address) for each in (seen, secret, loose)]
        assert tuple(each.status_code for each in answers) == statuses
    assert answers[0]["Content-Security-Policy"] == "default-src 'none'; sandbox"
    services.publish_article(draft, by=None)  # now one that anybody may read shows it
    assert Client().get(secret.address).status_code == 200
    services.withdraw_article(draft, by=None)
    assert Client().get(secret.address).status_code == 404
    told = {section.key: section.rows for section in tell(Subject(user=trainer))}["article_pictures"]
    assert {row["address"] for row in told} == {each.address for each in (seen, secret, loose)}
    clock.forward(hours=25)
    fresh = services.add_article_picture(made_of("white"), by=trainer)
    assert set(ArticlePicture.objects.all()) == {seen, secret, fresh}
    erase(Subject(user=trainer))
    assert not ArticlePicture.objects.exclude(uploaded_by=None).exists()


def test_programs_hand_in_pictures_too(trainer):
    address, said, api = "/api/v1/kept-articles/pictures", {"alt": "Een doos"}, APIClient()
    api.force_authenticate(UserFactory())
    assert api.post(address, said | upload(), format="multipart").status_code == 403
    api.force_authenticate(trainer)
    for wrong, status in (({"alt": ""} | upload(), 422), (said | upload(b"geen foto"), 400), (said, 400)):
        assert api.post(address, wrong, format="multipart").status_code == status
    assert not ArticlePicture.objects.exists()
    made = api.post(address, said | upload(), format="multipart").json()
    assert made["markdown"] == f"![Een doos]({ArticlePicture.objects.get().address})"
    with pytest.raises(Forbidden):
        services.add_article_picture(made_of("red"), by=UserFactory())


def test_they_travel_with_the_article_in_both_languages_once(trainer):
    kept = services.add_article_picture(made_of("red"), by=trainer)
    for language in ("nl", "en"):
        write_article("Rouw", services.picture_line(kept, "Een boom"), slug="rouw", language=language)
    files = dict(all_files())
    name = f"articles/rouw/{kept.pk}.webp"
    assert list(files) == ["articles/rouw.en.md", "articles/rouw.nl.md", name]
    files = unpack_archive(pack_archive(files.items()))
    ArticlePicture.objects.all().delete()
    Article.objects.all().delete()
    texts = {each: content for each, content in files.items() if each != name}
    lines = import_files(texts, by=AdministratorFactory(), publish=True)
    assert {line.why for line in lines} == {"Afbeeldingen die hier niet zijn: 1."}
    assert [line.outcome for line in import_files({name: files[name]}, by=trainer)] == [Outcome.NEW]
    assert ArticlePicture.objects.get(pk=kept.pk).articles.count() == 2
    assert {(line.outcome, line.why) for line in import_files(files, by=None, publish=True)} == {
        (Outcome.SAME, "")
    }
    stranger = name.replace(str(kept.pk), "018f0000-0000-7000-8000-000000000000")
    for wrong, content in (
        (name, photo("blue")),
        (stranger, photo()),
        (name.replace("rouw", "vrees"), photo()),
    ):
        (line,) = import_files({wrong: content}, by=None)
        assert (line.outcome, len(line.why) > 20) == (Outcome.REFUSED, True)


@pytest.mark.once
def test_what_goes_out_can_come_in_up_to_the_last_byte_and_file():
    noise = random.Random(1)
    big = [(f"courses/a/{number}.webp", noise.randbytes(uploads.KEPT_BYTES)) for number in range(14)]
    small = [(f"articles/{'a' * 70}-{number}.md", "é") for number in range(sharing.FILES_AT_MOST + 1)]
    whole: dict[str, bytes] = {}
    parts = list(in_parts(big + small))
    for part in parts:
        packed = pack_archive(part)
        assert len(packed) <= sharing.ARCHIVE_BYTES
        whole |= unpack_archive(packed)
    assert [len(part) for part in parts] == [12, 500, 3]
    assert list(whole.items()) == big + [(name, content.encode()) for name, content in small]
    # One file more, or one byte, and it would be refused: so the parts are needed.
    with pytest.raises(services.FileRefused):
        unpack_archive(pack_archive(big + small))
    assert list(in_parts([])) == [[]]


@pytest.mark.once
def test_the_busiest_picture_is_kept_small_enough_to_travel(monkeypatch):
    monkeypatch.setattr(uploads, "KEPT_BYTES", 20_000)
    noise = Image.frombytes("RGBA", (200, 200), random.Random(1).randbytes(200 * 200 * 4))
    made = uploads._encoded(noise, uploads.PictureKind.WEBP)
    assert (len(made.content) <= 20_000, made.width < 200, made.width == made.height) == (True, True, True)
    assert uploads.clean_picture(open_file(Image.new("RGB", (200, 200)))).width == 200
    assert sharing.PART_BYTES > 1_500_000


def test_the_page_gives_parts_when_it_is_too_much_for_one_and_the_command_writes_them(
    monkeypatch, tmp_path, trainer
):
    monkeypatch.setattr(sharing, "FILES_AT_MOST", 2)
    for number in range(5):
        write_article(f"Nummer {number}")
    page, client = "/kennis/beheer/bestanden/", client_of(trainer)
    answer = client.get(f"{page}alles.zip")
    assert answer.status_code == 302
    assert re.fullmatch(rf"{re.escape(page)}\?delen=3&stand=[0-9a-f]{{16}}", answer["Location"])
    links = re.findall(
        r"alles\.zip(\?deel=\d&amp;stand=\w+)", client.get(answer["Location"]).content.decode()
    )
    offered = [unescape(each) for each in links]
    assert [each[:7] for each in offered] == ["?deel=1", "?deel=2", "?deel=3"]
    files: dict[str, bytes] = {}
    for number, link in enumerate(offered, start=1):
        part = client.get(f"{page}alles.zip{link}")
        assert f"samenkracht-kennis-{number}.zip" in part["Content-Disposition"]
        files |= unpack_archive(part.content)
    assert files.keys() == {f"articles/nummer-{number}.nl.md" for number in range(5)}
    assert client.get(f"{page}alles.zip?deel=4").status_code == 404
    # Somebody writes between two parts: what was taken before does not belong with what comes now.
    write_article("Nummer 5")
    anew = client.get(f"{page}alles.zip{offered[1]}", follow=True)
    assert "Neem alle delen opnieuw mee" in anew.content.decode()
    assert offered[1] not in unescape(anew.content.decode())
    Article.objects.get(slug="nummer-5").delete()
    assert client.get(f"{page}alles.zip{offered[1]}").status_code == 200
    assert client.get(f"{page}?delen=x9").status_code == 200
    call_command("academy_export", str(tmp_path / "a.zip"))
    archives = sorted(tmp_path.iterdir())
    assert [each.name for each in archives] == ["a-2.zip", "a-3.zip", "a.zip"]
    Article.objects.all().delete()
    call_command("academy_import", *map(str, archives))
    assert Article.objects.count() == 5


def test_lessons_that_no_file_could_hold_are_refused_when_they_are_written(trainer):
    draft = services.draft_of(CourseFactory(), by=None)
    step = {"title": {"nl": "A"}, "body": {"nl": "a" * 12_000, "en": "b" * 12_000}}
    services.write_steps(draft, [step] * 16, by=None)
    with pytest.raises(InvalidInput, match=r"te lang|too long"):
        services.write_steps(draft, [step] * 17, by=None)
    with pytest.raises(InvalidInput, match=r"te lang|too long"):
        services.add_step(draft, by=None, **step)
    assert draft.steps.count() == 16
    services.publish_version(draft, by=None)
    assert {line.outcome for line in import_files(unpack_archive(pack_archive(all_files())), by=None)} == {
        Outcome.SAME
    }
