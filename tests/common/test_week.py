"""Parts of the week in words."""

import pytest
from django.utils import translation

from common.week import week_words

MONDAY_TO_FRIDAY_MORNINGS = 0b001001001001001


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (0, []),
        (0b001, ["maandagochtend"]),
        (0b111, ["maandag"]),
        (0b001001, ["maandagochtend", "dinsdagochtend"]),
        (0b001001001, ["maandag t/m woensdag in de ochtend"]),
        (MONDAY_TO_FRIDAY_MORNINGS, ["maandag t/m vrijdag in de ochtend"]),
        (MONDAY_TO_FRIDAY_MORNINGS << 1 | 1 << 18, ["maandag t/m vrijdag in de middag", "zondagochtend"]),
        (0b011011011 << 12, ["vrijdag t/m zondag in de ochtend of middag"]),
        (0o1111111, ["elke dag in de ochtend"]),
        ((1 << 21) - 1, ["elke dag"]),
    ],
)
def test_days_on_end_are_one_phrase(mask, words):
    with translation.override("nl"):
        assert week_words(mask) == words


def test_english_says_it_too():
    with translation.override("en"):
        assert week_words(MONDAY_TO_FRIDAY_MORNINGS) == ["Monday to Friday in the morning"]
