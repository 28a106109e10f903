"""Clients of the API: nobody, somebody with a session, somebody with a token."""

import pytest
from rest_framework.test import APIClient

from people.models import Organisation, User
from tests.factories.people import CentreFactory, CoordinatorFactory, OrganisationFactory


@pytest.fixture
def anonymous() -> APIClient:
    return APIClient()


@pytest.fixture
def coordinator(db: None) -> User:
    return CoordinatorFactory()


@pytest.fixture
def signed_in(coordinator: User) -> APIClient:
    client = APIClient()
    client.force_login(coordinator)
    return client


@pytest.fixture
def own(coordinator: User) -> Organisation:
    return OrganisationFactory(centre=coordinator.role_grants.get().centre, name="Buurthuis")


@pytest.fixture
def foreign(db: None) -> Organisation:
    return OrganisationFactory(centre=CentreFactory())
