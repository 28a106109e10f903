"""Dates, times, distances and phone numbers the way people say them, in the active language."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import phonenumbers
from django.utils import formats, timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import clock


def day_words(day: date) -> str:
    """Say a day: "today", "tomorrow", "Tuesday" (the next six days) or "Tuesday 3 March (2031)"."""
    today = clock.today()
    nearby = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    distance = (day - today).days
    if distance in nearby:
        return nearby[distance]
    if 1 < distance < 7:
        return format_date(day, "l")
    return format_date(day, "l j F" if day.year == today.year else "l j F Y")


def paper_day(day: date) -> str:
    """Say a day for what is kept or printed, where "today" means nothing: "3 March 2031"."""
    return format_date(day, "j F Y")


def time_words(moment: datetime) -> str:
    """Say a time of day in Europe/Amsterdam, 24 hours: "9:00", "14:30"."""
    return format_date(timezone.localtime(moment), "G:i")


def moment_words(moment: datetime) -> str:
    """Say a day and a time: "tomorrow 14:30"."""
    return f"{day_words(timezone.localdate(moment))} {time_words(moment)}"


def ago_words(moment: datetime) -> str:
    """Say how long ago a moment was; older than today becomes a day and a time."""
    passed = clock.now() - moment
    if passed < timedelta(minutes=1):
        return _("just now")
    minutes = int(passed.total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(count)d minute ago", "%(count)d minutes ago", minutes) % {"count": minutes}
    if timezone.localdate(moment) == clock.today():
        hours = minutes // 60
        return ngettext("%(count)d hour ago", "%(count)d hours ago", hours) % {"count": hours}
    return moment_words(moment)


def distance_words(metres: float) -> str:
    """Say a distance in metres, rounded as people do: "600 metres", "1.4 km", "12 km"."""
    if metres < 950:
        return _("%(count)d metres") % {"count": max(100, round(metres / 100) * 100)}
    kilometres = metres / 1000
    decimals = 1 if kilometres < 9.95 else 0
    return _("%(count)s km") % {"count": formats.number_format(round(kilometres, decimals), decimals)}


def length_words(minutes: int) -> str:
    """Say a length of time: "30 minutes", "1 hour", "2 hours and 15 minutes"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(count)d minutes") % {"count": minutes}
    whole = _("1 hour") if hours == 1 else _("%(count)d hours") % {"count": hours}
    if not rest:
        return whole
    return _("%(hours)s and %(minutes)s") % {"hours": whole, "minutes": length_words(rest)}


def money_words(euros: Decimal) -> str:
    """Say an amount: "€ 5,60" in Dutch, "€ 5.60" in English."""
    return f"€ {formats.number_format(euros, 2, force_grouping=True)}"


def phone_words(number: str) -> str:
    """Write a kept phone number as people do: "06 12345678", international from abroad; other text stays."""
    try:
        parsed = phonenumbers.parse(number, "NL")
    except phonenumbers.NumberParseException:
        return number
    style = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    if parsed.country_code == phonenumbers.country_code_for_region("NL"):
        style = phonenumbers.PhoneNumberFormat.NATIONAL
    return phonenumbers.format_number(parsed, style)


def phone_link(number: str) -> str:
    """The ``tel:`` address of a phone number as people write it; Dutch when it has no country code."""
    digits = "".join(sign for sign in number if sign.isdigit() or sign == "+")
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif digits.startswith("0"):
        digits = "+31" + digits[1:]
    return f"tel:{digits}"
