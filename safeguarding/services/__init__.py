"""The verbs of safe working. Other apps import from here."""

from safeguarding.services.blocks import block, unblock
from safeguarding.services.concerns import (
    add_note,
    entrust_concern,
    hand_over_concern,
    move_concern,
    read_concern,
    report_concern,
)
from safeguarding.services.decisions import confirm_decision, propose_decision, withdraw_decision
from safeguarding.services.reports import file_report, settle_report, take_report
from safeguarding.services.requirements import record_free_vog, set_requirements
from safeguarding.services.rounds import delete_old_concerns, remind, tell_expired
from safeguarding.services.screenings import TO_DO, record_screening, request_screening

__all__ = [
    "TO_DO",
    "add_note",
    "block",
    "confirm_decision",
    "delete_old_concerns",
    "entrust_concern",
    "file_report",
    "hand_over_concern",
    "move_concern",
    "propose_decision",
    "read_concern",
    "record_free_vog",
    "record_screening",
    "remind",
    "report_concern",
    "request_screening",
    "set_requirements",
    "settle_report",
    "take_report",
    "tell_expired",
    "unblock",
    "withdraw_decision",
]
