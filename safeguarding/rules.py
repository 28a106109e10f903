"""Who may see and record screenings, and keep two people apart."""

import rules

from people.models import User
from people.rules import acts_for_resident, coordinates, may_act, owns_volunteer, works_at_centre_of
from safeguarding.models import Block


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


rules.add_perm("safeguarding.view_screenings", may_act & (owns_volunteer | works_at_centre_of))
# A coordinator who also volunteers does not screen themselves.
rules.add_perm("safeguarding.record_screening", may_act & coordinates & ~owns_volunteer)
rules.add_perm("safeguarding.block", may_act & (is_side_of_block | coordinates_block))
rules.add_perm("safeguarding.unblock", may_act & (coordinates_block | (is_side_of_block & set_block)))
