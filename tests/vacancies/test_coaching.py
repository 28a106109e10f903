"""Advice while writing: each kind on its true and its false side; it never refuses."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.factories.vacancies import draft, make_bank, published
from vacancies.models import Vacancy
from vacancies.queries import doubles
from vacancies.queries.doubles import doubles_of
from vacancies.services.coaching import EASY, coach, reading_ease

GOOD = (
    "Je ontvangt bezoekers en schenkt koffie. Je maakt een praatje en luistert naar wat mensen vertellen. "
    "Om vijf uur ruim je samen de tafels af. Je werkt altijd met iemand die het huis goed kent."
)
HARD = (
    "Je coördineert multidisciplinaire samenwerkingsverbanden en implementeert kwaliteitsinstrumenten. "
    "Je faciliteert organisatieontwikkelingsprocessen en verantwoordelijkheidsgebieden. "
)
TITLE = "Gastvrouw of gastheer in het buurthuis"


def codes(**words) -> set[str]:
    return {advice.code for advice in coach(**{"title": TITLE, "task": GOOD, **words})}


def test_a_good_vacancy_gets_no_advice():
    assert codes(offer="Een kerstpakket", hours=Decimal(4)) == set()


@pytest.mark.parametrize(
    ("code", "wrong", "fine"),
    [
        ("diploma", "Een diploma is vereist.", "Een diploma is niet nodig."),
        ("diploma", "Je hebt minimaal mbo niveau 3.", "Je hebt een rijbewijs en EHBO."),
        (
            "age",
            "Wij zoeken iemand tussen 20 en 30 jaar.",
            "Ervaring is niet nodig; leeftijd maakt niet uit.",
        ),
        ("belief", "Je bent gelovig.", "Ongeacht of je gelovig bent."),
        ("origin", "Je bent native speaker.", "Je spreekt een beetje Nederlands."),
        ("gender", "Alleen voor vrouwen.", "Voor vrouwen en mannen."),
        ("paid_work", "Je vervangt een zieke collega.", "Je helpt een collega."),
        ("hours", "Je werkt 24 uur per week.", "Je werkt 4 tot 8 uur per week."),
    ],
)
def test_what_may_not_be_asked(code, wrong, fine):
    serious = [advice for advice in coach(title=TITLE, task=GOOD, profile=wrong) if advice.serious]
    assert [(advice.code, advice.field) for advice in serious] == [(code, "profile")]
    assert codes(profile=fine) == set()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("title_length", {"title": "Hulp"}),
        ("capitals", {"title": "GASTVROUW IN HET BUURTHUIS"}),
        ("short", {"task": "Je schenkt koffie."}),
        ("long", {"task": GOOD * 9}),
        ("vague", {"task": GOOD + " Je doet alle voorkomende werkzaamheden."}),
        ("address", {"task": "De vrijwilliger ontvangt bezoekers. " * 6}),
        ("sentence", {"task": GOOD + " Je " + "loopt en " * 24 + "rust."}),
        ("hard", {"task": HARD * 3}),
    ],
)
def test_what_could_be_better(code, words):
    assert code in codes(**words)


def test_short_words_read_easier():
    assert reading_ease(GOOD) > EASY > reading_ease("Implementatieverantwoordelijkheden coördineren.")
    assert reading_ease("") == 100.0


@pytest.mark.django_db
def test_what_looks_the_same_is_seen(clock):
    bank = make_bank()
    first = published(bank, title="Chauffeur op de buurtbus", task=GOOD)
    same = draft(bank, title="Buurtbus: chauffeur op de", task="Iets anders.")
    other = make_bank(centre=bank.centre, name="Een ander")
    treasurer = published(other, title="Penningmeester gezocht", task="Je doet de boeken van de club.")
    assert doubles_of(same) == [first]
    assert doubles_of(draft(bank, title="Penningmeester gezocht", task=GOOD + " En de kas.")) == [first]
    assert doubles_of(draft(other, title="Penningmeester gezocht", task=treasurer.task)) == [treasurer]
    assert doubles_of(draft(bank, title="Heel iets anders doen", task="Je verft de schutting groen.")) == []


@pytest.mark.django_db
def test_of_an_organisation_with_many_the_newest_are_compared(clock, monkeypatch):
    bank = make_bank()
    older, newer = (draft(bank, title="Chauffeur op de buurtbus", task=GOOD) for _ in range(2))
    Vacancy.objects.filter(pk=older.pk).update(created_at=clock.now() - timedelta(days=1))
    same = draft(bank, title="Chauffeur op de buurtbus", task=GOOD)
    assert doubles_of(same) == [newer, older]
    monkeypatch.setattr(doubles, "MOST_OWN", 1)
    assert doubles_of(same) == [newer]
