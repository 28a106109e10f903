"""A progress bar of one line, drawn only where someone looks."""

import sys
from typing import TextIO

_WIDTH = 30


class Bar:
    """Call it with the share that is done and what comes next."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self._stream = stream
        self._longest = 0

    def __call__(self, share: float, what: str) -> None:
        """Draw; the last call (share 1) wipes the line."""
        if not self._stream.isatty():
            return
        full = round(share * _WIDTH)
        line = f"{'█' * full}{'░' * (_WIDTH - full)} {share:4.0%}  {what}"
        self._longest = max(self._longest, len(line))
        self._stream.write(
            "\r" + ("" if share >= 1 else line).ljust(self._longest) + ("\r" if share >= 1 else "")
        )
        self._stream.flush()
