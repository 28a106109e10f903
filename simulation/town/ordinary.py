"""What goes together in an ordinary town: skills with a kind of help, languages, and everyday requests.

Assumptions, for what no centre counts or may count. They are those of the demonstration town (backend/demo),
which was made after what Dutch volunteer centres tell; tests hold the two together.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from people.enums import HelpCategory, Language, Skill

# Skills that come with a kind of help, and how often.
SKILLED: dict[HelpCategory, dict[Skill, float]] = {
    HelpCategory.TRANSPORT: {Skill.DRIVING_LICENCE: 0.95, Skill.CAR: 0.85, Skill.WHEELCHAIR: 0.3},
    HelpCategory.COMPANY: {Skill.DEMENTIA: 0.2, Skill.HARD_OF_HEARING: 0.2},
    HelpCategory.GARDEN: {Skill.GARDEN_TOOLS: 0.8},
    HelpCategory.PAPERWORK: {Skill.TAX_FORMS: 0.6},
    HelpCategory.DIGITAL: {Skill.COMPUTER: 0.95},
    HelpCategory.REPAIRS: {Skill.TOOLS: 0.9, Skill.ELECTRICITY: 0.5, Skill.BICYCLE_REPAIR: 0.3},
    HelpCategory.MOVING: {Skill.LIFTING: 0.95},
    HelpCategory.PETS: {Skill.DOGS: 0.8, Skill.CATS: 0.6},
    HelpCategory.TUTORING: {Skill.TEACHING: 0.95},
    HelpCategory.RESPITE: {Skill.DEMENTIA: 0.5, Skill.FIRST_AID: 0.4},
    HelpCategory.OUTING: {Skill.WHEELCHAIR: 0.5},
    HelpCategory.MEALS: {Skill.COOKING: 0.9},
    HelpCategory.HOUSEHOLD: {Skill.SEWING: 0.2},
}
# What is spoken besides Dutch.
SECOND_LANGUAGES: dict[Language, float] = {
    Language.ENGLISH: 0.55,
    Language.TURKISH: 0.06,
    Language.ARABIC: 0.06,
    Language.BERBER: 0.04,
    Language.POLISH: 0.03,
    Language.UKRAINIAN: 0.02,
    Language.GERMAN: 0.2,
}


@cache
def everyday() -> dict[str, list[dict[str, Any]]]:
    """The everyday requests by kind of help: their skills, languages and when they are. No words."""
    found: dict[str, list[dict[str, Any]]] = {}
    for each in json.loads((Path(__file__).parent / "everyday.json").read_text()):
        found.setdefault(each["category"], []).append(each)
    return found
