"""How pages say things about a vacancy."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils import formats
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.week import week_words
from common.words import day_words
from people.enums import Language, Skill
from people.models import Organisation
from safeguarding.enums import Requirement
from vacancies.enums import Accessibility, VacancyCategory, VacancyKind
from vacancies.models import HourEntry, Vacancy
from vacancies.queries.desk import is_unmanned

register = template.Library()
MANY_MOMENTS = 6
_NO_MARKUP = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.filter
def hours_words(vacancy: Vacancy) -> str:
    """How much time: "4 hours a week", "6 hours in all"."""
    shown = formats.number_format(vacancy.hours.normalize(), use_l10n=True)
    if vacancy.kind == VacancyKind.ONE_OFF:
        return _("%(hours)s hours in all") % {"hours": shown}
    return _("%(hours)s hours a week") % {"hours": shown}


@register.filter
def moments_words(vacancy: Vacancy) -> str:
    """When: "Tuesday 3 March", "Monday morning, Tuesday", "in consultation", "many moments in the week"."""
    if vacancy.on_date is not None:
        return day_words(vacancy.on_date)
    moments = week_words(vacancy.dayparts)
    if not moments:
        return _("in consultation")
    return ", ".join(moments) if len(moments) <= MANY_MOMENTS else _("many moments in the week")


@register.filter
def place_words(vacancy: Vacancy) -> str:
    """Where: the neighbourhood or town, from home, or both."""
    place = vacancy.district.name if vacancy.district else vacancy.city
    home = _("from home") if vacancy.online else ""
    return _(" or ").join(word for word in (place, home) if word)


@register.filter
def address_words(vacancy: Vacancy) -> str:
    """The whole address of the work, on one line."""
    town = f"{vacancy.postcode} {vacancy.city}".strip()
    return ", ".join(part for part in (vacancy.address, town) if part)


@register.filter
def is_over(entry: HourEntry, now: datetime) -> bool:
    """Whether these hours have been worked by ``now``, the clock in town."""
    return (entry.day, entry.ends) <= (now.date(), now.time())


@register.filter
def wanted_words(vacancy: Vacancy) -> str:
    """How many people are looked for."""
    if vacancy.wanted is None:
        return _("there is always room for one more")
    return ngettext("%(count)d person", "%(count)d people", vacancy.wanted) % {"count": vacancy.wanted}


@register.filter
def skill_words(mask: int) -> list[str]:
    """The skills of a mask."""
    return _labels(Skill.from_mask(mask))


@register.filter
def language_words(mask: int) -> list[str]:
    """The languages of a mask."""
    return _labels(Language.from_mask(mask))


@register.filter
def step_words(mask: int) -> list[str]:
    """The steps of screening of a mask."""
    return _labels(Requirement.from_mask(mask))


@register.filter
def access_words(mask: int) -> list[str]:
    """What makes it possible for more people, of a mask."""
    return _labels(Accessibility.from_mask(mask))


def _labels(members: Iterable[Any]) -> list[str]:
    return [str(member.label) for member in members]


@register.inclusion_tag("vacancies/desk/_nobody_there.html", takes_context=True)
def nobody_there(context: Mapping[str, Any], organisation: Organisation) -> dict[str, Any]:
    """A word to the coordinator of an organisation without contacts, with a button to name one."""
    unmanned = is_unmanned(context["request"].user, organisation)
    return {"organisation": organisation if unmanned else None}


ICONS = {
    VacancyCategory.CARE: "heart",
    VacancyCategory.NATURE: "garden",
    VacancyCategory.ANIMALS: "pets",
    VacancyCategory.OFFICE: "paperwork",
    VacancyCategory.BOARD: "building",
    VacancyCategory.MEDIA: "edit",
    VacancyCategory.EVENTS: "star",
    VacancyCategory.SPORTS: "route",
    VacancyCategory.CULTURE: "sun",
    VacancyCategory.YOUTH: "tutoring",
    VacancyCategory.FOOD: "meals",
    VacancyCategory.SHOP: "door",
    VacancyCategory.ADVICE: "info",
}


@register.filter
def vacancy_icon(category: str) -> str:
    """The drawing of a category: one of its own name, or the nearest that there is."""
    if not category:
        return "heart"
    return ICONS.get(VacancyCategory(category), category)


@register.filter
def as_json_ld(value: dict[str, Any]) -> SafeString:
    """A block of linked data: data only, so the browser runs none of it and needs no nonce."""
    text = json.dumps(value, ensure_ascii=False).translate(_NO_MARKUP)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308  (nothing can end it)
