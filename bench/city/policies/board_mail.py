"""A board that writes to everyone whom a new request may suit."""

from bench.city.policies.board import Board
from simulation.town.calendar import end_of_quiet
from simulation.town.life import QUIET_FROM, QUIET_UNTIL


class BoardMail(Board):
    """The board, and of every new request a message at once to all who can do it, as some platforms send."""

    key = "board-mail"
    title = "Board with messages"
    how = (
        "is the board, and besides writes once to everyone who can do a new request; each message is an ask, "
        "answered with the odds of what is read on a board"
    )

    personal = False

    def opened(self, request: int) -> None:
        """Write to all who can, in waking hours."""
        self.woken(request)

    def woken(self, request: int) -> None:
        """The quiet hours are over."""
        life = self.life
        awake = end_of_quiet(life.now, QUIET_FROM, QUIET_UNTIL)
        if awake > life.now:
            life.wake(awake, request)
            return
        for volunteer in life.can_help(request).tolist():
            if volunteer not in life.read[request]:
                life.ask(request, volunteer)
