"""What can be wrong with courses, completions and invitations."""

from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class CourseNotOffered(DomainError):
    """The course is a draft, or is given no more."""

    code = "course-not-offered"
    message = _("This training is not on offer.")


class CourseRetired(DomainError):
    """The course is given no more: nothing can be recorded with it."""

    code = "course-retired"
    message = _("This training is no longer given.")


class AlreadyTrained(DomainError):
    """Nobody is invited to what they have done, unless it lapses soon."""

    code = "already-trained"
    message = _("This volunteer has done this training already.")


class VolunteerHasLeft(DomainError):
    """Whoever has stopped is not invited."""

    code = "volunteer-has-left"
    message = _("This volunteer has stopped.")


class NoRoomForCourse(DomainError):
    """The engine tells 64 courses apart; retiring one makes room."""

    code = "no-room-for-course"
    message = _("There are 64 trainings, and that is the most there can be. Retire one first.")


class NotADraft(DomainError):
    """Lessons that learners may have before them are not changed: a new draft is made of them."""

    code = "not-a-draft"
    message = _("These lessons have been published. Make a new draft to change them.")
