"""Advice while someone writes a vacancy: pure, from words to reasons. It never refuses; a person decides.

Readability is the reading ease of Flesch in Douma's form for Dutch: 206.84 - 0.93 * words per sentence - 77 *
syllables per word (W.H. Douma, De leesbaarheid van landbouwbladen, 1960). About 60 and up reads as B1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import pyphen
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vacancies.enums import MOST_HOURS_A_WEEK

EASY = 55.0
"""Below this the words are too hard for many."""
LONG_SENTENCE = 22
TITLE_SIGNS = (12, 60)
TASK_SIGNS = (160, 1500)
WORTH_WEIGHING = 25
"""Fewer words tell too little about how they read."""

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_SENTENCE = re.compile(r"[^.!?\n]+")


def _any_of(*parts: str) -> re.Pattern[str]:
    """A pattern of words or phrases, whatever their capitals."""
    return re.compile(rf"\b(?:{'|'.join(parts)})", re.IGNORECASE)


_NOT_BEFORE = re.compile(
    r"\b(geen|zonder|niet|hoeft|ongeacht|maakt niet uit)\b[^.!?\n]{0,40}$", re.IGNORECASE
)
_NOT_AFTER = re.compile(r"[^.!?\n]{0,25}\b(niet nodig|hoeft niet|niet vereist)\b", re.IGNORECASE)
_HOURS = re.compile(
    r"\b(\d{1,2})(?:\s*(?:-|tot|à)\s*(\d{1,2}))?\s*(?:uur|uren|u)\s*(?:per|/|in de)\s*week", re.IGNORECASE
)
# What a volunteer may not be asked, with the sentence of why. A denial ("geen diploma nodig") is fine.
_DEMANDS: tuple[tuple[str, re.Pattern[str], Promise], ...] = (
    (
        "diploma",
        _any_of(
            r"diploma\w*",
            r"[hm]bo\b",
            "wo-",
            "bachelor",
            "master",
            r"universitair\w*",
            "opleidingsniveau",
            "afgeronde opleiding",
            r"cv\b",
        ),
        _("A volunteer needs no diploma; only a driving licence or first aid may be asked."),
    ),
    (
        "age",
        _any_of(
            r"jonge? (?:team|mens\w*|iemand|vrijwilliger\w*)",
            r"tussen (?:de )?\d\d en (?:de )?\d\d\b",
            r"tot (?:en met )?\d\d jaar",
            "jonger dan",
            r"max(?:imaal|\.)? \d\d jaar",
            "niet ouder",
        ),
        _("Age may not decide. A minimum age that the law asks has a field of its own."),
    ),
    (
        "belief",
        _any_of(
            r"christelijke? (?:achtergrond|levens\w+)",
            r"belijdend\w*",
            r"gelovig\w*",
            "kerklid",
            r"moslim\w*",
            r"joods\w*",
            r"katholiek\w*",
            r"protestant\w*",
        ),
        _("Belief may not decide. Everyone is welcome."),
    ),
    (
        "origin",
        _any_of(
            "autochto",
            "nederlandse afkomst",
            r"blanke?\b",
            "westerse achtergrond",
            "native speaker",
            "accentloos",
            "vlekkeloos nederlands",
        ),
        _("Origin may not decide. Ask for a language only when the task needs it, in its own field."),
    ),
    (
        "gender",
        _any_of(
            "alleen (?:voor )?(?:vrouwen|mannen|dames|heren)",
            "(?:een|de) (?:jongedame|heer|dame) (?:die|met)",
            "(?:vrouw|man) gezocht",
        ),
        _("Being a man or a woman may not decide."),
    ),
    (
        "paid_work",
        _any_of(
            "salaris",
            r"cao\b",
            "arbeidscontract",
            "proeftijd",
            r"vervang\w* (?:van )?(?:een |onze )?(?:zieke |betaalde )?(?:collega|medewerker|kracht)\w*",
        ),
        _("This sounds like paid work. A volunteer works beside paid staff and does not replace them."),
    ),
)
_VAGUE = _any_of(
    "(?:voorkomende|diverse|allerlei) werkzaamheden",
    "spin in het web",
    "duizendpoot",
    "hands-on",
    "proactief",
    "netwerker",
    "representatief",
    "stressbestendig",
    "allround",
    "ambassadeur",
    "kartrekker",
    "werkzaamheden bestaan uit",
    "zorg dragen voor",
    "faciliteren",
    "implementeren",
    "coördineren",
)


@dataclass(frozen=True)
class Advice:
    """One thing that could be better: where, what about, and why in a sentence. ``serious``: not allowed."""

    field: str
    code: str
    words: str
    serious: bool = False


def coach(
    *, title: str, task: str, profile: str = "", offer: str = "", hours: Decimal | None = None
) -> list[Advice]:
    """Return what could be better about these words, the serious first; nothing when all is well."""
    texts = {"title": title, "task": task, "profile": profile, "offer": offer}
    found = [*_forbidden(texts, hours), *_about_title(title), *_about_task(task)]
    return sorted(found, key=lambda advice: not advice.serious)


def reading_ease(text: str) -> float:
    """Return the Flesch-Douma score of a Dutch text: higher reads easier; 100 for no text."""
    words = _WORD.findall(text)
    sentences = [sentence for sentence in _SENTENCE.findall(text) if _WORD.search(sentence)]
    if not words:
        return 100.0
    syllables = sum(_syllables(word.lower()) for word in words)
    return 206.84 - 0.93 * len(words) / len(sentences) - 77 * syllables / len(words)


@lru_cache(maxsize=1)
def _hyphenator() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="nl_NL", left=1, right=1)


@lru_cache(maxsize=20_000)
def _syllables(word: str) -> int:
    return len(_hyphenator().positions(word)) + 1


def _forbidden(texts: dict[str, str], hours: Decimal | None) -> Iterator[Advice]:
    for field, text in texts.items():
        for code, pattern, sentence in _DEMANDS:
            if any(not _is_denied(text, match) for match in pattern.finditer(text)):
                yield Advice(field, code, str(sentence), serious=True)
        for match in _HOURS.finditer(text):
            if int(match[2] or match[1]) > MOST_HOURS_A_WEEK:
                yield _too_many_hours(field)
    if hours is not None and hours > MOST_HOURS_A_WEEK:
        yield _too_many_hours("hours")


def _is_denied(text: str, match: re.Match[str]) -> bool:
    """Whether what stands there is just not asked: "geen diploma nodig", "een diploma is niet nodig"."""
    return bool(_NOT_BEFORE.search(text[: match.start()]) or _NOT_AFTER.match(text[match.end() :]))


def _too_many_hours(field: str) -> Advice:
    sentence = _("A volunteer job takes at most %(count)d hours a week.") % {"count": MOST_HOURS_A_WEEK}
    return Advice(field, "hours", sentence, serious=True)


def _about_title(title: str) -> Iterator[Advice]:
    title = title.strip()
    shortest, longest = TITLE_SIGNS
    if title and not shortest <= len(title) <= longest:
        yield Advice(
            "title", "title_length", str(_("A good title tells in three to eight words what one does."))
        )
    if len(title) > shortest and title.isupper():
        yield Advice(
            "title", "capitals", str(_("Capitals read as shouting. Write the title in small letters."))
        )


def _about_task(task: str) -> Iterator[Advice]:
    shortest, longest = TASK_SIGNS
    task = task.strip()
    if len(task) < shortest:
        yield Advice("task", "short", str(_("Tell a little more: what does one do, with whom, and where?")))
    elif len(task) > longest:
        yield Advice(
            "task", "long", str(_("This is long. People read it on a phone: fifteen lines is enough."))
        )
    if vague := _VAGUE.search(task):
        sentence = _("“%(words)s” says little. What does someone do with their hands, and with whom?")
        yield Advice("task", "vague", sentence % {"words": vague[0]})
    if task and not re.search(r"\b(je|jij|jouw|u|uw)\b", task, re.IGNORECASE):
        yield Advice("task", "address", str(_("Write to the reader: “you drive, you pour coffee”.")))
    yield from _about_reading(task)


def _about_reading(task: str) -> Iterator[Advice]:
    for sentence in _SENTENCE.findall(task):
        words = _WORD.findall(sentence)
        if len(words) > LONG_SENTENCE:
            shown = " ".join(words[:6]) + "…"
            text = _("The sentence “%(words)s” has %(count)d words. Make two of it.")
            yield Advice("task", "sentence", text % {"words": shown, "count": len(words)})
            break
    if len(_WORD.findall(task)) >= WORTH_WEIGHING and reading_ease(task) < EASY:
        yield Advice(
            "task", "hard", str(_("The words are hard to read. Choose shorter words and sentences."))
        )
