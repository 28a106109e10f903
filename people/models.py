"""Accounts, roles, centres, organisations, residents and volunteers."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from common import clock
from common.encryption import EncryptedJSONField, EncryptedTextField
from common.ids import new_id
from people.enums import (
    Access,
    AgeBand,
    ConsentPurpose,
    ContactPreference,
    ErasureReason,
    Invited,
    Language,
    OrganisationState,
    Role,
    SaidYes,
    SharedFor,
    SuspensionReason,
    VolunteerState,
    Why,
)
from places.models import District, Municipality


class UserManager(BaseUserManager["User"]):
    """Makes accounts; an address is kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account. Without a password the person signs in with an e-mailed code."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account that may use the whole Django admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find an account by its e-mail address, whatever the case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who can sign in. What they may do follows from their role grants."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=5, default="nl")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    suspended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        # Few, and whoever loads all volunteers must know them.
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(is_active=False) | Q(suspended_at__isnull=False),
                name="users_barred",
            ),
            # Whoever was not here for longest: retention begins with them.
            models.Index(Coalesce("last_login", "created_at"), name="user_last_here"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def first_name(self) -> str:
        """The first word of the name, for greeting."""
        return self.name.split(" ", 1)[0]


class Centre(models.Model):
    """A volunteer centre: owns the requests and volunteers of its districts; scope of its staff."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    code = models.PositiveSmallIntegerField(unique=True, help_text="Small number used by the matching engine")
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="centres")
    districts = models.ManyToManyField(District, related_name="centres", blank=True)
    phone = models.CharField(max_length=20)
    email = models.EmailField()
    embed_origins = models.JSONField(
        default=list, blank=True, help_text="Sites that may show its vacancies in a frame, as https://host"
    )

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """A partner that posts vacancies or supplies helpers."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="organisations")
    name = models.CharField(max_length=160)
    state = models.CharField(
        max_length=12, choices=OrganisationState.choices, default=OrganisationState.REQUESTED
    )
    website = models.URLField(blank=True)
    about = models.TextField(max_length=2000, blank=True)
    coc_number = models.CharField(max_length=8, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=6, blank=True)
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    not_for_profit = models.BooleanField(default=False)
    insured = models.BooleanField(default=False)
    screening = models.BigIntegerField(
        default=0, help_text="Steps that it asks of every volunteer: mask of safeguarding.Requirement"
    )
    screening_policy = models.TextField(max_length=1000, blank=True)
    checks = models.IntegerField(default=0, help_text="What the centre has seen: mask of OrganisationCheck")
    embed_origins = models.JSONField(
        default=list, blank=True, help_text="Sites that may show its vacancies in a frame, as https://host"
    )
    contact = EncryptedJSONField(
        null=True, blank=True, help_text="name, email and phone of who asked to take part"
    )
    contact_digest = models.CharField(max_length=64, blank=True, db_index=True)
    requested_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.TextField(max_length=1000, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        indexes = [models.Index(fields=["centre", "state", "name"], name="organisation_centre_state")]

    def __str__(self) -> str:
        return self.name


class OrganisationLogo(models.Model):
    """The picture of an organisation, made anew on the server (``common.uploads``)."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, primary_key=True, related_name="logo"
    )
    image = models.BinaryField()
    kind = models.CharField(max_length=12, help_text="Media type")
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    changed_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return str(self.pk)


class RoleGrant(models.Model):
    """One role of one person, within a centre or an organisation where the role needs one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=24, choices=Role.choices)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="role_grants"
    )
    manages = models.BooleanField(
        default=False, help_text="Of an organisation: also its profile, its members and its webhooks"
    )
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    granted_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # Three, since a database holds two NULLs to be different things.
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(ended_at=None, centre=None, organisation=None),
                name="one_running_grant",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "centre"],
                condition=Q(ended_at=None, centre__isnull=False, organisation=None),
                name="one_running_grant_per_centre",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "organisation"],
                condition=Q(ended_at=None, organisation__isnull=False),
                name="one_running_grant_per_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.user_id}"


