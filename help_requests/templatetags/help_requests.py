"""How pages say things about a help request."""

from django import template
from django.utils import formats
from django.utils.translation import gettext as _

from common.bits import bits_of
from common.week import week_words
from common.words import day_words, length_words
from help_requests.enums import RequestKind, Rhythm
from help_requests.models import HelpRequest
from people.enums import ALL_DAYPARTS, DayPart, daypart_bit

register = template.Library()
ALL_PARTS = 0b111


@register.filter
def help_words(request: HelpRequest) -> str:
    """The kind of help, and whether a buddy is asked for: "Boodschappen", "Gezelschap, een maatje"."""
    category = str(request.get_category_display())
    if request.kind != RequestKind.BUDDY:
        return category
    return _("%(category)s, a buddy") % {"category": category}


@register.filter
def when(request: HelpRequest) -> str:
    """When help is needed: "dinsdag om 14:30", "maandag ochtend, dinsdag", "elke week: maandag"."""
    return _in_rhythm(request, moment(request)) if request.rhythm else moment(request)


def _in_rhythm(request: HelpRequest, moments: str) -> str:
    rhythm = str(Rhythm(request.rhythm).label)
    return _("%(rhythm)s: %(moments)s") % {"rhythm": rhythm[:1].lower() + rhythm[1:], "moments": moments}


@register.filter
def how_often(request: HelpRequest) -> str:
    """How often help is needed, and until when: "Eén keer", "Elke week, tot en met 3 september"."""
    often = str(Rhythm(request.rhythm).label if request.rhythm else RequestKind(request.kind).label)
    if request.until_date is None:
        return often
    until = formats.date_format(request.until_date, "j F Y")
    return _("%(often)s, up to and including %(until)s") % {"often": often, "until": until}


@register.filter
def moment(request: HelpRequest) -> str:
    """As ``when``, without how often."""
    if request.on_date is None:
        return dayparts_words(request.dayparts)
    day = day_words(request.on_date)
    if request.start_time is None:
        return _day_and_its_parts(request, day)
    return _("%(day)s at %(time)s") % {"day": day, "time": request.start_time.strftime("%-H:%M")}


def _day_and_its_parts(request: HelpRequest, day: str) -> str:
    """The day, with the parts of that day when not all of them suit."""
    first = daypart_bit(request.on_date.weekday(), 0)  # type: ignore[union-attr]
    parts = list(bits_of(request.dayparts >> first & ALL_PARTS))
    if len(parts) in (0, len(DayPart)):
        return day
    words = _(" or ").join(str(DayPart(part).label) for part in parts)
    return _("%(day)s in the %(part)s") % {"day": day, "part": words}


def dayparts_words(mask: int) -> str:
    """The parts of the week in a mask; days on end are a stretch."""
    if mask == ALL_DAYPARTS:
        return _("any time")
    return ", ".join(week_words(mask))


@register.filter
def minutes(count: int) -> str:
    """A length of time as people say it: "30 minutes", "1 hour", "2 hours and 15 minutes"."""
    return length_words(count)
