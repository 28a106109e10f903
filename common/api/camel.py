"""camelCase outside, snake_case inside: field names in bodies and keys in the query.

Only an underscore before a letter is folded (``opens_at`` <-> ``opensAt``), so that every
name makes the way out and back unchanged (``line_2`` stays ``line_2``).
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import IO, Any

import orjson
from django.http import QueryDict
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

_UNDERSCORE_LETTER = re.compile(r"(?<=[a-z0-9])_([a-z])")
# Most of what is written; asked for first.
_PLAIN = frozenset({str, int, float, bool, type(None)})
_CAPITAL = re.compile(r"(?<=[A-Za-z0-9])([A-Z])")


@lru_cache(maxsize=2048)
def camel(name: str) -> str:
    """``opens_at`` -> ``opensAt``."""
    return _UNDERSCORE_LETTER.sub(lambda found: found[1].upper(), name)


def snake(name: str) -> str:
    """``opensAt`` -> ``opens_at``."""
    return _CAPITAL.sub(lambda found: "_" + found[1].lower(), name)


def camelized(value: Any) -> Any:
    """Return ``value`` with all keys in camelCase and all moments in UTC, at any depth."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Mapping):
        # Most items are plain: these are not asked again.
        return {
            camel(str(key)): item if type(item) in _PLAIN else camelized(item) for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [camelized(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return value


def snaked(value: Any) -> Any:
    """Return ``value`` with all keys in snake_case, at any depth.

    Raises:
        ParseError: two keys become the same one, so that it is unclear which is meant.
    """
    if isinstance(value, dict):
        names = {snake(key): snaked(item) for key, item in value.items()}
        if len(names) != len(value):
            raise ParseError("The same field is given twice.")
        return names
    if isinstance(value, list):
        return [snaked(item) for item in value]
    return value


def snaked_query(query: QueryDict) -> QueryDict:
    """Return a copy of the query with its keys in snake_case; values are untouched."""
    names = QueryDict(mutable=True, encoding=query.encoding)
    for key, values in query.lists():
        names.setlist(snake(key), values)
    return names


class CamelJSONRenderer(BaseRenderer):
    """Writes JSON with camelCase names and UTC times ending in Z."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        """Return ``data`` as UTF-8 JSON; ``None`` (an answer without content) as nothing."""
        if data is None:
            return b""
        return orjson.dumps(camelized(data), default=str, option=orjson.OPT_UTC_Z)


class CamelJSONParser(BaseParser):
    """Reads JSON with camelCase names."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        """Return the parsed body with snake_case names.

        Raises:
            ParseError: not JSON, or one field under two spellings.
            RequestDataTooBig: more than ``DATA_UPLOAD_MAX_MEMORY_SIZE`` bytes.
        """
        # Django guards the size only in HttpRequest.body, not when its stream is read.
        body = stream.body if hasattr(stream, "body") else stream.read()
        try:
            return snaked(orjson.loads(body))
        except orjson.JSONDecodeError as error:
            raise ParseError(f"This is not valid JSON: {error}") from error
