"""The order of the questions: three steps, one question per screen, and which of them concern this person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from common import clock
from help_requests.enums import HAS_BUDDIES, HAS_DESTINATION, RequestKind, Rhythm
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
    return draft["timing"] == forms.DAY and not draft.lasts


def _in_a_series(draft: Draft, _user: Any) -> bool:
    return draft["how_often"] in Rhythm.values


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
    Screen("hoe-vaak", 2, forms.HowOftenQuestion, _always),
    Screen("wanneer", 2, forms.TimingQuestion, _always),
    Screen("dag", 2, forms.DayQuestion, _on_a_day),
    Screen("tijd", 2, forms.TimeQuestion, _on_a_day),
    Screen("dagdelen", 2, forms.DaypartsQuestion, _in_dayparts),
    Screen("tot-wanneer", 2, forms.UntilQuestion, _in_a_series),
    Screen("voor-wie", 3, forms.WhoseQuestion, _always),
    Screen("wie-vraagt", 3, forms.FilerQuestion, _for_other),
    Screen("naam", 3, forms.NameQuestion, _is_new),
    Screen("adres", 3, forms.AddressQuestion, _is_new),
    Screen("bereikbaar", 3, forms.ReachQuestion, _is_new),
)
BY_SLUG = {screen.slug: screen for screen in SCREENS}


def screen_of_field(name: str | None) -> Screen | None:
    """The screen that asks for ``name``, to send someone back to it."""
    asked = "how_often" if name in ("kind", "rhythm") else name
    return next((screen for screen in SCREENS if asked in screen.form.base_fields), None)


def route(draft: Draft, user: Any) -> list[Screen]:
    """The screens that concern this person, given their answers so far."""
    return [screen for screen in SCREENS if screen.concerns(draft, user)]


def first_open(draft: Draft, user: Any) -> Screen | None:
    """The first screen without an answer; ``None`` when everything is known."""
    return next((screen for screen in route(draft, user) if not _is_answered(screen, draft, user)), None)


def _is_answered(screen: Screen, draft: Draft, user: Any) -> bool:
    """Whether the question has an answer that still holds: days pass, other answers change, consent ends."""
    return screen.slug in draft.answered and _STILL_HOLDS.get(screen.form, _always)(draft, user)


def _has_such_buddies(draft: Draft, _user: Any) -> bool:
    return draft["how_often"] != RequestKind.BUDDY or draft["category"] in HAS_BUDDIES


def _timing_fits(draft: Draft, _user: Any) -> bool:
    return not (draft.lasts and draft["timing"] == forms.DAY)


def _day_is_ahead(draft: Draft, _user: Any) -> bool:
    return bool(draft["on_date"] >= clock.today().isoformat())


def _end_is_ahead(draft: Draft, _user: Any) -> bool:
    return draft["until"] == forms.NO_END or draft["until_date"] >= clock.today().isoformat()


def _may_act_for(draft: Draft, user: Any) -> bool:
    return draft["whose"] in (forms.SELF, forms.OTHER) or known_resident(draft, user) is not None


_STILL_HOLDS: dict[type[forms.Question], Callable[[Draft, Any], bool]] = {
    forms.HowOftenQuestion: _has_such_buddies,
    forms.TimingQuestion: _timing_fits,
    forms.DayQuestion: _day_is_ahead,
    forms.UntilQuestion: _end_is_ahead,
    forms.WhoseQuestion: _may_act_for,
}


def before(screen: Screen, draft: Draft, user: Any) -> Screen | None:
    """The screen before this one, for "back"."""
    earlier = [other for other in route(draft, user) if SCREENS.index(other) < SCREENS.index(screen)]
    return earlier[-1] if earlier else None
