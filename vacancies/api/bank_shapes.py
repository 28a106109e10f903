"""Shapes of vacancies, answers, organisations and webhooks in the API."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from academy.models import Course
from people.enums import Language, MaskChoices, OrganisationCheck, OrganisationState, Skill
from people.models import Organisation
from safeguarding.enums import Requirement
from vacancies.enums import (
    Accessibility,
    ApplicationState,
    DeclineReason,
    DeliveryState,
    NoteSide,
    Reimbursement,
    VacancyCategory,
    VacancyCheck,
    VacancyKind,
    VacancyState,
)
from vacancies.models import Application, ApplicationNote, Vacancy, Webhook, WebhookDelivery
from vacancies.services.webhooks import TOPICS

DAYPARTS_HELP = "21 bits, weekday * 3 + part: Monday = 0; morning 0, evening 2. 0: in consultation."


class KeysField(serializers.ListField):
    """A mask as the list of its keys, in their fixed order."""

    def __init__(self, vocabulary: type[MaskChoices], **kwargs: Any) -> None:
        self.vocabulary = vocabulary
        kwargs.setdefault("max_length", len(vocabulary))
        super().__init__(child=serializers.ChoiceField(choices=vocabulary.choices), **kwargs)

    def to_representation(self, data: Any) -> list[str]:
        """Mask out as keys."""
        return [member.value for member in self.vocabulary.from_mask(data)]

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Keys in, as a mask. Raises ``ValidationError`` for an unknown key."""
        return self.vocabulary.to_mask(super().run_validation(data))


class VacancySerializer(serializers.ModelSerializer[Vacancy]):
    """A vacancy. What is public for everybody; the review and counts only to who works on it."""

    state = serializers.ChoiceField(choices=VacancyState.choices, read_only=True)
    category = serializers.ChoiceField(choices=VacancyCategory.choices, read_only=True, allow_blank=True)
    kind = serializers.ChoiceField(choices=VacancyKind.choices, read_only=True)
    reimbursement = serializers.ChoiceField(choices=Reimbursement.choices, read_only=True)
    organisation = serializers.UUIDField(source="organisation_id", read_only=True)
    organisation_name = serializers.CharField(source="organisation.name", read_only=True)
    centre = serializers.UUIDField(source="centre_id", read_only=True)
    district = serializers.CharField(source="district.name", read_only=True, default="")
    dayparts = serializers.IntegerField(read_only=True, help_text=DAYPARTS_HELP)
    required_skills = KeysField(Skill, read_only=True)
    preferred_skills = KeysField(Skill, read_only=True)
    languages = KeysField(Language, read_only=True, help_text="One of these is spoken; empty: any.")
    accessibility = KeysField(Accessibility, read_only=True)
    screening = KeysField(Requirement, read_only=True)
    required_courses: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = Vacancy
        fields = [
            "id", "state", "organisation", "organisation_name", "centre", "title", "task", "offer", "profile",
            "category", "kind", "on_date", "starts_on", "ends_on", "dayparts", "hours", "wanted", "online",
            "address", "postcode", "city", "district", "lat", "lon", "required_skills", "preferred_skills",
            "languages", "accessibility", "minimum_age", "screening", "required_courses", "reimbursement",
            "contact_name", "published_at", "expires_on", "changed_at",
        ]  # fmt: skip
        read_only_fields = fields


