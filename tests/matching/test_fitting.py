"""Who fits a vacancy or a shift: never whom the vacancy bank refuses, never who is expected elsewhere."""

import random
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import translation

from academy.models import RoleRequirement
from common import clock as the_clock
from common.seating import Span, busy_people, busy_with
from matching.enums import AssignmentState, OfferState
from matching.fitting import parts_of, question_of_shift, question_of_vacancy
from matching.models import Assignment, Offer
from people.enums import HelpCategory, Language, OrganisationState, Skill, VolunteerState
from people.models import Volunteer
from places.cells import cell_of
from safeguarding.enums import Requirement, ScreeningState
from safeguarding.models import Block
from tests.factories.academy import CourseFactory, train
from tests.factories.matching import open_request
from tests.factories.people import (
    LAT,
    LON,
    CoordinatorFactory,
    ResidentFactory,
    ScreeningFactory,
    VolunteerFactory,
)
from tests.factories.shifts import ShiftTown, moment
from tests.matching.webtools import url
from vacancies import services
from vacancies.enums import ApplicationState
from vacancies.models import Application, Vacancy
from vacancies.queries.eligibility import fitness_of

pytestmark = pytest.mark.django_db
COOKING = Skill.to_mask([Skill.COOKING])
DUTCH = Language.to_mask([Language.DUTCH])


@pytest.fixture(autouse=True)
def _in_dutch():
    with translation.override("nl"):
        yield


@pytest.fixture
def town(clock) -> ShiftTown:
    return ShiftTown(lat=LAT, lon=LON)


def fits(what) -> set:
    """The ids of everybody who is listed."""
    question = question_of_vacancy(what) if isinstance(what, Vacancy) else question_of_shift(what)
    return {each.volunteer_id for each in question.best(1000)} if question else set()


def change(vacancy: Vacancy, **fields) -> Vacancy:
    Vacancy.objects.filter(pk=vacancy.pk).update(**fields)
    return Vacancy.objects.select_related("organisation", "centre").get(pk=vacancy.pk)


def crowd(town: ShiftTown, course, count: int) -> list[Volunteer]:
    """Volunteers of whom each lacks something else, or nothing; the same ones every time."""
    chance, today, made = random.Random(7), the_clock.today(), []
    for _number in range(count):
        volunteer = town.volunteer(
            adult=chance.random() < 0.9,
            state=chance.choice([VolunteerState.ACTIVE] * 9 + [VolunteerState.LEFT]),
            dayparts=chance.getrandbits(21) | chance.getrandbits(21),
        )
        if chance.random() < 0.1:
            volunteer.user.suspended_at = the_clock.now()
            volunteer.user.save()
        days = [None, None, today + timedelta(days=3), today + timedelta(days=9), today - timedelta(days=1)]
        if chance.random() < 0.9:
            state = chance.choice([ScreeningState.VALID] * 9 + [ScreeningState.BLOCKED])
            ScreeningFactory(
                volunteer=volunteer, requirement=Requirement.VOG, state=state, valid_until=chance.choice(days)
            )
        if chance.random() < 0.9:
            train(volunteer, course, valid_until=chance.choice(days))
        made.append(volunteer)
    return made


def test_listed_is_exactly_who_may_help_on_the_day_and_is_free(town):
    own, of_helpers = CourseFactory(published=True), CourseFactory(published=True)
    town.vacancy.required_courses.add(own)
    RoleRequirement.objects.create(centre=town.centre, course=of_helpers, role="helper")
    people, shift = crowd(town, own, 60), town.shift(days=7)
    for volunteer in people[:54]:
        train(volunteer, of_helpers)
    free = {each.pk for each in people if each.dayparts & parts_of(shift.starts_at, shift.ends_at)}
    listed = []
    for steps in ([], [Requirement.VOG]):
        shift.vacancy = change(town.vacancy, minimum_age=18, screening=Requirement.to_mask(steps))
        now = may_help(shift.vacancy, people, the_clock.today())
        then = may_help(shift.vacancy, people, services.day_of(shift))
        assert fits(shift.vacancy) == now
        assert fits(shift) == then & free
        assert then < now
        listed.append(len(fits(shift)))
    assert 60 > len(free) > listed[0] > listed[1] > 3


