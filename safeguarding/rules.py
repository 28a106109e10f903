"""Who may see and record screenings, decide by two, keep two people apart, and read concerns."""

import rules

from people.enums import COORDINATING, Role
from people.models import Centre, User, Volunteer
from people.queries import has_role, organisations_of, standing_of
from people.rules import acts_for_resident, coordinates, may_act, owns_volunteer
from safeguarding.models import Block, Concern, Report, ScreeningDecision


@rules.predicate
def is_side_of_block(user: User, block: Block | None) -> bool:
    """The volunteer, or the resident (or who acts for them), of the block."""
    return block is not None and (
        owns_volunteer(user, block.volunteer) or acts_for_resident(user, block.resident)
    )


@rules.predicate
def set_block(user: User, block: Block | None) -> bool:
    """The person who set the block."""
    return block is not None and block.set_by_id == user.pk


@rules.predicate
def coordinates_block(user: User, block: Block | None) -> bool:
    """A coordinator of the resident's centre."""
    return block is not None and coordinates(user, block.resident)


# A coordinator who also volunteers does not screen themselves.
rules.add_perm("safeguarding.record_screening", may_act & coordinates & ~owns_volunteer)
rules.add_perm("safeguarding.block", may_act & (is_side_of_block | coordinates_block))
rules.add_perm("safeguarding.unblock", may_act & (coordinates_block | (is_side_of_block & set_block)))


@rules.predicate
def officiates(user: User, person: Volunteer | Concern | None) -> bool:
    """Confidential officer of the centre of this volunteer or concern."""
    return person is not None and has_role(user, Role.CONFIDENTIAL_OFFICER, person.centre_id)


@rules.predicate
def completes_decision(user: User, decision: ScreeningDecision | None) -> bool:
    """Another person than who proposed it, in the other of the two roles."""
    if decision is None or decision.proposed_by_id in (None, user.pk):
        return False
    volunteer = decision.screening.volunteer
    other = officiates if decision.proposed_as in COORDINATING else coordinates
    return bool(other(user, volunteer)) and not owns_volunteer(user, volunteer)


@rules.predicate
def proposed_decision(user: User, decision: ScreeningDecision | None) -> bool:
    """The person who proposed it."""
    return decision is not None and decision.proposed_by_id == user.pk


@rules.predicate
def keeps_requirements(user: User, centre: Centre | None) -> bool:
    """A coordinator of the centre."""
    return centre is not None and centre.pk in standing_of(user).centres(COORDINATING)


@rules.predicate
def is_entrusted(user: User, concern: Concern | None) -> bool:
    """The coordinator whom the officer named, as long as they coordinate the centre."""
    return concern is not None and concern.coordinator_id == user.pk and bool(coordinates(user, concern))


rules.add_perm("safeguarding.propose_decision", may_act & (coordinates | officiates) & ~owns_volunteer)
rules.add_perm("safeguarding.confirm_decision", may_act & completes_decision)
rules.add_perm("safeguarding.withdraw_decision", may_act & (proposed_decision | completes_decision))
rules.add_perm("safeguarding.set_requirements", may_act & keeps_requirements)
# Read by the officer and by who was named; every step is the officer's.
rules.add_perm("safeguarding.view_concern", may_act & (officiates | is_entrusted))
rules.add_perm("safeguarding.handle_concern", may_act & officiates)


@rules.predicate
def is_reported(user: User, report: Report | None) -> bool:
    """The report is about the person, or about an organisation of theirs."""
    if report is None:
        return False
    people = {person.user_id for person in (report.volunteer, report.resident) if person is not None}
    return user.pk in people | {report.person_id} or report.organisation_id in organisations_of(user)


@rules.predicate
def filed_report(user: User, report: Report | None) -> bool:
    """The person told it."""
    return report is not None and report.reporter_id == user.pk


# Nobody judges what was told about, or by, themselves.
rules.add_perm("safeguarding.handle_report", may_act & coordinates & ~is_reported & ~filed_report)
