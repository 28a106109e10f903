"""The candidates of a request over the API: who may see them, what they say, what they cost."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client

from matching.api.serializers import CandidateSerializer
from matching.candidates import best_candidates, best_with_question
from matching.engine import Term
from people.services import pause_volunteer
from tests.factories.matching import Town
from tests.factories.people import CoordinatorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(clock) -> Town:
    return Town(volunteers=3)


def ask(town, user):
    client = Client()
    client.force_login(user)
    return client.get(f"/api/v1/dispatches/{town.request.pk}/candidates")


def test_candidates_are_the_engines_best_in_order(town):
    best = best_candidates(town.request, 20)
    answer = ask(town, town.coordinator).json()
    assert (answer["next"], answer["previous"]) == (None, None)
    assert [each["volunteerId"] for each in answer["items"]] == [str(one.volunteer_id) for one in best]
    assert len(best) == 3
    first = answer["items"][0]
    assert first.keys() == {"volunteerId", "score", "distanceM", "terms", "why"}
    assert first["score"] == best[0].score
    assert first["distanceM"] == best[0].distance_m
    assert first["terms"]["preferredSkills"] == best[0].terms[Term.PREFERRED_SKILLS]
    assert len(first["terms"]) == len(Term)
    assert "Is nog nooit gevraagd" in first["why"]


def test_what_is_written_is_what_the_document_says(town):
    [found] = best_with_question(town.request, 1)
    assert CandidateSerializer(found).data.keys() == CandidateSerializer().fields.keys()


def test_another_centre_learns_nothing(town):
    assert ask(town, CoordinatorFactory()).status_code == 404


def test_a_volunteer_learns_nothing(town):
    assert ask(town, town.volunteers[0].user).status_code == 404


def test_who_was_just_asked_is_gone_at_once(town):
    client = Client()
    client.force_login(town.coordinator)
    gone = ask(town, town.coordinator).json()["items"][0]["volunteerId"]
    address = f"/api/v1/dispatches/{town.request.pk}/ask"
    answer = client.post(address, {"volunteerId": gone}, content_type="application/json")
    assert answer.status_code == 200
    assert gone not in {each["volunteerId"] for each in ask(town, town.coordinator).json()["items"]}


def test_the_list_costs_nine_queries_however_many_volunteers(town, django_assert_num_queries):
    client = Client()
    client.force_login(town.coordinator)
    address = f"/api/v1/dispatches/{town.request.pk}/candidates"
    client.get(address)  # loads the index of this process
    # Session, account, roles, request; relations, courses, two sets of requirements; one to see what changed.
    with django_assert_num_queries(9):
        assert len(client.get(address).json()["items"]) == 3


@pytest.mark.django_db(transaction=True)
def test_whoever_goes_on_a_break_is_gone_in_the_next_answer(town):
    first, *_ = town.volunteers
    assert str(first.pk) in {each["volunteerId"] for each in ask(town, town.coordinator).json()["items"]}
    pause_volunteer(first, until=date(2025, 7, 1), by=first.user)
    assert str(first.pk) not in {each["volunteerId"] for each in ask(town, town.coordinator).json()["items"]}


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_no_query_asks_what_has_changed(town, django_assert_num_queries):
    client = Client()
    client.force_login(town.coordinator)
    address = f"/api/v1/dispatches/{town.request.pk}/candidates"
    client.get(address)
    with django_assert_num_queries(8 if connection.vendor == "postgresql" else 9):
        assert len(client.get(address).json()["items"]) == 3


def test_the_list_near_by_says_why_it_suits(town):
    client = Client()
    client.force_login(town.volunteers[0].user)
    [nearby] = client.get("/api/v1/near-me").json()["items"]
    assert nearby["requestId"] == str(town.request.pk)
    assert nearby["why"].startswith("Op ongeveer ")
    assert "een mooie eerste taak" in nearby["why"]
