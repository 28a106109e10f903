"""The two centres of the matrix of access, made once for a file and copied for each test."""

import copy
from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.access.world import World, build_world
from tests.conftest import Clock
from tests.standing import by_a_still_clock, standing


@pytest.fixture(scope="module")
def standing_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with standing(by_a_still_clock(build_world), django_db_blocker) as made:
        yield made


@pytest.fixture
def world(standing_world: World, clock: Clock, db: None) -> World:
    """What a test changes of it, in memory or in the database, is undone."""
    return copy.deepcopy(standing_world)
