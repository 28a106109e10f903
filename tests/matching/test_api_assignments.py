"""Agreements for programs."""

import pytest
from django.test import Client

from matching import services
from matching.models import Assignment
from tests.factories.matching import Town, open_request

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def test_the_list_costs_the_same_whatever_its_length(clock, django_assert_num_queries):
    town = Town(volunteers=4)
    client = Client()
    client.force_login(town.coordinator, backend=BACKEND)
    opened = []
    for number, volunteer in enumerate(town.volunteers, start=1):
        request = open_request(town.centre)
        offer = services.ask_volunteer(request, volunteer, by=town.coordinator)
        services.accept_offer(offer, by=volunteer.user)
        if number in {1, 4}:
            with django_assert_num_queries(8):
                items = client.get("/api/v1/assignments").json()["items"]
            opened = [item["contactOpen"] for item in items]
    assert opened == [True] * 4
    volunteer.screenings.update(state="required")
    town.volunteers[0].user.suspended_at = clock.now()
    town.volunteers[0].user.save()
    items = client.get("/api/v1/assignments").json()["items"]
    closed = {item["volunteerId"] for item in items if not item["contactOpen"]}
    assert closed == {str(volunteer.pk), str(town.volunteers[0].pk)}
    assert Assignment.objects.count() == 4
