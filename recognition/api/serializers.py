"""Shapes of hours, thanks, passports and reimbursements in the API."""

from typing import Any

from rest_framework import serializers

from people.enums import HelpCategory
from recognition.enums import (
    ClaimKind,
    ClaimState,
    FullName,
    Giver,
    HoursState,
    RefusalReason,
    Source,
    Warmth,
)
from recognition.models import Claim, HourEntry, Passport, Thanks
from recognition.models.hours import DAY
from recognition.queries import full_name_of, shows_whole_name
from recognition.services.claims import MOST, MOST_KILOMETRES


class HourEntrySerializer(serializers.ModelSerializer[HourEntry]):
    """Time that one person gave on one day."""

    user = serializers.UUIDField(source="user_id", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True)
    centre = serializers.UUIDField(source="centre_id", read_only=True)
    organisation = serializers.UUIDField(source="organisation_id", read_only=True, allow_null=True)
    came_from = serializers.ChoiceField(choices=Source.choices, read_only=True, source="source")
    category = serializers.ChoiceField(choices=HelpCategory.choices, read_only=True, allow_blank=True)
    state = serializers.ChoiceField(choices=HoursState.choices, read_only=True)
    refusal = serializers.ChoiceField(choices=RefusalReason.choices, read_only=True, allow_blank=True)
    planned_minutes = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="Up to this length the volunteer's word is enough."
    )

    class Meta:
        model = HourEntry
        fields = [
            "id",
            "user",
            "name",
            "centre",
            "organisation",
            "came_from",
            "source_id",
            "category",
            "role",
            "day",
            "minutes",
            "planned_minutes",
            "note",
            "state",
            "refusal",
            "decided_at",
        ]
        read_only_fields = fields


class EnterHoursSerializer(serializers.Serializer[Any]):
    """Hours that the platform does not know of; at most one of assignment, application and organisation."""

    day = serializers.DateField()
    minutes = serializers.IntegerField(min_value=1, max_value=DAY)
    assignment = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Help that goes on."
    )
    application = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Work that was started through a vacancy."
    )
    organisation = serializers.UUIDField(required=False, allow_null=True, default=None)
    category = serializers.ChoiceField(
        choices=HelpCategory.choices, required=False, allow_blank=True, default=""
    )
    note = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class ConfirmHoursSerializer(serializers.Serializer[Any]):
    """How long it took; left out: as it was put forward."""

    minutes = serializers.IntegerField(
        min_value=1, max_value=DAY, required=False, allow_null=True, default=None
    )


class CorrectHoursSerializer(serializers.Serializer[Any]):
    """Another day or length."""

    day = serializers.DateField()
    minutes = serializers.IntegerField(min_value=1, max_value=DAY)


class ManySerializer(serializers.Serializer[Any]):
    """Which ones."""

    ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=200)


class CountSerializer(serializers.Serializer[Any]):
    """How many were changed; what had changed in the meantime is left as it is."""

    count = serializers.IntegerField()


class RefuseSerializer(serializers.Serializer[Any]):
    """Why not."""

    reason = serializers.ChoiceField(choices=RefusalReason.choices)


class ClaimSerializer(serializers.ModelSerializer[Claim]):
    """What one person asks back for one day; amounts in euros."""

    user = serializers.UUIDField(source="user_id", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True)
    centre = serializers.UUIDField(source="centre_id", read_only=True)
    organisation = serializers.UUIDField(source="organisation_id", read_only=True, allow_null=True)
    kind = serializers.ChoiceField(choices=ClaimKind.choices, read_only=True)
    state = serializers.ChoiceField(choices=ClaimState.choices, read_only=True)
    refusal = serializers.ChoiceField(choices=RefusalReason.choices, read_only=True, allow_blank=True)

    class Meta:
        model = Claim
        fields = [
            "id",
            "user",
            "name",
            "centre",
            "organisation",
            "kind",
            "day",
            "kilometres",
            "rate",
            "amount",
            "note",
            "state",
            "refusal",
            "decided_at",
        ]
        read_only_fields = fields


