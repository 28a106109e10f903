"""The order of the public bank for a volunteer: what suits first, with fair exposure, and why."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone, translation

from academy.events import RoleRequirementChanged
from academy.models import Completion, RoleRequirement
from academy.queries import Opened
from academy.services import retire_course
from events.services import record
from matching.unlocking import opened_to
from people.enums import HelpCategory, Skill
from people.models import Volunteer
from safeguarding.enums import Requirement
from tests.factories.academy import CourseFactory, train
from tests.factories.people import PostcodeFactory, ScreeningFactory, UserFactory, VolunteerFactory
from tests.factories.vacancies import Bank, make_bank, published
from vacancies import services
from vacancies.queries.bank import Wanted, look

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_dutch():
    with translation.override("nl"):
        yield


TUESDAY = 0b111 << 3


@pytest.fixture
def bank(clock) -> Bank:
    return make_bank()


@pytest.fixture
def gardener(bank):
    return VolunteerFactory(
        centre=bank.centre,
        skills=HelpCategory.to_mask(["garden"]) | Skill.to_mask(["tools"]),
        dayparts=TUESDAY,
        reach_km=4.0,
    )


def order(user=None, **wanted) -> list[str]:
    found = look(Wanted(**wanted), user)
    titles = {vacancy.pk: vacancy.title for vacancy in made.values()}
    return [titles[each] for each in found.page(1, 50)]


made: dict[str, object] = {}


def post(bank: Bank, title: str, **details):
    made[title] = published(bank, title=title, **{"dayparts": 0, **details})
    return made[title]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"category": "nature"}, {"category": "transport"}),
        ({"dayparts": TUESDAY}, {"dayparts": 0b111 << 9}),
        ({}, {"postcode": "3432CD"}),
        ({"preferred_skills": Skill.to_mask(["tools"])}, {"preferred_skills": Skill.to_mask(["cooking"])}),
        ({}, {"required_skills": Skill.to_mask(["car"])}),
        ({}, {"languages": 0b100}),
        ({}, {"screening": Requirement.to_mask([Requirement.VOG])}),
    ],
)
def test_each_term_alone_decides(bank, gardener, clock, better, worse):
    PostcodeFactory(code="3432CD", lat=52.06, lon=5.08, district=bank.centre.districts.get())
    post(bank, "Beter passend werk", **better)
    clock.forward(hours=1)
    post(bank, "Minder passend werk", **worse)
    assert order() == ["Minder passend werk", "Beter passend werk"]  # nobody known: the newest first
    assert order(UserFactory()) == ["Minder passend werk", "Beter passend werk"]
    assert order(gardener.user) == ["Beter passend werk", "Minder passend werk"]


def test_what_was_searched_for_comes_first_where_the_title_says_it(bank, gardener):
    """However well another suits that only speaks of it."""
    task = "Je helpt ook soms met fietsen."
    post(bank, "Tuin opknappen", task=task, category="nature", dayparts=TUESDAY)
    post(bank, "Fietsen maken", category="transport", dayparts=0b111 << 9)
    assert order(gardener.user, words="fiets") == ["Fietsen maken", "Tuin opknappen"]
    assert order(gardener.user)[0] == "Tuin opknappen"


def test_what_was_arranged_lacks_no_more(bank, gardener, clock):
    course = CourseFactory(published=True)
    post(bank, "Zonder eisen erbij")
    clock.forward(hours=1)
    steps = Requirement.to_mask([Requirement.VOG])
    post(bank, "Met stap en training", screening=steps, required_courses=[course])
    assert order(gardener.user)[0] == "Zonder eisen erbij"
    ScreeningFactory(volunteer=gardener, requirement=Requirement.VOG, valid_until=date(2026, 1, 1))
    assert order(gardener.user)[0] == "Zonder eisen erbij"
    train(gardener, course)
    assert order(gardener.user)[0] == "Met stap en training"


def test_what_a_course_opens_is_where_it_alone_is_lacking(bank, gardener, clock):
    """The first three are opened; every other has one thing more in the way."""
    PostcodeFactory(code="3432CD", lat=52.1, lon=5.08, district=bank.centre.districts.get())
    lifting, dementia = CourseFactory(title_nl="Tillen"), CourseFactory(title_nl="Dementie")
    asking = partial(post, bank, category="company", required_courses=[lifting])
    asking("Met training")
    asking("Ver weg, op afstand", postcode="3432CD", online=True)
    talking = services.send_application(asking("In gesprek"), message="", by=gardener.user)
    for title, more in {
        "Nog een training": {"required_courses": [lifting, dementia]},
        "Ook een VOG": {"screening": Requirement.to_mask([Requirement.VOG])},
        "Ook een auto": {"required_skills": Skill.to_mask(["car"])},
        "Andere taal": {"languages": 0b100},
        "Ver weg": {"postcode": "3432CD"},
        "Ander moment": {"dayparts": 0b111 << 9},
        "Voor volwassenen": {"minimum_age": 18},
        "Niets gevraagd": {"required_courses": []},
    }.items():
        asking(title, **more)
    Volunteer.objects.filter(pk=gardener.pk).update(adult=False)
    gardener.refresh_from_db()
    withdrawn = services.send_application(asking("Teruggetrokken"), message="", by=gardener.user)
    services.withdraw_application(withdrawn, by=gardener.user)
    services.pause_vacancy(asking("Gepauzeerd"), by=bank.manager)

    assert opened_to(gardener) == [Opened(lifting, requests=0, vacancies=3)]
    shown = Client()
    shown.force_login(gardener.user, backend="django.contrib.auth.backends.ModelBackend")
    for page in ("/leren/", f"/leren/{lifting.slug}/"):
        assert "beginnen bij 3 vacatures die bij je passen" in shown.get(page).content.decode()
    told = shown.get("/api/v1/unlock-values").json()["items"]
    assert told == [{"course": str(lifting.pk), "title": "Tillen", "requests": 0, "vacancies": 3}]

    services.withdraw_application(talking, by=gardener.user)
    assert opened_to(gardener) == [Opened(lifting, 0, 2)]
    done = train(gardener, dementia)
    assert opened_to(gardener) == [Opened(lifting, 0, 3)]
    Completion.objects.filter(pk=done.pk).update(
        valid_until=timezone.localdate(clock.now()) - timedelta(days=1)
    )
    assert opened_to(gardener) == [Opened(lifting, 0, 2)]
    RoleRequirement.objects.create(centre=bank.centre, course=dementia, role="helper")
    record(RoleRequirementChanged(centre_id=bank.centre.pk, course_id=dementia.pk, role="helper"))
    assert opened_to(gardener) == [Opened(dementia, 0, 1)]
    retire_course(lifting, by=None)
    assert opened_to(gardener) == [Opened(dementia, 0, 4)]
    for step in Requirement:
        ScreeningFactory(volunteer=gardener, requirement=step, state="blocked")
    assert opened_to(gardener) == []


def test_who_had_answers_makes_room_and_who_is_full_comes_last(bank, gardener, clock):
    busy = post(bank, "Veel gevraagd werk", wanted=1)
    clock.forward(hours=-1)
    post(bank, "Nog niet gevraagd werk")
    assert order()[0] == "Veel gevraagd werk"
    answer = services.send_application(busy, message="", by=UserFactory())
    assert order()[0] == "Nog niet gevraagd werk"
    assert order(gardener.user)[0] == "Nog niet gevraagd werk"
    services.withdraw_application(answer, by=answer.user)
    clock.forward(days=8)
    assert order()[0] == "Veel gevraagd werk"


def test_reasons_are_told_in_words(bank, gardener):
    vacancy = post(bank, "Tuinieren met buren", category="nature", dayparts=TUESDAY)
    found = look(Wanted(), gardener.user)
    assert found.reasons(vacancy.pk) == ["Past bij wat je graag doet", "100 meter van je vandaan"]
    assert look(Wanted()).reasons(vacancy.pk) == []
