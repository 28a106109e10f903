"""A centre with a coordinator and a resident with an account, for the tests of help requests."""

import pytest

from people.models import Centre, Resident, User
from tests.factories.people import (
    CentreFactory,
    CoordinatorFactory,
    ResidentFactory,
    UserFactory,
)


@pytest.fixture
def centre(db: None) -> Centre:
    return CentreFactory()


@pytest.fixture
def coordinator(centre: Centre) -> User:
    return CoordinatorFactory(centre)


@pytest.fixture
def resident(centre: Centre) -> Resident:
    return ResidentFactory(centre=centre, user=UserFactory(name="Anna de Wit"), name="Anna de Wit")
