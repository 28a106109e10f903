import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places.errors import InvalidPostcode
from places.postcodes import NEVER_ISSUED, normalise_postcode, postcode_in, shown_postcode

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
codes = st.builds(
    lambda number, letters: f"{number}{letters}",
    st.integers(1000, 9999),
    st.text(LETTERS, min_size=2, max_size=2).filter(lambda pair: pair not in NEVER_ISSUED),
)


@pytest.mark.parametrize("text", ["3431AB", "3431ab", "3431 AB", " 3431  ab ", "3431\tAb"])
def test_every_way_to_type_a_postcode_is_the_same_postcode(text):
    assert normalise_postcode(text) == "3431AB"


def test_four_digits_are_the_area():
    assert normalise_postcode(" 3431 ") == "3431"


@pytest.mark.parametrize(
    "text", ["", "343", "0431AB", "34311", "3431A", "3431ABC", "AB3431", "3431 S", "３４３１AB"]
)
def test_what_is_no_postcode_is_refused_with_a_kind_word_at_its_field(text):
    with pytest.raises(InvalidPostcode) as refusal:
        normalise_postcode(text)
    assert refusal.value.field == "postcode"
    assert refusal.value.status == 422
    assert "3431 AB" in str(refusal.value.message)


@pytest.mark.parametrize("letters", sorted(NEVER_ISSUED))
def test_letters_that_were_never_given_out_are_refused(letters):
    with pytest.raises(InvalidPostcode):
        normalise_postcode(f"3431{letters.lower()}")
    assert postcode_in(f"3431 {letters} 12") is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3431 AB 12", "3431AB"),
        ("3431ab12", "3431AB"),
        ("3431 ab 12 bis", "3431AB"),
        ("Dorpsstraat 12, 3431 AB Nieuwegein", "3431AB"),
        ("Dorpsstraat 12, 3431ab Nieuwegein", "3431AB"),
        ("3431", "3431"),
    ],
)
def test_the_postcode_is_found_in_an_address(text, code):
    assert postcode_in(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "Plein 1945 in Nieuwegein",
        "Kerkstraat 1200 te Utrecht",
        "Dorpsstraat 3431",
        "Nieuwegein",
        "3431 abc",
        "",
    ],
)
def test_numbers_and_words_are_not_taken_for_a_postcode(text):
    assert postcode_in(text) is None


@given(codes)
def test_normalising_undoes_showing(code):
    assert normalise_postcode(shown_postcode(code)) == code
    assert re.fullmatch(r"\d{4} [A-Z]{2}", shown_postcode(code))


@given(st.text())
def test_any_text_gives_a_postcode_or_a_refusal(text):
    try:
        code = normalise_postcode(text)
    except InvalidPostcode:
        return
    assert re.fullmatch(r"[1-9][0-9]{3}([A-Z]{2})?", code)


@given(codes, st.integers(1, 999))
def test_a_postcode_and_house_number_always_give_that_postcode(code, number):
    assert postcode_in(f"{code} {number}") == code


def test_the_area_is_shown_without_a_trailing_space():
    assert shown_postcode("3431") == "3431"
