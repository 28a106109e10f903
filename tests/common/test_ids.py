"""Identifiers are UUIDs of version 7: laid out as RFC 9562 says, in order of time, unguessable."""

from datetime import UTC, datetime, timedelta
from uuid import RFC_4122

import time_machine
from hypothesis import given
from hypothesis import strategies as st

from common.ids import new_id

MOMENT = datetime(2025, 6, 3, 8, 0, 0, 123_000, tzinfo=UTC)


def test_the_layout_of_version_7():
    with time_machine.travel(MOMENT, tick=False):
        made = new_id()
    assert made.version == 7
    assert made.variant == RFC_4122
    assert made.int >> 80 == int(MOMENT.timestamp() * 1000)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2150, 1, 1)),
    st.timedeltas(timedelta(milliseconds=1), timedelta(days=9000)),
)
def test_a_later_one_is_larger_as_number_and_as_text(moment, later):
    with time_machine.travel(moment.replace(tzinfo=UTC), tick=False):
        first = new_id()
    with time_machine.travel((moment + later).replace(tzinfo=UTC), tick=False):
        second = new_id()
    assert first < second
    assert first.hex < second.hex
    assert str(first) < str(second)


def test_ids_of_one_moment_differ_in_all_random_bits():
    with time_machine.travel(MOMENT, tick=False):
        made = [new_id().int for _number in range(2000)]
    assert len(set(made)) == 2000
    random_bits = (1 << 76) - 1 ^ (0b11 << 62)
    always_set, ever_set = made[0], 0
    for value in made:
        always_set &= value
        ever_set |= value
    assert always_set & random_bits == 0
    assert ever_set & random_bits == random_bits
