"""What help_requests does when something has happened elsewhere."""

from typing import Any

from allauth.account.signals import user_logged_in
from django.dispatch import receiver

from events.models import EventRecord
from events.registry import on
from help_requests.services import claim_filed_requests, follow_home
from people.events import ResidentChanged


@receiver(user_logged_in, dispatch_uid="help_requests.claim_filed")
def claim_filed(user: Any, **_rest: Any) -> None:
    """Someone who asked for another without signing in finds those requests back."""
    claim_filed_requests(user)


@on(ResidentChanged, name="help_requests.follow_home")
def follow(event: ResidentChanged, record: EventRecord) -> None:
    """Someone may have moved: what volunteers are asked tells the new neighbourhood."""
    follow_home(event.resident_id)
