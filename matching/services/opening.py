"""Light help may open by itself, when the centre wants that and the automatic check finds nothing."""

from contextlib import suppress
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from common.errors import InvalidInput
from events.services import record
from help_requests import services as help_requests
from help_requests.enums import RequestState
from help_requests.events import LeftToPerson
from matching.queries import light_categories, policy_of
from people.enums import HelpCategory


@transaction.atomic
def open_by_policy(request_id: UUID) -> None:
    """Open a request that was just sent, or leave it to a person and note why. It never refuses.

    Volunteers read the kind of help; the resident's own words stay with the centre until agreement.
    """
    request = help_requests.lock_request(request_id)
    allowed = policy_of(request.centre_id).auto_open_categories & light_categories(request.centre_id)
    if request.state != RequestState.SUBMITTED or not allowed & 1 << HelpCategory(request.category).bit:
        return
    doubts = help_requests.doubts_about(request)
    for doubt in doubts:
        told = LeftToPerson(request_id=request.pk, centre_id=request.centre_id, doubt=doubt.value)
        record(told)
    if not doubts:
        # The day may have passed between sending and checking: then a person looks too.
        with suppress(InvalidInput):
            help_requests.open_request(request, by=None, summary=_summary(HelpCategory(request.category)))


def _summary(category: HelpCategory) -> str:
    """What volunteers read, in the language of the town. Every card says beside it when help is needed."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("%(help)s: a resident would like help with this.") % {"help": category.label}