def may_help(vacancy: Vacancy, people: list[Volunteer], day: date) -> set:
    """The ids of those in whose way the vacancy bank puts nothing on a day."""
    standing = fitness_of(vacancy, people)
    return {each.pk for each in people if standing[each.pk].lack(day) is None}


@pytest.mark.parametrize(
    ("wanted", "of_the_other"),
    [
        ({"required_skills": COOKING}, {}),
        ({"languages": Language.to_mask([Language.ARABIC])}, {}),
        ({"dayparts": 0b1}, {"dayparts": 0b10}),
        ({}, {"lat": LAT + 0.1, "cell": cell_of(LAT + 0.1, LON)}),
        ({}, {"paused_until": date(2025, 12, 31)}),
        ({}, {"monthly_ask_cap": 0}),
    ],
)
def test_each_rule_of_the_engine_holds(town, wanted, of_the_other):
    able = {"skills": COOKING, "languages": Language.to_mask([Language.ARABIC, Language.DUTCH])}
    one = town.volunteer(**able)
    other = town.volunteer(**of_the_other)
    assert one.pk in fits(town.vacancy)
    assert fits(change(town.vacancy, **wanted)) == {one.pk}
    assert other.pk not in fits(change(town.vacancy, **wanted))


def test_online_no_distance_counts_and_none_is_told(town):
    far = town.volunteer(lat=LAT + 0.5, cell=cell_of(LAT + 0.5, LON))
    near = town.volunteer(reach_km=1.0)
    VolunteerFactory()  # of another centre
    assert fits(town.vacancy) == {near.pk}
    online = change(town.vacancy, online=True, lat=None, lon=None)
    assert fits(online) == {far.pk, near.pk}
    question = question_of_vacancy(online)
    both = question.best(9)
    assert len({each.score for each in both}) == 1
    assert [question.distance_m(each) for each in both] == [None, None]
    assert all("woont" not in question.why(each) for each in both)


@pytest.mark.parametrize(
    "closed",
    [
        {"state": "paused"},
        {"state": "review"},
        {"lat": None},
    ],
)
def test_what_nobody_can_answer_looks_for_nobody(town, closed):
    town.volunteer()
    shift = town.shift()
    assert fits(town.vacancy) == fits(shift) != set()
    shift.vacancy = change(town.vacancy, **closed)
    assert question_of_vacancy(shift.vacancy) is question_of_shift(shift) is None


def test_of_a_filled_vacancy_the_shifts_go_on(town):
    volunteer, shift = town.volunteer(), town.shift()
    shift.vacancy = change(town.vacancy, state="filled")
    assert (fits(shift.vacancy), fits(shift)) == (set(), {volunteer.pk})
    shift.vacancy.organisation.state = OrganisationState.SUSPENDED
    assert question_of_shift(shift) is None


def test_a_shift_that_has_begun_or_was_called_off_looks_for_nobody(town, clock):
    town.volunteer()
    shift, off = town.shift(), services.cancel_shift(town.shift(), by=town.contact)
    assert question_of_shift(off) is None
    clock.forward(days=9)
    assert question_of_shift(shift) is None


def test_who_answered_is_not_looked_for_again_but_may_be_for_a_shift(town):
    rows = {state: town.volunteer() for state in ApplicationState}
    for state, volunteer in rows.items():
        more = {"decline_reason": "other"} if state == ApplicationState.DECLINED else {}
        fields = {"organisation": town.organisation, "centre": town.centre, "state": state, **more}
        Application.objects.create(vacancy=town.vacancy, user=volunteer.user, **fields)
    again, fresh = rows[ApplicationState.WITHDRAWN], town.volunteer()
    assert fits(town.vacancy) == {fresh.pk}
    over = {rows[state].pk for state in ("declined", "withdrawn", "ended")}
    everybody = {each.pk for each in rows.values()} | {fresh.pk}
    assert fits(town.shift()) == everybody - over
    Application.objects.create(
        vacancy=town.vacancy, user=again.user, organisation=town.organisation, centre=town.centre
    )
    assert fits(town.shift()) == everybody - over | {again.pk}


