"""What administrators can see and do."""

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import path, reverse

from events.enums import State
from events.models import EventRecord
from events.registry import on
from events.services import record
from tests.events.conftest import leave_effect
from tests.events.samples import Happened

urlpatterns = [path("beheer/", admin.site.urls)]
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.events.test_admin")]
LIST = "admin:events_eventrecord_changelist"


@pytest.fixture
def parked() -> EventRecord:
    on(Happened, name="tests.one")(leave_effect())
    found = record(Happened(1))
    EventRecord.objects.filter(pk=found.pk).update(state=State.PARKED, attempts=15, last_error="Trouble")
    return found


def signed_in(**options) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.create_user("beheer@voorbeeld.nl", is_staff=True, **options))
    return client


def try_again(client: Client, *records: EventRecord):
    chosen = {"action": "try_again", "_selected_action": [found.pk for found in records]}
    return client.post(reverse(LIST), chosen, follow=True)


def test_parked_events_stand_in_a_list_of_their_own(parked):
    on_time = record(Happened(2))
    page = signed_in(is_superuser=True).get(reverse(LIST), {"state__exact": "parked"})
    assert list(page.context["cl"].queryset) == [parked]
    assert "Trouble" in page.content.decode()
    assert on_time not in page.context["cl"].queryset


def test_a_parked_event_is_given_another_chance_and_others_are_left_alone(parked):
    waiting = record(Happened(2))
    client = signed_in(is_superuser=True)
    page = try_again(client, parked, waiting)
    parked.refresh_from_db()
    assert (parked.state, parked.attempts) == (State.PENDING, 0)
    assert len(page.context["messages"]) == 1
    audit = EventRecord.objects.get(type="events.retried")
    assert audit.payload == {"record_id": parked.pk}
    assert str(audit.actor_id) == client.session["_auth_user_id"]


def test_who_may_only_look_cannot_retry(parked):
    client = signed_in()
    user = get_user_model().objects.get()
    user.user_permissions.add(Permission.objects.get(codename="view_eventrecord"))
    assert client.get(reverse(LIST)).status_code == 200
    try_again(client, parked)
    parked.refresh_from_db()
    assert parked.state == State.PARKED


def test_nothing_can_be_added_changed_or_removed(parked):
    client = signed_in(is_superuser=True)
    assert client.get(reverse("admin:events_eventrecord_add")).status_code == 403
    assert client.post(reverse("admin:events_eventrecord_delete", args=[parked.pk])).status_code == 403
    change = reverse("admin:events_eventrecord_change", args=[parked.pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {"state": "handled"}).status_code == 403


def test_the_page_costs_the_same_number_of_queries_for_one_and_for_many(parked, django_assert_num_queries):
    client = signed_in(is_superuser=True)
    with django_assert_num_queries(5):
        client.get(reverse(LIST))
    for number in range(10):
        record(Happened(number))
    with django_assert_num_queries(5):
        client.get(reverse(LIST))
