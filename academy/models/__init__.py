"""What the academy keeps: courses, who has done them, what asks for them."""

from academy.models.courses import (
    COURSES_AT_MOST,
    LAPSES_SOON,
    CategoryRequirement,
    Completion,
    Course,
    CourseInvitation,
)
from academy.models.lessons import CourseVersion, Learning, Step, StepDone, Texts

__all__ = [
    "COURSES_AT_MOST",
    "LAPSES_SOON",
    "CategoryRequirement",
    "Completion",
    "Course",
    "CourseInvitation",
    "CourseVersion",
    "Learning",
    "Step",
    "StepDone",
    "Texts",
]
