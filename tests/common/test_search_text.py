"""Words, stems, synonyms and passages of a text, without an index."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.search import Synonyms, fold, marked, snippet, stems, words
from common.search.packing import pack, unpack


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ééń café", ["een", "cafe"]),
        ("foto's en zo’n e-mail", ["fotos", "en", "zon", "email", "e", "mail"]),
        ("IJsland ¼ straße", ["ijsland", "14", "strasse"]),
        ("… !? _", []),
    ],
)
def test_words_are_folded(text: str, expected: list[str]):
    assert words(text) == expected


@given(text=st.text())
def test_a_word_of_a_text_is_read_as_itself(text: str):
    for word in words(text):
        assert words(word) == [word]
        assert fold(word) == word
        assert not re.search(r"\s", word)


@pytest.mark.parametrize(
    "same", ["fiets fietsen", "vrijwilliger vrijwilligers", "verzekering verzekeren", "helping helps"]
)
def test_inflections_share_a_stem(same: str):
    one, other = same.split()
    assert stems(one) & stems(other)


def test_what_staff_add_goes_beside_ours_and_is_read_again():
    added: list[str] = []
    synonyms = Synonyms(lambda: added)
    assert "respijtzorg" in synonyms.of("mantelzorg")
    assert "buurtbus" not in synonyms.of("vervoer")
    added.append("vervoer, buurtbus, losse woorden samen")
    assert "buurtbus" not in synonyms.of("vervoer")  # for a minute
    synonyms.forget()
    assert synonyms.of("vervoer") >= {"buurtbus", "lossewoordensamen", "chauffeur"}
    assert "vervoer" in synonyms.of("buurtbus")


def test_a_field_without_a_weight_is_an_error_and_a_heavy_one_counts_more():
    def weights(**fields: str) -> dict[str, int]:
        packed = unpack(pack(fields, {"title": 4, "text": 1}, language="nl", usual_length=100))
        return dict(zip(packed.terms, packed.weights, strict=True))

    assert weights(title="tuin", text="hond")["tuin"] > weights(title="tuin", text="hond")["hond"]
    assert weights(text="hond hond")["hond"] > weights(text="hond")["hond"]
    assert weights(text="hond")["hond"] > weights(text="hond " + "kat " * 200)["hond"]
    with pytest.raises(KeyError):
        weights(summary="tuin")


def test_the_passage_shows_what_was_found_and_nothing_as_html():
    text = "Eerst iets anders. " * 30 + "Hier <b>staat</b> de tuin van oma. " + "Later nog meer. " * 30
    shown = snippet(text, {"tuin", "oma"}.__contains__, 80)
    assert "&lt;/b&gt;" in shown
    assert "<mark>tuin</mark> van <mark>oma</mark>" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(re.sub(r"<.*?>|&\w+;", "", shown)) < 100
    assert marked("<i>Tuin</i>", {"tuin"}.__contains__) == "&lt;i&gt;<mark>Tuin</mark>&lt;/i&gt;"


@given(text=st.text(alphabet=st.sampled_from("<>&\"'ab é\u0301 ")), length=st.integers(1, 30))
def test_a_passage_holds_no_markup_but_marks(text: str, length: int):
    for shown in (snippet(text, {"a", "ab"}.__contains__, length), marked(text, {"a", "ab"}.__contains__)):
        assert not re.search(r"[<>\"']", re.sub(r"</?mark>", "", shown))
        assert shown.count("<mark>") == shown.count("</mark>")
