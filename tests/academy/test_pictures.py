"""Pictures in lessons: handed in on the page and by a program, shown, sent along with a course, forgotten."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from rest_framework.test import APIClient

from academy import services
from academy.enums import VersionState
from academy.models import Course, LessonPicture, Step
from academy.services import Outcome, all_files, import_files, pack_archive, unpack_archive
from common.errors import Forbidden, InvalidInput
from common.uploads import MAX_PICTURE_BYTES, Picture, clean_picture
from people.enums import Role
from people.rights import Subject, erase, tell
from tests.factories.academy import CourseFactory, learn, lesson
from tests.factories.people import (
    AdministratorFactory,
    CentreFactory,
    UserFactory,
    VolunteerFactory,
    staff,
)

pytestmark = pytest.mark.django_db


def photo(colour: str = "green") -> bytes:
    """A photo of a phone that says where it was taken."""
    image, said = Image.new("RGB", (2400, 1200), colour), Image.Exif()
    said[0x010E] = "Dorpsstraat 1"
    written = io.BytesIO()
    image.save(written, "JPEG", exif=said)
    return written.getvalue()


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def course(clock):
    made = CourseFactory(slug="tillen", title_nl="Veilig tillen")
    lesson(made)
    services.draft_of(made, by=None)
    return made


@pytest.fixture
def trainer(clock):
    return staff(Role.TRAINER, CentreFactory())


STEP = {"kind": "text", "title_nl": "Zo til je", "minutes": "5", "body_nl": "Buig je knieën."}
NEW = "/trainer/trainingen/tillen/stappen/nieuw/"


def upload(content: bytes = b"", name: str = "foto.jpg") -> dict[str, SimpleUploadedFile]:
    return {"picture": SimpleUploadedFile(name, content or photo())}


def test_a_trainer_puts_a_photo_in_a_lesson_without_a_script(course, trainer):
    client = client_of(trainer)
    page = client.get(NEW).content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert 'accept="image/webp,image/jpeg,image/png"' in page
    placed = client.post(NEW, STEP | {"alt_nl": "Een vrouw [tilt] een doos", "add_picture": "1"} | upload())
    kept, shown = LessonPicture.objects.get(), placed.content.decode()
    address = f"/leren/beeld/{kept.pk}/"
    assert placed.status_code == 200
    assert f"Buig je knieën.\n\n![Een vrouw \\[tilt\\] een doos]({address})" in shown
    assert "Zo til je" in shown  # what was typed stays; the step itself is not kept yet
    assert not Step.objects.filter(title__nl="Zo til je").exists()
    text = re.search(r"Buig je knie.*?\)", shown, re.S).group()
    client.post(NEW, STEP | {"body_nl": text})
    step = Step.objects.get(title__nl="Zo til je")
    preview = client.get(f"/trainer/trainingen/tillen/bekijk/{step.position}/").content.decode()
    assert f'<img src="{address}" alt="Een vrouw [tilt] een doos" loading="lazy">' in preview
    assert (kept.kind, kept.width, kept.height, kept.uploaded_by) == ("image/webp", 1600, 800, trainer)
    assert b"Dorpsstraat" not in bytes(kept.image)
    # Keeping at once does both.
    client.post(NEW, STEP | {"title_nl": "En zo", "alt_nl": "Twee handen", "body_en": "Knees."} | upload())
    body = Step.objects.get(title__nl="En zo").body
    assert all("![Twee handen](/leren/beeld/" in body[language] for language in ("nl", "en"))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"alt_nl": " ", **upload()}, "voor wie die niet kan zien"),
        ({"alt_nl": "x" * 201, **upload()}, "200"),
        ({"alt_nl": "Een doos"}, "Kies een foto of een tekening."),
        ({"alt_nl": "Een doos", **upload(b"<svg onload='alert(1)'/>", "a.png")}, "JPEG, PNG of WebP"),
        ({"alt_nl": "Een doos", **upload(b"0" * (MAX_PICTURE_BYTES + 1))}, "15 MB"),
    ],
)
def test_what_is_missing_is_said_kindly_and_what_was_typed_stays(course, trainer, fields, says):
    for upload_ in (each for each in fields.values() if isinstance(each, SimpleUploadedFile)):
        upload_.seek(0)
    answer = client_of(trainer).post(NEW, STEP | fields | {"add_picture": "1"})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "Buig je knieën." in answer.content.decode()
    assert not LessonPicture.objects.exists()


def test_only_who_writes_hands_in_and_a_picture_always_has_words(course, trainer):
    learner = client_of(UserFactory())
    assert learner.post(NEW, STEP | {"alt_nl": "Een doos", "add_picture": "1"} | upload()).status_code == 404
    address, said = f"/api/v1/courses/{course.pk}/pictures", {"alt": "Een doos"}
    api = APIClient()
    api.force_login(UserFactory())
    assert api.post(address, said | upload(), format="multipart").status_code == 403
    api.force_login(trainer)
    for wrong, status in (
        ({"alt": " "} | upload(), 422),
        (said | upload(b"geen foto"), 400),
        (said, 400),
        (said | upload(b"0" * (MAX_PICTURE_BYTES + 1)), 413),
    ):
        assert api.post(address, wrong, format="multipart").status_code == status
    assert not LessonPicture.objects.exists()
    made = api.post(address, said | upload(), format="multipart")
    kept = LessonPicture.objects.get()
    assert (made.status_code, made.json()["address"]) == (201, f"/leren/beeld/{kept.pk}/")
    assert made.json()["markdown"] == f"![Een doos](/leren/beeld/{kept.pk}/)"
    draft = course.versions.get(state=VersionState.DRAFT)
    with pytest.raises(InvalidInput, match=r"vierkante haken|square brackets"):
        services.add_step(draft, by=trainer, title={"nl": "A"}, body={"nl": f"![ ](/leren/beeld/{kept.pk}/)"})
    with pytest.raises(Forbidden):
        services.add_picture(course, None, by=UserFactory())  # type: ignore[arg-type]


def shown_picture(course: Course, colour: str = "green") -> LessonPicture:
    """A picture in the published lessons."""
    kept = services.add_picture(course, made_of(colour), by=None)
    draft = services.draft_of(course, by=None)
    services.add_step(
        draft, by=None, title={"nl": "Zo"}, body={"nl": services.with_picture("Kijk.", kept, "Een doos")}
    )
    services.publish_version(draft, by=None)
    return kept


def made_of(colour: str) -> Picture:
    return clean_picture(io.BytesIO(photo(colour)))


def test_it_is_served_as_a_picture_and_nothing_else_to_who_may_know_of_the_course(course):
    kept = shown_picture(course)
    address = f"/leren/beeld/{kept.pk}/"
    learner = VolunteerFactory().user
    answer = client_of(learner).get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, max-age=600")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert Client().get(address).status_code == 302
    learn(learner, course)
    page = client_of(learner).get("/leren/tillen/stap/1/").content.decode()
    assert address in re.search(r'data-keep="([^"]*)"', page).group(1)  # for on the way
    services.change_course(course, by=None, published=False)
    for user, status in ((UserFactory(), 404), (learner, 200), (staff(Role.TRAINER, CentreFactory()), 200)):
        assert client_of(user).get(address).status_code == status


def test_it_travels_with_the_course_and_is_made_anew(course, tmp_path):
    kept = shown_picture(course)
    packed = pack_archive(all_files())
    files = unpack_archive(packed)
    name = f"courses/tillen/{kept.pk}.webp"
    assert files.keys() == {"courses/tillen.md", name}
    assert {line.outcome for line in import_files(files, by=None, publish=True)} == {Outcome.SAME}

    def read_in(given: dict[str, bytes]) -> dict[str, str]:
        LessonPicture.objects.all().delete()
        Course.objects.all().delete()
        lines = import_files(given, by=AdministratorFactory(), publish=True)
        return {line.name: f"{line.outcome} {line.why}".strip() for line in lines}

    assert read_in(files) == {"courses/tillen.md": "new", name: "new"}
    assert LessonPicture.objects.get().pk == kept.pk
    assert {line.outcome for line in import_files(files, by=None, publish=True)} == {Outcome.SAME}
    # Another picture under a name that is taken, then one that no lesson shows, of no course, of no name.
    (line,) = import_files({name: photo("red")}, by=None)
    assert line.outcome is Outcome.REFUSED
    stranger = name.replace(str(kept.pk), "018f0000-0000-7000-8000-000000000000")
    for wrong in (
        stranger,
        name.replace("tillen", "niets"),
        f"/{name}",
        f"../{name}",
        "courses/tillen/a.webp",
    ):
        (line,) = import_files({wrong: photo()}, by=None)
        assert (line.outcome, len(line.why) > 20) == (Outcome.REFUSED, True)
    assert read_in({**files, name: b"<script>"})[name].startswith("refused")
    assert read_in({"courses/tillen.md": files["courses/tillen.md"]}) == {
        "courses/tillen.md": "new Afbeeldingen die hier niet zijn: 1."
    }
    assert not LessonPicture.objects.exists()
    with pytest.raises(Forbidden):
        import_files(files, by=UserFactory())


def test_what_nobody_shows_goes_and_who_handed_in_is_told_and_forgotten(clock, course, trainer):
    shown = shown_picture(course)
    LessonPicture.objects.filter(pk=shown.pk).update(uploaded_by=trainer)
    loose = services.add_picture(course, made_of("red"), by=trainer)
    told = {section.key: section.rows for section in tell(Subject(user=trainer))}["lesson_pictures"]
    assert [row["address"] for row in told] == [f"/leren/beeld/{each.pk}/" for each in (shown, loose)]
    for hours, left in ((1, {shown.pk, loose.pk}), (24, {shown.pk})):
        clock.forward(hours=hours)
        services.drop_draft(services.draft_of(course, by=None), by=None)
        assert set(LessonPicture.objects.values_list("pk", flat=True)) == left
    erase(Subject(user=trainer))
    assert LessonPicture.objects.get().uploaded_by is None
