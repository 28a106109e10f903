"""What happens to a what-if: it is asked, waits for its turn, is reckoned in a process, and ends."""

from simulation.services.asking import ask_what_if, stop_what_if
from simulation.services.inviting import invite
from simulation.services.process import reckon
from simulation.services.reckoning import begin_next, fail, finish, look_after, note_lived

__all__ = [
    "ask_what_if",
    "begin_next",
    "fail",
    "finish",
    "invite",
    "look_after",
    "note_lived",
    "reckon",
    "stop_what_if",
]
