"""An index of plain notes, for tests and the benchmark of search: tables that no app has."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models

from common.ids import new_id
from common.search import Indexed, SearchIndex, Synonyms


class Note(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(max_length=200)
    text = models.TextField()

    class Meta:
        app_label = "notes"

    def __str__(self) -> str:
        return self.title


class NoteIndexed(Indexed):
    document = models.OneToOneField(Note, on_delete=models.CASCADE, related_name="indexed")

    class Meta:
        app_label = "notes"


def note_index(*groups: str) -> SearchIndex:
    """A fresh index: as a new process has it. ``groups`` are synonyms that staff added."""
    return SearchIndex(NoteIndexed, weights={"title": 4, "text": 1}, synonyms=Synonyms(lambda: groups))


def fields_of(note: Note) -> dict[str, str]:
    return {"title": note.title, "text": note.text}


@contextmanager
def note_tables() -> Iterator[None]:
    """Make the tables, and drop them again."""
    tables = (Note, NoteIndexed)
    with connection.schema_editor() as editor:
        for table in tables:
            editor.create_model(table)
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            for table in reversed(tables):
                editor.delete_model(table)
