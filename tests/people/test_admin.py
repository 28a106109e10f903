"""People in the administration: roles go through their services there too."""

import pytest
from django.urls import reverse

from common.errors import Forbidden
from events.models import EventRecord
from people import services
from people.enums import Role
from people.models import RoleGrant
from people.queries import is_staff_of
from tests.factories.people import CentreFactory, CoordinatorFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(client):
    user = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def test_a_role_that_is_given_is_recorded_with_who_gave_it(client, keeper):
    user, centre = UserFactory(), CentreFactory()
    data = {"user": user.pk, "role": "administrator", "centre": centre.pk, "organisation": ""}
    assert client.post(reverse("admin:people_rolegrant_add"), data).status_code == 302
    assert is_staff_of(user, centre.pk)
    assert EventRecord.objects.get(type="people.role_granted").actor_id == keeper.pk


def test_a_role_that_is_deleted_is_ended_and_stays_on_record(client, keeper):
    user = CoordinatorFactory()
    grant = user.role_grants.get()
    client.post(reverse("admin:people_rolegrant_delete", args=[grant.pk]), {"post": "yes"})
    grant.refresh_from_db()
    assert grant.ended_at is not None
    assert EventRecord.objects.filter(type="people.role_ended").exists()
    another = CoordinatorFactory().role_grants.get()
    data = {"action": "delete_selected", "_selected_action": [str(another.pk)], "post": "yes"}
    client.post(reverse("admin:people_rolegrant_changelist"), data)
    another.refresh_from_db()
    assert another.ended_at is not None


@pytest.mark.parametrize("model", ["centre", "organisation", "user", "rolegrant"])
def test_the_lists_open(client, keeper, model):
    CoordinatorFactory()
    assert client.get(reverse(f"admin:people_{model}_changelist")).status_code == 200


def test_accounts_are_not_made_nor_suspended_there(client, keeper):
    user = UserFactory()
    assert client.get(reverse("admin:people_user_add")).status_code == 403
    data = {
        "name": "Wil",
        "language": "nl",
        "is_active": "",
        "email": "x@y.nl",
        "suspended_at_0": "2025-01-01",
    }
    client.post(reverse("admin:people_user_change", args=[user.pk]), data)
    before = user.email
    user.refresh_from_db()
    assert (user.name, user.email, user.is_active, user.suspended_at) == ("Wil", before, True, None)


def test_a_keeper_who_may_not_act_gives_no_roles():
    keeper = UserFactory(is_superuser=True, is_active=False)
    with pytest.raises(Forbidden):
        services.grant_role(UserFactory(), Role.COORDINATOR, centre=CentreFactory(), by=keeper)
    assert not RoleGrant.objects.exists()


def test_nobody_deletes_an_account_past_the_person_s_rights(client, django_user_model):
    boss = django_user_model.objects.create_superuser("baas@voorbeeld.nl")
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    wil = UserFactory()
    for address in (f"/beheer/people/user/{wil.pk}/delete/", "/beheer/people/user/"):
        data = {"post": "yes", "action": "delete_selected", "_selected_action": [str(wil.pk)]}
        client.post(address, data)
    assert django_user_model.objects.filter(pk=wil.pk).exists()
    assert client.get(f"/beheer/people/user/{wil.pk}/delete/").status_code == 403
