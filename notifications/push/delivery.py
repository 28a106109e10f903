"""Bringing messages to devices: planned with the notice itself, sent by the worker after commit, tried again.

As with webhooks the next attempt is planned, as a timer, before the call is made: a worker that is killed in
the middle tells twice at worst, and the second message takes the place of the first on the device. Each
device is on its own: one whose push service is in trouble rests, and the others are told meanwhile.
"""

import contextlib
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import cache
from http import HTTPStatus
from urllib.parse import urlsplit

import structlog
from django.db import connection, transaction
from django.db.models import F, QuerySet

from common import clock
from common.outbound import Answer, OutboundFailed, OutboundGuard, OutboundRefused
from events.services import cancel, record
from matching.services import end_of_quiet
from notifications.events import PushDue
from notifications.models import Notice, NotificationPreference, PushSubscription
from notifications.push.couriers import push_couriers, service_of
from notifications.push.devices import is_signed_in, put_to_sleep
from notifications.push.message import Message, message_for
from notifications.push.sealing import seal
from notifications.push.vapid import authorization, key_of
from notifications.queries import preference_of, preferences_of

log = structlog.get_logger(__name__)
TIMEOUT_SECONDS = 8.0
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)
LONGEST_REST = timedelta(days=1)
WELL_AWAKE = timedelta(hours=2)
"""After the end of someone's quiet hours: told by then, they can still change their plans."""
MOST_FAILURES = 100
"""On end, some two weeks: then the device is let go."""
GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
PASSING = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})

Post = Callable[[str, bytes, dict[str, str]], Answer]


def is_push_host(host: str) -> bool:
    """Whether it is a push service of ``PUSH_HOSTS``."""
    return service_of(host) is not None


@cache
def guard() -> OutboundGuard:
    """The one way to a push service."""
    return OutboundGuard(is_push_host)


def _post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    return guard().post(url, body=body, timeout=TIMEOUT_SECONDS, headers=headers)


def plan_pushes(notices: Collection[Notice]) -> None:
    """Tell the devices of the readers too, once the transaction has committed and their night is over."""
    by_user = {notice.user_id: notice for notice in notices}
    devices, now = list(_devices().filter(user_id__in=by_user).order_by("pk")), clock.now()
    wishes = preferences_of({device.user_id for device in devices})
    for device in devices:
        due = PushDue(subscription_id=device.pk, notice_id=by_user[device.user_id].pk, attempt=1)
        matters_at = by_user[device.user_id].matters_at
        _plan(due, _awake(device, now, wishes[device.user_id], matters_at))


@transaction.atomic
def plan_attempt(event: PushDue) -> str | None:
    """Plan the attempt after this one, in case nobody lives to tell; return the host to call now, if any."""
    found = _found(event)
    if found is None:
        return None
    (subscription, message), now = found, clock.now()
    wish = preference_of(subscription.user)
    awake = _awake(subscription, now, wish, message.matters_at)
    if awake > now:  # the night began, or the push service wants rest
        _plan(_after(event), awake)
        return None
    _plan(_after(event), _awake(subscription, now + _pause(event.attempt), wish, message.matters_at))
    return urlsplit(subscription.endpoint).hostname


def hand_over(event: PushDue, host: str) -> bool:
    """Deliver in another thread: the worker goes on, and other push services are not kept waiting.

    Returns ``False`` when the couriers of this service let it be; the next attempt is planned.
    """
    service = service_of(host) or ""
    return push_couriers().send(service, lambda: _deliver_and_let_go(event, service))


def _deliver_and_let_go(event: PushDue, service: str) -> None:
    def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
        connection.close()  # others need it while this waits
        try:
            answer = _post(url, body, headers)
        except OutboundFailed:
            push_couriers().note(service, trouble=True)
            raise
        push_couriers().note(service, trouble=_is_passing(answer.status))
        return answer

    try:
        deliver(event, post)
    except Exception as error:  # noqa: BLE001  (the next attempt is planned already)
        log.warning("push_in_trouble", error=type(error).__name__)
    finally:
        connection.close()


