"""A volunteer role that an organisation offers, who keeps it in mind, and how often it was shown."""

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import Q

from academy.models import Course
from common import clock
from common.encryption import EncryptedTextField
from common.ids import new_id
from common.search import Indexed
from people.models import Centre, Organisation
from places.models import District
from vacancies.enums import MOST_HOURS_A_WEEK, Reimbursement, VacancyCategory, VacancyKind, VacancyState


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom to ask about a vacancy, and how; ``person`` says whether it is a person with a name."""

    name: str
    email: str
    phone: str
    person: bool = False


class Vacancy(models.Model):
    """One volunteer role. Everything but the contact's phone and address is public once it is published.

    ``hours`` are per week for what goes on, and in total for what happens once. The place is that of the
    work, so it is exact and public; online work has none.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="vacancies")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="vacancies")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=VacancyState.choices, default=VacancyState.DRAFT)

    title = models.CharField(max_length=80)
    task = models.TextField(max_length=3000)
    offer = models.TextField(max_length=1500, blank=True)
    profile = models.TextField(max_length=1500, blank=True)
    category = models.CharField(max_length=16, choices=VacancyCategory.choices)

    kind = models.CharField(max_length=10, choices=VacancyKind.choices, default=VacancyKind.RECURRING)
    on_date = models.DateField(null=True, blank=True, help_text="Of what happens once")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    dayparts = models.IntegerField(default=0, help_text="21 bits, weekday * 3 + part; 0: in consultation")
    hours = models.DecimalField(max_digits=4, decimal_places=1)
    wanted = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty: there is always room")

    online = models.BooleanField(default=False)
    address = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=6, blank=True)
    city = models.CharField(max_length=80, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    cell = models.BigIntegerField(null=True, blank=True)
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    required_skills = models.BigIntegerField(default=0, help_text="Mask, as of volunteers")
    preferred_skills = models.BigIntegerField(default=0)
    languages = models.BigIntegerField(default=0, help_text="A volunteer speaks one of these; 0: any")
    accessibility = models.BigIntegerField(default=0)
    minimum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    screening = models.BigIntegerField(default=0, help_text="Mask of safeguarding.Requirement")
    required_courses = models.ManyToManyField(Course, related_name="+", blank=True)
    reimbursement = models.CharField(max_length=10, choices=Reimbursement.choices, default=Reimbursement.NONE)

    contact_name = EncryptedTextField(blank=True, default="")
    contact_email = EncryptedTextField(blank=True, default="")
    contact_phone = EncryptedTextField(blank=True, default="")
    contact_digest = models.CharField(max_length=64, blank=True, db_index=True)

    checks = models.IntegerField(default=0, help_text="What the centre has seen: mask of VacancyCheck")
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    review_note = models.TextField(max_length=1000, blank=True)
    expires_on = models.DateField(null=True, blank=True, help_text="Last day on which it is shown")
    renewals = models.PositiveSmallIntegerField(
        default=0, help_text="How often its term was set: numbers timers"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    changed_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(
        null=True, blank=True, help_text="First or again, at the last renewal"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "vacancies"
        indexes = [
            models.Index(fields=["state", "-published_at"], name="vacancy_state_published"),
            models.Index(fields=["organisation", "state"], name="vacancy_organisation_state"),
            models.Index(fields=["centre", "state", "submitted_at"], name="vacancy_centre_state"),
            models.Index(fields=["changed_at"], name="vacancy_changed"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(hours__gt=0), name="vacancy_takes_time"),
            models.CheckConstraint(
                condition=Q(kind="one_off") | Q(hours__lte=MOST_HOURS_A_WEEK), name="vacancy_hours_a_week"
            ),
            models.CheckConstraint(condition=Q(wanted=None) | Q(wanted__gte=1), name="vacancy_wants_someone"),
            models.CheckConstraint(
                condition=Q(kind="one_off") | Q(on_date=None), name="vacancy_day_of_one_off"
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False, expires_on__isnull=False),
                name="published_vacancy_has_term",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def reach(self) -> Reach:
        """Its contact person; without one the organisation in general, and without that the centre."""
        if self.contact_name:
            return Reach(self.contact_name, self.contact_email, self.contact_phone, person=True)
        general = self.organisation
        if general.email or general.phone:
            return Reach(general.name, general.email, general.phone)
        return Reach(self.centre.name, self.centre.email, self.centre.phone)

    @property
    def is_public(self) -> bool:
        """Whether anybody may read it: published, of an organisation that takes part."""
        return self.state == VacancyState.PUBLISHED and self.organisation.state == "approved"


class VacancyIndexed(Indexed):
    """The words of a vacancy, as full-text search takes them (``common.search``)."""

    document = models.OneToOneField(Vacancy, on_delete=models.CASCADE, related_name="indexed")


class SavedVacancy(models.Model):
    """Someone keeps a vacancy in mind."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_vacancies"
    )
    vacancy = models.ForeignKey(Vacancy, on_delete=models.CASCADE, related_name="saved_by")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("-at",)
        constraints = [models.UniqueConstraint(fields=["user", "vacancy"], name="saved_once")]

    def __str__(self) -> str:
        return str(self.pk)


class VacancyExposure(models.Model):
    """How often a vacancy was shown in a list and opened on one day. Counts only."""

    vacancy = models.ForeignKey(Vacancy, on_delete=models.CASCADE, related_name="exposure")
    day = models.DateField()
    shown = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vacancy", "day"], name="exposure_per_day")]

    def __str__(self) -> str:
        return f"{self.vacancy_id} {self.day}"
