"""The world that other tests walk through can be made at any moment: most of them run by the wall clock."""

from datetime import UTC, datetime

import pytest

from matching.supply import supply
from tests.access.world import build_world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 22, 23, 40, tzinfo=UTC),  # in town it is the next day already
        datetime(2027, 3, 27, 23, 30, tzinfo=UTC),  # that night an hour is skipped
        datetime(2026, 12, 31, 23, 30, tzinfo=UTC),  # and another year
        datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
    ],
)
def test_it_can_be_made_at(clock, moment):
    clock.at(moment)
    supply.forget()
    world = build_world()
    assert world.assignment.starts_at > clock.now()
