"""Shapes of people in the API."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from people.api.fields import KeysField
from people.enums import (
    ALL_DAYPARTS,
    AgeBand,
    ContactPreference,
    Dislike,
    HelpCategory,
    Language,
    Need,
    Role,
    Skill,
    Transport,
    VolunteerState,
)
from people.models import Centre, Resident, RoleGrant, User, Volunteer
from people.services import Address

DAYPARTS_HELP = "21 bits, weekday * 3 + part: Monday = 0; morning 0, afternoon 1, evening 2."
CATEGORIES = HelpCategory.to_mask(HelpCategory.values)
LONGEST_NAME = 120
LONGEST_PHONE = 30
LONGEST_PART = 100


class CentreSerializer(serializers.ModelSerializer[Centre]):
    """A volunteer centre and how to reach it."""

    class Meta:
        model = Centre
        fields = ["id", "name", "slug", "phone", "email"]
        read_only_fields = fields


class RoleGrantSerializer(serializers.ModelSerializer[RoleGrant]):
    """A role that someone holds, and where."""

    role = serializers.ChoiceField(choices=Role.choices, read_only=True)
    centre = serializers.UUIDField(source="centre_id", read_only=True, allow_null=True)
    organisation = serializers.UUIDField(source="organisation_id", read_only=True, allow_null=True)

    class Meta:
        model = RoleGrant
        fields = ["role", "centre", "organisation"]
        read_only_fields = fields


class MeSerializer(serializers.ModelSerializer[User]):
    """The account of who asks."""

    roles = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["id", "email", "name", "language", "roles", "created_at"]
        read_only_fields = fields

    @extend_schema_field(RoleGrantSerializer(many=True))
    def get_roles(self, user: User) -> Any:
        """The roles held now."""
        running = user.role_grants.filter(ended_at=None).order_by("granted_at", "pk")
        return RoleGrantSerializer(running, many=True).data


class AccountChangeSerializer(serializers.Serializer[Any]):
    """What one may change of one's account."""

    name = serializers.CharField(max_length=LONGEST_NAME)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, help_text="Of pages and mail.")


class VolunteerSerializer(serializers.ModelSerializer[Volunteer]):
    """A volunteer as they themselves and the centre's staff see them."""

    user = serializers.UUIDField(source="user_id", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True)
    email = serializers.EmailField(source="user.email", read_only=True)
    centre = serializers.UUIDField(source="centre_id", read_only=True)
    state = serializers.ChoiceField(choices=VolunteerState.choices, read_only=True)
    district = serializers.SerializerMethodField()
    categories = KeysField(HelpCategory, source="skills", read_only=True)
    skills = KeysField(Skill, read_only=True)
    dislikes = KeysField(Dislike, read_only=True)
    languages = KeysField(Language, read_only=True)
    transport = KeysField(Transport, read_only=True)
    dayparts = serializers.IntegerField(read_only=True, help_text=DAYPARTS_HELP)
    suspended = serializers.SerializerMethodField()

    class Meta:
        model = Volunteer
        fields = [
            "id",
            "user",
            "name",
            "email",
            "phone",
            "centre",
            "state",
            "suspended",
            "paused_until",
            "adult",
            "postcode",
            "district",
            "reach_km",
            "categories",
            "skills",
            "dislikes",
            "dayparts",
            "languages",
            "transport",
            "monthly_ask_cap",
            "running_cap",
            "consented_at",
            "consent_version",
            "created_at",
            "left_at",
        ]
        read_only_fields = fields

    def get_district(self, volunteer: Volunteer) -> str:
        """The name of the neighbourhood."""
        return volunteer.district.name if volunteer.district else ""

    def get_suspended(self, volunteer: Volunteer) -> bool:
        """Whether the account is suspended."""
        return volunteer.user.suspended_at is not None


