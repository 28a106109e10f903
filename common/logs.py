"""Structured logs without personal data.

The message of an exception may hold a value: the row that broke a constraint, the text that was no date.
So an installation logs what kind of exception it was and where, not its words; only in development, where
the people are made up, whole tracebacks are shown.
"""

import logging
import logging.config
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import structlog

INNERMOST_FRAMES = 8
# A chain of causes that bites its own tail ends somewhere.
MOST_CAUSES = 5

# A part of an address as long as this is a secret that opens something: 40 signs or more; an id has 36.
# Signed codes have a border in them: of common.checkin ``~``, of Django's own ``:``, as typed or as sent.
_SECRET = re.compile(r"(?<=/)[\w~:.=%-]{40,}")


def without_secrets(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace what opens something without signing in: the secret in an address, such as of a calendar."""
    for key, value in line.items():
        if isinstance(value, str):
            line[key] = _SECRET.sub("…", value)
    return line


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    without_secrets,
]

# A line per request would tell which address looked at what: the proxy in front knows when it must be
# known. A socket that opens or closes is no news either.
_QUIET = {"uvicorn.access": {"level": "WARNING"}, "uvicorn.error": {"level": "WARNING"}}


def configure_logging(*, level: str, human: bool) -> None:
    """Send every log line through structlog: JSON without values, or readable lines when ``human``."""
    rendering: list[Any] = [without_values, structlog.processors.JSONRenderer()]
    if human:
        rendering = [structlog.dev.ConsoleRenderer()]
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "lines": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
                    "foreign_pre_chain": _SHARED,
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
            "root": {"handlers": ["stderr"], "level": level},
            # The server sets up handlers of its own, which would write tracebacks whole.
            "loggers": _QUIET | ({} if human else {"uvicorn": {"handlers": [], "propagate": True}}),
        }
    )


def without_values(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the exception of a log line by its kind, its causes' kinds and the innermost frames.

    ``exception`` is a list, causes last: ``{"type": "builtins.ValueError", "frames": ["file.py:12 name"]}``.
    """
    found = _exception_in(line.pop("exc_info", None))
    if found is not None:
        line["exception"] = [_told(error) for error in _with_causes(found)]
    return line


def _exception_in(exc_info: Any) -> BaseException | None:
    """What the standard library and structlog accept: an exception, a triple, or a true value for "now"."""
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1] if isinstance(exc_info[1], BaseException) else None
    return sys.exc_info()[1] if exc_info else None


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    following: BaseException | None = error
    for _ in range(MOST_CAUSES):
        if following is None:
            return
        yield following
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)


def _told(error: BaseException) -> dict[str, Any]:
    kind = type(error)
    frames = [
        f"{'/'.join(Path(frame.f_code.co_filename).parts[-3:])}:{number} {frame.f_code.co_name}"
        for frame, number in traceback.walk_tb(error.__traceback__)
    ]
    return {"type": f"{kind.__module__}.{kind.__qualname__}", "frames": frames[-INNERMOST_FRAMES:]}
