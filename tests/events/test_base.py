"""Events hold ids and nothing else."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from django.db import models

from events.base import Event, NotAnId, UnknownEvent, event_class, type_of
from tests.events.samples import Detailed, Effect


class Kind(models.TextChoices):
    RIDE = "ride"


def test_an_event_comes_back_from_its_payload_as_it_was():
    event = Detailed(request_id=uuid4(), count=3, role=Kind.RIDE, urgent=True, by_id=None)
    payload = event.payload()
    assert payload == {
        "request_id": str(event.request_id),
        "count": 3,
        "role": "ride",
        "urgent": True,
        "by_id": None,
    }
    assert type(payload["role"]) is str
    again = event_class("tests.detailed").from_payload(payload)
    assert again == event
    assert isinstance(again.request_id, UUID)


@pytest.mark.parametrize(
    "text",
    [
        "Truus de Vries",
        "truus@voorbeeld.nl",
        "Kan iemand mij helpen?",
        "x" * 65,
        "0612345678",
        "111222333",
        "tab\there",
        "line\n",
        "Zoë",
    ],
)
def test_text_that_could_be_a_persons_is_refused_and_not_repeated(text):
    with pytest.raises(NotAnId) as refusal:
        Effect(number=1, handler=text).payload()
    assert str(refusal.value) == "handler is not an id"


@pytest.mark.parametrize("key", ["", "transport", "OFFER_1", "2025-06-03", "a/b:c.d", "x" * 64, "1234567"])
def test_keys_are_accepted(key):
    assert Effect(number=1, handler=key).payload()["handler"] == key


@pytest.mark.parametrize("value", [1.5, ["a"], {"a": 1}, b"a"])
def test_other_values_are_refused(value):
    with pytest.raises(NotAnId):
        Effect(number=value).payload()


def test_a_type_belongs_to_one_class():
    with pytest.raises(TypeError, match="already the type of"):

        @dataclass(frozen=True)
        class Impostor(Event):
            type: ClassVar[str] = "tests.effect"

    assert event_class("tests.effect") is Effect


@pytest.mark.parametrize("name", ["effect", "Tests.Effect", "tests.effect.more", ""])
def test_a_type_names_app_and_happening(name):
    with pytest.raises(TypeError, match="needs a type"):
        type("Nameless", (Event,), {"type": name})


def test_a_base_for_other_events_cannot_be_stored():
    @dataclass(frozen=True)
    class Base(Event, abstract=True):
        number: int

    @dataclass(frozen=True)
    class Child(Base):
        type: ClassVar[str] = "tests.child"

    assert type_of(Child(1)) == "tests.child"
    with pytest.raises(TypeError, match="no type of its own"):
        type_of(Base(1))
    with pytest.raises(TypeError, match="needs a type"):
        type("Grandchild", (Child,), {})


def test_a_field_that_was_dropped_since_is_ignored():
    assert Effect.from_payload({"number": 1, "handler": "a", "gone": 5}) == Effect(1, "a")


def test_a_field_that_came_since_takes_its_default():
    assert Effect.from_payload({"number": 1}) == Effect(1, "one")


def test_fields_of_other_types_are_refused():
    @dataclass(frozen=True)
    class Measured(Event):
        type: ClassVar[str] = "tests.measured"
        metres: float

    with pytest.raises(TypeError, match="metres must be"):
        Measured.from_payload({"metres": 1})


def test_an_unknown_type_is_told():
    with pytest.raises(UnknownEvent):
        event_class("tests.never_was")
