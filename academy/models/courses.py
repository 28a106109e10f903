"""Courses, who has done them, who is invited, and which help asks for them."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from academy.enums import Audience, InvitationState, Standing, Theme, TrainedRole
from common import clock
from common.ids import new_id
from people.enums import HelpCategory
from people.models import Centre, Volunteer

COURSES_AT_MOST = 64
LAPSES_SOON = timedelta(days=60)


class Course(models.Model):
    """A training that all centres share. ``bit`` is its place in the engine's masks.

    A retired course stays for the record: it opens no door, no help asks for it, and its bit is free for
    another.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bit = models.PositiveSmallIntegerField(
        editable=False, help_text=_("Place in the engine's masks, 0 to 63")
    )
    slug = models.SlugField(_("short name in addresses"), unique=True)
    title_nl = models.CharField(_("title in Dutch"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    summary_nl = models.TextField(_("summary in Dutch"), max_length=600)
    summary_en = models.TextField(_("summary in English"), max_length=600, blank=True)
    valid_months = models.PositiveSmallIntegerField(
        _("valid for (months)"), null=True, blank=True, help_text=_("Empty: it does not lapse")
    )
    theme = models.CharField(_("theme"), max_length=12, choices=Theme.choices, default=Theme.OTHER)
    audiences = models.PositiveSmallIntegerField(
        _("for whom"), default=1 << Audience.VOLUNTEER.bit, help_text=_("Mask of ``Audience``")
    )
    prerequisites = models.ManyToManyField(
        "self", verbose_name=_("first done"), symmetrical=False, blank=True, related_name="prepares_for"
    )
    needs_session = models.BooleanField(
        _("with a meeting"), default=False, help_text=_("It is done once one has been at a meeting too")
    )
    published = models.BooleanField(_("on offer"), default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bit"], condition=Q(retired_at=None), name="one_living_course_per_bit"
            ),
            models.CheckConstraint(condition=Q(bit__lt=COURSES_AT_MOST), name="course_bit_in_mask"),
            models.CheckConstraint(
                condition=Q(valid_months=None) | Q(valid_months__gte=1), name="course_valid_for_a_month"
            ),
        ]

    def __str__(self) -> str:
        return self.title_nl

    @property
    def title(self) -> str:
        """The title in the language of the reader; Dutch where it has no other."""
        return (self.title_en if _reads_english() else "") or self.title_nl

    @property
    def summary(self) -> str:
        """The summary in the language of the reader; Dutch where it has no other."""
        return (self.summary_en if _reads_english() else "") or self.summary_nl

    @property
    def valid_years(self) -> int:
        """How long it stays valid in whole years; 0 where that is no way to say it."""
        years, rest = divmod(self.valid_months or 0, 12)
        return 0 if rest else years

    @property
    def meant_for(self) -> list[Audience]:
        """For whom it is meant, in their fixed order."""
        return Audience.from_mask(self.audiences)

    @property
    def on_offer(self) -> bool:
        """Whether people can be invited to it, and help may ask for it."""
        return self.published and self.retired_at is None


class Completion(models.Model):
    """One volunteer has done one course. Doing it again makes another; the longest valid counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="completions")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="completions")
    completed_on = models.DateField()
    valid_until = models.DateField(null=True, blank=True, help_text=_("Last valid day; empty: no end"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "course", "completed_on"],
                condition=Q(revoked_at=None),
                name="one_completion_per_day",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)

    def holds_on(self, day: date) -> bool:
        """Whether it opens doors on ``day``; the last valid day counts."""
        return self.revoked_at is None and (self.valid_until is None or day <= self.valid_until)

    @property
    def standing(self) -> Standing:
        """How it stands today."""
        today = clock.today()
        if not self.holds_on(today):
            return Standing.LAPSED
        return Standing.VALID if self.holds_on(today + LAPSES_SOON) else Standing.LAPSING


class CategoryRequirement(models.Model):
    """A centre asks a course of whoever gives a kind of help."""

    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="course_requirements")
    category = models.CharField(max_length=16, choices=HelpCategory.choices)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="requirements")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "category", "course"], name="one_course_requirement_per_category"
            )
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.centre_id}"


class RoleRequirement(models.Model):
    """A centre asks a course of everybody who has a role, whatever the kind of help."""

    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="role_requirements")
    role = models.CharField(max_length=16, choices=TrainedRole.choices)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="role_requirements")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "role", "course"], name="one_course_requirement_per_role"
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.centre_id}"


class CourseInvitation(models.Model):
    """A volunteer is invited to a course: because help near by asks for it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="course_invitations")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="invitations")
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=clock.now, editable=False)
    state = models.CharField(max_length=8, choices=InvitationState.choices, default=InvitationState.SENT)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "course"],
                condition=Q(state__in=["sent", "accepted"]),
                name="one_running_invitation",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


def _reads_english() -> bool:
    return (get_language() or "").startswith("en")
