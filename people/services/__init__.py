"""The verbs of people. Other apps import from here."""

from people.contact import Address, normalise_email, normalise_phone, shown_phone
from people.services.accounts import reinstate_user, suspend_user, update_account
from people.services.calendar_links import end_calendar_link, new_calendar_link
from people.services.consents import give_consent, withdraw_consent
from people.services.erasing import erase_by_term, erase_for, erase_self
from people.services.exporting import export_for, export_self
from people.services.homes import refine_point
from people.services.joining import answers_left, forget_answers, leave_answers, suggest_joining, suggested
from people.services.read_log import note_closed_out, note_export, note_read, note_reads, note_tied
from people.services.residents import (
    claim_residents,
    move_resident,
    register_resident,
    represent,
    stop_representing,
    update_resident,
)
from people.services.roles import end_role, grant_role
from people.services.second_factor import has_factor, lacks_proof, note_session, owes_proof
from people.services.sharing import LONGEST_NOTE as LONGEST_SHARE_NOTE
from people.services.sharing import end_share, share_record
from people.services.volunteers import (
    activate_volunteer,
    centre_at_postcode,
    leave,
    pause_volunteer,
    register_volunteer,
    resume_volunteer,
    update_volunteer,
)

__all__ = [
    "LONGEST_SHARE_NOTE",
    "Address",
    "activate_volunteer",
    "answers_left",
    "centre_at_postcode",
    "claim_residents",
    "end_calendar_link",
    "end_role",
    "end_share",
    "erase_by_term",
    "erase_for",
    "erase_self",
    "export_for",
    "export_self",
    "forget_answers",
    "give_consent",
    "grant_role",
    "has_factor",
    "lacks_proof",
    "leave",
    "leave_answers",
    "move_resident",
    "new_calendar_link",
    "normalise_email",
    "normalise_phone",
    "note_closed_out",
    "note_export",
    "note_read",
    "note_reads",
    "note_session",
    "note_tied",
    "owes_proof",
    "pause_volunteer",
    "refine_point",
    "register_resident",
    "register_volunteer",
    "reinstate_user",
    "represent",
    "resume_volunteer",
    "share_record",
    "shown_phone",
    "stop_representing",
    "suggest_joining",
    "suggested",
    "suspend_user",
    "update_account",
    "update_resident",
    "update_volunteer",
    "withdraw_consent",
]
