"""The index of one kind of document: written with it, and asked for what fits a question best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.safestring import SafeString

from common.search import snippets, text
from common.search.copy import Found, IndexCopy
from common.search.models import Indexed
from common.search.packing import pack
from common.search.question import Group, Reader
from common.search.synonyms import Synonyms

# So many more than asked for are looked up in the database first: mostly enough of them may be found.
MORE = 50


@dataclass(frozen=True)
class Results:
    """What was found, best first. ``ids`` are the documents' keys; ``scores`` go with them.

    Attributes:
        groups: how each word of the question was read.
        complete: whether the documents hold every word; else those that hold some.
    """

    ids: Sequence[Any]
    scores: Sequence[float]
    groups: Sequence[Group]
    complete: bool

    @property
    def meant(self) -> list[tuple[str, str]]:
        """The words that stand nowhere, each with the word it was taken for."""
        return [(group.word, group.meant[0]) for group in self.groups if group.meant]

    def objects(self, queryset: QuerySet[Any], ids: Sequence[Any] | None = None) -> list[Any]:
        """Return the found documents of ``queryset``, best first: one query. ``ids`` is a page of them."""
        wanted = self.ids if ids is None else ids
        found = queryset.in_bulk(wanted)
        return [found[each] for each in wanted if each in found]

    def holds(self, word: str) -> bool:
        """Whether a folded word of a text is one that was looked for."""
        return any(group.holds(word) for group in self.groups)

    def all_in(self, content: str) -> bool:
        """Whether a text, such as a title, holds every word that was looked for."""
        words = text.words(content)
        return all(any(map(group.holds, words)) for group in self.groups)

    def snippet(self, content: str, length: int = 200) -> SafeString:
        """Return the passage of a text that answers the question: safe HTML, about ``length`` signs."""
        return snippets.snippet(content, self.holds, length)

    def marked(self, content: str) -> SafeString:
        """Return a whole text, such as a title, with what was found marked: safe HTML."""
        return snippets.marked(content, self.holds)


class SearchIndex:
    """An index over one table of an app, and its copy in this process.

    Args:
        table: the concrete ``Indexed``.
        weights: how much a word counts per field, 1 for running text.
        synonyms: which words to look for as well.
        usual_length: about how many words, each times its weight, a document has.
    """

    def __init__(
        self,
        table: type[Indexed],
        *,
        weights: Mapping[str, int],
        synonyms: Synonyms | None = None,
        usual_length: int = 150,
    ) -> None:
        self.table = table
        self.weights = weights
        self.synonyms = synonyms or Synonyms()
        self.usual_length = usual_length
        self._copy = IndexCopy(table)
        self._reader = Reader(self._copy.vocabulary, self.synonyms, self._copy.holds)

    @transaction.atomic
    def write(self, document: Any, fields: Mapping[str, str], *, language: str = "nl") -> None:
        """Index a document anew by its fields, in the caller's transaction; the same again writes nothing.

        The caller holds the document's lock, or nobody else writes it. Raises ``KeyError`` for a field
        without a weight.
        """
        terms = pack(fields, self.weights, language=language, usual_length=self.usual_length)
        rows = self._rows().filter(document=document)
        if list(rows.values_list("terms", flat=True)) != [terms]:
            rows.delete()
            self._rows().create(document=document, terms=terms)

    def remove(self, document: Any) -> None:
        """Let a document be found no more."""
        self._rows().filter(document=document).delete()

    def find(
        self,
        question: str,
        *,
        within: QuerySet[Any] | None = None,
        at_most: int = 100,
        as_typed: bool = False,
    ) -> Results:
        """Return the documents that fit a question, the best first and of equals always the same first.

        Args:
            question: what someone typed; of more than 200 signs or eight words the rest is left out.
            within: the documents that may be found; all of them when left out.
            at_most: how many.
            as_typed: the last word may be a beginning of two letters, for search while typing.
        """
        self._copy.refresh()
        groups = self._reader.read(question, as_typed=as_typed)
        if not groups:
            return Results((), (), (), complete=True)
        found = self._copy.best(groups)
        kept = self._allowed(found, self._documents() if within is None else within, at_most)
        return Results([key for key, _ in kept], [score for _, score in kept], groups, found.complete)

    def hits(self, question: str, *, as_typed: bool = False) -> Results:
        """Return all documents that fit, best first: for who knows by itself which of them may be found.

        The database is asked for what has changed and nothing else. Documents may be gone meanwhile.
        """
        self._copy.refresh()
        groups = self._reader.read(question, as_typed=as_typed)
        found = self._copy.best(groups)
        kept = found.best(len(found)) if groups else []
        return Results([key for key, _ in kept], [score for _, score in kept], groups, found.complete)

    def warm(self) -> None:
        """Read the index now, so that the first question does not wait for it."""
        self._copy.refresh()

    def _allowed(self, found: Found, within: QuerySet[Any], at_most: int) -> list[tuple[Any, float]]:
        """Return the best that stand in ``within``, with their scores."""
        plain = within.order_by().values_list("pk", flat=True)
        first = found.best(at_most + MORE)
        allowed = set(plain.filter(pk__in=[key for key, _ in first]))
        kept = [pair for pair in first if pair[0] in allowed]
        if len(kept) < at_most and len(first) < len(found):
            allowed = set(plain)
            kept = [pair for pair in found.best(len(found)) if pair[0] in allowed]
        return kept[:at_most]

    def _documents(self) -> QuerySet[Any]:
        table: Any = self.table
        everything: QuerySet[Any] = table._meta.get_field("document").related_model._default_manager.all()
        return everything

    def _rows(self) -> Any:
        """The rows of the table, whose document the app has named."""
        return self.table._default_manager
