"""What the academy keeps: courses, who has done them, what asks for them."""

from academy.models.courses import (
    COURSES_AT_MOST,
    LAPSES_SOON,
    CategoryRequirement,
    Completion,
    Course,
    CourseInvitation,
)

__all__ = [
    "COURSES_AT_MOST",
    "LAPSES_SOON",
    "CategoryRequirement",
    "Completion",
    "Course",
    "CourseInvitation",
]
