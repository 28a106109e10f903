"""The verbs of help requests."""

from help_requests.services.checking import doubts_about
from help_requests.services.courses import require_courses
from help_requests.services.filing import (
    EDITABLE,
    RECALLED,
    Details,
    Filer,
    claim_filed_requests,
    draft_request,
    edit_request,
    file_once,
    file_request,
    on_recall,
    submit_request,
    withdraw,
    withdraw_all,
)
from help_requests.services.moving import lock_request, move_request, set_helpers_needed
from help_requests.services.place import Place, follow_home, place_of
from help_requests.services.triage import (
    Approval,
    close_request,
    mark_unsuitable,
    open_request,
    refer,
    reopen_request,
    send_back,
    start_intake,
)
from help_requests.services.widening import widen_request
from help_requests.services.wording import LONGEST_SUMMARY, UrgentWord, urgent_words, volunteer_text

__all__ = [
    "EDITABLE",
    "LONGEST_SUMMARY",
    "RECALLED",
    "Approval",
    "Details",
    "Filer",
    "Place",
    "UrgentWord",
    "claim_filed_requests",
    "close_request",
    "doubts_about",
    "draft_request",
    "edit_request",
    "file_once",
    "file_request",
    "follow_home",
    "lock_request",
    "mark_unsuitable",
    "move_request",
    "on_recall",
    "open_request",
    "place_of",
    "refer",
    "reopen_request",
    "require_courses",
    "send_back",
    "set_helpers_needed",
    "start_intake",
    "submit_request",
    "urgent_words",
    "volunteer_text",
    "widen_request",
    "withdraw",
    "withdraw_all",
]
