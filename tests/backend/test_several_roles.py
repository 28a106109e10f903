"""Someone with several roles has them all at once: one menu, every place in it opens, nothing to switch."""

import pytest
from django.urls import reverse

from people.enums import Role
from tests.factories.people import (
    CentreFactory,
    OrganisationFactory,
    ResidentFactory,
    RoleGrantFactory,
    UserFactory,
    VolunteerFactory,
)
from tests.factories.schools import SchoolTown

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    """A volunteer who also asks for help, coordinates, and is a member of an organisation."""
    centre = CentreFactory()
    user = VolunteerFactory(centre=centre).user
    ResidentFactory(centre=centre, user=user)
    RoleGrantFactory(user=user, role=Role.COORDINATOR, centre=centre)
    place = OrganisationFactory(centre=centre)
    RoleGrantFactory(user=user, role=Role.ORGANISATION, centre=None, organisation=place)
    return user


def test_the_menu_holds_every_role_s_places_once_and_all_open(client, person):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    shell = client.get("/profiel/").context["shell"]
    ways = [item.url for item in shell.navigation]
    assert {reverse(name) for name in ("desk", "volunteer-home", "my-requests", "team")} <= set(ways)
    assert len(ways) == len(set(ways))
    opened = {way: client.get(way, follow=True).status_code for way in ways}
    assert opened == dict.fromkeys(ways, 200)
    assert client.get("/start/").url == reverse("desk")


def test_one_role_ended_leaves_the_others(client, person):
    person.role_grants.filter(role=Role.COORDINATOR).delete()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    ways = [item.url for item in client.get("/profiel/").context["shell"].navigation]
    assert reverse("desk") not in ways
    assert client.get(reverse("desk")).status_code in {403, 404}
    assert client.get("/start/").url == reverse("volunteer-home")


def test_someone_without_a_role_finds_vacancies_their_answers_and_their_placement(client):
    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/vacatures/").content.decode()
    assert all(f'href="{address}"' in page for address in ("/vacatures/", "/mijn-aanmeldingen/", "/stage/"))
    assert 'href="/vandaag/"' not in page


def test_a_volunteer_who_teaches_or_learns_reaches_their_school(client):
    town = SchoolTown()
    VolunteerFactory(centre=town.centre, user=town.teacher)
    client.force_login(town.teacher, backend="django.contrib.auth.backends.ModelBackend")
    assert 'href="/stage/"' in client.get("/vandaag/").content.decode()
    assert client.get("/stage/").url == reverse("schools")
