"""The order of the questions: three steps, one question per screen, and which of them concern this person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from common import clock
from help_requests.enums import HAS_DESTINATION
from help_requests.web.asking import forms
from help_requests.web.asking.draft import Draft
from people.models import Resident
from people.queries import residents_of

STEPS = 3


@dataclass(frozen=True)
class Screen:
    """One question. ``slug`` is its address, ``step`` one of the three, ``concerns`` whether it is asked."""

    slug: str
    step: int
    form: type[forms.Question]
    concerns: Callable[[Draft, Any], bool]


def known_resident(draft: Draft, user: Any) -> Resident | None:
    """The record that the help is for, when the person asking has one or represents one."""
    if draft["whose"] == forms.SELF:
        return residents_of(user).filter(user_id=user.pk).order_by("created_at").first()
    if draft["whose"] in ("", forms.OTHER):
        return None
    return residents_of(user).filter(pk=draft["whose"]).first()


def _always(_draft: Draft, _user: Any) -> bool:
    return True


def _goes_somewhere(draft: Draft, _user: Any) -> bool:
    return draft["category"] in HAS_DESTINATION


def _on_a_day(draft: Draft, _user: Any) -> bool:
    return draft["timing"] == forms.DAY


def _in_dayparts(draft: Draft, _user: Any) -> bool:
    return draft["timing"] == forms.PARTS


def _for_other(draft: Draft, _user: Any) -> bool:
    return draft["whose"] == forms.OTHER


def _is_new(draft: Draft, user: Any) -> bool:
    return known_resident(draft, user) is None


SCREENS = (
    Screen("wat", 1, forms.CategoryQuestion, _always),
    Screen("woorden", 1, forms.WordsQuestion, _always),
    Screen("waarheen", 1, forms.DestinationQuestion, _goes_somewhere),
    Screen("wanneer", 2, forms.TimingQuestion, _always),
    Screen("dag", 2, forms.DayQuestion, _on_a_day),
    Screen("tijd", 2, forms.TimeQuestion, _on_a_day),
    Screen("dagdelen", 2, forms.DaypartsQuestion, _in_dayparts),
    Screen("voor-wie", 3, forms.WhoseQuestion, _always),
    Screen("wie-vraagt", 3, forms.FilerQuestion, _for_other),
    Screen("naam", 3, forms.NameQuestion, _is_new),
    Screen("adres", 3, forms.AddressQuestion, _is_new),
    Screen("bereikbaar", 3, forms.ReachQuestion, _is_new),
)
BY_SLUG = {screen.slug: screen for screen in SCREENS}


def screen_of_field(name: str | None) -> Screen | None:
    """The screen that asks for ``name``, to send someone back to it."""
    return next((screen for screen in SCREENS if name in screen.form.base_fields), None)


def route(draft: Draft, user: Any) -> list[Screen]:
    """The screens that concern this person, given their answers so far."""
    return [screen for screen in SCREENS if screen.concerns(draft, user)]


def first_open(draft: Draft, user: Any) -> Screen | None:
    """The first screen without an answer; ``None`` when everything is known."""
    return next((screen for screen in route(draft, user) if not _is_answered(screen, draft, user)), None)


def _is_answered(screen: Screen, draft: Draft, user: Any) -> bool:
    """Whether the question has an answer that still holds: days pass, and consent to act for someone ends."""
    if screen.slug not in draft.answered:
        return False
    if screen.form is forms.DayQuestion:
        return bool(draft["on_date"] >= clock.today().isoformat())
    if screen.form is forms.WhoseQuestion and draft["whose"] not in (forms.SELF, forms.OTHER):
        return known_resident(draft, user) is not None
    return True


def before(screen: Screen, draft: Draft, user: Any) -> Screen | None:
    """The screen before this one, for "back"."""
    earlier = [other for other in route(draft, user) if SCREENS.index(other) < SCREENS.index(screen)]
    return earlier[-1] if earlier else None