class Invitation(models.Model):
    """Someone is asked by mail to take a role at a centre or an organisation.

    The link in the mail works once, for the account that owns the address, until ``expires_at``. Of the
    secret in the link only a digest is kept.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    role = models.CharField(max_length=24, choices=Role.choices)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    manages = models.BooleanField(default=False, help_text="As of a grant")
    email = EncryptedTextField()
    email_digest = models.CharField(max_length=64, db_index=True)
    token_digest = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=9, choices=Invited.choices, default=Invited.OPEN)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    sent_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["expires_at"], name="invitation_expires")]
        constraints = [
            models.CheckConstraint(
                condition=Q(centre__isnull=False, organisation=None)
                | Q(centre=None, organisation__isnull=False),
                name="invitation_to_one_place",
            ),
            models.UniqueConstraint(
                fields=["email_digest", "role", "centre"],
                condition=Q(state="open", organisation=None),
                name="one_open_invitation_per_centre",
            ),
            models.UniqueConstraint(
                fields=["email_digest", "role", "organisation"],
                condition=Q(state="open", centre=None),
                name="one_open_invitation_per_organisation",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def place(self) -> Centre | Organisation:
        """Where the role holds."""
        place = self.centre or self.organisation
        assert place is not None, "the database holds one of the two"  # noqa: S101  (for the type checker)
        return place

    @property
    def lapsed(self) -> bool:
        """Whether it was not answered in time."""
        return self.state == Invited.OPEN and self.expires_at <= clock.now()


class Volunteer(models.Model):
    """A person who gives help, and when, where and how much they want to be asked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="volunteer")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="volunteers")
    state = models.CharField(max_length=8, choices=VolunteerState.choices, default=VolunteerState.APPLIED)
    paused_until = models.DateField(null=True, blank=True, help_text="Not asked up to and including this day")
    adult = models.BooleanField(_("18 or older"), default=True)
    phone = EncryptedTextField(blank=True, default="")
    postcode = models.CharField(max_length=6)
    lat = models.FloatField(help_text="Latitude of the postcode, degrees WGS84")
    lon = models.FloatField(help_text="Longitude of the postcode, degrees WGS84")
    cell = models.BigIntegerField(db_index=True, help_text="H3 cell of the postcode")
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    reach_km = models.FloatField(default=5.0)
    skills = models.BigIntegerField(
        default=0, help_text="Mask of kinds of help (0-15) and skills (16 and up)"
    )
    dislikes = models.BigIntegerField(default=0)
    dayparts = models.IntegerField(default=0, help_text="21 bits, weekday * 3 + part")
    languages = models.BigIntegerField(default=1 << Language.DUTCH.bit)
    transport = models.BigIntegerField(default=0)
    monthly_ask_cap = models.PositiveSmallIntegerField(default=8)
    running_cap = models.PositiveSmallIntegerField(default=2)
    consented_at = models.DateTimeField(null=True, blank=True)
    consent_version = models.CharField(max_length=12, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["centre", "state"], name="volunteer_centre_state"),
            models.Index(fields=["state", "left_at"], name="volunteer_left"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(reach_km__gt=0, reach_km__lte=100), name="volunteer_reach_sane"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def is_paused(self, day: date) -> bool:
        """Whether the volunteer has asked not to be asked on ``day``."""
        return self.paused_until is not None and day <= self.paused_until


class Resident(models.Model):
    """A person who asks for help; need not have an account or an e-mail address."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="residents")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="residents")
    name = EncryptedTextField()
    phone = EncryptedTextField(blank=True, default="")
    email = EncryptedTextField(blank=True, default="")
    email_digest = models.CharField(max_length=64, blank=True, db_index=True)
    phone_digest = models.CharField(max_length=64, blank=True, db_index=True)
    address = EncryptedJSONField(null=True, blank=True, help_text="street, house_number, postcode, city")
    point = EncryptedJSONField(null=True, blank=True, help_text="[latitude, longitude], exact")
    cell = models.BigIntegerField(null=True, blank=True, db_index=True)
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    age_band = models.CharField(max_length=8, choices=AgeBand.choices, blank=True, default=AgeBand.UNKNOWN)
    contact_preference = models.CharField(
        max_length=8, choices=ContactPreference.choices, default=ContactPreference.PHONE
    )
    needs = models.BigIntegerField(default=0)
    languages = models.BigIntegerField(default=1 << Language.DUTCH.bit)
    dislikes = models.BigIntegerField(default=0)
    pets = models.BooleanField(default=False)
    smokes = models.BooleanField(default=False)
    any_screened_volunteer = models.BooleanField(
        default=False, help_text="Agrees beforehand to any screened volunteer"
    )
    consented_at = models.DateTimeField(null=True, blank=True)
    consent_version = models.CharField(max_length=12, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        # Who is known for longest: retention begins with them.
        indexes = [models.Index(fields=["created_at"], name="resident_since")]

    def __str__(self) -> str:
        return str(self.id)


class Consent(models.Model):
    """Someone agreed to a text, until they took that back. The rows are history: none is ever reused.

    ``consented_at`` and ``consent_version`` of the person repeat the running one, for who has to be quick.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    purpose = models.CharField(max_length=8, choices=ConsentPurpose.choices)
    volunteer = models.ForeignKey(
        Volunteer, on_delete=models.CASCADE, null=True, blank=True, related_name="consents"
    )
    resident = models.ForeignKey(
        Resident, on_delete=models.CASCADE, null=True, blank=True, related_name="consents"
    )
    version = models.CharField(max_length=12, help_text="Of the text that was agreed to")
    given_at = models.DateTimeField(default=clock.now)
    given_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("given_at", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose="helping", volunteer__isnull=False, resident=None)
                | Q(purpose="asking", volunteer=None, resident__isnull=False),
                name="consent_of_one_person",
            ),
            models.UniqueConstraint(
                fields=["volunteer"], condition=Q(withdrawn_at=None), name="one_running_consent_to_help"
            ),
            models.UniqueConstraint(
                fields=["resident"], condition=Q(withdrawn_at=None), name="one_running_consent_to_ask"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Representative(models.Model):
    """Someone who acts for a resident, with the resident's recorded consent."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="representatives")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="represents")
    consented_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "user"], condition=Q(ended_at=None), name="one_running_representation"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class SharedRecord(models.Model):
    """A resident lets one coordinator of another centre look at their record, for a reason and for a time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="shared")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="+")
    reader = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=12, choices=SharedFor.choices)
    note = EncryptedTextField(blank=True, default="", help_text="The reason in a few words")
    said_yes = models.CharField(max_length=8, choices=SaidYes.choices, help_text="How the resident agreed")
    consent_version = models.CharField(max_length=12, help_text="Of the text that was agreed to")
    opened_at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["reader", "until"], name="shared_reader_until")]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "reader"], condition=Q(ended_at=None), name="one_running_share"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def running(self) -> bool:
        """Whether it lets the reader look now."""
        return self.ended_at is None and self.until > clock.now()


