"""The verbs of matching: ask, answer, agree, plan, confirm, call off."""

from matching.services.agreement import (
    agree_to_volunteer,
    cancel_assignment,
    confirm_done,
    plan,
    report_no_show,
)
from matching.services.brake import halt_asking, release_asking, sweep
from matching.services.dispatch import (
    ask_now,
    ask_volunteer,
    continue_dispatch,
    end_dispatch,
    enough_helpers,
    give_up_passed_day,
    resume_dispatch,
    retry_search,
    start_dispatch,
    stop_dispatch,
)
from matching.services.offers import accept_offer, come_forward, decline_offer, expire_offer, see_offer
from matching.services.policy import change_policy
from matching.services.release import release_volunteer

__all__ = [
    "accept_offer",
    "agree_to_volunteer",
    "ask_now",
    "ask_volunteer",
    "cancel_assignment",
    "change_policy",
    "come_forward",
    "confirm_done",
    "continue_dispatch",
    "decline_offer",
    "end_dispatch",
    "enough_helpers",
    "expire_offer",
    "give_up_passed_day",
    "halt_asking",
    "plan",
    "release_asking",
    "release_volunteer",
    "report_no_show",
    "resume_dispatch",
    "retry_search",
    "see_offer",
    "start_dispatch",
    "stop_dispatch",
    "sweep",
]
