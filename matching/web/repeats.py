"""A step taken twice is taken once: a double click, or a button pressed again after a slow answer."""

from collections.abc import Iterator
from contextlib import contextmanager

from common.errors import InvalidTransition
from matching.enums import AssignmentState
from matching.models import Assignment


@contextmanager
def reaching(assignment: Assignment, *states: AssignmentState) -> Iterator[None]:
    """Let a step that is refused pass when the agreement is already where the step leads.

    Raises:
        InvalidTransition: the agreement is in none of ``states``.
    """
    try:
        yield
    except InvalidTransition:
        assignment.refresh_from_db(fields=["state"])
        if assignment.state not in states:
            raise
