"""Reads of notices."""

from django.db.models import QuerySet

from notifications.models import Notice
from people.models import User


def notices_of(user: User) -> QuerySet[Notice]:
    """The person's notices, newest first."""
    return Notice.objects.filter(user=user).order_by("-created_at", "-id")


def unread_count(user: User) -> int:
    """How many notices the person has not read."""
    return Notice.objects.filter(user=user, read_at=None).count()
