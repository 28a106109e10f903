"""Who may enter, sign, thank, show and claim. Shared by pages, API and services."""

from typing import Any

import rules

from matching.rules import coordinates_assignment, is_helped_resident
from people.enums import COORDINATING, Role
from people.models import User, Volunteer
from people.queries import standing_of
from people.rules import coordinates, is_self, may_act
from recognition.enums import HoursState
from recognition.models import Claim, HourEntry, Passport
from recognition.queries import gives_help, signing_organisations


@rules.predicate
def is_own(user: User, thing: HourEntry | Claim | Passport | None) -> bool:
    """The entry, claim or passport is the person's own."""
    return thing is not None and thing.user_id == user.pk


@rules.predicate
def speaks_for_organisation_of(user: User, thing: HourEntry | Claim | None) -> bool:
    """A contact of the organisation with which the hours or costs were made."""
    return (
        thing is not None
        and thing.organisation_id is not None
        and signing_organisations(user).filter(pk=thing.organisation_id).exists()
    )


@rules.predicate
def is_paid_by_centre(user: Any, claim: Claim | None) -> bool:
    """No organisation pays this."""
    return claim is not None and claim.organisation_id is None


@rules.predicate
def had_help_from(user: User, other: User | None) -> bool:
    """Signed hours of this person, for an organisation they speak for or a centre they coordinate."""
    if other is None:
        return False
    centres = standing_of(user).centres(COORDINATING)
    signed = HourEntry.objects.filter(user=other, state=HoursState.APPROVED)
    return (
        signed.filter(organisation__in=signing_organisations(user)).exists()
        or signed.filter(centre_id__in=centres).exists()
        or Volunteer.objects.filter(user=other, centre_id__in=centres).exists()
    )


@rules.predicate
def helps_somewhere(user: User) -> bool:
    """A volunteer of a centre, or who started through a vacancy."""
    return gives_help(user)


@rules.predicate
def administers_somewhere(user: Any) -> bool:
    """Administers any centre: the limits are shared by all."""
    return bool(standing_of(user).centres(frozenset({Role.ADMINISTRATOR})))


rules.add_perm("recognition.enter_hours", may_act & is_self)
rules.add_perm("recognition.answer_hours", may_act & is_own)
# Nobody signs for themselves.
rules.add_perm("recognition.sign_hours", may_act & (speaks_for_organisation_of | coordinates) & ~is_own)
rules.add_perm("recognition.thank_for", may_act & (is_helped_resident | coordinates_assignment))
rules.add_perm("recognition.thank_volunteer", may_act & had_help_from & ~is_self)
rules.add_perm("recognition.share_passport", may_act & is_self & helps_somewhere)
rules.add_perm("recognition.revoke_passport", may_act & is_own)
rules.add_perm("recognition.claim", may_act & is_self)
rules.add_perm("recognition.answer_claim", may_act & is_own)
rules.add_perm(
    "recognition.decide_claim",
    may_act & (speaks_for_organisation_of | (is_paid_by_centre & coordinates)) & ~is_own,
)
rules.add_perm("recognition.set_limits", may_act & (administers_somewhere | rules.is_superuser))
