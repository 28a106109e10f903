"""What suits me?: the table, the reasons, the pages without an account, and the conversation at the desk."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from common import clock as time
from common.errors import InvalidTransition, NotFound
from events.worker import Worker
from matching import advice, queries
from matching.enums import TalkState
from matching.models import AdviceTalk
from matching.services import advice as talks
from notifications.models import Notice
from people.enums import HelpCategory, Skill
from people.models import AccessLog
from people.queries import looks_at
from people.rights import Subject, erase, tell, terms
from recognition.limits import TABLE
from tests.concurrency.racing import race
from tests.factories.academy import CourseFactory
from tests.factories.matching import Town, open_request
from tests.factories.people import CoordinatorFactory
from tests.factories.shifts import ShiftTown
from tests.readability import flesch_douma
from tools.compile_messages import ROOT
from vacancies.enums import VacancyCategory, VacancyKind

DOCUMENT = ROOT / "docs" / "recognition.md"
# A listener who likes one person at home, and a handy one who likes to be outside.
LISTENER = dict(
    zip(
        advice.BY_SLUG,
        ("mensen", "een", "ouderen", "luisteren", "thuis", "week", "middag", "ja"),
        strict=True,
    )
)
HANDY = dict(
    zip(
        advice.BY_SLUG,
        ("maken", "alleen", "iedereen", "klussen", "thuis", "keer", "weekend", "nee"),
        strict=True,
    )
)


def tap_through(client: Client, answers: dict[str, str]) -> None:
    for slug, answer in answers.items():
        response = client.post(reverse("advice-question", args=[slug]), {"answer": answer})
        assert response.status_code == 302


def words(response) -> str:
    return " ".join(response.content.decode().split())


def dutch() -> Client:
    return Client(headers={"accept-language": "nl"})


def test_the_table_stands_in_the_document_as_it_stands_in_the_code():
    row = re.compile(r"^\| ([a-z]+): ([a-z-]+) \| (.*) \| (.*) \|$", re.MULTILINE)

    def points(told: str) -> dict[str, int]:
        return {pair.rsplit(" ", 1)[0]: int(pair.rsplit(" ", 1)[1]) for pair in told.split(", ") if pair}

    told = {
        (slug, choice): (points(help_), points(roles))
        for slug, choice, help_, roles in row.findall(DOCUMENT.read_text())
    }
    held = {
        (question.slug, choice.slug): (
            {topic.value: number for topic, number in choice.help.items()},
            {topic.value: number for topic, number in choice.roles.items()},
        )
        for question in advice.QUESTIONS
        for choice in question.choices
        if choice.help or choice.roles
    }
    assert told == held
    limits = re.findall(
        r"^\| (20\d\d) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", DOCUMENT.read_text(), re.M
    )
    assert {int(year): tuple(amounts) for year, *amounts in limits} == {
        year: tuple(map(str, (row.hour, row.hour_under_21, row.month, row.annual)))
        for year, row in TABLE.items()
    }


def test_there_are_eight_questions_and_every_kind_of_help_and_vacancy_can_come_out():
    assert len(advice.QUESTIONS) == 8
    choices = [choice for question in advice.QUESTIONS for choice in question.choices]
    assert {topic for choice in choices for topic in choice.help} >= set(HelpCategory) - {HelpCategory.MOVING}
    assert {topic for choice in choices for topic in choice.roles} == set(VacancyCategory)
    assert all(
        0 < number <= 3 for choice in choices for number in (*choice.help.values(), *choice.roles.values())
    )


def test_what_suits_comes_with_the_answers_that_gave_the_points_the_most_telling_first():
    with translation.override("en"):
        listener = advice.help_that_suits(LISTENER)
        first, fit = next(iter(listener.items()))
        assert first == HelpCategory.COMPANY
        assert fit.points == 3 + 3 + 2 + 3 + 2
        assert str(fit.reasons[0]) == "people give you energy"
        assert "you are good at listening" in map(str, fit.reasons)
        assert HelpCategory.GARDEN not in listener
    assert next(iter(advice.help_that_suits(HANDY))) == HelpCategory.REPAIRS
    assert next(iter(advice.roles_that_suit(HANDY))) == VacancyCategory.REPAIRS
    assert advice.skills_of(HANDY) == [Skill.TOOLS]
    assert not advice.help_that_suits({})


def test_a_moment_and_a_rhythm_that_fit_give_points_and_an_unknown_answer_gives_none():
    afternoon = advice.dayparts_of(LISTENER)
    points = [number for number, _why in advice.moment_fit(LISTENER, afternoon, VacancyKind.RECURRING)]
    assert points == [advice.RHYTHM_FITS, advice.MOMENT_FITS]
    assert not advice.moment_fit(LISTENER, 1 << 18, VacancyKind.ONE_OFF)
    assert advice.sound({"energie": "mensen", "wie": "niemand", "x": "y", "plek": 3}) == {"energie": "mensen"}


def test_the_questions_read_easily():
    with translation.override("nl"):
        said = [str(question.title) for question in advice.QUESTIONS]
        said += [
            f"Omdat {choice.because}."
            for question in advice.QUESTIONS
            for choice in question.choices
            if choice.because
        ]
    assert flesch_douma(" ".join(said)) > 75
    assert (
        flesch_douma(
            "Dientengevolge geschiedt vrijwilligersbemiddeling overeenkomstig gemeentelijke beleidsregels."
        )
        < 0
    )


@pytest.mark.django_db
def test_a_visitor_taps_through_goes_back_and_gets_advice_without_anything_of_a_request(clock):
    town, bank = Town(volunteers=0), ShiftTown()
    for number in range(2):
        open_request(
            town.centre,
            resident=town.request.resident,
            category=HelpCategory.COMPANY,
            summary=f"Merkwaardig verzoek {number}",
        )
    course = CourseFactory(title_nl="Goed luisteren")
    client = dutch()
    assert client.get(reverse("advice-outcome"))["Location"] == reverse("advice-question", args=["energie"])
    assert client.post(reverse("advice-question", args=["energie"]), {"answer": "x"}).status_code == 422
    assert client.get(reverse("advice-question", args=["onzin"])).status_code == 404
    tap_through(client, LISTENER)
    assert 'aria-pressed="true"' in words(client.get(reverse("advice-question", args=["wie"])))
    page = words(client.get(reverse("advice-outcome")))
    assert "Gezelschap" in page
    assert town.request.district.name in page
    assert bank.vacancy.title in page
    assert course.title_nl in page
    assert "je energie krijgt van mensen" in page
    assert "Waarom nog meer?" in page
    assert "Merkwaardig" not in page
    assert str(town.request.pk) not in page
    # Nothing of it is kept but in the browser's own session, and that can be emptied.
    assert not AdviceTalk.objects.exists()
    client.post(reverse("advice-again"))
    assert client.get(reverse("advice-outcome")).status_code == 302


@pytest.mark.django_db
def test_the_outcome_asks_the_database_as_often_for_many_as_for_one(clock, django_assert_max_num_queries):
    town, client = Town(volunteers=0), dutch()
    tap_through(client, LISTENER)
    for _ in range(9):
        ShiftTown()
        CourseFactory()
        open_request(town.centre, resident=town.request.resident, category=HelpCategory.COMPANY)
    with django_assert_max_num_queries(12):
        client.get(reverse("advice-outcome"))


@pytest.mark.django_db
def test_joining_begins_with_what_suits(clock):
    client = dutch()
    tap_through(client, HANDY)
    client.post(reverse("advice-join"))
    likes = words(client.get(reverse("join-step", args=["likes"])))
    ticked = re.findall(r'value="(\w+)"[^>]*checked', likes)
    assert "repairs" in ticked
    assert "tutoring" not in ticked
    extras = words(client.get(reverse("join-step", args=["extras"])))
    assert re.search(r'value="tools"[^>]*checked', extras)
    assert re.search(r'value="nl"[^>]*checked', extras)


@pytest.mark.django_db
def test_the_centre_takes_the_conversation_over(clock):
    town, client = Town(volunteers=0), dutch()
    tap_through(client, LISTENER)
    page, left = reverse("advice-talk"), {"name": "Joke", "centre": str(town.centre.pk)}
    for wrong in (
        left,
        {**left, "consent": "on"},
        {**left, "phone": "0612345678"},
        {**left, "consent": "on", "phone": "12"},
    ):
        response = client.post(page, wrong)
        assert response.status_code == 422
        assert "Joke" in words(response)
    assert not AdviceTalk.objects.exists()
    sent = client.post(page, {**left, "phone": "06 12345678", "consent": "on"})
    assert "Wij nemen contact met je op" in words(sent)
    talk = AdviceTalk.objects.get()
    assert (talk.name, talk.phone, talk.answers) == ("Joke", "+31612345678", LISTENER)
    raw = AdviceTalk.objects.extra(select={"raw": "name || phone || answers"}).values_list("raw", flat=True)[
        0
    ]
    assert "Joke" not in raw
    assert "luisteren" not in raw
    Worker().run_due()
    assert Notice.objects.filter(user=town.coordinator, kind="talk_asked").count() == 1
    desk = dutch()
    desk.force_login(town.coordinator, backend="django.contrib.auth.backends.ModelBackend")
    listed = words(desk.get(reverse("desk-talks")))
    assert "Joke" in listed
    assert "Luisteren" in listed
    desk.get(reverse("desk-talks"))  # the same look
    looks = AccessLog.objects.filter(reader_id=town.coordinator.pk).values_list("subject_id", "centre_id")
    assert list(looks) == [(talk.pk, town.centre.pk)]
    step = lambda name: reverse("talk-step", args=[talk.pk, name])  # noqa: E731
    desk.post(step("pak"), {"note": "Belde, niet thuis"})
    talk.refresh_from_db()
    assert (talk.state, talk.taken_by, talk.note) == (TalkState.TAKEN, town.coordinator, "Belde, niet thuis")
    assert desk.post(step("weg")).status_code == 404
    desk.post(step("klaar"))
    assert "Joke" not in words(desk.get(reverse("desk-talks")))
    far = CoordinatorFactory()
    assert not queries.talks_at_desk_of(far)
    with pytest.raises(NotFound):
        talks.take_talk(talk, by=far)
    with pytest.raises(InvalidTransition):
        talks.note_talk(talk, "Nog iets", by=town.coordinator)


@pytest.mark.django_db
def test_what_someone_left_is_told_erased_and_goes_by_itself(clock):
    town = Town(volunteers=1)
    user = town.volunteers[0].user
    left = {"name": "Joke", "answers": LISTENER, "consented": True}
    own = talks.ask_talk(town.centre, email=user.email.upper(), by=user, **left)
    queries.note_talks_read([own], by=town.coordinator)
    assert looks_at(town.volunteers)[0].who == town.coordinator.name  # the volunteer reads who looked
    other = talks.ask_talk(town.centre, email="ander@voorbeeld.nl", **left)
    subject = Subject(user=user)
    (section,) = [each for each in tell(subject) if each.key == "advice"]
    assert section.rows[0]["email"] == user.email
    erase(subject)
    assert list(AdviceTalk.objects.all()) == [other]
    (term,) = [each for each in terms() if each.purpose == "advice_talks"]
    assert term.due(time.now() - timedelta(days=1)) == 0
    assert term.delete(time.now() + timedelta(days=1), 10) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_a_conversation_at_once_one_has_it():
    town = Town(volunteers=0)
    talk = talks.ask_talk(town.centre, name="Joke", email="j@voorbeeld.nl", answers={}, consented=True)
    colleagues = [town.coordinator, CoordinatorFactory(town.centre)]
    assert race(colleagues, lambda user: talks.take_talk(talk, by=user)) == {"won": 1, "InvalidTransition": 1}


@pytest.mark.django_db
def test_programs_get_the_same_advice_without_signing_in_and_nothing_is_kept(clock):
    bank = ShiftTown()
    client = dutch()
    questions = client.get("/api/v1/advice").json()["items"]
    assert [question["slug"] for question in questions] == list(advice.BY_SLUG)
    answered = client.post("/api/v1/advice", {"answers": LISTENER}, content_type="application/json").json()
    assert answered["help"][0]["category"] == "company"
    assert answered["help"][0]["reasons"][0] == "je energie krijgt van mensen"
    assert [each["id"] for each in answered["vacancies"]] == [str(bank.vacancy.pk)]
    nothing = client.post("/api/v1/advice", {"answers": {"x": "y"}}, content_type="application/json").json()
    assert nothing == {"help": [], "vacancies": [], "trainings": []}
    assert not client.session.get("advice")
