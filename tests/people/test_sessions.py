"""Who is asking is read anew for every request: sessions that ended, accounts that may no longer."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client

from common import clock as project_clock
from people.models import RoleGrant, User
from people.sessions import AccountBackend, SessionStore
from tests.factories.matching import Town
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db

BACKEND = "people.sessions.AccountBackend"


def test_a_session_holds_what_was_put_in_until_it_expires_or_ends():
    store = SessionStore()
    store["word"] = "samen"
    store.create()
    kept = Session.objects.filter(pk=store.session_key)
    assert SessionStore(store.session_key)["word"] == "samen"
    kept.update(expire_date=project_clock.now())
    late = SessionStore(store.session_key)
    assert (late.get("word"), late.session_key) == (None, None)
    assert SessionStore("a" * 32).get("word") is None
    kept.delete()
    assert SessionStore(store.session_key).get("word") is None


def test_the_account_is_whole_and_that_of_the_session():
    person, other = UserFactory(name="Noor"), UserFactory(is_active=False)
    found = AccountBackend().get_user(person.pk)
    whole = User.objects.get(pk=person.pk)
    names = [field.attname for field in User._meta.concrete_fields]
    assert [getattr(found, name) for name in names] == [getattr(whole, name) for name in names]
    assert found.get_deferred_fields() == set()
    found.save(update_fields=["name"])  # as one that Django has read: no second row
    assert AccountBackend().get_user(other.pk) is None
    other.delete()
    assert AccountBackend().get_user(other.pk) is None


def test_signing_in_leads_to_this_account_and_suspension_counts_in_the_next_request(clock):
    town, client = Town(), Client()
    candidates = f"/api/v1/dispatches/{town.request.pk}/candidates"
    client.force_login(town.coordinator, backend=BACKEND)
    assert client.session[SESSION_KEY] == str(town.coordinator.pk)
    assert client.get(candidates).status_code == 200
    desk = User.objects.filter(pk=town.coordinator.pk)
    desk.update(suspended_at=project_clock.now())
    assert client.get(candidates).status_code == 404
    desk.update(suspended_at=None)
    assert client.get(candidates).status_code == 200
    RoleGrant.objects.filter(user=town.coordinator).update(ended_at=project_clock.now())
    assert client.get(candidates).status_code == 404
    desk.update(is_active=False)
    assert client.get("/api/v1/me").status_code == 401
