"""From what someone typed to the terms to look for: per word a group, each term with how much it counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from common.search import text
from common.search.synonyms import Synonyms
from common.search.vocabulary import Vocabulary

LONGEST_QUESTION, MOST_WORDS = 200, 8
EXACT, SYNONYM, BEGINS, ENDS, PART = 1.0, 0.6, 0.5, 0.4, 0.4
# By the number of typing errors.
ERRORS = {1: 0.5, 2: 0.3}
LOOKS_ALIKE = 0.6
NEAR_AT_MOST, BEGIN_AT_MOST, END_AT_MOST = 12, 24, 16


@dataclass(frozen=True)
class Group:
    """What one word of the question may be found by: term to how much it counts, 0 to 1."""

    word: str
    terms: Mapping[str, float]
    meant: tuple[str, ...] = ()

    def holds(self, word: str) -> bool:
        """Whether a folded word of a text is what was looked for; of a typing error, if it looks like it.

        Of the words near a typing error some share a stem with another word altogether.
        """
        if text.stems(word).isdisjoint(self.terms):
            return False
        return not self.meant or OSA.normalized_similarity(word, self.word) >= LOOKS_ALIKE


@dataclass(frozen=True)
class Reader:
    """Reads questions to one index. ``holds`` tells whether a term stands in some document."""

    vocabulary: Vocabulary
    synonyms: Synonyms
    holds: Callable[[str], bool]

    def read(self, question: str, *, as_typed: bool = False) -> list[Group]:
        """Return the groups of a question, at most eight; ``as_typed``: the last word is a beginning."""
        typed = _words(question, as_typed)
        groups = []
        for number, word in enumerate(typed):
            groups += self._groups(word, unfinished=as_typed and number == len(typed) - 1)
        return groups[:MOST_WORDS]

    def _groups(self, word: str, *, unfinished: bool) -> list[Group]:
        terms = self._forms(word, unfinished)
        if any(self.holds(term) for term in text.stems(word)):
            return [Group(word, terms)]
        near = self.vocabulary.near(word, NEAR_AT_MOST)
        for other, errors in near:
            _add(terms, other, ERRORS[errors])
        split = None if near else self.vocabulary.split(word)
        if split and not any(self.holds(term) for term in terms):
            return [_of_part(word, terms, part) for part in split]
        return [Group(word, terms, tuple(other for other, _ in near[:1]))]

    def _forms(self, word: str, unfinished: bool) -> dict[str, float]:
        """Return the terms of a word that is spelt well."""
        terms = dict.fromkeys(text.stems(word), EXACT)
        for other in self.synonyms.of(word):
            _add(terms, other, SYNONYM)
        if len(word) >= (2 if unfinished else 4):
            for longer in self.vocabulary.starting(word, BEGIN_AT_MOST):
                _add(terms, longer, BEGINS)
        if len(word) >= 4:
            for longer in self.vocabulary.ending(word, END_AT_MOST):
                _add(terms, longer, ENDS)
        return terms


def _words(question: str, as_typed: bool) -> list[str]:
    """The words that tell something; the last may be the beginning of one that does."""
    found = [token.word for token in text.tokens(text.composed(question[:LONGEST_QUESTION]))]
    last = found[-1:] if as_typed else []
    return list(dict.fromkeys([word for word in found if word in last or not text.says_nothing(word)]))


def _of_part(word: str, terms: Mapping[str, float], part: str) -> Group:
    """A compound that stands nowhere is looked for by its parts."""
    both = dict(terms)
    _add(both, part, PART)
    return Group(word, both)


def _add(terms: dict[str, float], word: str, factor: float) -> None:
    for term in text.stems(word):
        terms[term] = max(terms.get(term, 0.0), factor)
