"""The verbs of recognition, one file per family."""

from recognition.services.claims import (
    ClaimDetails,
    approve_claims,
    refuse_claim,
    submit_claim,
    withdraw_claim,
)
from recognition.services.hours import (
    approve_hours,
    confirm_hours,
    correct_hours,
    enter_hours,
    enter_role,
    enter_visit,
    keep_signed_hours,
    propose_hours,
    refuse_hours,
    take_proposal_back,
    withdraw_hours,
)
from recognition.services.limits import set_limits
from recognition.services.passports import Shows, revoke_passport, share_passport
from recognition.services.thanks import (
    keep_anniversaries,
    keep_hours_milestone,
    mark_thanks_seen,
    thank_for_help,
    thank_volunteer,
)

__all__ = [
    "ClaimDetails",
    "Shows",
    "approve_claims",
    "approve_hours",
    "confirm_hours",
    "correct_hours",
    "enter_hours",
    "enter_role",
    "enter_visit",
    "keep_anniversaries",
    "keep_hours_milestone",
    "keep_signed_hours",
    "mark_thanks_seen",
    "propose_hours",
    "refuse_claim",
    "refuse_hours",
    "revoke_passport",
    "set_limits",
    "share_passport",
    "submit_claim",
    "take_proposal_back",
    "thank_for_help",
    "thank_volunteer",
    "withdraw_claim",
    "withdraw_hours",
]
