"""Telling other systems what happens: CloudEvents 1.0, signed, tried again with back-off.

The message is that of CloudEvents in structured mode; the signature that of Standard Webhooks (HMAC-SHA256
over id, moment and body), so that receivers can use what exists. A message holds ids and what is public,
never who answered. The next attempt is planned, as a timer, before the call is made: a worker that is killed
in the middle tells twice at worst, and receivers know a message again by its id.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common import clock
from common.couriers import Couriers
from common.errors import InvalidInput
from common.outbound import HTTPS_PORT, OutboundFailed, OutboundGuard, OutboundRefused, any_public_host
from common.permissions import require
from events.services import record
from people.models import Centre, Organisation, User
from vacancies.enums import DeliveryState
from vacancies.events import ApplicationSent, DeliveryDue, VacancyPublished
from vacancies.models import Vacancy, Webhook, WebhookDelivery

log = structlog.get_logger(__name__)
PUBLISHED, ANSWERED, TRIAL = "vacancy.published", "application.sent", "webhook.trial"
TOPICS = (PUBLISHED, ANSWERED)
MOST_WEBHOOKS = 10
TIMEOUT_SECONDS = 8.0
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 1440))
"""Between one attempt and the next; after the last the message is given up."""
LONGEST_TURN = timedelta(minutes=30)
"""Between one turn and the next of what was not tried yet."""
MOST_TURNS = 250
"""After so many turns, about five days of them, a message that no courier could take is given up."""
GIVE_UP_AFTER = timedelta(days=5)
"""A webhook that has failed for so long is switched off."""

Post = Callable[[str, bytes, dict[str, str]], int]


def _post(url: str, body: bytes, headers: dict[str, str]) -> int:
    guard = OutboundGuard(any_public_host)
    return guard.post(url, body=body, timeout=TIMEOUT_SECONDS, headers=headers).status


# The worker goes on with its work while another system takes its time; so do the other webhooks: each has one
# courier, and all that one owner may keep are less than half of them.
_couriers = Couriers("webhooks", couriers=24, in_a_lane=1)


@transaction.atomic
def keep_webhook(owner: Organisation | Centre, *, url: str, topics: list[str], by: User | None) -> Webhook:
    """Let an address be told of what happens at an organisation, or at all of a centre.

    Raises:
        InvalidInput: the address is not an https one on the internet, a topic does not exist, or
            there are many already.
        Forbidden: ``by`` neither manages the organisation nor coordinates the centre.
    """
    organisation = owner if isinstance(owner, Organisation) else None
    centre = owner.centre if isinstance(owner, Organisation) else owner
    made = Webhook(centre=centre, organisation=organisation, url=_checked_url(url), created_by=by)
    require(by, "vacancies.keep_webhooks", made)
    if not topics or not set(topics) <= set(TOPICS):
        raise InvalidInput(_("Choose at least one kind of message."), field="topics")
    if Webhook.objects.filter(centre=centre, organisation=organisation).count() >= MOST_WEBHOOKS:
        raise InvalidInput(_("This is more than we can allow."), field="url")
    made.topics, made.secret = sorted(set(topics)), new_secret()
    made.save(force_insert=True)
    return made


@transaction.atomic
def remove_webhook(webhook: Webhook, *, by: User | None) -> None:
    """Tell this address nothing any more. Raises ``Forbidden`` as ``keep_webhook``."""
    require(by, "vacancies.keep_webhooks", webhook)
    webhook.delete()


@transaction.atomic
def enable_webhook(webhook: Webhook, *, by: User | None) -> Webhook:
    """Try again with one that was switched off after failing for long. Raises ``Forbidden``."""
    require(by, "vacancies.keep_webhooks", webhook)
    webhook.active, webhook.failing_since, webhook.disabled_at = True, None, None
    webhook.save(update_fields=["active", "failing_since", "disabled_at"])
    return webhook


@transaction.atomic
def try_webhook(webhook: Webhook, *, by: User | None) -> WebhookDelivery:
    """Send a message that says nothing, to see whether it comes across. Raises ``Forbidden``."""
    require(by, "vacancies.keep_webhooks", webhook)
    return _queue(webhook, TRIAL, str(webhook.pk), {"webhook": str(webhook.pk)}, None)


def new_secret() -> str:
    """Return a secret in the form of Standard Webhooks."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


