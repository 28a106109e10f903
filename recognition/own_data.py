"""What this app keeps of a person: told and erased."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from people.models import User
from people.rights import Section, Subject, erases, rows_of, tells
from recognition.models import Claim, HourEntry, Milestone, Passport, Thanks

OF_VOLUNTEER = (Claim, HourEntry, Milestone, Passport, Thanks)


@tells(HourEntry, Claim, Thanks, Milestone, Passport)
def tell_recognition(subject: Subject) -> Iterable[Section]:
    """Hours, costs, thanks, anniversaries and what is shared."""
    user = subject.user or (subject.volunteer.user if subject.volunteer else None)
    if user is not None:
        yield from _of_volunteer(user)
        columns = {"sentence": _("Sentence"), "words": _("Own words"), "at": _("When")}
        said = Thanks.objects.filter(given_by=user).order_by("at")
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
    if subject.user is not None:
        return _erase_all(subject.user)
    if subject.volunteer is None:
        return {}
    for_centre = {"user": subject.volunteer.user, "organisation": None}
    counts: dict[str, int] = {}
    for model in (Claim, HourEntry, Thanks):
        counts |= model._default_manager.filter(**for_centre).delete()[1]
    return counts


def _erase_all(user: User) -> dict[str, int]:
    counts: dict[str, int] = {}
    for model in OF_VOLUNTEER:
        counts |= model._default_manager.filter(user=user).delete()[1]
    said = Thanks.objects.filter(given_by=user).update(words="", given_by=None)
    return counts | {"recognition_thanks": counts.get("recognition.Thanks", 0) + said}