class VolunteerChangeSerializer(serializers.Serializer[Any]):
    """What a volunteer tells of themselves; every field may be left out of a change."""

    phone = serializers.CharField(max_length=LONGEST_PHONE)
    postcode = serializers.CharField(max_length=10, help_text="With letters, or the four digits alone.")
    reach_km = serializers.FloatField(min_value=0.5, max_value=100, required=False)
    categories = KeysField(HelpCategory, min_length=1, help_text="Kinds of help, at least one.")
    skills = KeysField(Skill, required=False)
    dislikes = KeysField(Dislike, required=False)
    dayparts = serializers.IntegerField(min_value=1, max_value=ALL_DAYPARTS, help_text=DAYPARTS_HELP)
    languages = KeysField(Language, min_length=1, required=False)
    transport = KeysField(Transport, required=False)
    monthly_ask_cap = serializers.IntegerField(min_value=1, max_value=60, required=False)
    running_cap = serializers.IntegerField(min_value=1, max_value=20, required=False)
    adult = serializers.BooleanField(help_text="18 or older; everyone is at least 16.")

    def changes(self, skills: int = 0) -> dict[str, Any]:
        """The checked body as arguments of the services; ``skills`` is the mask as it is."""
        values = dict(self.validated_data)
        categories = values.pop("categories", skills & CATEGORIES)
        abilities = values.pop("skills", skills & ~CATEGORIES)
        if {"categories", "skills"} & self.validated_data.keys():
            values["skills"] = categories | abilities
        return values


class VolunteerJoinSerializer(VolunteerChangeSerializer):
    """A new volunteer profile."""

    consented = serializers.BooleanField(help_text="The person agrees that these details are kept.")


class PauseSerializer(serializers.Serializer[Any]):
    """A rest."""

    until = serializers.DateField(help_text="The last day on which nothing is asked.")


class HomeAddressSerializer(serializers.Serializer[Any]):
    """A home address."""

    street = serializers.CharField(max_length=LONGEST_PART, allow_blank=True)
    house_number = serializers.CharField(max_length=10)
    postcode = serializers.CharField(max_length=10, help_text="With its letters.")
    city = serializers.CharField(max_length=LONGEST_PART, allow_blank=True, default="")


class ResidentSerializer(serializers.ModelSerializer[Resident]):
    """A resident as they themselves, who acts for them and the centre's staff see them."""

    centre = serializers.UUIDField(source="centre_id", read_only=True)
    user = serializers.UUIDField(source="user_id", read_only=True, allow_null=True)
    address = HomeAddressSerializer(read_only=True, allow_null=True)
    district = serializers.SerializerMethodField()
    age_band = serializers.ChoiceField(choices=AgeBand.choices, read_only=True)
    contact_preference = serializers.ChoiceField(choices=ContactPreference.choices, read_only=True)
    needs = KeysField(Need, read_only=True)
    languages = KeysField(Language, read_only=True)
    dislikes = KeysField(Dislike, read_only=True)

    class Meta:
        model = Resident
        fields = [
            "id",
            "centre",
            "user",
            "name",
            "phone",
            "email",
            "address",
            "district",
            "age_band",
            "contact_preference",
            "needs",
            "languages",
            "dislikes",
            "pets",
            "smokes",
            "any_screened_volunteer",
            "consented_at",
            "consent_version",
            "created_at",
        ]
        read_only_fields = fields

    def get_district(self, resident: Resident) -> str:
        """The name of the neighbourhood."""
        return resident.district.name if resident.district else ""


class ResidentChangeSerializer(serializers.Serializer[Any]):
    """What may be told of a resident; every field may be left out of a change."""

    name = serializers.CharField(max_length=LONGEST_NAME)
    phone = serializers.CharField(max_length=LONGEST_PHONE, allow_blank=True, required=False)
    email = serializers.EmailField(max_length=254, allow_blank=True, required=False)
    address = HomeAddressSerializer(required=False)
    age_band = serializers.ChoiceField(choices=AgeBand.choices, required=False)
    contact_preference = serializers.ChoiceField(choices=ContactPreference.choices, required=False)
    needs = KeysField(Need, required=False)
    languages = KeysField(Language, min_length=1, required=False)
    dislikes = KeysField(Dislike, required=False)
    pets = serializers.BooleanField(required=False)
    smokes = serializers.BooleanField(required=False)
    any_screened_volunteer = serializers.BooleanField(
        required=False, help_text="Agrees beforehand to any screened volunteer."
    )

    def details(self) -> dict[str, Any]:
        """The checked body as arguments of the services, the address as a value."""
        values = dict(self.validated_data)
        if "address" in values:
            values["address"] = Address(**values["address"])
        return values


class ResidentRegisterSerializer(ResidentChangeSerializer):
    """A new resident."""

    consented = serializers.BooleanField(help_text="The resident agrees that these details are kept.")


class OwnResidentSerializer(ResidentRegisterSerializer):
    """A new resident record, made by the person or by who acts for them."""

    for_someone_else = serializers.BooleanField(
        required=False, help_text="The record is of someone the signed-in person acts for."
    )
