"""The starter set: it loads, loads again without touching anything, and is easy to read."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from academy.enums import StepKind, Topic, VersionState
from academy.models import Article, ArticleTopic, Course, Step
from academy.services import Outcome, load_starter_content, starter_files
from academy.services.packing import Part, read
from common import clock
from common.markdown import to_text
from common.readability import readability
from people.models import RoleGrant
from tests.factories.academy import CourseFactory
from tests.factories.people import CentreFactory, CoordinatorFactory, UserFactory
from vacancies.working_times import LIMITS

# Flesch-Douma; under 60 a text is no plain language any more.
EASY = 70
# The day on which the facts were read for the last time; docs/knowledge.md tells where.
READ = "2026-11-22"
ROOT = Path(__file__).resolve().parents[2]
# A number to call, a sum, a year, a law, so many people: somebody found that out.
FACT = re.compile(r"\b0[89]00\b|€|\b20\d\d\b|\bmiljoen\b|\bmillion\b|\bwet\b|\bAVG\b|\bVOG\b staat|\b72 \w+")
SOURCE = re.compile(r"^\*(?:Bron|Source)(?:nen|s)?: .+\*$", re.MULTILINE)


def parts_of(name: str) -> list[Part]:
    return read(starter_files()[name].decode())


def articles(language: str) -> dict[str, Part]:
    files = [parts_of(name) for name in starter_files() if name.startswith("articles/")]
    return {part.front["slug"]: part for (part,) in files if part.front["language"] == language}


def texts(language: str) -> dict[str, str]:
    return {
        f"{name} {place}": to_text(part.text)
        for name in starter_files()
        for place, part in enumerate(parts_of(name))
        if part.text.strip() and part.front.get("language", "nl") == language
    }


def test_every_text_is_plain_language():
    measured = {name: readability(text) for name, text in texts("nl").items()}
    assert {name: each.ease for name, each in measured.items() if (each.ease or 100) < EASY} == {}
    measured |= {name: readability(text) for name, text in texts("en").items()}
    assert {
        name: each.long_sentences for name, each in measured.items() if len(each.long_sentences) > 2
    } == {}


def test_what_one_hears_after_an_answer_is_short_and_plain():
    questions = [part for name in starter_files() for part in parts_of(name) if part.front.get("choices")]
    said = [choice["why"] for part in questions for choice in part.front["choices"]]
    dutch = [words if isinstance(words, str) else words["nl"] for words in said]
    assert len(dutch) > 100
    hard = {words for words in dutch if not readability(words).is_easy or readability(words).long_sentences}
    assert hard == set()


def test_facts_name_their_sources_and_are_read_again_in_time():
    for name in starter_files():
        text = "\n".join(part.text for part in parts_of(name))
        assert SOURCE.search(text) or not FACT.search(SOURCE.sub("", text)), name
    for part in (articles("nl") | articles("en")).values():
        assert part.front["review_on"] > READ
    assert articles("nl")["vergoeding"].front["review_on"].startswith("2027-01")  # the sums of a new year


def test_a_translation_is_for_the_same_people_at_the_same_places():
    dutch, english = articles("nl"), articles("en")
    assert english.keys() == dutch.keys()
    for slug, part in english.items():
        for name in ("readers", "topics", "review_on", "published"):
            assert part.front[name] == dutch[slug].front[name], slug
        # Whoever mends a number in one language mends it in the other.
        assert re.findall(r"tel:\d+", part.text) == re.findall(r"tel:\d+", dutch[slug].text), slug


@pytest.mark.parametrize("name", [name for name in starter_files() if name.startswith("courses/")])
def test_every_course_is_in_english_from_begin_to_end(name: str):
    course, *parts = parts_of(name)
    steps, translations = parts[::2], parts[1::2]
    assert len(steps) == len(translations) >= 10
    assert {part.front["type"] for part in steps} == {"step"}
    told = [course.front["title"], course.front["summary"]]
    for step, part in zip(steps, translations, strict=True):
        assert (part.front["language"], bool(part.front["title"]), bool(part.text)) == ("en", True, True)
        told += [choice[key] for choice in step.front.get("choices", ()) for key in ("text", "why")]
        # Whoever mends a number in one language mends it in the other.
        assert re.findall(r"tel:\d+", part.text) == re.findall(r"tel:\d+", step.text), part.front["title"]
    assert all(set(words) == {"nl", "en"} for words in told)


def test_what_is_told_of_working_hours_is_what_is_held():
    text = articles("nl")["jongeren-en-stage"].text
    for age, ages in ((13, "13 en 14 jaar"), (15, "15 jaar"), (16, "16 en 17 jaar")):
        held = LIMITS[age]
        (told,) = re.findall(rf"^- \*\*{ages}\*\*: (.+)$", text, re.MULTILINE)
        free = {held.free_day, held.school_day}
        assert {float(hours) for hours in re.findall(r"hooguit (\d+) uur", told)} == free, ages
        bounds = {held.latest.hour, held.latest_in_holidays.hour}
        assert {int(hour) for hour in re.findall(r"(?:en|tot) (\d+) uur", told)} == bounds, ages


def test_every_topic_has_a_place_and_every_place_an_answer():
    named = re.compile(r"""{%\s*knowledge\s+["']([^"']+)["']""")
    templates = [path.read_text() for path in ROOT.glob("*/templates/**/*.html")]
    places = {topic for text in templates for topic in named.findall(text)}
    answered = {topic for part in articles("nl").values() for topic in part.front["topics"]}
    assert all(part.front["published"] for part in articles("nl").values())
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
    assert not Article.objects.exclude(owner=None).exists(), "nobody works here yet"
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
    centre = CentreFactory()
    first, second, own = (CoordinatorFactory(centre) for _ in range(3))
    RoleGrant.objects.filter(user=second).update(granted_at=clock.now() - timedelta(days=1))
    kept, *others = Article.objects.order_by("slug", "language")
    Article.objects.filter(pk=kept.pk).update(owner=own)
    with pytest.raises(CommandError):
        call_command("load_starter_content", owner=UserFactory().email)
    call_command("load_starter_content", stdout=StringIO())
    owners = {article.pk: article.owner for article in Article.objects.select_related("owner")}
    assert owners == {kept.pk: own} | {other.pk: second for other in others}, "who coordinates longest"
    Article.objects.filter(pk=kept.pk).update(owner=None)
    call_command("load_starter_content", owner=first.email, stdout=StringIO())
    assert Article.objects.get(pk=kept.pk).owner == first
    assert "changed" not in out.getvalue()
    assert Article.objects.get(slug="crisis", language="nl").versions.count() == 1
