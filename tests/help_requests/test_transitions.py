"""The table of steps is the law: each pair of states, each verb, and two people at once."""

import threading
from itertools import product

import pytest
from django.db import connection, transaction

from common.errors import InvalidTransition, NotFound
from common.ids import new_id
from events.models import EventRecord
from help_requests import services
from help_requests.enums import (
    ENDED,
    TRANSITIONS,
    RequestKind,
    RequestState,
    Rhythm,
    UnsuitableReason,
)
from help_requests.models import HelpRequest
from people.models import Centre, User
from tests.factories.help_requests import HelpRequestFactory
from tests.factories.people import CoordinatorFactory

S = RequestState
KINDS_AND_STATES = [(kind, state) for kind in RequestKind for state in TRANSITIONS[kind]]


def test_every_kind_has_its_table_and_together_they_know_every_state() -> None:
    assert set(TRANSITIONS) == set(RequestKind)
    assert frozenset().union(*TRANSITIONS.values()) == set(RequestState)


@pytest.mark.parametrize("kind", RequestKind)
def test_every_state_but_the_draft_can_be_reached_and_only_ends_are_dead_ends(kind: RequestKind) -> None:
    table = TRANSITIONS[kind]
    assert frozenset().union(*table.values()) == set(table)
    assert {state for state, steps in table.items() if not steps} == ENDED


@pytest.mark.parametrize(("kind", "frm"), KINDS_AND_STATES)
def test_only_steps_of_the_table_are_taken(db: None, kind: RequestKind, frm: RequestState) -> None:
    rhythm = Rhythm.WEEKLY if kind == RequestKind.SERIES else ""
    for to in RequestState:
        request = HelpRequestFactory(state=frm, kind=kind, rhythm=rhythm, referral_consent=True)
        allowed = to in TRANSITIONS[kind][frm]
        if allowed:
            assert services.move_request(request.pk, frm={frm}, to=to, by=None).state == to
        else:
            with pytest.raises(InvalidTransition):
                services.move_request(request.pk, frm={frm}, to=to, by=None)
        request.refresh_from_db()
        assert request.state == (to if allowed else frm)


def test_withdrawing_means_the_same_whatever_the_kind() -> None:
    """A state that several kinds know leads to it in all of them or in none: the desk relies on that."""
    for one, other in product(TRANSITIONS.values(), repeat=2):
        for state in one.keys() & other.keys():
            assert (S.WITHDRAWN in one[state]) == (S.WITHDRAWN in other[state])


def test_moving_asks_for_the_states_the_caller_knows(db: None) -> None:
    request = HelpRequestFactory(state=S.OPEN)
    with pytest.raises(InvalidTransition):
        services.move_request(request.pk, frm={S.OFFERED, S.WAITLISTED}, to=S.MATCHED, by=None)


def test_moving_keeps_the_moment_and_tells_what_happened(coordinator: User, centre: Centre) -> None:
    request = HelpRequestFactory(state=S.OPEN, resident__centre=centre)
    moved = services.move_request(request.pk, frm={S.OPEN}, to=S.MATCHED, by=coordinator)
    request.refresh_from_db()
    assert moved.matched_at == request.matched_at
    assert request.matched_at is not None
    told = EventRecord.objects.get(type="help_requests.state_changed")
    assert told.payload == {"request_id": str(request.pk), "centre_id": str(centre.pk), "state": "matched"}
    assert told.actor_id == coordinator.pk


def test_moving_sets_other_moments_as_asked(db: None) -> None:
    request = HelpRequestFactory(state=S.WAITLISTED)
    moved = services.move_request(request.pk, frm={S.WAITLISTED}, to=S.MATCHED, by=None, matched_at=None)
    assert moved.matched_at is None


def test_an_absent_request_is_not_found(db: None) -> None:
    with pytest.raises(NotFound):
        services.move_request(new_id(), frm={S.OPEN}, to=S.MATCHED, by=None)


def test_a_stale_row_is_not_overwritten(db: None) -> None:
    """The compare-and-swap itself: the row changed after it was read, whatever lock was or was not held."""
    from help_requests.services.moving import swap_state

    request = HelpRequestFactory(state=S.SUBMITTED)
    HelpRequest.objects.filter(pk=request.pk).update(state=S.WITHDRAWN)
    with pytest.raises(InvalidTransition):
        swap_state(request, S.OPEN)
    request.refresh_from_db()
    assert request.state == S.WITHDRAWN


VERBS = {
    "approve": lambda request, by: services.open_request(
        request, by=by, summary="Boodschappen doen, één tas."
    ),
    "send back": lambda request, by: services.send_back(request, by=by, note="Welke winkel is het?"),
    "turn down": lambda request, by: services.mark_unsuitable(
        request, by=by, reason=UnsuitableReason.CARE, note="De wijkverpleging kan dit wel."
    ),
    "withdraw": lambda request, by: services.withdraw(request, by=by),
}
ENDS = {"approve": S.OPEN, "send back": S.DRAFT, "turn down": S.UNSUITABLE, "withdraw": S.WITHDRAWN}
# Withdrawing is possible after approval too: then both have happened, one after the other.
RACES = [
    ("approve", "approve"),
    ("approve", "send back"),
    ("approve", "turn down"),
    ("send back", "turn down"),
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("one", "other"), RACES)
def test_of_two_coordinators_at_once_one_wins(one: str, other: str) -> None:
    request = HelpRequestFactory()
    people = [CoordinatorFactory(request.centre), CoordinatorFactory(request.centre)]
    together = threading.Barrier(2)
    outcomes: dict[int, str] = {}

    def act(number: int, verb: str) -> None:
        try:
            together.wait(timeout=60)
            VERBS[verb](request, people[number])
            outcomes[number] = verb
        except InvalidTransition:
            outcomes[number] = "too late"
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(number, verb)) for number, verb in enumerate((one, other))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert sorted(outcomes) == [0, 1]
    winners = [verb for verb in outcomes.values() if verb != "too late"]
    assert len(winners) == 1
    request.refresh_from_db()
    assert request.state == ENDS[winners[0]]
    assert EventRecord.objects.filter(type__startswith="help_requests.").count() == 1


def test_nothing_is_recorded_when_the_step_fails(coordinator: User, centre: Centre) -> None:
    request = HelpRequestFactory(state=S.CLOSED, resident__centre=centre)
    with pytest.raises(InvalidTransition), transaction.atomic():
        services.withdraw(request, by=coordinator)
    assert not EventRecord.objects.exists()