class VacancyDetailsSerializer(serializers.Serializer[Any]):
    """What an organisation tells in a vacancy."""

    title = serializers.CharField(max_length=80)
    task = serializers.CharField(max_length=3000, required=False, allow_blank=True)
    offer = serializers.CharField(max_length=1500, required=False, allow_blank=True)
    profile = serializers.CharField(max_length=1500, required=False, allow_blank=True)
    category = serializers.ChoiceField(choices=VacancyCategory.choices, required=False, allow_blank=True)
    kind = serializers.ChoiceField(choices=VacancyKind.choices, required=False)
    on_date = serializers.DateField(required=False, allow_null=True)
    starts_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)
    dayparts = serializers.IntegerField(
        min_value=0, max_value=2**21 - 1, required=False, help_text=DAYPARTS_HELP
    )
    hours = serializers.DecimalField(
        max_digits=4, decimal_places=1, required=False, help_text="A week; in all for what happens once."
    )
    wanted = serializers.IntegerField(min_value=1, max_value=500, required=False, allow_null=True)
    online = serializers.BooleanField(required=False)
    address = serializers.CharField(max_length=120, required=False, allow_blank=True)
    postcode = serializers.CharField(max_length=8, required=False, allow_blank=True)
    city = serializers.CharField(max_length=80, required=False, allow_blank=True)
    required_skills = KeysField(Skill, required=False)
    preferred_skills = KeysField(Skill, required=False)
    languages = KeysField(Language, required=False)
    accessibility = KeysField(Accessibility, required=False)
    minimum_age = serializers.IntegerField(min_value=12, max_value=21, required=False, allow_null=True)
    screening = KeysField(Requirement, required=False)
    required_courses: Any = serializers.PrimaryKeyRelatedField(
        many=True, required=False, queryset=Course.objects.filter(retired_at=None)
    )
    reimbursement = serializers.ChoiceField(choices=Reimbursement.choices, required=False)
    contact_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    contact_email = serializers.CharField(max_length=254, required=False, allow_blank=True)
    contact_phone = serializers.CharField(max_length=30, required=False, allow_blank=True)


class VacancyCreateSerializer(VacancyDetailsSerializer):
    """A draft of one of your organisations."""

    organisation = serializers.UUIDField()


class VacancyReviewSerializer(serializers.Serializer[Any]):
    """What the centre has seen; all of it is needed."""

    checks = KeysField(VacancyCheck)


class WordOfWhySerializer(serializers.Serializer[Any]):
    """A word to the other side."""

    note = serializers.CharField(max_length=1000)


class VacancyAnswerSerializer(serializers.Serializer[Any]):
    """An answer to a vacancy."""

    message = serializers.CharField(max_length=1500, required=False, allow_blank=True, default="")
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")


class ApplicationNoteSerializer(serializers.ModelSerializer[ApplicationNote]):
    """A word about an answer."""

    side = serializers.ChoiceField(choices=NoteSide.choices, read_only=True)

    class Meta:
        model = ApplicationNote
        fields = ["id", "side", "text", "shared", "at"]
        read_only_fields = fields


class ApplicationSerializer(serializers.ModelSerializer[Application]):
    """An answer, as who gave it and who handles it see it."""

    state = serializers.ChoiceField(choices=ApplicationState.choices, read_only=True)
    vacancy = serializers.UUIDField(source="vacancy_id", read_only=True)
    vacancy_title = serializers.CharField(source="vacancy.title", read_only=True)
    organisation = serializers.UUIDField(source="organisation_id", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True, default="")
    decline_reason = serializers.ChoiceField(choices=DeclineReason.choices, read_only=True, allow_blank=True)

    class Meta:
        model = Application
        fields = [
            "id", "state", "vacancy", "vacancy_title", "organisation", "name", "message", "phone", "sent_at",
            "read_at", "heard_at", "started_at", "ended_at", "decline_reason", "decline_note",
        ]  # fmt: skip
        read_only_fields = fields


class ApplicationMoveSerializer(serializers.Serializer[Any]):
    """The next step."""

    state = serializers.ChoiceField(choices=ApplicationState.choices, help_text="conversation or trial.")


class ApplicationDeclineSerializer(serializers.Serializer[Any]):
    """Why not, and perhaps a kind word."""

    reason = serializers.ChoiceField(choices=DeclineReason.choices)
    note = serializers.CharField(max_length=1500, required=False, allow_blank=True, default="")


class ApplicationWordSerializer(serializers.Serializer[Any]):
    """A word to the other side, or for the own side only."""

    text = serializers.CharField(max_length=1500)
    shared = serializers.BooleanField(required=False, default=True)


class OrganisationSerializer(serializers.ModelSerializer[Organisation]):
    """An organisation as anybody may know it."""

    state = serializers.ChoiceField(choices=OrganisationState.choices, read_only=True)
    centre = serializers.UUIDField(source="centre_id", read_only=True)
    screening = KeysField(Requirement, read_only=True)

    class Meta:
        model = Organisation
        fields = [
            "id", "name", "state", "centre", "about", "website", "phone", "email", "address", "postcode",
            "screening", "screening_policy", "embed_origins",
        ]  # fmt: skip
        read_only_fields = fields


