"""What is written is found, in whatever form it is asked for, and in the same order by every process."""

import random
import string
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from common.search import stems, words
from common.search.index import Results
from common.search.question import Group
from common.search.text import says_nothing
from tests.search.tables import Note, fields_of, note_index, note_tables


@pytest.fixture(scope="module", autouse=True)
def _tables(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), note_tables():
        yield


pytestmark = pytest.mark.django_db
INDEX = note_index("snackbar, frituur")


def written(*texts: str, title: str = "") -> list[Note]:
    notes = [Note._default_manager.create(title=title, text=text) for text in texts]
    for note in notes:
        INDEX.write(note, fields_of(note))
    return notes


def found(question: str, **how: Any) -> list[str]:
    results = INDEX.find(question, **how)
    return [note.text for note in results.objects(Note._default_manager.all())]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Zij is eenzaam", "eenzaamheid"),
        ("Twee fietsen", "FIETS"),
        ("Een café", "cafe"),
        ("Foto's kijken", "fotos"),
        ("Stuur een e-mail", "email"),
        ("Stuur een email", "e-mail"),
        ("Wie rijdt er mee?", "vervoer"),
        ("Patat uit de frituur", "snackbar"),
        ("De boodschappendienst komt", "boodschappen"),
        ("Met rolstoelvervoer", "vervoer"),
        ("Vervoer met een rolstoel", "rolstoelvervoer"),
        ("Omgaan met dementie", "demetie"),
        ("Omgaan met dementie", "dementei"),
        ("Een gastvrouw gezocht", "gstvrouw gezocht"),
    ],
)
def test_a_word_is_found_in_another_form(text: str, question: str):
    written(text, "Iets heel anders")
    assert found(question) == [text]


def test_every_word_counts_and_without_such_a_document_the_most():
    written("tuin en hond", "tuin", "hond en kat")
    assert found("tuin hond") == ["tuin en hond"]
    assert found("hond tuin papegaai")[0] == "tuin en hond"
    assert not INDEX.find("hond papegaai").complete
    assert found("de het een") == found("") == found("?!") == []


def test_a_title_weighs_more_than_a_text_and_a_rare_word_more_than_a_common_one():
    (in_text,) = written("wandelen in het park met koffie na")
    (in_title,) = written("elke week met een groep", title="Wandelen")
    assert list(INDEX.find("wandelen").ids) == [in_title.pk, in_text.pk]
    written(*["koffie drinken"] * 5)
    (rare,) = written("zeldzaam gesprek")
    assert INDEX.find("koffie zeldzaam").ids[0] == rare.pk


def test_the_beginning_of_a_word_is_enough_while_typing():
    written("gezelschap voor een oudere", "tuinieren")
    assert found("ge", as_typed=True) == ["gezelschap voor een oudere"]
    assert (
        found("een oudere ge", as_typed=True) == found("de gez", as_typed=True) == found("ge", as_typed=True)
    )
    assert found("ge") == []


def test_what_someone_meant_is_told():
    written("eenzaamheid in de wijk")
    assert INDEX.find("eenzaamhied").meant == [("eenzaamhied", "eenzaamheid")]
    assert INDEX.find("eenzaamheid").meant == []


def test_what_is_marked_looks_like_what_was_typed():
    """Of a typing error also words far from it may share a stem with a word that is near."""
    groups = [Group("verwreken", {"verwerk": 0.5, "ver": 0.3}, ("verwerken",))]
    results = Results((), (), groups, complete=True)
    assert (
        results.marked("Verwerk het verder: verwerken")
        == "<mark>Verwerk</mark> het verder: <mark>verwerken</mark>"
    )
    assert (results.all_in("Iets verwerken"), results.all_in("Iets verder")) == (True, False)


def test_only_what_may_be_found_is_found_however_far_down():
    notes = written(*["tuin " * (1 + number % 3) for number in range(80)])
    wanted = Note._default_manager.filter(pk__in=[notes[60].pk, notes[0].pk])
    assert set(INDEX.find("tuin", within=wanted, at_most=5).ids) == {notes[60].pk, notes[0].pk}


