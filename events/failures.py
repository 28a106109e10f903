"""Telling what went wrong without telling whose data was involved."""

import traceback
from pathlib import Path


def short_name(error: BaseException) -> str:
    """Return the class of ``error`` and its code when it has one ("IntegrityError 23505").

    The message stays out: database drivers and services quote values in it.
    """
    code = getattr(error, "code", None) or getattr(error.__cause__, "sqlstate", None)
    return f"{type(error).__name__} {code}"[:200] if isinstance(code, str) else type(error).__name__[:200]


def describe(error: BaseException) -> dict[str, str]:
    """Return log fields: the error's short name and the line that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return {"error": short_name(error), "where": where}
