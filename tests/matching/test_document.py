"""docs/matching.md says what the engine does: its pictures and its table of weights are made from it."""

import re
from pathlib import Path

import pytest

from bench.figures import pictures
from matching import vacancy_ranking
from matching.engine import WEIGHTS, Term
from matching.engine.weights import PROFILES

DOCS = Path(__file__).parents[2] / "docs"
TEXTS = ("matching.md", "matching.nl.md")


@pytest.fixture(scope="module")
def drawn():
    return pictures()


def test_the_pictures_are_those_of_the_engine(drawn):
    stale = [name for name, picture in drawn.items() if (DOCS / "figures" / name).read_text() != picture]
    assert not stale, "draw them again with: python -m bench.figures"


def test_every_picture_of_the_text_is_there(drawn):
    shown = {name for text in TEXTS for name in re.findall(r"figures/([\w.]+)\)", (DOCS / text).read_text())}
    assert shown >= set(drawn)
    assert not [name for name in shown if not (DOCS / "figures" / name).exists()]


def test_the_weights_of_the_text_are_those_of_the_table():
    lines = (DOCS / "matching.md").read_text().splitlines()
    rows = {cells[0]: cells[1:] for cells in map(cells_of, lines) if len(cells) == len(Term) + 1}
    points = {profile: list(map(int, rows[profile])) for profile in set(PROFILES.values())}
    assert {kind: [round(100 * weight) for weight in weights] for kind, weights in WEIGHTS.items()} == {
        kind: points[profile] for kind, profile in PROFILES.items()
    }


def test_the_weights_of_vacancies_are_those_of_the_bank():
    rows = [cells_of(line) for line in (DOCS / "matching.md").read_text().splitlines()]
    place = rows.index(list(vacancy_ranking.WEIGHTS))
    assert [float(cell) for cell in rows[place + 2]] == list(vacancy_ranking.WEIGHTS.values())


def cells_of(line: str) -> list[str]:
    """The cells of a row of a table."""
    return [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
