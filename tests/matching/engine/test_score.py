"""Terms, weights and reasons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import KINDS, WEIGHTS, DemandIndex, Reason, SupplyIndex, Term, explain
from matching.engine.weights import PROFILES
from people.enums import HelpCategory
from tests.matching.engine import oracle
from tests.matching.engine.towns import DAY, HERE, KM, TODAY, demand, volunteer


def value(term: Term, row: dict, asked: dict) -> float:
    index = SupplyIndex.from_rows([volunteer(**row)])
    return index.candidate(demand(**asked), 1, today=TODAY).terms[term]


@pytest.mark.parametrize(
    ("term", "row", "asked", "expected"),
    [
        (Term.PROXIMITY, {"latitude": HERE[0]}, {}, 1),
        (Term.PROXIMITY, {"reach_km": 4}, {}, 0.75),
        (Term.PROXIMITY, {"reach_km": 0.5}, {}, 0),
        (Term.PREFERRED_SKILLS, {"skills": 0b1011}, {"preferred_skills": 0b0110}, 0.5),
        (Term.PREFERRED_SKILLS, {}, {"preferred_skills": 0}, 1),
        (Term.DAYPARTS, {"dayparts": 0b011}, {"dayparts": 0b1111}, 0.5),
        (Term.DAYPARTS, {}, {"dayparts": 0}, 1),
        (Term.LANGUAGE, {"languages": 0b01}, {"preferred_languages": 0b11}, 1),
        (Term.LANGUAGE, {"languages": 0b01}, {"preferred_languages": 0b10}, 0),
        (Term.LANGUAGE, {"languages": 0}, {}, 1),
        (Term.REST, {"last_asked": 0}, {}, 1),
        (Term.REST, {"last_asked": DAY}, {}, 0),
        (Term.REST, {"last_asked": DAY + 3}, {}, 0),
        (Term.REST, {"last_asked": DAY - 2}, {}, 0.36),
        (Term.ROOM, {"running": 3}, {}, 0.25),
        (Term.NEWCOMER, {"tasks_done": 0}, {}, 1),
        (Term.NEWCOMER, {"tasks_done": 1}, {}, 0),
        (Term.CONTINUITY, {}, {"known": frozenset({1})}, 1),
        (Term.CONTINUITY, {}, {"known": frozenset({2})}, 0),
        (Term.DISLIKES, {"dislikes": 0b101}, {"dislikes": 0b011}, 0.5),
        (Term.DISLIKES, {"dislikes": 0b101}, {"dislikes": 0}, 0),
        (Term.WAITING, {}, {"waiting_days": 7}, 0.5),
        (Term.WAITING, {}, {"waiting_days": 0}, 0),
    ],
)
def test_a_term_has_its_value(term: Term, row: dict, asked: dict, expected: float) -> None:
    assert value(term, row, asked) == pytest.approx(expected, abs=2e-4)


def test_every_kind_of_help_has_weights_that_add_up_to_one() -> None:
    assert set(HelpCategory.values) | {"buddy", "vacancy", "shift"} == set(KINDS) == set(PROFILES)
    for weights in WEIGHTS.values():
        assert sum(weights) == pytest.approx(1)
        assert min(weights) >= 0


def test_shared_dislikes_weigh_for_buddies_only_and_little() -> None:
    weighing = {kind: weights[Term.DISLIKES] for kind, weights in WEIGHTS.items() if weights[Term.DISLIKES]}
    assert weighing == {"buddy": pytest.approx(0.05)}


@pytest.mark.parametrize("term", [term for term in Term if term is not Term.DISLIKES])
def test_every_term_moves_the_score(term: Term) -> None:
    better = {
        Term.PROXIMITY: ({"latitude": HERE[0]}, {}),
        Term.PREFERRED_SKILLS: ({"skills": 0b11}, {}),
        Term.DAYPARTS: ({"dayparts": 0b11}, {}),
        Term.LANGUAGE: ({"languages": 0b11}, {}),
        Term.REST: ({"last_asked": DAY - 9}, {}),
        Term.ROOM: ({"running": 0}, {}),
        Term.NEWCOMER: ({"tasks_done": 0}, {}),
        Term.CONTINUITY: ({}, {"known": frozenset({1})}),
        Term.WAITING: ({}, {"waiting_days": 9}),
    }
    row = {"skills": 0b1, "dayparts": 0b1, "languages": 1, "last_asked": DAY, "running": 1, "tasks_done": 4}
    asked = {"preferred_skills": 0b10, "dayparts": 0b11, "preferred_languages": 0b10}
    row_change, asked_change = better[term]
    plain = SupplyIndex.from_rows([volunteer(**row)]).best(demand(**asked), 1, today=TODAY)[0]
    raised = SupplyIndex.from_rows([volunteer(**row | row_change)]).best(
        demand(**asked | asked_change), 1, today=TODAY
    )[0]
    gain = WEIGHTS["transport"][term] * (raised.terms[term] - plain.terms[term])
    assert gain > 0
    assert raised.score == pytest.approx(plain.score + gain, abs=2e-9)


def test_requests_that_waited_long_come_first_in_a_feed() -> None:
    index = DemandIndex.from_demands([demand(id=1, waiting_days=1), demand(id=2, waiting_days=30)])
    assert [found.demand_id for found in index.best(volunteer(), 2, today=TODAY)] == [2, 1]


def test_reasons_name_what_counts_most_first() -> None:
    asked = demand(dayparts=0b110, preferred_languages=0b11, dislikes=0b1, waiting_days=3)
    row = volunteer(latitude=HERE[0], last_asked=DAY - 12, dayparts=0b010, languages=0b10)
    candidate = SupplyIndex.from_rows([row]).candidate(asked, 1, today=TODAY)
    reasons = explain(candidate, asked)
    assert [reason.term for reason in reasons][:2] == [Term.REST, Term.PROXIMITY]
    assert reasons[1] == Reason(Term.PROXIMITY, 1.0, WEIGHTS["transport"][Term.PROXIMITY], {"km": 0.0})
    contributions = [reason.value * reason.weight for reason in reasons]
    assert contributions == sorted(contributions, reverse=True)
    assert {reason.term: reason.params for reason in reasons} == {
        Term.PROXIMITY: {"km": 0.0},
        Term.REST: {"days": 12},
        Term.ROOM: {"running": 0},
        Term.NEWCOMER: {"done": 0},
        Term.DAYPARTS: {"shared": 0b010, "asked": 0b110},
        Term.LANGUAGE: {"shared": 0b10},
        Term.CONTINUITY: {},
        Term.WAITING: {"days": 3},
    }


def test_reasons_and_terms_that_are_left_out_add_up_to_the_score() -> None:
    asked = demand(dayparts=0b110, preferred_languages=0b11, preferred_skills=1 << 20, waiting_days=3)
    candidate = SupplyIndex.from_rows([volunteer(last_asked=DAY - 2)]).candidate(asked, 1, today=TODAY)
    assert sum(reason.value * reason.weight for reason in explain(candidate, asked)) == pytest.approx(
        candidate.score, abs=1e-9
    )


def test_who_was_never_asked_has_no_days_of_rest() -> None:
    candidate = SupplyIndex.from_rows([volunteer(last_asked=0)]).candidate(demand(), 1, today=TODAY)
    rest = next(reason for reason in explain(candidate, demand()) if reason.term is Term.REST)
    assert (candidate.facts.rest_days, rest.value, rest.params) == (None, 1.0, {})


latitudes, longitudes = st.floats(-85, 85), st.floats(-179, 179)


@given(latitudes, longitudes, st.floats(-3, 3), st.floats(-3, 3))
def test_a_distance_is_the_haversine_to_the_metre(lat: float, lon: float, north: float, east: float) -> None:
    row = volunteer(latitude=lat, longitude=lon)
    asked = demand(latitude=lat + north, longitude=max(-180.0, min(180.0, lon + east)))
    measured = SupplyIndex.from_rows([row]).candidate(asked, 1, today=TODAY).distance_m
    assert measured == pytest.approx(oracle.haversine_m(row, asked), abs=0.53)


def test_a_known_distance() -> None:
    """Dam square in Amsterdam to the Dom tower in Utrecht: some 35 km."""
    row = volunteer(latitude=52.37306, longitude=4.89278, reach_km=50)
    dom = demand(latitude=52.09066, longitude=5.12139)
    assert SupplyIndex.from_rows([row]).candidate(dom, 1, today=TODAY).distance_m == pytest.approx(
        35_050, abs=150
    )


def test_no_protected_attribute_is_a_column() -> None:
    names = set(volunteer().__slots__) | set(demand().__slots__)
    assert not names & {
        "gender",
        "sex",
        "religion",
        "origin",
        "ethnicity",
        "orientation",
        "birth_date",
        "name",
    }


def test_a_kilometre_north_is_a_kilometre() -> None:
    assert SupplyIndex.from_rows([volunteer(latitude=HERE[0] + KM)]).candidate(
        demand(), 1, today=TODAY
    ).distance_m == pytest.approx(1000, abs=1)
