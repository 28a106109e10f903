"""Whether the resident's side can read and answer here, or has to be called."""

from help_requests.models import HelpRequest
from people.models import Resident
from people.services import shown_phone


def can_read(resident: Resident) -> bool:
    """Whether someone on the resident's side has an account, or an address to sign in with."""
    if resident.user_id is not None or resident.email:
        return True
    return resident.representatives.filter(ended_at=None).exists()


def number_to_call(request: HelpRequest) -> str:
    """The phone number as the desk shows it of a resident who cannot answer here; else nothing."""
    return "" if can_read(request.resident) else shown_phone(request.resident.phone)
