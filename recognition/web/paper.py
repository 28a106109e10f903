"""The volunteer passport on paper."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from academy.models import Completion
from common import clock
from common.pdf import Paper
from common.words import length_words
from recognition.queries import ShownPassport


def passport_paper(shown: ShownPassport, address: str) -> Paper:
    """Return the document: what the passport shows, and the address at which anyone can check it."""
    paper = Paper(_("Volunteer passport"), publisher=shown.centre or "Samenkracht")
    paper.lead(_("What this volunteer did for others, and learned.")).name(shown.name)
    if shown.roles is not None:
        paper.heading(_("What I did"))
        rows = [
            (work.name, work.with_whom, f"{_month(work.first)} – {_month(work.last)}") for work in shown.roles
        ]
        paper.table([_("Role"), _("With"), _("Period")], rows, [0.36, 0.34, 0.3])
    if shown.years is not None:
        paper.heading(_("Hours"))
        hours = [
            (str(year.year) if first else "", kind, length_words(minutes))
            for year in shown.years
            for first, (kind, minutes) in _marked(year.kinds)
        ]
        paper.table([_("Year"), _("What"), _("Time")], hours, [0.14, 0.5, 0.36], right=1)
    if shown.trainings is not None:
        paper.heading(_("Trainings"))
        done = [
            (each.course.title, date_format(each.completed_on, "j F Y"), _until(each))
            for each in shown.trainings
        ]
        paper.table([_("Training"), _("Done on"), _("Valid until")], done, [0.46, 0.27, 0.27])
    today = date_format(clock.today(), "j F Y")
    paper.small(
        _("As it was on %(day)s. Hours were signed by the organisation or the centre.") % {"day": today}
    )
    return paper.check(address, _("Is this right? Scan the code, or go to this address."))


def _until(done: Completion) -> str:
    return date_format(done.valid_until, "j F Y") if done.valid_until else _("no end")


def _month(day: object) -> str:
    return date_format(day, "F Y")


def _marked(kinds: list[tuple[str, int]]) -> list[tuple[bool, tuple[str, int]]]:
    """Each with whether it is the first."""
    return [(number == 0, kind) for number, kind in enumerate(kinds)]
