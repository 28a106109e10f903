"""What this app keeps of a person: told, erased, and for how long."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from matching.models import Assignment
from people.models import User
from people.rights import Section, Subject, Term, erases, excuse, keeps, rows_of, tells
from recognition.enums import Giver
from recognition.models import Claim, HourEntry, Milestone, Passport, Thanks, YearLimits

excuse("Says nothing about a person.", YearLimits)

OF_VOLUNTEER = (Claim, HourEntry, Milestone, Passport, Thanks)


@tells(HourEntry, Claim, Thanks, Milestone, Passport)
def tell_recognition(subject: Subject) -> Iterable[Section]:
    """Hours, costs, thanks, anniversaries and what is shared."""
    user = subject.user or (subject.volunteer.user if subject.volunteer else None)
    if user is not None:
        yield from _of_volunteer(user)
    columns = {"sentence": _("Sentence"), "words": _("Own words"), "at": _("When")}
    said = _said_by(subject).order_by("at")
    yield Section("thanks_given", _("Thanks you gave"), columns, rows_of(said, columns))


def _of_volunteer(user: User) -> Iterable[Section]:
    columns = {
        "day": _("Day"),
        "minutes": _("Minutes"),
        "category": _("Kind of help"),
        "role": _("Role"),
        "source": _("Where it comes from"),
        "note": _("Note"),
        "state": _("State"),
        "refusal": _("Why not"),
        "decided_at": _("Decided on"),
    }
    mine = {"user": user}
    hours = HourEntry.objects.filter(**mine).order_by("day", "id")
    yield Section("hours", _("Your hours"), columns, rows_of(hours, columns))
    columns = {
        "day": _("Day"),
        "kind": _("What for"),
        "kilometres": _("Kilometres"),
        "amount": _("Euros"),
        "note": _("Note"),
        "state": _("State"),
        "refusal": _("Why not"),
        "decided_at": _("Decided on"),
    }
    claims = Claim.objects.filter(**mine).order_by("day", "id")
    yield Section("claims", _("Costs you asked back"), columns, rows_of(claims, columns))
    columns = {"giver": _("From"), "sentence": _("Sentence"), "words": _("Own words"), "at": _("When")}
    thanks = Thanks.objects.filter(**mine).order_by("at")
    yield Section("thanks", _("Thanks you got"), columns, rows_of(thanks, columns))
    columns = {"kind": _("What"), "reached_on": _("Day")}
    reached = Milestone.objects.filter(**mine).order_by("reached_on")
    yield Section("milestones", _("What you reached"), columns, rows_of(reached, columns))
    columns = {
        "created_at": _("Since"),
        "revoked_at": _("Taken back on"),
        "full_name": _("Full name"),
        "name_chosen": _("Full name ticked by yourself"),
        "shows_roles": _("Roles"),
        "shows_hours": _("Hours"),
        "shows_trainings": _("Trainings"),
    }
    shared = Passport.objects.filter(**mine).order_by("created_at")
    yield Section("passports", _("Passports you share"), columns, rows_of(shared, columns))


@erases(*OF_VOLUNTEER)
def erase_recognition(subject: Subject) -> dict[str, int]:
    """All of a person goes with their account; what they said to others loses its sender and own words.

    Of who only stops as a volunteer of the centre, what was done for an organisation stays theirs.
    """
    counts: dict[str, int] = {}
    for model, mine in _rows_of(subject):
        counts |= model._default_manager.filter(**mine).delete()[1]
    counts["recognition_thanks"] = _said_by(subject).update(words="", given_by=None)
    return counts


def _rows_of(subject: Subject) -> Iterable[tuple[type[Model], dict[str, Any]]]:
    if subject.user is not None:
        return [(model, {"user": subject.user}) for model in OF_VOLUNTEER]
    if subject.volunteer is None:
        return []
    for_centre = {"user": subject.volunteer.user, "organisation": None}
    return [(model, for_centre) for model in (Claim, HourEntry, Thanks)]


def _said_by(subject: Subject) -> QuerySet[Thanks]:
    """Thanks that someone said with their account, or for help to them, by whoever passed it on."""
    helped = Assignment.objects.filter(request__resident__in=subject.residents).values("pk")
    theirs = Q(giver=Giver.RESIDENT, source_id__in=helped)
    return Thanks.objects.filter(theirs | Q(given_by=subject.user) if subject.user else theirs)


def _left_over(moment: datetime) -> QuerySet[Thanks]:
    """Words of who was helped, of which help nothing is kept any more: nobody could find them to erase."""
    helped = Assignment.objects.filter(pk=OuterRef("source_id"))
    said = Thanks.objects.filter(~Exists(helped), giver=Giver.RESIDENT, at__lt=moment)
    return said.exclude(words="", given_by=None).order_by("at")


def _forget_words(moment: datetime, most: int) -> int:
    """The sentence stays the volunteer's; the own words and who said them go."""
    chosen = list(_left_over(moment).values_list("pk", flat=True)[:most])
    return Thanks.objects.filter(pk__in=chosen).update(words="", given_by=None)


keeps(
    Term(
        "thanks_words",
        _("Own words of thanks for help that is over"),
        "REQUEST_CLOSED_KEPT_DAYS",
        lambda moment: _left_over(moment).count(),
        _forget_words,
    )
)
