"""The verbs of matching: ask, answer, agree, plan, confirm, call off."""

from matching.quiet import end_of_quiet
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
    take_back_approval,
    take_back_question,
)
from matching.services.invitations import ask_for_screening, invite_to_training
from matching.services.lasting import go_on, pause, plan_introduction, resume, stop
from matching.services.offers import accept_offer, come_forward, decline_offer, expire_offer, see_offer
from matching.services.opening import open_by_policy
from matching.services.policy import change_policy
from matching.services.proposals import (
    change_pair,
    confirm_all,
    confirm_pair,
    drop_closed,
    drop_overtaken,
    reject_pair,
    take_back_answer,
)
from matching.services.proposing import make_morning_proposal, make_proposal, order_morning_proposals
from matching.services.release import (
    end_released,
    release_decided,
    release_resident,
    release_unscreened,
    release_volunteer,
    take_back_released,
)
from matching.services.revealing import canary_of, open_canary, open_reading, reveal
from matching.services.rounds import order_giving_up, order_searches
from matching.services.tipping import may_be_told, point_out
from matching.services.widening import (
    answer_widening,
    ask_widening,
    can_widen,
    lapse_widenings,
    search_wider,
)

__all__ = [
    "accept_offer",
    "agree_to_volunteer",
    "answer_widening",
    "ask_for_screening",
    "ask_now",
    "ask_volunteer",
    "ask_widening",
    "can_widen",
    "canary_of",
    "cancel_assignment",
    "change_pair",
    "change_policy",
    "come_forward",
    "confirm_all",
    "confirm_done",
    "confirm_pair",
    "continue_dispatch",
    "decline_offer",
    "drop_closed",
    "drop_overtaken",
    "end_dispatch",
    "end_of_quiet",
    "end_released",
    "enough_helpers",
    "expire_offer",
    "give_up_passed_day",
    "go_on",
    "halt_asking",
    "invite_to_training",
    "lapse_widenings",
    "make_morning_proposal",
    "make_proposal",
    "may_be_told",
    "open_by_policy",
    "open_canary",
    "open_reading",
    "order_giving_up",
    "order_morning_proposals",
    "order_searches",
    "pause",
    "plan",
    "plan_introduction",
    "point_out",
    "reject_pair",
    "release_asking",
    "release_decided",
    "release_resident",
    "release_unscreened",
    "release_volunteer",
    "report_no_show",
    "resume",
    "resume_dispatch",
    "retry_search",
    "reveal",
    "search_wider",
    "see_offer",
    "start_dispatch",
    "stop",
    "stop_dispatch",
    "sweep",
    "take_back_answer",
    "take_back_approval",
    "take_back_question",
    "take_back_released",
]
