"""The emergency brake: everything a centre asks stops at once; the waves go on when it is released."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from common import clock
from common.permissions import require
from events.services import record
from help_requests import services as help_requests
from help_requests.enums import ASKABLE
from help_requests.models import HelpRequest
from matching.enums import OFFER_OPEN, DispatchState
from matching.events import AskingHalted, AskingReleased
from matching.models import Dispatch, DispatchPolicy
from matching.services.dispatch import end_asking, start_dispatch, take_back_questions
from matching.services.offers import day_has_passed
from matching.services.policy import lock_policy
from people.models import Centre, User


def halt_asking(centre: Centre, *, by: User | None) -> DispatchPolicy:
    """Stop all asking of a centre, also by name; whoever has not answered hears that it is not needed now.

    Until the release nobody is asked: not by hand, not by a timer, not by the policy. Repeating it stops
    only what still runs.

    Raises:
        Forbidden: not a coordinator of this centre.
    """
    with transaction.atomic():
        require(by, "matching.change_policy", centre)
        policy = lock_policy(centre.pk)
        if policy.halted_at is None:
            policy.halted_at = clock.now()
            policy.save(update_fields=["halted_at"])
            record(AskingHalted(centre_id=centre.pk), actor=by)
    sweep(centre.pk, by=by)
    return policy


def sweep(centre_id: UUID, *, by: User | None) -> None:
    """Stop what runs in a centre whose brake is on, one request at a time."""
    if not DispatchPolicy.objects.filter(centre_id=centre_id, halted_at__isnull=False).exists():
        return
    asking = Q(dispatch__state=DispatchState.RUNNING) | Q(offers__state__in=OFFER_OPEN)
    stopping = HelpRequest.objects.filter(asking, centre=centre_id).distinct().order_by("pk")
    for request_id in stopping.values_list("pk", flat=True):
        _stop(request_id, by)


def release_asking(centre: Centre, *, by: User | None) -> DispatchPolicy:
    """Let the brake go and start again what it stopped; what has ended meanwhile stays as it is.

    Who was asked by name is not asked again by itself: that is for the desk.

    Raises:
        Forbidden: not a coordinator of this centre.
    """
    with transaction.atomic():
        require(by, "matching.change_policy", centre)
        policy = lock_policy(centre.pk)
        if policy.halted_at is not None:
            policy.halted_at = None
            policy.save(update_fields=["halted_at"])
            record(AskingReleased(centre_id=centre.pk), actor=by)
    stopped = Dispatch.objects.filter(request__centre=centre.pk, state=DispatchState.STOPPED, halted=True)
    for dispatch in stopped.order_by("pk"):
        _start_again(dispatch, by)
    return policy


@transaction.atomic
def _stop(request_id: UUID, by: User | None) -> None:
    """Stop the asking in waves, and take back what was asked without it: by name, from a daily proposal."""
    request = help_requests.lock_request(request_id)
    for dispatch in Dispatch.objects.filter(request=request):
        end_asking(dispatch, request, by=by, halted=True)
    take_back_questions(request, by=by)


@transaction.atomic
def _start_again(dispatch: Dispatch, by: User | None) -> None:
    request = help_requests.lock_request(dispatch.request_id)
    if request.state in ASKABLE and not day_has_passed(request):
        start_dispatch(request, by=by)
