"""What was read inside transactions is known of until it is sure whether it stays."""

import threading
from collections.abc import Callable

import pytest
from django.db import transaction

from common.uncommitted import Uncommitted


@pytest.mark.django_db(transaction=True)
def test_what_commits_settles_and_what_is_taken_back_is_told_once():
    notes = Uncommitted[str]()
    with transaction.atomic():
        notes.note("kept")
        with transaction.atomic():
            notes.note("dropped")
            assert notes.taken_back() == notes.settled() == []
            transaction.set_rollback(True)
        assert notes.taken_back() == ["dropped"]
        assert notes
    assert (notes.settled(), notes.taken_back()) == (["kept"], [])
    assert not notes


@pytest.mark.django_db(transaction=True)
def test_what_another_thread_reads_inside_counts_as_taken_back_and_settles_all_the_same():
    notes = Uncommitted[str]()
    with transaction.atomic():
        notes.note("inside")
        told: list[str] = []
        thread = threading.Thread(target=lambda: told.extend(notes.taken_back()))
        thread.start()
        thread.join()
        assert told == ["inside"]
    assert notes.settled() == ["inside"]


class Noted:
    """Stands for a note; to look it up takes so long that another thread commits."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[], object] = lambda: None

    def __hash__(self) -> int:
        self.meanwhile()
        return 1


@pytest.mark.once
def test_another_thread_that_commits_in_the_midst_of_a_look_does_not_disturb_it():
    notes, noted = Uncommitted[str](), Noted()
    notes._notes = {noted: "over", "another": "committed"}
    noted.meanwhile = lambda: notes._notes.pop("another", None)
    assert notes.taken_back() == ["over"]
    assert not notes
