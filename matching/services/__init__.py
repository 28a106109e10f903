"""The verbs of matching: ask, answer, agree, plan, confirm, call off."""

from matching.services.agreement import (
    agree_to_volunteer,
    cancel_assignment,
    confirm_done,
    plan,
    report_no_show,
)
from matching.services.dispatch import (
    ask_volunteer,
    continue_dispatch,
    end_dispatch,
    resume_dispatch,
    start_dispatch,
    stop_dispatch,
)
from matching.services.offers import accept_offer, come_forward, decline_offer, expire_offer, see_offer

__all__ = [
    "accept_offer",
    "agree_to_volunteer",
    "ask_volunteer",
    "cancel_assignment",
    "come_forward",
    "confirm_done",
    "continue_dispatch",
    "decline_offer",
    "end_dispatch",
    "expire_offer",
    "plan",
    "report_no_show",
    "resume_dispatch",
    "see_offer",
    "start_dispatch",
    "stop_dispatch",
]