@transaction.atomic
def tell_published(event: VacancyPublished, number: int) -> None:
    """A vacancy was published: whoever wants to know is told."""
    vacancy = Vacancy.objects.filter(pk=event.vacancy_id).first()
    if vacancy is None:
        return
    address = settings.BASE_URL + reverse("vacancy", args=[vacancy.pk])
    data = {
        "vacancy": str(vacancy.pk),
        "organisation": str(vacancy.organisation_id),
        "title": vacancy.title,
        "url": address,
        "expiresOn": vacancy.expires_on.isoformat() if vacancy.expires_on else None,
    }
    _tell(event, PUBLISHED, data, number)


@transaction.atomic
def tell_answered(event: ApplicationSent, number: int) -> None:
    """Someone answered: that, and not who or what they wrote."""
    data = {
        "application": str(event.application_id),
        "vacancy": str(event.vacancy_id),
        "organisation": str(event.organisation_id),
        "url": settings.BASE_URL + reverse("applicant", args=[event.application_id]),
    }
    _tell(event, ANSWERED, data, number)


@transaction.atomic
def plan_attempt(event: DeliveryDue) -> WebhookDelivery | None:
    """Plan the turn after this one, in case nobody lives to tell; return what is to be delivered now.

    Only what was really tried counts (``deliver``): a turn that passed while the couriers were busy takes no
    attempt away, and the next comes later the more of them have passed. In the end it is given up, as is what
    still waits for a webhook that was switched off: whoever keeps it sees that on the page.
    """
    delivery = WebhookDelivery.objects.select_related("webhook").filter(pk=event.delivery_id).first()
    if delivery is None or delivery.state != DeliveryState.WAITING:
        return None
    over = delivery.attempts >= len(BACK_OFF) or event.attempt > MOST_TURNS
    if over or not delivery.webhook.active:
        _close(delivery, DeliveryState.FAILED)
        return None
    pause = max(BACK_OFF[delivery.attempts], min(timedelta(minutes=event.attempt), LONGEST_TURN))
    later = DeliveryDue(delivery_id=delivery.pk, attempt=event.attempt + 1)
    record(later, due_at=clock.now() + pause, key=_key(delivery.pk, event.attempt + 1))
    return delivery


def hand_over(delivery: WebhookDelivery) -> bool:
    """Deliver in another thread; ``False`` when the couriers let it be: the next turn is planned."""
    lane = str(delivery.webhook_id)
    return _couriers.send(lane, lambda: _deliver_and_let_go(delivery.pk, lane))


def _deliver_and_let_go(delivery_id: UUID, lane: str) -> None:
    def post(url: str, body: bytes, headers: dict[str, str]) -> int:
        connection.close()  # others need it while this waits
        return _post(url, body, headers)

    try:
        _couriers.note(lane, trouble=not deliver(delivery_id, post))
    except Exception as error:  # noqa: BLE001  (the next attempt is planned already)
        log.warning("webhook_in_trouble", error=type(error).__name__)
    finally:
        connection.close()


