"""What an event is: a frozen dataclass of ids, with a type that is stored and never renamed."""

import re
from dataclasses import dataclass, fields
from types import UnionType
from typing import Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints
from uuid import UUID

TYPE_PATTERN = re.compile(r"[a-z_]+\.[a-z_]+")
# A key is a word for programs. No spaces, @ or other marks: a name with a surname, a mail address or a
# sentence does not fit; nor does a long number (phone, BSN).
KEY_PATTERN = re.compile(r"(?!\d{8,}\Z)[A-Za-z0-9_.:/-]*")
LONGEST_VALUE = 64
_ALLOWED = (UUID, bool, int, str)

_classes: dict[str, "type[Event]"] = {}


class NotAnId(ValueError):
    """A payload value is something else than an id. The message names the field, never the value."""


class UnknownEvent(LookupError):
    """A stored type has no class in this version of the code."""


@dataclass(frozen=True)
class Event:
    """Something that happened or falls due. Subclasses are frozen dataclasses whose fields are ids.

    Allowed field types: ``UUID``, ``int``, ``bool``, ``str`` (a key of at most 64 characters, see
    ``KEY_PATTERN``), each optionally ``| None``. The payload is an audit log that is never erased,
    so names, addresses and text are refused. A class that only holds fields for others says
    ``class RequestChanged(Event, abstract=True)`` and cannot be recorded.
    """

    type: ClassVar[str]

    def __init_subclass__(cls, *, abstract: bool = False, **kwargs: Any) -> None:
        """Register the class under its type, once. An ``abstract`` class only holds shared fields."""
        super().__init_subclass__(**kwargs)
        if abstract:
            return
        name = cls.__dict__.get("type", "")
        if not TYPE_PATTERN.fullmatch(name):
            raise TypeError(f'{cls.__qualname__} needs a type like "app.what_happened"')
        known = _classes.setdefault(name, cls)
        if (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"{name} is already the type of {known.__module__}.{known.__qualname__}")
        _classes[name] = cls

    def payload(self) -> dict[str, Any]:
        """Return the fields as JSON values.

        Raises:
            NotAnId: a field holds something else than an id.
        """
        return {field.name: _to_json(field.name, getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Self:
        """Return the event of a stored payload. Fields that were dropped since are ignored."""
        types = _field_types(cls)
        known = {name: value for name, value in payload.items() if name in types}
        return cls(**{name: _from_json(types[name], value) for name, value in known.items()})


def type_of(event: Event) -> str:
    """Return the type under which ``event`` is stored.

    Raises:
        TypeError: its class is only a base for others.
    """
    if "type" not in type(event).__dict__:
        raise TypeError(f"{type(event).__qualname__} has no type of its own")
    return event.type


def event_class(event_type: str) -> type[Event]:
    """Return the class of a stored type.

    Raises:
        UnknownEvent: no class of this type has been imported.
    """
    try:
        return _classes[event_type]
    except KeyError:
        raise UnknownEvent(event_type) from None


def is_key(text: str, longest: int = LONGEST_VALUE) -> bool:
    """Whether ``text`` is a word for programs and cannot be a person's data in plain sight."""
    return len(text) <= longest and KEY_PATTERN.fullmatch(text) is not None


def _to_json(name: str, value: object) -> str | int | bool | None:
    if isinstance(value, UUID):
        return str(value)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, str) and is_key(value):
        return str(value)
    raise NotAnId(f"{name} is not an id")


def _from_json(wanted: type, value: Any) -> Any:
    return UUID(value) if wanted is UUID and value is not None else value


def _field_types(cls: type[Event]) -> dict[str, type]:
    """The one allowed type of each field, without its ``| None``."""
    hints = get_type_hints(cls)
    return {field.name: _plain_type(cls, field.name, hints[field.name]) for field in fields(cls)}


def _plain_type(cls: type[Event], name: str, hint: Any) -> type:
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    wanted = [option for option in options if option is not type(None)]
    if len(wanted) != 1 or not isinstance(wanted[0], type) or not issubclass(wanted[0], _ALLOWED):
        raise TypeError(f"{cls.__qualname__}.{name} must be a UUID, int, bool or str")
    return wanted[0]
