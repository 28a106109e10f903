"""The pages of learning, as a learner, a visitor and a trainer meet them; and what is told of it."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from academy import queries, services
from academy.enums import VersionState
from academy.models import Certificate, Course, Enrolment, Evaluation, Session, StepDone
from academy.services import TOKEN, begin, change_session, close_session, draft_of, enrol, leave
from common.checkin import make_token
from events.worker import Worker
from notifications import telling
from notifications.enums import NoticeKind
from notifications.models import Notice
from notifications.web.views import address_of
from people.agenda import appointments_of
from people.enums import Role
from people.queries import forget_standing
from tests.factories.academy import CourseFactory, learn, lesson, session_of
from tests.factories.knowledge import write_article
from tests.factories.people import (
    AdministratorFactory,
    CentreFactory,
    CoordinatorFactory,
    UserFactory,
    VolunteerFactory,
    staff,
)

pytestmark = pytest.mark.django_db


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def centre(clock):
    return CentreFactory()


@pytest.fixture
def course(centre):
    made = CourseFactory(slug="dementie", title_nl="Dementie", theme="dementia", valid_months=24)
    lesson(made)
    return made


@pytest.fixture
def learner(centre):
    return VolunteerFactory(centre=centre, user=UserFactory(name="Fatima Haddad")).user


@pytest.fixture
def trainer(centre):
    return staff(Role.TRAINER, centre)


class TestTheCatalogue:
    def test_everyone_reads_it_and_narrows_it(self, course):
        carers = CourseFactory(title_nl="Zorgen voor een ander", audiences=4, theme="caring")
        CourseFactory(title_nl="Nog niet klaar", published=False)
        visitor = Client()
        shown = text(visitor.get("/leren/"))
        assert "Dementie" in shown
        assert carers.title in shown
        assert "Nog niet klaar" not in shown
        narrowed = text(visitor.get("/leren/?voor=carer&thema=caring"))
        assert carers.title in narrowed
        assert "/leren/dementie/" not in narrowed
        assert "Hierover is er nog niets" in text(visitor.get("/leren/?voor=carer&thema=lifting"))
        about = text(visitor.get("/leren/dementie/"))
        assert "Log in om te beginnen" in about
        assert "15 minuten" in about

    def test_how_often_it_asks_does_not_grow(self, course, learner, django_assert_num_queries):
        client = client_of(learner)
        client.get("/leren/")
        for _ in range(6):
            lesson(CourseFactory())
        client.get("/leren/")  # the columns of the bank hear of the new courses
        with django_assert_num_queries({"sqlite": 25, "postgresql": 21}[connection.vendor]):
            client.get("/leren/")


class TestLessons:
    def test_one_step_on_a_screen_without_a_script(self, course, learner):
        client = client_of(learner)
        assert client.get("/leren/dementie/stap/1/").url == "/leren/dementie/"
        form = "/leren/dementie/hoe-was-het/"
        for answer in (client.get(form), client.post(form), client.post(form, {"rating": "5"})):
            assert (answer.status_code, "als je er bent geweest" in text(answer)) == (409, True)
        assert client.post("/leren/dementie/begin/").url == "/leren/dementie/stap/1/"
        shown = text(client.get("/leren/dementie/stap/1/"))
        assert "<strong>kijken</strong>" in shown
        assert client.post("/leren/dementie/stap/1/").url == "/leren/dementie/stap/2/"
        assert client.post("/leren/dementie/begin/").url == "/leren/dementie/stap/2/"
        assert client.post("/leren/dementie/stap/2/").url == "/leren/dementie/stap/3/"
        unanswered = client.post("/leren/dementie/stap/3/")
        assert (unanswered.status_code, "Kies een antwoord." in text(unanswered)) == (422, True)
        visible = r'data-why="a"(?! hidden)[^>]*>.*?Rust helpt meer\.'
        wrong = text(client.post("/leren/dementie/stap/3/", {"choice": "a"}))
        assert re.search(visible, wrong, re.S)
        assert "fout" not in wrong.lower()
        right = text(client.post("/leren/dementie/stap/3/", {"choice": "b"}))
        assert "Zo houd je contact." in right
        done = client.post("/leren/dementie/stap/3/", {"choice": "b", "answered": "yes"})
        assert done.url == "/leren/dementie/klaar/"
        assert "Goed gedaan!" in text(client.get("/leren/dementie/klaar/"))
        assert client.get(form).status_code == 200
        assert client.get("/leren/dementie/stap/9/").status_code == 404

    def test_a_text_says_in_which_language_it_is(self, course, learner):
        client = client_of(learner)
        client.cookies["django_language"] = "en"
        client.post("/leren/dementie/begin/")
        assert 'lang="en" data-lesson' in text(client.get("/leren/dementie/stap/1/"))
        assert 'lang="nl" data-lesson' in text(client.get("/leren/dementie/stap/3/"))

    def test_the_api_takes_a_step_once_however_often_it_is_sent(self, clock, course, learner):
        client = client_of(learner)
        begun = client.post(f"/api/v1/courses/{course.pk}/begin").json()
        first, _second, question = (step["id"] for step in begun["steps"])
        assert "right" not in str(begun["steps"][2]["answers"])
        address = f"/api/v1/learnings/{begun['id']}/progress"
        at = (clock.now() - timedelta(minutes=1)).isoformat()

        def send(key, **body):
            headers = {"Idempotency-Key": key}
            return client.post(address, body, content_type="application/json", headers=headers)

        assert [send("k1", step=first, at=at).status_code for _ in range(3)] == [200, 200, 200]
        assert send("k2", step=first).json()["done"]
        assert StepDone.objects.count() == 1
        assert send("k3", step=question, choice="a").json() == {
            "done": False, "why": "Rust helpt meer.", "finishedAt": None,
        }  # fmt: skip
        assert send("k4", step=question, choice="z").status_code == 422
        assert send("k5", step=str(learner.pk)).status_code == 422
        stranger = client_of(UserFactory())
        assert stranger.post(address, {"step": first}, content_type="application/json").status_code == 404

    def test_a_browser_sends_a_step_with_its_cookie_a_key_and_its_token(self, course, learner):
        """What ``lesson.js`` does: the check of the token looks into a JSON body that is read before."""
        client = Client(enforce_csrf_checks=True)
        client.force_login(learner, backend="django.contrib.auth.backends.ModelBackend")
        learning = begin(course, learner, by=learner)
        client.get("/leren/dementie/stap/1/")
        token = client.cookies["csrftoken"].value
        address = reverse("api:learning-progress", args=[learning.pk])
        body = {"step": str(learning.version.steps.first().pk)}
        statuses = [
            client.post(address, body, content_type="application/json", headers=headers).status_code
            for headers in (
                {"Idempotency-Key": "k1", "X-CSRFToken": token},
                {"Idempotency-Key": "k1", "X-CSRFToken": token},
                {"Idempotency-Key": "k2"},
            )
        ]
        assert statuses == [200, 200, 403]

    def test_the_worker_of_the_browser_stands_at_the_root(self, client):
        answer = client.get("/sw.js")
        assert answer["Content-Type"].startswith("text/javascript")
        assert "no-cache" in answer["Cache-Control"]
        assert "/offline/" in text(answer)


class TestMeetings:
    @pytest.fixture
    def session(self, course, centre, trainer) -> Session:
        return session_of(course, centre, trainer=trainer, capacity=1)

    def test_signing_up_the_calendar_and_signing_off(self, session, learner, centre):
        client, other = client_of(learner), client_of(VolunteerFactory(centre=centre).user)
        address = reverse("meeting", args=[session.pk])
        assert "bellen.voorbeeld" not in text(client.get(address))
        client.post(f"{address}aanmelden/")
        assert "bellen.voorbeeld" in text(client.get(address))
        file = text(client.get(f"{address}agenda.ics"))
        assert "DTSTART:20250610T080000Z" in file
        assert "bellen.voorbeeld" not in file
        assert [each.what for each in appointments_of(learner)] == ["Dementie"]
        other.post(f"{address}aanmelden/")
        assert "nummer 1 op de wachtlijst" in text(other.get(address))
        assert other.get(f"{address}agenda.ics").status_code == 404
        client.post(f"{address}afmelden/")
        assert "Je hebt een plek." in text(other.get(address))

    def test_a_trainer_plans_changes_ticks_and_rounds_off(self, clock, course, centre, trainer, learner):
        client = client_of(trainer)
        filled = {
            "course": course.pk, "day": "2025-06-10", "begins": "19:30", "ends": "21:30", "capacity": "10",
            "call_url": "https://bellen.nl/x", "trainer": trainer.pk,
        }  # fmt: skip
        wrong = client.post("/trainer/bijeenkomsten/nieuw/", filled | {"ends": "18:00", "room": "Zaal 2"})
        assert (wrong.status_code, "Zaal 2" in text(wrong)) == (422, True)
        client.post("/trainer/bijeenkomsten/nieuw/", filled)
        session = Session.objects.get()
        page = reverse("trainer-session", args=[session.pk])
        client.post(f"{page}wijzig/", filled | {"capacity": "3"})
        seat = enrol(session, learner, by=learner)
        assert "Fatima Haddad" in text(client.get(page))
        assert "Fatima Haddad" in client.get(f"{page}lijst.csv").content.decode("utf-8-sig")
        clock.at(session.starts_at)
        assert "<svg" in text(client.get(f"{page}deur/"))
        client.post(reverse("trainer-tick", args=[session.pk, seat.pk, "aanwezig"]))
        client.post(f"{page}afronden/")
        assert "Afgerond" in text(client.get(page))
        for stranger in (learner, CoordinatorFactory(), UserFactory()):
            assert client_of(stranger).get(page).status_code == 404

    def test_the_door_takes_one_touch_and_then_it_is_told_how_it_was(self, clock, session, learner, trainer):
        enrol(session, learner, by=learner)
        client = client_of(learner)
        clock.at(session.starts_at)
        form = reverse("meeting-evaluate", args=[session.pk])
        for answer in (client.get(form), client.post(form, {"rating": "5"}), client.post(form, {})):
            assert (answer.status_code, "als je er bent geweest" in text(answer)) == (409, True)
        door = reverse("check-in", args=[make_token(TOKEN, session.pk, until=session.ends_at)])
        assert "Ik ben er" in text(client.get(door))
        assert Enrolment.objects.get().state == "confirmed"
        client.post(door)
        close_session(session, by=trainer)
        assert "Hoe was het?" in text(client.get(form))
        assert client.post(form, {"words": "Top"}).status_code == 422
        client.post(form, {"rating": "5", "usable": "yes", "words": "Top"})
        said = Evaluation.objects.get()
        assert (said.rating, said.usable, said.words) == (5, True, "Top")
        shown = text(client_of(trainer).get(reverse("trainer-course", args=["dementie"])))
        assert "Top" in shown
        assert learner.name not in shown
        numbers = client_of(trainer).get("/trainer/cijfers.csv").content.decode("utf-8-sig")
        assert "Dementie" in numbers

    def test_everyone_is_told_of_what_concerns_them(self, clock, session, learner, trainer, centre):
        waiting = VolunteerFactory(centre=centre).user
        enrol(session, learner, by=learner)
        enrol(session, waiting, by=waiting)
        Worker().run_due()
        seat = Enrolment.objects.get(holder=learner)
        client_of(learner).post(reverse("meeting-sign-off", args=[seat.event_id]))
        Worker().run_due()
        clock.forward(days=6, hours=1)
        Worker().run_due()
        told = {
            user: set(Notice.objects.filter(user=user).values_list("kind", flat=True))
            for user in (learner, waiting, trainer)
        }
        assert told[learner] == {NoticeKind.MEETING_TAKEN}
        assert told[waiting] == {NoticeKind.MEETING_MOVED_UP, NoticeKind.MEETING_TOMORROW}
        assert told[trainer] == {NoticeKind.TRAINING_TOMORROW}
        assert all(address_of(notice) for notice in Notice.objects.all())
        subjects = [each.subject for each in mail.outbox if each.to == [waiting.email]]
        assert subjects == ["Er is een plek voor je vrijgekomen", "Morgen heb je een bijeenkomst"]
        file = reverse("meeting-calendar", args=[session.pk])
        for each in (each for each in mail.outbox if each.to == [waiting.email]):
            assert (
                f"Meteen in je agenda:\nhttp://localhost:8000{file}\n\nMet vriendelijke groet," in each.body
            )
        assert "BEGIN:VCALENDAR" in text(client_of(waiting).get(file))

    def test_the_trainer_finds_who_walks_in_and_puts_them_on_the_list(
        self, clock, session, learner, trainer, centre
    ):
        desk, address = client_of(trainer), reverse("trainer-session-add", args=[session.pk])
        elsewhere = VolunteerFactory(user=UserFactory(name="Fatima Elders")).user
        assert address in text(desk.get(reverse("trainer-session", args=[session.pk])))
        assert "Niemand gevonden" not in text(desk.get(address, {"q": "Willemien"})), "a name is posted"
        shown = text(desk.post(address, {"q": "fatima"}))
        assert (str(learner.pk) in shown, str(elsewhere.pk) in shown) == (True, False)
        assert learner.email not in shown
        assert f"{learner.email[0]}…@" in shown
        assert "Bedoel je" in text(desk.post(address, {"q": "Fatmia"}))
        nobody = text(desk.post(address, {"q": "Willemien"}))
        assert "Niemand gevonden" in nobody
        assert 'value="Willemien"' in nobody
        clock.at(session.starts_at + timedelta(minutes=5))
        assert reverse("trainer-door", args=[session.pk]) in text(desk.post(address, {"q": "Willemien"}))
        refused = [desk.post(address, {"person": wrong}) for wrong in ("", "x", str(elsewhere.pk))]
        assert [answer.status_code for answer in refused] == [422, 404, 404]
        done = desk.post(address, {"person": learner.pk, "q": "fatima"}, follow=True)
        assert "Fatima Haddad staat als aanwezig op de lijst" in text(done)
        first = Enrolment.objects.get()
        assert first.state == "attended"
        assert "Was er" in text(desk.post(address, {"q": "fatima"}))
        services.ENROLMENTS.change_capacity(session, 1, by=None)
        late = VolunteerFactory(centre=centre, user=UserFactory(name="Noor Bos")).user
        full = desk.post(address, {"person": late.pk, "q": "noor"})
        assert "Alle plekken zijn bezet" in text(full)
        assert 'value="noor"' in text(full), "the search is kept"

    def test_rounding_off_says_who_has_lessons_left(self, clock, course, session, learner, trainer, centre):
        """The course has lessons: who did them gets the certificate, the others do them first."""
        desk, close = client_of(trainer), reverse("trainer-close", args=[session.pk])
        other = VolunteerFactory(centre=centre).user
        services.ENROLMENTS.change_capacity(session, 2, by=None)
        for each in (learner, other):
            enrol(session, each, by=each)
        learn(learner, course)
        clock.at(session.starts_at + timedelta(minutes=5))
        for seat in Enrolment.objects.all():
            services.check_in(seat, by=trainer)
        told = text(desk.post(close, follow=True))
        assert "1 persoon krijgt het certificaat na de lessen online" in told
        Session.objects.update(closed_at=None)
        learn(other, course)
        assert "Wie er was, krijgt het certificaat" in text(desk.post(close, follow=True))
        Session.objects.update(closed_at=None)
        for seat in Enrolment.objects.all():
            services.mark_missed(seat, by=trainer)
        assert "Er was niemand" in text(desk.post(close, follow=True))

    def test_in_the_room_one_keeps_the_call_and_learns_what_is_left_and_a_wrong_tick_is_undone(
        self, clock, session, learner, trainer, centre
    ):
        """The course has lessons: being there alone gives no certificate, and the page says what does."""
        client, desk = client_of(learner), client_of(trainer)
        other, address = (
            client_of(VolunteerFactory(centre=centre).user),
            reverse("meeting", args=[session.pk]),
        )
        clock.at(session.starts_at - timedelta(minutes=30))
        door = reverse("check-in", args=[make_token(TOKEN, session.pk, until=session.ends_at)])
        assert 'name="join"' in text(client.get(door))
        assert client.post(door, {"join": "1"}).url == address
        shown = text(other.get(door))
        assert "Vraag het de trainer" in shown
        assert reverse("learn-course", args=[session.course.slug]) in shown
        assert address in text(client.get(door))
        assert other.post(door, {"join": "1"}).status_code == 404
        shown = text(client.get(address))
        assert "Je staat als aanwezig op de lijst" in shown
        assert "bellen.voorbeeld" in shown
        assert "afmelden/" not in shown
        seat = Enrolment.objects.get()
        undo = reverse("trainer-tick", args=[session.pk, seat.pk, "terug"])
        assert undo in text(desk.get(reverse("trainer-session", args=[session.pk])))
        desk.post(undo)
        assert "Je hebt een plek" in text(client.get(address))
        assert undo not in text(desk.get(reverse("trainer-session", args=[session.pk])))
        client.post(door)
        clock.at(session.ends_at)
        close_session(Session.objects.get(), by=trainer)
        assert "Bij deze training horen lessen online" in text(client.get(address))
        learn(learner, session.course)
        shown = text(client.get(address))
        assert reverse("certificate", args=[Certificate.objects.get().pk]) in shown
        assert "Bij deze training horen lessen online" not in shown

    def test_trouble_with_one_holds_nobody_up_and_who_gave_up_their_place_hears_nothing(
        self, clock, session, centre, monkeypatch
    ):
        people = [VolunteerFactory(centre=centre).user for _ in range(3)]
        session = change_session(session, by=None, capacity=3)
        for person in people:
            enrol(session, person, by=person)
        Worker().run_due()
        send, (fine, broken, gone) = telling.mail_user, people

        def fails(user, *args, **told):
            if user == broken:
                raise RuntimeError
            send(user, *args, **told)

        def heard():
            Worker().run_due()
            kinds = Notice.objects.exclude(kind=NoticeKind.MEETING_TAKEN).order_by("event_id")
            return [list(kinds.filter(user=each).values_list("kind", flat=True)) for each in people]

        with monkeypatch.context() as patch:
            patch.setattr(telling, "mail_user", fails)
            change_session(session, by=None, starts_at=session.starts_at + timedelta(hours=1))
            assert heard() == [["meeting_changed"], [], ["meeting_changed"]]
            clock.forward(minutes=5)
            sent = [each.to for each in mail.outbox].count([fine.email])
            leave(Enrolment.objects.get(holder=gone), by=gone)
            clock.at(session.starts_at - timedelta(hours=22))
            assert heard() == [["meeting_changed", "meeting_tomorrow"], [], ["meeting_changed"]]
            assert [each.to for each in mail.outbox].count([fine.email]) == sent + 1
        clock.forward(hours=12)
        assert heard()[1] == ["meeting_changed", "meeting_tomorrow"]

    def test_what_ends_is_told_in_time_unless_it_was_renewed(self, clock, course, learner, centre):
        other = VolunteerFactory(centre=centre).user
        learn(learner, course)
        learn(other, course)
        clock.forward(days=680)
        Worker().run_due()
        learn(other, course)
        clock.forward(days=60)
        Worker().run_due()
        kinds = Notice.objects.filter(kind__startswith="course_").values_list("user", "kind")
        assert set(kinds) == {
            (learner.pk, NoticeKind.COURSE_ENDING),
            (other.pk, NoticeKind.COURSE_ENDING),
            (learner.pk, NoticeKind.COURSE_ENDED),
        }


class TestProof:
    def test_whoever_has_the_address_sees_whether_it_counts(self, clock, course, learner):
        learn(learner, course)
        page = reverse("certificate", args=[Certificate.objects.get().pk])
        visitor = Client()
        shown = text(visitor.get(page))
        assert "Dit certificaat is echt en geldt vandaag." in shown
        assert "Fatima Haddad" in shown
        assert visitor.get(page)["X-Robots-Tag"] == "noindex"
        clock.at(clock.now() + timedelta(days=900))
        assert "Het gold tot en met" in text(visitor.get(page))
        for stranger in (UserFactory(), CoordinatorFactory()):
            assert client_of(stranger).get(f"{page}certificaat.pdf").status_code == 404
            assert client_of(stranger).post(f"{page}intrekken/").status_code in {403, 404}
        client_of(CoordinatorFactory(learner.volunteer.centre)).post(f"{page}intrekken/")
        assert "ingetrokken" in text(visitor.get(page))

    def test_the_paper_says_who_what_and_where_to_check(self, clock, course, learner):
        learn(learner, course)
        page = reverse("certificate", args=[Certificate.objects.get().pk])
        file = client_of(learner).get(f"{page}certificaat.pdf")
        words = PdfReader(BytesIO(file.content)).pages[0].extract_text()
        assert all(each in words for each in ("Fatima Haddad", "Dementie", "Vrijwilligerscentrale", page))
        # Paper is read on other days: the days stand on it in full, also on the page that one may print.
        for kept in (words, text(client_of(learner).get(page))):
            assert all(day in kept for day in ("3 juni 2025", "3 juni 2027"))
            assert "vandaag</dd>" not in kept
            assert not re.search(r"Gedaan op\s+vandaag", kept)


class TestWriting:
    def test_from_an_empty_course_to_given_lessons(self, centre):
        writer = client_of(AdministratorFactory(centre))
        details = {
            "title_nl": "Praten over eenzaamheid", "slug": "eenzaamheid", "summary_nl": "Luisteren.",
            "theme": "loneliness", "audiences": ["volunteer", "carer"], "published": "on",
        }  # fmt: skip
        assert writer.post("/trainer/trainingen/nieuw/", details | {"title_nl": ""}).status_code == 422
        writer.post("/trainer/trainingen/nieuw/", details)
        course = Course.objects.get(slug="eenzaamheid")
        assert [each.value for each in course.meant_for] == ["volunteer", "carer"]
        page = "/trainer/trainingen/eenzaamheid/"
        writer.post(f"{page}concept/")
        step = {"kind": "text", "title_nl": "Luisteren", "minutes": "5", "body_nl": "Stil zijn."}
        refused = writer.post(f"{page}stappen/nieuw/", step | {"body_nl": ""})
        assert (refused.status_code, "Dit is nodig in het Nederlands." in text(refused)) == (422, True)
        writer.post(f"{page}stappen/nieuw/", step)
        question = {"kind": "question", "title_nl": "Wat doe je?", "minutes": "2"}
        for key, right in (("a", ""), ("b", "on")):
            said = {f"answer_{key}_nl": "Iets", f"why_{key}_nl": "Omdat", f"right_{key}": right}
            question |= said if right else {k: v for k, v in said.items() if v}
        writer.post(f"{page}stappen/nieuw/", question)
        second = draft_of(course, by=None).steps.get(position=2)
        assert [choice["right"] for choice in second.choices] == [False, True]
        writer.post(reverse("trainer-step-move", args=["eenzaamheid", second.pk, "omhoog"]))
        assert "Wat doe je?" in text(writer.get(f"{page}bekijk/1/"))
        assert 'value="Iets"' in text(writer.get(reverse("trainer-step", args=["eenzaamheid", second.pk])))
        writer.post(f"{page}publiceer/")
        assert queries.published_version(course).steps.count() == 2
        assert not course.versions.filter(state=VersionState.DRAFT).exists()

    def test_on_a_phone_every_figure_says_what_it_is(self, course, centre):
        """Tables are stacked there, without the line of headings: each cell has its name."""
        desk = client_of(AdministratorFactory(centre))
        write_article("Rouw", by=None)
        for page in ("/trainer/cijfers/", "/trainer/trainingen/", "/trainingen/", "/kennis/beheer/"):
            shown = text(desk.get(page))
            table = shown[shown.index('<table class="sk-table sk-table--stacked"') : shown.index("</table>")]
            cells = re.findall(r"<td[^>]*>", table)
            assert cells, page
            unnamed = [cell for cell in cells if "data-label=" not in cell]
            assert len(unnamed) <= ("beheer" in page), (page, unnamed)

    def test_where_a_meeting_is_has_to_be_said(self, trainer):
        shown = text(client_of(trainer).get(reverse("trainer-plan")))
        label = re.search(r"<label[^>]*>\s*Waar(.*?)</label>", shown, re.S)
        assert label
        assert "hoeft niet" not in label[1]
        assert "hoeft niet" in shown

    def test_a_new_course_names_itself_and_says_that_learners_do_not_see_it_yet(self, centre, trainer):
        writer, new = client_of(AdministratorFactory(centre)), "/trainer/trainingen/nieuw/"
        details = {
            "title_nl": "Samen wandelen", "summary_nl": "Arm in arm.", "theme": "other",
            "audiences": ["volunteer"],
        }  # fmt: skip
        pages = [writer.post(new, details).url for _ in range(2)]
        assert pages == ["/trainer/trainingen/samen-wandelen/", "/trainer/trainingen/samen-wandelen-2/"]
        page, plan = pages[0], f"{reverse('trainer-plan')}?training=samen-wandelen"
        shown = text(writer.get(page))
        assert "cursisten zien hem niet" in shown
        assert (f"{page}gegevens/#id_published" in shown, plan in shown) == (True, False)
        assert "Een beheerder zet hem in het aanbod" in text(client_of(trainer).get(page))
        writer.post(f"{page}concept/")
        step = {"kind": "text", "title_nl": "Luisteren", "minutes": "5", "body_nl": "Stil zijn."}
        writer.post(f"{page}stappen/nieuw/", step)
        assert "zodra de training in het aanbod staat" in text(writer.post(f"{page}publiceer/", follow=True))
        writer.post(f"{page}gegevens/", details | {"slug": "samen-wandelen", "published": "on"})
        shown = text(writer.get(page))
        assert ("cursisten zien hem niet" in shown, plan in shown) == (False, True)
        listed = "/trainer/trainingen/"
        assert new in text(writer.get(listed))
        assert "voegt een beheerder" in text(client_of(trainer).get(listed)), "who may not is told who may"

    def test_it_is_the_work_of_who_teaches(self, course, learner, trainer):
        draft_of(course, by=trainer)
        page = "/trainer/trainingen/dementie/"
        assert client_of(learner).get(page).status_code == 404
        assert client_of(trainer).post(f"{page}publiceer/").status_code == 403
        assert client_of(trainer).get(f"{page}gegevens/").status_code == 404
        forget_standing(trainer)
        assert client_of(trainer).get("/start/").url == "/trainer/"


def test_who_reads_another_language_is_told_what_is_in_dutch(course, client, clock):
    user = VolunteerFactory().user
    lessons = course.versions.get(state="published")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    user.language = "en"
    user.save()
    english = {"HTTP_ACCEPT_LANGUAGE": "en"}
    # Two texts are in English, the question is not.
    page = client.get(f"/leren/{course.slug}/", **english).content.decode()
    assert "1 step is in Dutch, the others are in your language." in page
    client.post(f"/leren/{course.slug}/begin/", **english)
    told = "This step is not in your language yet. Here it is in Dutch."
    for number, foreign in ((1, False), (3, True)):
        page = client.get(f"/leren/{course.slug}/stap/{number}/", **english).content.decode()
        assert (told in page, f'lang="{"nl" if foreign else "en"}" data-lesson' in page) == (foreign, True)
    for step in lessons.steps.all():
        step.title.pop("en", None)
        step.save()
    assert "These lessons are in Dutch." in client.get(f"/leren/{course.slug}/", **english).content.decode()
    user.language = "nl"
    user.save()
    assert "in het Nederlands" not in client.get(f"/leren/{course.slug}/").content.decode()
