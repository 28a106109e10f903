"""The engine's reasons in Dutch and English: what is said, to whom, and what is not."""

import re

import pytest
from django.utils import translation

from matching import explanations
from matching.engine import DemandIndex, Filter, Relaxation, Screening, SupplyIndex, SupplyRow, Term
from people.enums import Dislike, Language, Skill
from tests.matching.engine.towns import DAY, HERE, KM, TODAY, demand, volunteer

ASKED = {
    "kind": "buddy",
    "dayparts": 0b111,
    "preferred_skills": 1 << Skill.CAR.bit,
    "preferred_languages": 1 << Language.TURKISH.bit,
    "dislikes": 1 << Dislike.SMOKING.bit,
    "waiting_days": 5,
    "known": frozenset({1}),
}
FITTING = {
    "skills": 1 | 1 << Skill.CAR.bit,
    "languages": 1 << Language.TURKISH.bit,
    "dislikes": 1 << Dislike.SMOKING.bit,
    "dayparts": 0b011,
    "last_asked": DAY - 12,
}


def said(language: str, row: dict, asked: dict) -> str:
    question = demand(**asked)
    candidate = SupplyIndex.from_rows([volunteer(**row)]).candidate(question, 1, today=TODAY)
    with translation.override(language):
        return explanations.why(candidate, question)


def all_clauses(language: str, row: SupplyRow, asked: dict, say) -> list[str]:
    question = demand(**asked)
    candidate = SupplyIndex.from_rows([row]).candidate(question, 1, today=TODAY)
    with translation.override(language):
        return [words for reason in explanations.explain(candidate, question) if (words := say(reason))]


def test_staff_read_one_plain_sentence() -> None:
    row = {"dayparts": 0b011, "last_asked": DAY - 12, "tasks_done": 3}
    asked = {"dayparts": 0b111}
    assert said("en", row, asked) == (
        "Has not been asked for 12 days, lives 1.0 km away and has no other agreements now."
    )
    assert said("nl", row, asked) == (
        "Is 12 dagen niet gevraagd, woont op 1,0 km en heeft nu geen andere afspraken."
    )


def test_every_reason_has_its_clause_for_staff() -> None:
    clauses = all_clauses("en", volunteer(**FITTING), ASKED, explanations.clause)
    assert set(clauses) == {
        "lives 1.0 km away",
        "also offers: own car",
        "is free at 2 of the 3 times asked",
        "speaks Turkish",
        "has not been asked for 12 days",
        "has no other agreements now",
        "is new and has not had a task yet",
        "dislikes the same: smoking",
    }


@pytest.mark.parametrize(
    ("row", "asked", "clause"),
    [
        ({"last_asked": 0}, {}, "has never been asked"),
        ({}, {"known": frozenset({1})}, "has helped this resident well before"),
        ({}, {"dayparts": 0b1}, "is free at the time asked"),
        ({}, {"dayparts": 0b11}, "is free at every time asked"),
        ({"latitude": HERE[0]}, {}, "lives 100 metres away"),
    ],
)
def test_a_clause_says_what_is_so(row: dict, asked: dict, clause: str) -> None:
    assert clause in all_clauses("en", volunteer(**row), asked, explanations.clause)


def test_what_is_not_so_is_not_said() -> None:
    tired = volunteer(last_asked=DAY - 1, running=2, tasks_done=9, languages=0, dislikes=0)
    assert all_clauses("en", tired, ASKED | {"known": frozenset()}, explanations.clause) == [
        "lives 1.0 km away",
        "is free at every time asked",
    ]


def test_a_volunteer_hears_why_and_nothing_about_the_resident() -> None:
    clauses = all_clauses("en", volunteer(**FITTING), ASKED, explanations.clause_to_volunteer)
    assert set(clauses) == {
        "about 1.0 km from you",
        "what you can do is welcome here: own car",
        "there is a time that suits you",
        "a good first task",
        "waiting for 5 days",
    }


def test_the_distance_a_volunteer_hears_has_steps() -> None:
    """Two places 150 metres apart read the same."""
    sentences = set()
    for metres in (1050, 1200):
        row = volunteer(latitude=HERE[0] + metres / 1000 * KM, tasks_done=1, last_asked=DAY)
        question = demand()
        found = DemandIndex.from_demands([question]).best(row, 1, today=TODAY)[0]
        with translation.override("nl"):
            sentences.add(explanations.why_you(found, question))
            assert explanations.why_you(found, question, without={Term.PROXIMITY}) == ""
    assert sentences == {"Op ongeveer 1,0 km van jou."}


def test_why_someone_cannot_be_asked() -> None:
    failed = Filter.SCREENING | Filter.REACH
    with translation.override("nl"):
        assert explanations.why_not(failed) == [
            "Een screening die hiervoor nodig is, ontbreekt of is op die dag niet geldig.",
            "Woont verder weg dan de vrijwilliger wil reizen.",
        ]
        assert explanations.why_not(Filter(0)) == []


def test_every_rule_has_its_words() -> None:
    assert set(explanations.STEPS) == set(explanations.WHY_NOT) == set(Filter)


@pytest.mark.parametrize(
    ("relaxation", "sentences"),
    [
        (
            Relaxation(Filter.DAYPARTS, 9, ((3, 2), (4, 4), (5, 1), (6, 4))),
            [
                "4 more if Tuesday afternoon is fine too.",
                "4 more if Wednesday morning is fine too.",
                "2 more if Tuesday morning is fine too.",
            ],
        ),
        (Relaxation(Filter.SCREENING, 8, ((Screening.VOG, 7),)), ["7 more with a valid VOG."]),
        (
            Relaxation(Filter.TRAINING, 4, ((0, 3), (5, 1))),
            ["3 more after the training Dementia.", "1 more after a training."],
        ),
        (
            Relaxation(Filter.SKILLS, 3, ((0, 2), (Skill.CAR.bit, 1))),
            ["2 more if they also offer: a ride.", "1 more if this is not needed: own car."],
        ),
        (Relaxation(Filter.REACH, 6), ["6 more if they travel further than they said."]),
        (Relaxation(Filter.BLOCKED, 1), []),
    ],
)
def test_who_would_come_in(relaxation: Relaxation, sentences: list[str]) -> None:
    with translation.override("en"):
        assert explanations.invitations(relaxation, trainings={0: "Dementia"}) == sentences


def test_who_would_come_in_in_dutch() -> None:
    with translation.override("nl"):
        vog = Relaxation(Filter.SCREENING, 7, ((Screening.VOG, 7),))
        assert explanations.invitations(vog) == ["Nog 7 met een geldige VOG."]
        training = Relaxation(Filter.TRAINING, 3, ((2, 3),))
        named = explanations.invitations(training, trainings={2: "Omgaan met dementie"})
        assert named == ["Nog 3 na de training Omgaan met dementie."]


@pytest.mark.parametrize("rule", [rule for rule in Filter if rule is not Filter.BLOCKED])
def test_one_is_said_as_one_in_dutch(rule: Filter) -> None:
    with translation.override("nl"):
        for bit in range(2):
            (said,) = explanations.invitations(Relaxation(rule, 1, ((bit, 1),)))
            assert said.startswith("Nog 1 ")
            assert not re.search(r"\b(ze|hun|worden|zijn\.|tekenen|actief zijn)(?=\W)", said.split(":")[0]), (
                said
            )


@pytest.mark.parametrize("rule", [rule for rule in Filter if rule is not Filter.BLOCKED])
def test_every_relaxation_can_be_said(rule: Filter) -> None:
    assert len(explanations.invitations(Relaxation(rule, 2, ((0, 2),)))) == 1
