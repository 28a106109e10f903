"""The public bank: filters with counts, words, order; the copy in memory tells what the database does."""

from itertools import product

import numpy as np
import pytest

from people.enums import Language
from places.geo import Point
from tests.factories.people import DistrictFactory, PostcodeFactory, UserFactory
from tests.factories.vacancies import Bank, draft, make_bank, published, quick_vacancies
from vacancies import services
from vacancies.enums import Accessibility, VacancyCategory, VacancyKind
from vacancies.models import Vacancy
from vacancies.queries.bank import MOMENTS, Wanted, look
from vacancies.queries.shelf import shelf

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank(clock) -> Bank:
    return make_bank()


def ids_of(wanted: Wanted, user=None) -> list:
    return look(wanted, user).page(1, 1000)


def passes(vacancy: Vacancy, wanted: Wanted) -> bool:
    """The filters once more, one vacancy at a time."""
    week = sum(MOMENTS[each] for each in wanted.moments)
    spoken, needs = Language.to_mask(wanted.languages), Accessibility.to_mask(wanted.accessibility)
    return all(
        (
            not wanted.categories or vacancy.category in wanted.categories,
            not week or not vacancy.dayparts or bool(vacancy.dayparts & week),
            not wanted.districts or vacancy.district_id in wanted.districts,
            wanted.online is None or vacancy.online == wanted.online,
            wanted.recurring is None or (vacancy.kind == "recurring") == wanted.recurring,
            not spoken or not vacancy.languages or bool(vacancy.languages & spoken),
            vacancy.accessibility & needs == needs,
            wanted.age is None or (vacancy.minimum_age or 0) <= wanted.age,
        )
    )


def test_filters_and_their_counts_are_those_of_a_plain_loop(bank):
    random = np.random.default_rng(5)
    districts = [DistrictFactory(), DistrictFactory(), None]
    made = quick_vacancies(bank, 120)
    for vacancy in made:
        vacancy.category = random.choice(VacancyCategory.values)
        vacancy.dayparts = int(random.choice([0, 0b1, 0b110, 1 << 15, 1 << 20, 0b100100]))
        vacancy.district = districts[random.integers(3)]
        vacancy.online = bool(random.integers(2))
        vacancy.kind = random.choice(VacancyKind.values)
        vacancy.languages = int(random.choice([0, 1, 0b10, 0b11]))
        vacancy.accessibility = int(random.integers(8))
        vacancy.minimum_age = [None, 12, 16, 18][random.integers(4)]
    Vacancy.objects.bulk_update(
        made,
        ["category", "dayparts", "district", "online", "kind", "languages", "accessibility", "minimum_age"],
    )
    choices = {
        "categories": [frozenset(), frozenset({"care", "nature", "youth", "company", "board"})],
        "moments": [frozenset(), frozenset({"evening", "weekend"})],
        "districts": [frozenset(), frozenset({districts[0].pk})],
        "online": [None, True],
        "recurring": [None, False],
        "languages": [frozenset(), frozenset({"en"})],
        "accessibility": [frozenset(), frozenset({"wheelchair"})],
        "age": [None, 14],
    }
    for values in product(*choices.values()):
        wanted = Wanted(**dict(zip(choices, values, strict=True)))
        found = look(wanted)
        assert set(found.page(1, 1000)) == {one.pk for one in made if passes(one, wanted)}
    wanted = Wanted(moments=frozenset({"evening"}), online=True, age=16)
    counts = look(wanted).counts
    for facet, field, kind in (
        ("category", "categories", frozenset), ("moment", "moments", frozenset),
        ("language", "languages", frozenset), ("district", "districts", None),
    ):  # fmt: skip
        for choice, count in counts[facet].items():
            one = (
                frozenset({choice}) if kind else frozenset(d.pk for d in districts[:2] if str(d.pk) == choice)
            )
            other = Wanted(**{**wanted.__dict__, field: one})
            assert count == sum(passes(each, other) for each in made), (facet, choice)
    for choice, count in counts["accessibility"].items():
        other = Wanted(**{**wanted.__dict__, "accessibility": frozenset({choice})})
        assert count == sum(passes(each, other) for each in made)
    assert counts["online"] == {
        name: sum(passes(each, Wanted(**{**wanted.__dict__, "online": value})) for each in made)
        for name, value in (("yes", True), ("no", False))
    }


def test_what_changes_shows_at_once(bank, django_assert_num_queries):
    assert ids_of(Wanted()) == []
    vacancy = draft(bank)
    services.submit_vacancy(vacancy, by=bank.manager)
    assert ids_of(Wanted()) == []
    shown = published(bank, title="Taalmaatje")
    assert ids_of(Wanted()) == [shown.pk]
    assert ids_of(Wanted(words="taalmaatje")) == [shown.pk]
    with django_assert_num_queries(1):  # what has been recorded since
        assert len(look(Wanted())) == 1
    services.edit_vacancy(shown, by=bank.coordinator, title="Wandelmaatje")
    assert ids_of(Wanted(words="taalmaatje")) == []
    assert ids_of(Wanted(words="wandelmaatje")) == [shown.pk]
    services.suspend_organisation(bank.organisation, note="Klachten", by=bank.coordinator)
    assert ids_of(Wanted()) == []
    services.approve_organisation(bank.organisation, checks=0b11111, by=bank.coordinator)
    assert ids_of(Wanted()) == [shown.pk]
    services.pause_vacancy(shown, by=bank.manager)
    assert ids_of(Wanted()) == []


@pytest.mark.parametrize("typed", ["chauffeur", "Chaufeur", "chauffeurs", "buurtbuss", "rijden ouderen"])
def test_words_are_found_in_any_form_and_with_a_slip_of_the_finger(bank, typed):
    wanted = published(
        bank,
        title="Chauffeur op de buurtbus",
        task="Je rijdt ouderen naar de markt en terug.",
        category="transport",
    )
    published(bank, title="Gastvrouw in het museum")
    assert ids_of(Wanted(words=typed)) == [wanted.pk]


def test_distance_and_order(bank, clock):
    PostcodeFactory(code="3432CD", lat=52.06, lon=5.08, district=bank.centre.districts.get())
    near = published(bank)
    clock.forward(hours=1)
    far = published(bank, postcode="3432CD")
    clock.forward(hours=1)
    home = published(bank, postcode="", online=True)
    here = Point(52.0292, 5.0806)
    assert ids_of(Wanted()) == [home.pk, far.pk, near.pk]
    assert ids_of(Wanted(point=here, order="distance")) == [near.pk, far.pk, home.pk]
    assert ids_of(Wanted(point=here, within_km=2.0)) == [home.pk, near.pk]
    found = look(Wanted(point=here))
    assert found.metres(near.pk) == pytest.approx(0, abs=1)
    assert found.metres(far.pk) == pytest.approx(3425, rel=0.01)
    assert found.metres(home.pk) is None


def test_answers_of_this_week_are_counted(bank, clock):
    vacancy = published(bank, wanted=2)
    services.send_application(vacancy, message="", by=UserFactory())
    columns = shelf.columns()
    assert (columns.connections.tolist(), columns.room.tolist()) == ([1.0], [2.0])
    clock.forward(days=8)
    assert shelf.columns().connections.tolist() == [0.0]
