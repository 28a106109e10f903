"""Every everyday request goes all the way: written on the form, sent, approved at the desk."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.personal_data import find_personal_data
from help_requests.enums import FiledAs, RequestState
from help_requests.models import HelpRequest
from help_requests.services import urgent_words
from people.enums import HelpCategory, Language, Skill, daypart_bit
from people.models import Centre
from tests.conftest import Clock
from tests.factories.people import CoordinatorFactory, PostcodeFactory
from tests.help_requests.asking import send, walk

REQUESTS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "backend" / "demo" / "requests.json").read_text()
)
IDS = [f"{number}-{text['category']}" for number, text in enumerate(REQUESTS)]


def test_there_are_many_and_of_every_kind() -> None:
    assert len(REQUESTS) >= 70
    assert {text["category"] for text in REQUESTS} == set(HelpCategory)
    assert len({text["description"] for text in REQUESTS}) == len(REQUESTS)


@pytest.mark.parametrize("text", REQUESTS, ids=IDS)
def test_an_ordinary_text_raises_no_alarm(text: dict[str, Any]) -> None:
    for words in (text["description"], text["summary"], text["destination"]):
        assert urgent_words(words) == []
        assert find_personal_data(words) == []


@pytest.fixture
def town(centre: Centre, clock: Clock) -> Iterator[Centre]:
    PostcodeFactory(district=centre.districts.get())
    return centre


@pytest.mark.parametrize("text", REQUESTS, ids=IDS)
def test_it_is_asked_sent_and_approved(client: Client, town: Centre, text: dict[str, Any]) -> None:
    for_other = text["filed_as"] == "representative"
    walk(client, look=False, **_screens(text), voor_wie={"whose": "people" if for_other else "person"})
    send(client)
    asked = HelpRequest.objects.get()
    assert asked.state == RequestState.SUBMITTED
    assert asked.description == text["description"]
    assert asked.filed_as == (FiledAs.REPRESENTATIVE if for_other else FiledAs.RESIDENT)

    desk = Client()
    desk.force_login(CoordinatorFactory(town))
    approved = desk.post(reverse("desk-open", args=[asked.pk]), _approval(asked, text))
    assert approved.status_code == 302, approved.content.decode()
    asked.refresh_from_db()
    assert asked.state == RequestState.OPEN
    assert asked.summary == text["summary"]
    assert asked.duration_minutes == text["duration_minutes"]
    assert asked.required_skills == Skill.to_mask(text["required_skills"])
    assert asked.required_languages == Language.to_mask(text.get("required_languages", []))
    assert asked.helpers_needed == text["helpers"]
    assert asked.cell is not None


def _screens(text: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The answers on the screens, as someone with this request gives them."""
    when = text["when"]
    answers: dict[str, dict[str, Any]] = {
        "wat": {"category": text["category"]},
        "woorden": {"description": text["description"]},
        "waarheen": {"destination": text["destination"]},
    }
    if "any" in when:
        return answers | {"wanneer": {"timing": "check"}}
    if "dayparts" in when:
        bits = [str(daypart_bit(day, part)) for day, part in when["dayparts"]]
        return answers | {"wanneer": {"timing": "clock"}, "dagdelen": {"dayparts": bits}}
    day = f"2025-06-{3 + when['in_days']:02d}"
    later = when["in_days"] >= 7
    time = {"moment": "fixed", "start_time": when["time"]} if "time" in when else {"moment": "all_day"}
    return answers | {
        "wanneer": {"timing": "calendar"},
        "dag": {"day": "later", "later_day": day} if later else {"day": day},
        "tijd": time,
    }


def _approval(asked: HelpRequest, text: dict[str, Any]) -> dict[str, Any]:
    """What the coordinator fills in; the rest is as the form showed it."""
    return {
        "category": asked.category,
        "summary": text["summary"],
        "destination": asked.destination,
        "on_date": asked.on_date.isoformat() if asked.on_date else "",
        "start_time": asked.start_time.strftime("%H:%M") if asked.start_time else "",
        "dayparts": [str(bit) for bit in range(21) if asked.dayparts >> bit & 1],
        "duration_minutes": text["duration_minutes"],
        "helpers_needed": text["helpers"],
        "required_skills": text["required_skills"],
        "preferred_skills": text["preferred_skills"],
        "required_languages": text.get("required_languages", []),
    }
