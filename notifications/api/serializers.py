"""Shapes of notices and missed signals in the API."""

from typing import Any

from rest_framework import serializers

from notifications.enums import NoticeKind
from notifications.models import Notice, PushSubscription
from notifications.services import LONGEST_ENDPOINT


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


class PushSubscriptionSerializer(serializers.ModelSerializer[PushSubscription]):
    """A device that messages go to; its address and keys are told to nobody."""

    class Meta:
        model = PushSubscription
        fields = ["id", "device", "created_at", "used_at"]
        read_only_fields = fields


class PushKeysSerializer(serializers.Serializer[Any]):
    """The keys of a browser's subscription, base64url."""

    p256dh = serializers.CharField(max_length=100)
    auth = serializers.CharField(max_length=30)


class SubscribeSerializer(serializers.Serializer[Any]):
    """What ``PushSubscription.toJSON()`` of a browser gives, and our key it subscribed under."""

    endpoint = serializers.CharField(max_length=LONGEST_ENDPOINT)
    keys = PushKeysSerializer()
    server_key = serializers.CharField(max_length=100)


class ServerKeySerializer(serializers.Serializer[Any]):
    """The key to subscribe under (``applicationServerKey``); empty where push is not set up."""

    server_key = serializers.CharField(allow_blank=True)
