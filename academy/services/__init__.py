"""The verbs of the academy, one file per family."""

from academy.services.courses import (
    CourseDetails,
    accept_invitation,
    add_course,
    change_course,
    complete_course,
    decline_invitation,
    invite_to_course,
    last_valid_day,
    require_course_for,
    retire_course,
    revoke_completion,
    set_required_for,
    stop_requiring,
)

__all__ = [
    "CourseDetails",
    "accept_invitation",
    "add_course",
    "change_course",
    "complete_course",
    "decline_invitation",
    "invite_to_course",
    "last_valid_day",
    "require_course_for",
    "retire_course",
    "revoke_completion",
    "set_required_for",
    "stop_requiring",
]
