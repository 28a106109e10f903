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


class PrerequisiteMissing(DomainError):
    """Another course comes first."""

    code = "prerequisite-missing"
    message = _("Another training comes before this one.")

    def __init__(self, title: str = "") -> None:
        super().__init__(_("First do the training “%(title)s”.") % {"title": title} if title else None)


class NotTrainedYet(DomainError):
    """As ``PrerequisiteMissing``, told to who wants to put somebody else on the list."""

    code = "prerequisite-missing"

    def __init__(self, title: str) -> None:
        super().__init__(
            _("The training “%(title)s” comes first. This person has not done it.") % {"title": title}
        )


class BusyThen(DomainError):
    """As ``Overlaps``, told to somebody else: what keeps a person busy is theirs."""

    code = "overlaps"
    message = _("This person has something else at that time.")


class NoPlaceLeft(DomainError):
    """As ``Full``, told to who has the list before them."""

    code = "full"
    message = _("All places are taken. Does somebody not come? Sign them off on the list first.")


class RoleUntrained(DomainError):
    """The centre asks a course of this role, and it is not done, or has lapsed."""

    status = 403
    code = "role-untrained"
    message = _("Your centre asks a training for this first.")

    def __init__(self, title: str = "") -> None:
        words = _("Your centre asks the training “%(title)s” for this. You find it under Learning.")
        super().__init__(words % {"title": title} if title else None)


class NothingToLearn(DomainError):
    """The course has no lessons; it is given in a group."""

    code = "nothing-to-learn"
    message = _("This training has no online lessons. Sign up for a meeting.")


class StepNotHere(DomainError):
    """The step is of another version than the learner does."""

    status = 422
    code = "step-not-here"
    message = _("This step does not belong to your lessons.")


class NotThere(DomainError):
    """Only who was there says how it was."""

    code = "not-there"
    message = _("You can tell how it was once you have been there.")


class SessionOver(DomainError):
    """What is over or called off is not changed."""

    code = "session-over"
    message = _("This meeting is over or does not go on.")


class ArticleOvertaken(DomainError):
    """Somebody else kept a version meanwhile; nothing is lost of either."""

    code = "article-overtaken"
    message = _("Somebody else has changed this article in the meantime. Look at their version first.")


class ArticleNotPublished(DomainError):
    """There is nothing of it that readers see."""

    code = "article-not-published"
    message = _("This article has not been published.")
