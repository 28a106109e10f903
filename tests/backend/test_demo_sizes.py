"""The demonstration town in other sizes, and where it is refused."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from backend.demo.town import build_town
from matching.supply import supply
from people.models import Centre, Resident, Volunteer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("volunteers", "residents", "requests"), [(12, 15, 60), (15, 200, 60)])
def test_a_small_town_stands_too(clock, volunteers, residents, requests):
    build_town(volunteers=volunteers, residents=residents, requests=requests)
    supply.forget()
    assert (Volunteer.objects.count(), Resident.objects.count()) == (volunteers, residents)


@pytest.mark.parametrize("size", ["--volunteers=11", "--residents=14", "--requests=59"])
def test_one_too_small_to_show_anything_says_so(size):
    with pytest.raises(CommandError, match="at least"):
        call_command("load_demo", size, stdout=StringIO())
    assert not Centre.objects.exists()


def test_it_is_not_built_where_real_people_live(settings):
    settings.DEMO_TOWN = False
    with pytest.raises(CommandError):
        call_command("load_demo")
    assert not Centre.objects.exists()