def deliver(delivery_id: UUID, post: Post = _post) -> bool:
    """Make one attempt, outside any transaction; return whether the other side took it.

    It counts before the call: who is killed in the middle has tried.
    """
    tried = WebhookDelivery.objects.filter(pk=delivery_id)
    tried.update(attempts=F("attempts") + 1, tried_at=clock.now())
    delivery = WebhookDelivery.objects.select_related("webhook").get(pk=delivery_id)
    body = delivery.body.encode()
    headers = signed_headers(delivery.webhook.secret, str(delivery.pk), body)
    status, error = 0, ""
    try:
        status = post(delivery.webhook.url, body, headers)
    except (OutboundRefused, OutboundFailed) as failure:
        # The kind and what the guard says; never an answer of the other side.
        error = f"{type(failure).__name__}: {failure}"[:120]
    return _note(delivery, status, error)


def signed_headers(secret: str, message_id: str, body: bytes) -> dict[str, str]:
    """Return the headers of a message: id, moment and signature (version 1 of Standard Webhooks)."""
    moment = str(int(clock.now().timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(key, f"{message_id}.{moment}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/cloudevents+json; charset=utf-8",
        "User-Agent": "Samenkracht-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": moment,
        "webhook-signature": "v1," + base64.b64encode(signed).decode(),
    }


@transaction.atomic
def _note(delivery: WebhookDelivery, status: int, error: str) -> bool:
    taken = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
    delivery.status, delivery.error = status or None, error
    delivery.save(update_fields=["status", "error"])
    webhook = Webhook.objects.select_for_update().get(pk=delivery.webhook_id)
    if taken:
        # Of the turn that is planned nothing comes: ``plan_attempt`` looks first.
        _close(delivery, DeliveryState.DELIVERED)
        Webhook.objects.filter(pk=webhook.pk).update(failing_since=None)
    else:
        _note_failing(webhook, gone=status == HTTPStatus.GONE)
    return taken


def _note_failing(webhook: Webhook, *, gone: bool) -> None:
    now = clock.now()
    webhook.failing_since = webhook.failing_since or now
    if gone or now - webhook.failing_since >= GIVE_UP_AFTER:
        webhook.active, webhook.disabled_at = False, now
    webhook.save(update_fields=["failing_since", "active", "disabled_at"])


def _close(delivery: WebhookDelivery, state: DeliveryState) -> None:
    delivery.state = state
    delivery.save(update_fields=["state"])


def _tell(event: VacancyPublished | ApplicationSent, topic: str, data: dict[str, Any], number: int) -> None:
    mine = Q(organisation=event.organisation_id) | Q(organisation=None, centre=event.centre_id)
    about = event.application_id if isinstance(event, ApplicationSent) else event.vacancy_id
    for webhook in Webhook.objects.filter(mine, active=True):
        if topic in webhook.topics:
            _queue(webhook, topic, str(about), data, number)


def _queue(
    webhook: Webhook, topic: str, subject: str, data: dict[str, Any], number: int | None
) -> WebhookDelivery:
    delivery = WebhookDelivery(webhook=webhook, topic=topic, record=number)
    message = {
        "specversion": "1.0",
        "id": str(delivery.pk),
        "source": settings.BASE_URL,
        "type": f"nl.samenkracht.{topic}",
        "subject": subject,
        "time": clock.now().isoformat(timespec="seconds"),
        "datacontenttype": "application/json",
        "data": data,
    }
    delivery.body = json.dumps(message, ensure_ascii=False)
    delivery.save(force_insert=True)
    record(DeliveryDue(delivery_id=delivery.pk, attempt=1), key=_key(delivery.pk, 1))
    return delivery


def _key(delivery_id: UUID, attempt: int) -> str:
    return f"vacancies.delivery/{delivery_id}/{attempt}"


def _checked_url(url: str) -> str:
    """Return an address that the guard may call. Raises ``InvalidInput``."""
    parts = urlsplit(url.strip())
    host = parts.hostname or ""
    own_port = parts.netloc.lower() in (host, f"{host}:{HTTPS_PORT}")
    if parts.scheme != "https" or not own_port or not any_public_host(host) or len(url) > 300:
        raise InvalidInput(_("Fill in an https address on the internet, without a port."), field="url")
    return url.strip()