class SubmitClaimSerializer(serializers.Serializer[Any]):
    """Kilometres, or an amount in euros."""

    kind = serializers.ChoiceField(choices=ClaimKind.choices)
    day = serializers.DateField()
    kilometres = serializers.DecimalField(
        max_digits=5,
        decimal_places=1,
        min_value=0,
        max_value=MOST_KILOMETRES,
        required=False,
        allow_null=True,
        default=None,
    )
    amount = serializers.DecimalField(
        max_digits=6,
        decimal_places=2,
        min_value=0,
        max_value=MOST,
        required=False,
        allow_null=True,
        default=None,
    )
    organisation = serializers.UUIDField(required=False, allow_null=True, default=None)
    note = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class PassportSerializer(serializers.ModelSerializer[Passport]):
    """An address at which a volunteer shows what they chose; ``token`` is its last part."""

    shows_whole_name = serializers.SerializerMethodField(
        help_text="Whether the whole name stands there today: of a minor only what they ticked themselves."
    )

    class Meta:
        model = Passport
        fields = [
            "id",
            "token",
            "full_name",
            "shows_whole_name",
            "shows_roles",
            "shows_hours",
            "shows_trainings",
            "created_at",
            "revoked_at",
        ]
        read_only_fields = ["id", "token", "created_at", "revoked_at"]

    def get_shows_whole_name(self, passport: Passport) -> bool:
        """Ask the rule of today: once for all of one person."""
        known: dict[Any, FullName] = self.root.__dict__.setdefault("full_names", {})
        if passport.user_id not in known:
            known[passport.user_id] = full_name_of(passport.user)
        return shows_whole_name(passport, known[passport.user_id])


class SharePassportSerializer(serializers.Serializer[Any]):
    """What the passport shows."""

    full_name = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Unsaid: of an adult. Younger than sixteen: not possible, then first name and initial.",
    )
    shows_roles = serializers.BooleanField(default=True)
    shows_hours = serializers.BooleanField(default=True)
    shows_trainings = serializers.BooleanField(default=True)


class ThanksSerializer(serializers.ModelSerializer[Thanks]):
    """Someone says thank you."""

    giver = serializers.ChoiceField(choices=Giver.choices, read_only=True)
    organisation = serializers.UUIDField(source="organisation_id", read_only=True, allow_null=True)
    sentence = serializers.ChoiceField(choices=Warmth.choices, read_only=True)

    class Meta:
        model = Thanks
        fields = ["id", "giver", "organisation", "sentence", "words", "at", "seen_at"]
        read_only_fields = fields


class ThankSerializer(serializers.Serializer[Any]):
    """For which help, with which sentence, and perhaps some words of one's own."""

    assignment = serializers.UUIDField()
    sentence = serializers.ChoiceField(choices=Warmth.choices)
    words = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class LimitsSerializer(serializers.Serializer[Any]):
    """What is free of tax for volunteers in one year, in euros, of all organisations together."""

    year = serializers.IntegerField(min_value=2020, max_value=2200)
    hour = serializers.DecimalField(max_digits=6, decimal_places=2, min_value=0, help_text="21 or older.")
    young_hour = serializers.DecimalField(
        source="hour_under_21", max_digits=6, decimal_places=2, min_value=0, help_text="Younger than 21."
    )
    month = serializers.DecimalField(max_digits=8, decimal_places=2, min_value=0)
    annual = serializers.DecimalField(max_digits=8, decimal_places=2, min_value=0)


class SetLimitsSerializer(LimitsSerializer):
    """The same, with where it was read."""

    origin = serializers.CharField(max_length=200, help_text="Where it was read.")


SET_LIMITS_NAMES = {"hour_under_21": "young_hour", "source": "origin"}
"""What ``recognition.services.set_limits`` calls otherwise than programs do."""
