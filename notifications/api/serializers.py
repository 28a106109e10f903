"""Shapes of notices and missed signals in the API."""

from typing import Any

from rest_framework import serializers

from notifications.enums import NoticeKind
from notifications.models import Notice


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    """One line of the person's list: a sentence, and the id of what it is about."""

    kind = serializers.ChoiceField(choices=NoticeKind.choices, read_only=True)
    sentence = serializers.SerializerMethodField()

    class Meta:
        model = Notice
        fields = ["id", "kind", "sentence", "object_id", "created_at", "read_at"]
        read_only_fields = fields

    def get_sentence(self, notice: Notice) -> str:
        """What it says, in the language of the request."""
        return str(NoticeKind(notice.kind).label)


class SignalSerializer(serializers.Serializer[Any]):
    """Something that changed."""

    cursor = serializers.IntegerField()
    topic = serializers.CharField()
    id = serializers.CharField(allow_blank=True)


class MissedSerializer(serializers.Serializer[Any]):
    """What changed since a cursor; with ``refresh`` too much or too long ago: read everything again."""

    cursor = serializers.IntegerField()
    refresh = serializers.BooleanField()
    signals = SignalSerializer(many=True)


class CursorSerializer(serializers.Serializer[Any]):
    """The cursor of the last answer."""

    cursor = serializers.IntegerField(min_value=0, max_value=2**62, required=False)