class Suspension(models.Model):
    """An account was closed at once, by whom and why; and opened again, by whom and why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="suspensions")
    centre = models.ForeignKey(
        "Centre",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="That closed it without the person belonging to it; it may open it again",
    )
    reason = models.CharField(max_length=12, choices=SuspensionReason.choices)
    note = EncryptedTextField(blank=True, default="")
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    lifted_why = EncryptedTextField(blank=True, default="")

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(lifted_at=None), name="one_running_suspension"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class AccessLog(models.Model):
    """Someone read or changed the address or contact data of someone else: who, whose, why.

    The database itself refuses to change a row, and to delete one before ``kept_until`` (migration 0003).
    Ids, no foreign keys: a row outlives both accounts and says nothing without them.
    """

    # Numbered, so that the order is the order of writing.
    id = models.BigAutoField(primary_key=True)
    reader_id = models.UUIDField()
    subject_id = models.UUIDField(help_text="A resident, a volunteer, or an account that is neither")
    centre_id = models.UUIDField()
    act = models.CharField(max_length=8, choices=Access.choices, default=Access.READ)
    why = models.CharField(max_length=9, choices=Why.choices, default=Why.DETAILS)
    at = models.DateTimeField(default=clock.now)
    kept_until = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["subject_id", "-at"], name="access_subject"),
            models.Index(fields=["reader_id", "-at"], name="access_reader"),
            models.Index(fields=["kept_until"], name="access_kept_until"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class CalendarLink(models.Model):
    """The secret address at which someone's own calendar reads their appointments; of it a digest is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calendar_link")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return str(self.id)


class Erasure(models.Model):
    """Everything of a person was erased, or is about to be. Says that it was done and how much, never whose.

    ``digests`` are of the ids of the account, the volunteer and the residents; no id can be computed back.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=8, choices=ErasureReason.choices)
    digests = models.JSONField(default=list)
    asked_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict, help_text="Rows per table")

    class Meta:
        ordering = ("-asked_at",)

    def __str__(self) -> str:
        return str(self.id)


class DeletionRun(models.Model):
    """What one round of deleting what is kept no longer took away, per purpose."""

    at = models.DateTimeField(default=clock.now)
    purpose = models.CharField(max_length=40)
    days = models.PositiveIntegerField(help_text="The term as it was set")
    count = models.PositiveIntegerField()

    class Meta:
        ordering = ("-at", "purpose")

    def __str__(self) -> str:
        return f"{self.purpose} {self.at:%Y-%m-%d}"
