"""A moment in a question to the API: any zone, and one that no calendar has is refused kindly."""

import pytest
from django.core.exceptions import ValidationError

from common.api.filters import MomentField


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("0996-11-01T12:57:16-23:55", "0996-11-02T12:52:16+00:00"),
        ("2025-06-03T10:00:00+02:00", "2025-06-03T08:00:00+00:00"),
        ("2025-06-03T10:00:00", "2025-06-03T08:00:00+00:00"),
    ],
)
def test_a_moment_of_any_zone_is_one_of_utc(said, moment):
    assert MomentField().clean(said).isoformat() == moment


@pytest.mark.parametrize("said", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:00:00-05:00", "soon"])
def test_what_no_calendar_has_is_refused(said):
    with pytest.raises(ValidationError):
        MomentField().clean(said)


def test_nothing_said_is_nothing():
    assert MomentField(required=False).clean("") is None