def test_nobody_is_brought_to_their_own_organisation_or_to_whom_they_are_kept_from(town):
    colleague = town.volunteer(user=town.contact)
    resident = ResidentFactory(centre=town.centre, user=town.contact)
    apart, together, barred = town.volunteer(), town.volunteer(), town.volunteer()
    Block.objects.create(volunteer=apart, resident=resident)
    Block.objects.create(volunteer=together, resident=resident, ended_at=the_clock.now())
    ScreeningFactory(volunteer=barred, state=ScreeningState.BLOCKED)
    assert fits(town.vacancy) == fits(town.shift()) == {together.pk}
    assert colleague.pk not in fits(town.vacancy)


@pytest.mark.parametrize(
    ("at", "busy"), [("12:00", False), ("12:01", True), ("15:59", True), ("16:00", False)]
)
def test_who_is_expected_elsewhere_is_not_listed(town, at, busy):
    """Another shift of two hours and a visit of an hour beside the shift from 14:00 to 16:00."""
    shift = town.shift(at="14:00", hours=2)
    shifted, visiting, free = town.volunteer(), town.volunteer(), town.volunteer()
    other = town.shift(at=at, hours=2)
    services.sign_up(other, shifted, by=shifted.user)
    starts_at = other.starts_at + (timedelta(hours=1) if at < "14" else timedelta())
    request = open_request(town.centre, duration_minutes=60)
    offer = Offer.objects.create(request=request, volunteer=visiting, state=OfferState.ACCEPTED)
    Assignment.objects.create(
        request=request, volunteer=visiting, offer=offer, state=AssignmentState.PLANNED, starts_at=starts_at
    )
    assert fits(shift) == {free.pk} | (set() if busy else {shifted.pk, visiting.pk})
    span = Span(shift.starts_at, shift.ends_at, besides=shift.pk)
    everybody = [each.user_id for each in (shifted, visiting, free)]
    assert busy_people(span) == {each for each in everybody if busy_with(each, span)}


def test_who_has_or_had_a_place_on_the_shift_is_not_listed(town):
    shift = town.shift(capacity=2)
    there, gave_up, waits, free = (town.volunteer() for _ in range(4))
    for each in (there, gave_up, waits):
        seat = services.sign_up(shift, each, by=each.user)
        if each is gave_up:
            services.give_up(seat, by=each.user)
    assert fits(shift) == {free.pk}
    assert fits(town.shift(days=8)) == {there.pk, gave_up.pk, waits.pk, free.pk}


@pytest.mark.parametrize(
    ("begins", "ends", "parts"),
    [("09:00", "12:00", 0b1), ("11:00", "13:00", 0b11), ("08:00", "22:00", 0b111), ("17:59", "18:00", 0b10)],
)
def test_the_parts_of_the_day_of_a_shift(begins, ends, parts):
    monday = date(2025, 6, 2)
    assert parts_of(moment(monday, begins), moment(monday, ends)) == parts


def test_what_somebody_likes_and_can_counts_and_is_told_in_both_languages(town):
    liked = HelpCategory.to_mask([HelpCategory.COMPANY])
    plain = town.volunteer(skills=HelpCategory.to_mask([HelpCategory.REPAIRS]))
    fond = town.volunteer(skills=liked | COOKING)
    vacancy = change(town.vacancy, preferred_skills=COOKING, dayparts=0b110)
    question = question_of_vacancy(vacancy)
    best = question.best(9)
    assert [each.volunteer_id for each in best] == [fond.pk, plain.pk]
    assert question.why(best[0]) == (
        "Woont op 100 meter, kan op alle gevraagde dagdelen en "
        "doet graag: gezelschap en kan ook wat gewenst is: koken."
    )
    with translation.override("en"):
        assert question.why(best[0]) == (
            "Lives 100 metres away, is free at every time asked and "
            "likes to do: company and also offers: cooking."
        )


# --- Over the API and on the desk ---------------------------------------------------------------


def ask(user, address: str):
    client = Client()
    client.force_login(user)
    return client.get(address)


def addresses(town: ShiftTown) -> list[str]:
    return [f"/api/v1/vacancies/{town.vacancy.pk}/candidates", f"/api/v1/shifts/{town.shift().pk}/candidates"]


