"""An article or a course as one file: markdown with YAML in front, for people and for programs.

A file is a row of parts; each begins with a line ``---``, then YAML, then a line ``---``, then text. An
article is one part. A course begins with a part that says what it is about; a step of its lessons is a part,
and so is each translation of that step. A line of the text itself that looks like the border gets a backslash
in front.

Reading trusts nothing: the YAML may hold plain values only, no aliases (which can make a small file
enormous), and a wrong file is refused with one sentence that says where.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import yaml
from django.utils.translation import gettext as _

from common.errors import InvalidInput

BORDER = "---"
LONGEST_FILE = 400_000
LONGEST_FRONT = 60_000
PARTS_AT_MOST = 200
_BORDERLIKE = re.compile(r"^(\\*)---$", re.MULTILINE)


class Part(NamedTuple):
    """What stands in front, and the text."""

    front: dict[str, Any]
    text: str


class FileRefused(InvalidInput):
    """A file cannot be read in; the message says why, for people."""

    code = "file-refused"


class _Loader(yaml.SafeLoader):
    """Plain values only."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse a value that points at another: a few of those make gigabytes."""
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError("alias")
        return super().compose_node(parent, index)


# A date stays the text that it is, and so do "yes", "no" and "on".
_Loader.yaml_implicit_resolvers = {
    sign: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")
    ]
    for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks where YAML can."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write everything out."""
        return True


def write(parts: Iterable[Part]) -> str:
    """Return the file of these parts."""
    pieces = []
    for part in parts:
        front = yaml.dump(part.front, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
        pieces.append(f"{BORDER}\n{front}{BORDER}\n{_BORDERLIKE.sub(_longer, part.text)}\n")
    return "".join(pieces)


def read(content: str) -> list[Part]:
    """Return the parts of a file.

    Raises:
        FileRefused: it is too long, does not begin as it should, or its YAML cannot be read.
    """
    if len(content) > LONGEST_FILE:
        raise FileRefused(_("This file is too long."))
    content = content.removeprefix("\ufeff").replace("\r\n", "\n")
    lines = content.removesuffix("\n").split("\n")
    if lines[0] != BORDER:
        raise FileRefused(_("This file does not begin with a line of three hyphens."))
    borders = [number for number, line in enumerate(lines) if line == BORDER]
    if len(borders) % 2 or len(borders) > 2 * PARTS_AT_MOST:
        raise FileRefused(_("A line of three hyphens is missing, or there are too many."))
    ends = [*borders[2::2], len(lines)]
    return [
        Part(_front("\n".join(lines[opens + 1 : closes])), _text(lines[closes + 1 : end]))
        for opens, closes, end in zip(borders[::2], borders[1::2], ends, strict=True)
    ]


def _text(lines: list[str]) -> str:
    return _BORDERLIKE.sub(_shorter, "\n".join(lines))


def _front(text: str) -> dict[str, Any]:
    if len(text) > LONGEST_FRONT:
        raise FileRefused(_("What stands between the hyphens is too long."))
    try:
        # A SafeLoader that takes even less.
        front = yaml.load(text, Loader=_Loader)  # noqa: S506  # nosec B506
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise FileRefused(_("Line %(line)s between the hyphens cannot be read.") % {"line": line}) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise FileRefused(_("What stands between the hyphens cannot be read.")) from None
    if not isinstance(front, Mapping) or not all(isinstance(key, str) for key in front):
        raise FileRefused(_("Between the hyphens stand names with values, such as: title: Huissleutels"))
    return dict(front)


def _longer(match: re.Match[str]) -> str:
    return "\\" + match.group()


def _shorter(match: re.Match[str]) -> str:
    return match.group()[1:] if match.group(1) else match.group()