def test_what_changed_is_found_by_its_new_words_at_once_and_what_went_is_not():
    other_process = note_index()
    notes = written("appel", "peer")
    assert list(other_process.find("appel").ids) == [notes[0].pk]
    notes[0].text = "kersen"
    INDEX.write(notes[0], fields_of(notes[0]))
    assert list(other_process.find("kersen").ids) == [notes[0].pk]
    assert list(other_process.find("appel").ids) == []
    INDEX.remove(notes[0])
    assert list(other_process.find("kersen").ids) == []
    INDEX.table._default_manager.filter(document=notes[1]).delete()
    assert list(other_process.find("peer").ids) == []


def test_what_was_rolled_back_is_found_no_more_and_the_version_before_it_is():
    (note,) = written("appel")
    assert found("appel") == ["appel"]
    with transaction.atomic():
        INDEX.write(note, {"title": "", "text": "kersen"})
        assert list(INDEX.find("kersen").ids) == [note.pk]
        transaction.set_rollback(True)
    assert list(INDEX.find("kersen").ids) == []
    assert list(INDEX.find("appel").ids) == [note.pk]


def test_a_row_that_became_visible_after_a_later_one_is_read():
    """As when a transaction takes its number first and commits last."""
    slow, _ = written("appel", "peer")
    reader = note_index()
    row = INDEX.table._default_manager.filter(document=slow)
    held = row.values().get()
    row.delete()
    assert list(reader.find("appel").ids) == []
    INDEX.table._default_manager.create(**held)
    assert list(reader.find("appel").ids) == [slow.pk]


def test_a_question_costs_two_queries_and_the_same_document_writes_nothing():
    (note,) = written("appel")
    INDEX.find("appel")
    with CaptureQueriesContext(connection) as asked:
        INDEX.find("appel peer kersen")
    assert len(asked) == 2
    with CaptureQueriesContext(connection) as again:
        INDEX.write(note, fields_of(note))
    assert not [query for query in again if query["sql"].startswith(("INSERT", "DELETE"))]


def test_most_of_the_copy_may_be_old_and_is_then_read_again():
    notes = written(*["appel"] * 10)
    for turn in range(4):
        for note in notes:
            note.text = f"appel nummer{turn}"
            INDEX.write(note, fields_of(note))
        assert len(INDEX.find(f"nummer{turn}").ids) == 10
    assert len(INDEX._copy._keys) <= 20


LETTERS = st.text(string.ascii_lowercase, min_size=5, max_size=12)
TEXTS = st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=5)


@settings(max_examples=40)
@given(texts=TEXTS)
def test_whatever_is_written_is_found_by_each_of_its_words(texts: list[str]):
    with transaction.atomic():
        for note in written(*[text.replace("\x00", "") for text in texts]):
            for word in words(note.text)[:5]:
                if not says_nothing(word):
                    assert note.pk in INDEX.find(word).ids
        transaction.set_rollback(True)


@settings(max_examples=60)
@given(vocabulary=st.lists(LETTERS, min_size=1, max_size=12, unique=True), seed=st.integers(0, 9999))
def test_one_typing_error_in_a_word_of_five_letters_is_forgiven(vocabulary: list[str], seed: int):
    draw = random.Random(seed)
    meant = vocabulary[0]
    place = draw.randrange(len(meant) - 1)
    assume(len(meant) > 5)  # of which at least five letters are left
    typed = draw.choice(
        [
            meant[:place] + meant[place + 1 :],
            meant[:place] + draw.choice(string.ascii_lowercase) + meant[place:],
            meant[:place] + draw.choice(string.ascii_lowercase) + meant[place + 1 :],
            meant[:place] + meant[place + 1] + meant[place] + meant[place + 2 :],
        ]
    )
    # Who types a form of another word made no error that anyone can see.
    others = {stem for word in vocabulary[1:] for stem in stems(word)}
    assume(others.isdisjoint(stems(typed)) and not says_nothing(meant) and not says_nothing(typed))
    with transaction.atomic():
        notes = written(*vocabulary)
        assert notes[0].pk in INDEX.find(typed).ids
        transaction.set_rollback(True)


@settings(max_examples=20)
@given(texts=st.lists(st.sampled_from(["tuin hond", "hond", "tuin", "hond hond"]), min_size=2, max_size=12))
def test_every_process_gives_the_same_order(texts: list[str]):
    with transaction.atomic():
        written(*texts)
        first = INDEX.find("tuin hond").ids
        assert list(first) == list(note_index().find("tuin hond").ids) == list(INDEX.find("tuin hond").ids)
        transaction.set_rollback(True)