def test_the_api_gives_the_engines_best_in_order(town):
    for _ in range(3):
        town.volunteer()
    for address in addresses(town):
        items = ask(town.coordinator, address).json()["items"]
        assert [each["score"] for each in items] == sorted((each["score"] for each in items), reverse=True)
        assert len(items) == 3
        assert items[0].keys() == {"volunteerId", "score", "distanceM", "terms", "why"}
        assert items[0]["distanceM"] < 1000
        assert items[0]["why"]
    change(town.vacancy, online=True)
    assert [each["distanceM"] for each in ask(town.coordinator, addresses(town)[0]).json()["items"]] == [
        None
    ] * 3
    change(town.vacancy, state="paused")
    assert ask(town.coordinator, addresses(town)[0]).json()["items"] == []


def test_only_coordinators_of_the_centre_learn_a_name(town):
    volunteer = town.volunteer()
    for address in [
        *addresses(town),
        f"/balie/wie-past/vacatures/{town.vacancy.pk}/",
        f"/balie/wie-past/diensten/{town.shift().pk}/",
    ]:
        assert ask(town.coordinator, address).status_code == 200
        assert ask(CoordinatorFactory(), address).status_code == 404
        for user in (town.contact, volunteer.user):
            assert ask(user, address).status_code == (404 if "api" in address else 403)


def test_the_lists_cost_as_much_however_many_fit(town, django_assert_num_queries):
    client = Client()
    client.force_login(town.coordinator)
    of_vacancy, of_shift = addresses(town)
    for _ in range(4):
        town.volunteer()
    for _ in range(3):
        town.volunteer(lat=LAT + 0.5, cell=cell_of(LAT + 0.5, LON))  # too far for what has a place
    client.get(of_vacancy)  # loads the index of this process
    with django_assert_num_queries(8):
        assert len(client.get(of_vacancy).json()["items"]) == 4
    with django_assert_num_queries(12):
        assert len(client.get(of_shift).json()["items"]) == 4
    change(town.vacancy, online=True)
    client.get(of_vacancy)
    with django_assert_num_queries(8):
        assert len(client.get(of_vacancy).json()["items"]) == 7


def test_the_page_says_who_and_why_and_where_the_others_drop_out(town):
    volunteer, shift = town.volunteer(), town.shift()
    assert f"/balie/wie-past/vacatures/{town.vacancy.pk}/" in page(
        town, f"/organisatie/vacatures/{town.vacancy.pk}/"
    )
    assert f"/balie/wie-past/diensten/{shift.pk}/" in page(town, f"/diensten/{shift.pk}/")
    for address in (f"vacatures/{town.vacancy.pk}", f"diensten/{shift.pk}"):
        shown = page(town, f"/balie/wie-past/{address}/")
        assert volunteer.user.name in shown
        assert url("volunteer", volunteer) in shown
        assert "100 meter" in shown
        assert "Woont" not in shown  # the distance is said once
        assert "oet graag: gezelschap" in shown
        assert "nog niet gereageerd" in shown
    services.sign_up(shift, volunteer, by=volunteer.user)
    shown = page(town, f"/balie/wie-past/diensten/{shift.pk}/")
    assert volunteer.user.name not in shown
    assert "Niemand past nu. De laatste 1 persoon valt hierop af: heeft nog niet gereageerd" in shown
    change(town.vacancy, state="paused")
    assert "kan nu niemand reageren" in page(town, f"/balie/wie-past/vacatures/{town.vacancy.pk}/")
    assert "Voor deze datum kan nu niemand" in page(town, f"/balie/wie-past/diensten/{shift.pk}/")
    for address in (f"organisatie/vacatures/{town.vacancy.pk}", f"diensten/{shift.pk}"):
        assert "wie-past" not in page(town, f"/{address}/")


def test_the_organisation_gets_no_link_to_the_list(town):
    shift = town.shift()
    for address in (f"/organisatie/vacatures/{town.vacancy.pk}/", f"/diensten/{shift.pk}/"):
        answer = ask(town.contact, address)
        assert answer.status_code == 200
        assert "wie-past" not in answer.content.decode()


def page(town: ShiftTown, address: str) -> str:
    answer = ask(town.coordinator, address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())
