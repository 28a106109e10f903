"""Reimbursements: asked by the volunteer, decided by who pays, counted beside the limits of the year."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import InvalidInput, InvalidTransition
from common.permissions import require
from common.personal_data import describe, find_personal_data
from events.services import record
from people.models import Centre, Organisation, User
from recognition import events
from recognition.enums import CLAIM_TRANSITIONS, ClaimKind, ClaimState, Nearness, RefusalReason
from recognition.models import Claim
from recognition.queries import home_centre, organisations_to_choose, totals_of

OLDEST = timedelta(days=366)
CENT = Decimal("0.01")
MOST = Decimal("5000.00")
MOST_KILOMETRES = Decimal("2000.0")
ClaimEvent = TypeVar("ClaimEvent", bound=events.ClaimChanged)


@dataclass(frozen=True)
class ClaimDetails:
    """What a volunteer asks back: kilometres, or an amount in euros."""

    kind: ClaimKind
    day: date
    kilometres: Decimal | None = None
    amount: Decimal | None = None
    note: str = ""
    organisation: Organisation | None = None


@transaction.atomic
def submit_claim(user: User, details: ClaimDetails, *, by: User | None) -> Claim:
    """The volunteer asks costs back. Warns who comes near the limits; refuses nobody for it.

    Raises:
        Forbidden: not the volunteer themselves.
        InvalidInput: a day to come or too long ago, no or too large an amount, personal data in the note.
    """
    require(by, "recognition.claim", user)
    # Two claims at once wait for each other, so that the warning is told by the one that reaches the limit.
    User.objects.select_for_update().get(pk=user.pk)
    _require_sound(details)
    before = totals_of(user, details.day.year)
    claim = Claim.objects.create(
        user=user,
        centre=_payer(user, details),
        organisation=details.organisation,
        kind=details.kind,
        day=details.day,
        note=details.note.strip(),
        **_worth(details),
    )
    record(_event(events.ClaimSubmitted, claim), actor=by)
    _warn(claim, before.year_nearness, before.full_months.get(claim.day.month, Nearness.FREE))
    return claim


@transaction.atomic
def withdraw_claim(claim: Claim, *, by: User | None) -> Claim:
    """The volunteer takes back what was not decided yet.

    Raises:
        NotFound: not theirs.
        InvalidTransition: it has been decided.
    """
    require(by, "recognition.answer_claim", claim, hide=True)
    return _moved(claim, ClaimState.WITHDRAWN, events.ClaimWithdrawn, by)


@transaction.atomic
def approve_claims(claims: Collection[Claim], *, by: User | None) -> int:
    """Approve claims, many at once; return how many. What has changed in the meantime is left as it is.

    Raises:
        NotFound: one of them is not theirs to decide; then none is approved.
    """
    for claim in claims:
        require(by, "recognition.decide_claim", claim, hide=True)
    approved = 0
    for claim in sorted(claims, key=lambda each: str(each.pk)):
        rows = Claim.objects.filter(pk=claim.pk, state=ClaimState.SUBMITTED)
        if rows.update(state=ClaimState.APPROVED, decided_at=clock.now(), decided_by=by):
            record(_event(events.ClaimApproved, claim), actor=by)
            approved += 1
    return approved


@transaction.atomic
def refuse_claim(claim: Claim, reason: RefusalReason, *, by: User | None) -> Claim:
    """Say why this is not paid back.

    Raises:
        NotFound: not theirs to decide.
        InvalidTransition: it was taken back or refused.
    """
    require(by, "recognition.decide_claim", claim, hide=True)
    return _moved(
        claim,
        ClaimState.REFUSED,
        events.ClaimRefused,
        by,
        refusal=reason,
        decided_at=clock.now(),
        decided_by=by,
    )


def _moved(claim: Claim, to: ClaimState, event: type[ClaimEvent], by: User | None, **changes: Any) -> Claim:
    before = [state for state, steps in CLAIM_TRANSITIONS.items() if to in steps]
    if Claim.objects.filter(pk=claim.pk, state__in=before).update(state=to, **changes) != 1:
        raise InvalidTransition
    claim.refresh_from_db()
    record(_event(event, claim), actor=by)
    return claim


def _warn(claim: Claim, year_before: Nearness, month_before: Nearness) -> None:
    """Tell it once, by the claim with which a limit came near or was passed."""
    after = totals_of(claim.user, claim.day.year)
    month_after = after.full_months.get(claim.day.month, Nearness.FREE)
    for month, was, now in (
        (0, year_before, after.year_nearness),
        (claim.day.month, month_before, month_after),
    ):
        if list(Nearness).index(now) > list(Nearness).index(was):
            record(
                events.LimitReached(
                    claim_id=claim.pk,
                    user_id=claim.user_id,
                    centre_id=claim.centre_id,
                    organisation_id=claim.organisation_id,
                    year=claim.day.year,
                    month=month,
                    nearness=now.value,
                )
            )


def _require_sound(details: ClaimDetails) -> None:
    today = clock.today()
    if details.day > today:
        raise InvalidInput(_("This day is still to come."), field="day")
    if details.day < today - OLDEST:
        raise InvalidInput(_("This is more than a year ago. Ask the centre."), field="day")
    findings = find_personal_data(details.note)
    if findings:
        raise InvalidInput(describe(findings)[0], field="note")


def _payer(user: User, details: ClaimDetails) -> Centre:
    """The centre at which it is asked; the organisation, when one pays, is one of that centre."""
    centre, organisation = home_centre(user), details.organisation
    known = organisation is None or organisations_to_choose(user).filter(pk=organisation.pk).exists()
    if centre is None or not known:
        raise InvalidInput(_("Choose an organisation from the list."), field="organisation")
    return centre


def _worth(details: ClaimDetails) -> dict[str, Decimal]:
    """The amount, and of a ride also the kilometres and what each pays."""
    if details.kind == ClaimKind.KILOMETRES:
        kilometres = details.kilometres or Decimal(0)
        if not 0 < kilometres <= MOST_KILOMETRES:
            raise InvalidInput(_("Fill in how many kilometres you drove."), field="kilometres")
        rate: Decimal = settings.KILOMETRE_RATE
        amount = (kilometres * rate).quantize(CENT, ROUND_HALF_UP)
        return {"kilometres": kilometres, "rate": rate, "amount": max(amount, CENT)}
    amount = details.amount or Decimal(0)
    if not 0 < amount <= MOST:
        raise InvalidInput(_("Fill in how many euros it was."), field="amount")
    return {"amount": amount.quantize(CENT, ROUND_HALF_UP)}


def _event(event: type[ClaimEvent], claim: Claim) -> ClaimEvent:
    return event(
        claim_id=claim.pk,
        user_id=claim.user_id,
        centre_id=claim.centre_id,
        organisation_id=claim.organisation_id,
    )
