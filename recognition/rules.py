"""Who may enter, sign, thank, show and claim. Shared by pages, API and services."""

from typing import Any

import rules

from matching.rules import coordinates_assignment, is_helped_resident
from people.models import User, Volunteer
from people.rules import coordinates, may_act, owns_volunteer
from recognition.models import Claim, HourEntry, Passport
from recognition.queries import signing_organisations


@rules.predicate
def is_own(user: User, thing: HourEntry | Claim | Passport | None) -> bool:
    """The entry, claim or passport is the volunteer's own."""
    return thing is not None and thing.volunteer.user_id == user.pk


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


rules.add_perm("recognition.enter_hours", may_act & owns_volunteer)
rules.add_perm("recognition.answer_hours", may_act & is_own)
# Nobody signs for themselves.
rules.add_perm("recognition.sign_hours", may_act & (speaks_for_organisation_of | coordinates) & ~is_own)
rules.add_perm("recognition.thank_for", may_act & (is_helped_resident | coordinates_assignment))
rules.add_perm("recognition.share_passport", may_act & owns_volunteer)
rules.add_perm("recognition.revoke_passport", may_act & is_own)
rules.add_perm("recognition.claim", may_act & owns_volunteer)
rules.add_perm("recognition.answer_claim", may_act & is_own)
rules.add_perm(
    "recognition.decide_claim",
    may_act & (speaks_for_organisation_of | (is_paid_by_centre & coordinates)) & ~is_own,
)


@rules.predicate
def thanks_for_organisation(user: User, volunteer: Volunteer | None) -> bool:
    """A contact of an organisation that signed hours of this volunteer."""
    return (
        volunteer is not None
        and HourEntry.objects.filter(
            volunteer=volunteer, organisation__in=signing_organisations(user), state="approved"
        ).exists()
    )


rules.add_perm(
    "recognition.thank_volunteer", may_act & (thanks_for_organisation | coordinates) & ~owns_volunteer
)
