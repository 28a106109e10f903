"""A centre with enough people to reckon with, and what a process that reckons would say."""

import pytest

from people.enums import HelpCategory
from people.models import Centre
from simulation.queries import LEAST
from tests.factories import people
from tests.factories.help_requests import OpenRequestFactory


@pytest.fixture
def centre(clock, db) -> Centre:
    """Two districts: in one live ten volunteers, in the other two."""
    centre = people.CentreFactory()
    near, far = people.DistrictFactory(name="Dichtbij"), people.DistrictFactory(name="Verweg")
    centre.districts.set([near, far])
    garden, rides = (1 << HelpCategory(kind).bit for kind in ("garden", "transport"))
    for number in range(LEAST + 2):
        district = near if number < LEAST else far
        people.VolunteerFactory(
            centre=centre, district=district, skills=garden | (rides if number < 3 else 0)
        )
        OpenRequestFactory(centre=centre, district=district, category="garden" if number else "transport")
    return centre
