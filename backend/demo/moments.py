"""When things happened and are planned in the demonstration town: by day, whatever the hour it is built."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

DAWN, DUSK = time(8, 30), time(20, 30)
NIGHT, LAST_HOUR = timedelta(hours=12), timedelta(hours=1)
# Meetings begin on a whole quarter of an hour, the first and how many choices there are in a day.
FIRST_MEETING, QUARTERS = time(9, 30), 29


def by_day(moment: datetime) -> datetime:
    """The same moment; of the hours between dusk and dawn, one in the last hour of light before it.

    Never later than ``moment``; what came before something else does not come after it.
    """
    local = timezone.localtime(moment)
    if DAWN <= local.time() < DUSK:
        return moment
    evening = local.date() if local.time() >= DUSK else local.date() - timedelta(days=1)
    dusk = _at(evening, DUSK)
    # A night on which the clock is put back lasts an hour longer.
    return min(moment, dusk + LAST_HOUR * ((moment - dusk) / NIGHT))


def to_meet(moment: datetime) -> datetime:
    """A quarter of an hour at which people meet, on the day of ``moment``; the later that is, the later."""
    local = timezone.localtime(moment)
    passed = (local.hour * 60 + local.minute) / (24 * 60)
    return _at(local.date(), FIRST_MEETING) + timedelta(minutes=15 * int(passed * QUARTERS))


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=timezone.get_default_timezone())