class OrganisationChangeSerializer(serializers.Serializer[Any]):
    """What a manager may change."""

    name = serializers.CharField(max_length=160, required=False)
    about = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    website = serializers.CharField(max_length=200, required=False, allow_blank=True)
    coc_number = serializers.CharField(max_length=8, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    email = serializers.CharField(max_length=254, required=False, allow_blank=True)
    address = serializers.CharField(max_length=120, required=False, allow_blank=True)
    postcode = serializers.CharField(max_length=8, required=False)
    not_for_profit = serializers.BooleanField(required=False)
    insured = serializers.BooleanField(required=False)
    screening = KeysField(Requirement, required=False)
    screening_policy = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    embed_origins = serializers.ListField(
        child=serializers.CharField(max_length=200), max_length=10, required=False
    )


class OrganisationRequestSerializer(OrganisationChangeSerializer):
    """An organisation that wants to take part."""

    name = serializers.CharField(max_length=160)
    postcode = serializers.CharField(max_length=8)
    contact_name = serializers.CharField(max_length=120)
    contact_email = serializers.CharField(max_length=254)
    contact_phone = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")


class OrganisationApproveSerializer(serializers.Serializer[Any]):
    """What the centre has seen; all of it is needed."""

    checks = KeysField(OrganisationCheck)


class VacancyImportSerializer(serializers.Serializer[Any]):
    """A table of vacancies."""

    csv = serializers.CharField(max_length=1_000_000, trim_whitespace=False)
    dry_run = serializers.BooleanField(required=False, default=True)
    submit = serializers.BooleanField(required=False, default=False)
    after = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text="For more than 500 lines: 0 for the first portion, then the number of the last line"
        " that was told, until none is. Without it so long a table is refused.",
    )


class VacancyImportLineSerializer(serializers.Serializer[Any]):
    """What became of one line."""

    number = serializers.IntegerField(read_only=True, help_text="The heading is line 1.")
    title = serializers.CharField(read_only=True)
    good = serializers.BooleanField(read_only=True)
    known = serializers.BooleanField(read_only=True, help_text="It is there already: not kept again.")
    problem = serializers.CharField(read_only=True)
    field = serializers.CharField(read_only=True)
    vacancy = serializers.UUIDField(source="vacancy.pk", read_only=True, default=None)


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    """An address that is told; the secret is given once, when it is made."""

    organisation = serializers.UUIDField(
        source="organisation_id", read_only=True, allow_null=True, help_text="Null: of all of the centre."
    )
    centre = serializers.UUIDField(source="centre_id", read_only=True)
    topics = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Webhook
        fields = [
            "id",
            "organisation",
            "centre",
            "url",
            "topics",
            "active",
            "failing_since",
            "disabled_at",
            "created_at",
        ]
        read_only_fields = fields


class NewWebhookSerializer(WebhookSerializer):
    """The same, with its secret: keep it."""

    class Meta(WebhookSerializer.Meta):
        fields = [*WebhookSerializer.Meta.fields, "secret"]
        read_only_fields = fields


class WebhookCreateSerializer(serializers.Serializer[Any]):
    """Where to tell what: of one organisation, or of all of a centre."""

    organisation = serializers.UUIDField(required=False, help_text="This one, or else a centre.")
    centre = serializers.UUIDField(required=False)
    url = serializers.CharField(max_length=300)
    topics = serializers.ListField(child=serializers.CharField(max_length=64), max_length=len(TOPICS))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one owner. Raises ``ValidationError``."""
        if ("organisation" in attrs) == ("centre" in attrs):
            raise serializers.ValidationError({"organisation": _("Name an organisation or a centre.")})
        return attrs


class WebhookDeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    """What was told, and what the other side said."""

    state = serializers.ChoiceField(choices=DeliveryState.choices, read_only=True)

    class Meta:
        model = WebhookDelivery
        fields = ["id", "topic", "state", "attempts", "status", "error", "created_at", "tried_at"]
        read_only_fields = fields
