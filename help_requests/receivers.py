"""What help_requests does when something has happened elsewhere."""

from typing import Any

from allauth.account.signals import user_logged_in
from django.contrib.auth.signals import user_logged_in as signed_in_anyhow
from django.dispatch import receiver

from events.models import EventRecord
from events.registry import on
from help_requests.queries import forget_sent
from help_requests.services import claim_filed_requests, follow_home, withdraw_all
from people.events import ResidentChanged, ResidentConsentWithdrawn


@receiver(user_logged_in, dispatch_uid="help_requests.claim_filed")
def claim_filed(user: Any, **_rest: Any) -> None:
    """Someone who asked for another without signing in finds those requests back."""
    claim_filed_requests(user)


@receiver(signed_in_anyhow, dispatch_uid="help_requests.forget_sent")
def forget_sent_before(request: Any, **_rest: Any) -> None:
    """What was sent before signing in may be another's; what is the person's own has been claimed."""
    forget_sent(request.session)


@on(ResidentChanged, name="help_requests.follow_home")
def follow(event: ResidentChanged, record: EventRecord) -> None:
    """Someone may have moved: what volunteers are asked tells the new neighbourhood."""
    follow_home(event.resident_id)


@on(ResidentConsentWithdrawn, name="help_requests.withdraw_all")
def withdraw_without_consent(event: ResidentConsentWithdrawn, record: EventRecord) -> None:
    """Nothing is asked of volunteers for someone who does not agree any more."""
    withdraw_all(event.resident_id)
