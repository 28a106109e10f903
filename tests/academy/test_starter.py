"""The starter set: it loads, loads again without touching anything, and is easy to read."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from academy.enums import StepKind, Topic, VersionState
from academy.models import Article, ArticleTopic, Course, Step
from academy.services import Outcome, load_starter_content, starter_files
from academy.services.packing import read
from common.markdown import to_text
from common.readability import readability
from tests.factories.academy import CourseFactory

# Flesch-Douma; under 60 a text is no plain language any more.
EASY = 70
ROOT = Path(__file__).resolve().parents[2]
SOURCED = (
    "zorgen-om-iemand",
    "vergoeding",
    "vog",
    "valpreventie",
    "crisis",
    "avg-voor-organisaties",
    "verzekering",
)


def texts() -> dict[str, str]:
    return {
        f"{name} {place}": to_text(part.text)
        for name, content in starter_files().items()
        for place, part in enumerate(read(content.decode()))
        if part.text.strip()
    }


def test_every_text_is_plain_language():
    measured = {name: readability(text) for name, text in texts().items()}
    assert {name: each.ease for name, each in measured.items() if (each.ease or 100) < EASY} == {}
    assert {
        name: each.long_sentences for name, each in measured.items() if len(each.long_sentences) > 2
    } == {}


def test_facts_name_their_sources():
    files = starter_files()
    for slug in SOURCED:
        assert "*Bron" in files[f"articles/{slug}.nl.md"].decode()


def test_every_topic_has_a_place_and_every_place_an_answer():
    named = re.compile(r"""{%\s*knowledge\s+["']([^"']+)["']""")
    templates = [path.read_text() for path in ROOT.glob("*/templates/**/*.html")]
    places = {topic for text in templates for topic in named.findall(text)}
    answered = {
        topic
        for name, content in starter_files().items()
        for part in read(content.decode())
        if name.startswith("articles/") and part.front["language"] == "nl" and part.front["published"]
        for topic in part.front["topics"]
    }
    assert places == set(Topic.values)
    assert answered == set(Topic.values)


@pytest.mark.django_db
def test_it_loads_and_loads_again_without_a_trace():
    made = CourseFactory(slug="grenzen-stellen", title_nl="Onze eigen")
    lines = {line.name: line for line in load_starter_content()}
    refused = [line for line in lines.values() if line.outcome is Outcome.REFUSED]
    assert refused == []
    assert lines["courses/grenzen-stellen.md"].outcome is Outcome.KEPT
    assert Course.objects.get(pk=made.pk).title_nl == "Onze eigen"
    assert Article.objects.exclude(published=None).count() >= 20
    assert set(ArticleTopic.objects.values_list("topic", flat=True)) == set(Topic.values)
    for course in Course.objects.exclude(pk=made.pk):
        steps = list(Step.objects.filter(version__course=course, version__state=VersionState.PUBLISHED))
        lessons = [step for step in steps if step.kind == StepKind.TEXT]
        questions = [step for step in steps if step.kind == StepKind.QUESTION]
        assert 5 <= len(lessons) <= 8
        assert len(questions) >= len(lessons)
        assert all(choice["why"]["nl"] for step in questions for choice in step.choices)
    out = StringIO()
    call_command("load_starter_content", stdout=out)
    assert "new" not in out.getvalue()
    assert "changed" not in out.getvalue()
    assert Article.objects.get(slug="crisis").versions.count() == 1
