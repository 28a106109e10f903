"""The automatic check of a request that was just sent: whether a person had better read it first.

It only ever finds reasons to wait for a person. Nothing is refused, changed or told to anyone.
"""

from common.personal_data import find_personal_data
from help_requests.enums import Doubt, FiledAs, RequestKind
from help_requests.models import HelpRequest
from help_requests.services.wording import (
    LONGEST_SUMMARY,
    seems_out_of_scope,
    urgent_words,
    volunteer_text,
)
from people.enums import Language


def doubts_about(request: HelpRequest) -> list[Doubt]:
    """Return why a person should read this request before volunteers do; empty when nothing is in the way."""
    text, resident = request.description, request.resident
    found = {
        Doubt.URGENT: request.urgent or bool(urgent_words(text)),
        Doubt.PERSONAL_DATA: bool(find_personal_data(text)) or _tells_a_name(request),
        Doubt.OUT_OF_SCOPE: seems_out_of_scope(text),
        Doubt.PLACE: resident.cell is None,
        Doubt.UNKNOWN: not _is_known(request),
        Doubt.CONSENT: resident.consented_at is None,
        # The words that we look for are Dutch ones.
        Doubt.LANGUAGE: not resident.languages & 1 << Language.DUTCH.bit,
        Doubt.LENGTH: len(text) > LONGEST_SUMMARY,
        Doubt.KIND: request.kind != RequestKind.TASK,
    }
    return [doubt for doubt, there in found.items() if there]


def _tells_a_name(request: HelpRequest) -> bool:
    text = request.description[:LONGEST_SUMMARY]
    return volunteer_text(text, request.names) != volunteer_text(text)


def _is_known(request: HelpRequest) -> bool:
    """A person of the centre wrote this down, or approved an earlier request of the resident."""
    if request.filed_as == FiledAs.COORDINATOR:
        return True
    earlier = HelpRequest.objects.filter(resident=request.resident_id, coordinator__isnull=False)
    return earlier.exclude(pk=request.pk).filter(opened_at__isnull=False).exists()