def deliver(event: PushDue, post: Post = _post) -> bool:
    """Make one attempt, outside any transaction; return whether the push service took it.

    Everything is judged again: whoever was suspended, erased or signed out a moment ago hears nothing.
    """
    found = _found(event)
    if found is None:
        return False
    device, message = found
    key = key_of(device.server_key)
    if key is None:
        _let_go(device)
        return False
    if not is_signed_in(device):
        put_to_sleep(device)
        return False
    sealed = seal(message.content, p256dh=device.p256dh, auth=device.auth)
    headers = _headers(message) | {"Authorization": authorization(key, device.endpoint)}
    try:
        answer = post(device.endpoint, sealed, headers)
    except OutboundRefused:
        return _note(event, device, HTTPStatus.FORBIDDEN)
    except OutboundFailed:
        return _note(event, device, HTTPStatus.GATEWAY_TIMEOUT)
    return _note(event, device, answer.status, answer.headers.get("retry-after", ""))


def _found(event: PushDue) -> tuple[PushSubscription, Message] | None:
    """The device and what it is to be told; ``None`` when one of them is no more, or is another person's."""
    subscription = _devices().filter(pk=event.subscription_id).first()
    notice = Notice.objects.select_related("user").filter(pk=event.notice_id).first()
    if subscription is None or notice is None or notice.user_id != subscription.user_id:
        return None
    message = message_for(notice)
    in_time = message is not None and message.expires_at > clock.now()
    return (subscription, message) if message is not None and in_time else None


def _headers(message: Message) -> dict[str, str]:
    return {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(int((message.expires_at - clock.now()).total_seconds())),
        "Urgency": message.urgency,
        "Topic": message.topic,
    }


@transaction.atomic
def _note(event: PushDue, subscription: PushSubscription, status: int, retry_after: str = "") -> bool:
    """Keep what the push service said; return whether it took the message."""
    row = PushSubscription.objects.filter(pk=subscription.pk)
    taken = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
    passing = _is_passing(status)
    if not passing:
        cancel(_key(_after(event)))
    if taken:
        row.update(used_at=clock.now(), failures=0, rests_until=None)
        return True
    log.info("push_not_taken", subscription_id=str(subscription.pk), status=status)
    failures = subscription.failures + 1
    if status in GONE or failures >= MOST_FAILURES:
        _let_go(subscription)
    else:
        rest = clock.now() + max(_pause(failures), _wished(retry_after)) if passing else None
        row.update(failures=F("failures") + 1, rests_until=rest)
    return False


def _is_passing(status: int) -> bool:
    """Whether a refusal says something of the push service at this moment, and not of the device."""
    return status in PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _devices() -> QuerySet[PushSubscription]:
    return PushSubscription.objects.select_related("user").filter(signed_in_until__gt=clock.now())


def _let_go(subscription: PushSubscription) -> None:
    PushSubscription.objects.filter(pk=subscription.pk).delete()


def _wished(retry_after: str) -> timedelta:
    """How long a push service asks to be left alone (in seconds; a date is not used by any), within a day."""
    with contextlib.suppress(ValueError, OverflowError):
        return min(LONGEST_REST, timedelta(seconds=max(0, int(retry_after))))
    return timedelta()


def _pause(attempts: int) -> timedelta:
    """Between one attempt and the next: a minute, doubled each time, at most four hours."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts - 1, 10))


def _awake(
    subscription: PushSubscription,
    moment: datetime,
    wish: NotificationPreference,
    matters_at: datetime | None,
) -> datetime:
    """The first moment from ``moment`` on outside the person's night and the rest of the push service.

    What matters before ``WELL_AWAKE`` after that night is told during it.
    """
    if subscription.rests_until is not None:
        moment = max(moment, subscription.rests_until)
    morning = end_of_quiet(moment, wish.quiet_from, wish.quiet_until)
    return moment if matters_at is not None and matters_at < morning + WELL_AWAKE else morning


def _plan(event: PushDue, moment: datetime) -> None:
    record(event, due_at=moment, key=_key(event))


def _after(event: PushDue) -> PushDue:
    return PushDue(event.subscription_id, event.notice_id, event.attempt + 1)


def _key(event: PushDue) -> str:
    return f"notifications.push/{event.subscription_id}/{event.notice_id}/{event.attempt}"
