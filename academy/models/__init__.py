"""What the academy keeps: courses, who has done them, what asks for them."""

from academy.models.certificates import BadgeKey, Certificate, SpentStatus
from academy.models.courses import (
    COURSES_AT_MOST,
    LAPSES_SOON,
    CategoryRequirement,
    Completion,
    Course,
    CourseInvitation,
    RoleRequirement,
)
from academy.models.knowledge import (
    Article,
    ArticleFeedback,
    ArticleIndexed,
    ArticleTopic,
    ArticleVersion,
    ImportedFile,
    SearchSynonyms,
)
from academy.models.lessons import CourseVersion, Learning, Step, StepDone, Texts
from academy.models.pictures import ArticlePicture, KeptPicture, LessonPicture
from academy.models.sessions import Enrolment, Evaluation, Session

__all__ = [
    "COURSES_AT_MOST",
    "LAPSES_SOON",
    "Article",
    "ArticleFeedback",
    "ArticleIndexed",
    "ArticlePicture",
    "ArticleTopic",
    "ArticleVersion",
    "BadgeKey",
    "CategoryRequirement",
    "Certificate",
    "Completion",
    "Course",
    "CourseInvitation",
    "CourseVersion",
    "Enrolment",
    "Evaluation",
    "ImportedFile",
    "KeptPicture",
    "Learning",
    "LessonPicture",
    "RoleRequirement",
    "SearchSynonyms",
    "Session",
    "SpentStatus",
    "Step",
    "StepDone",
    "Texts",
]
