"""Addresses: plural nouns, kebab-case, no trailing slash, ids that are UUIDs."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from typing import Any

from django.urls import Resolver404, ResolverMatch, URLPattern, URLResolver
from django.urls.resolvers import RoutePattern
from rest_framework.routers import Route, SimpleRouter


class ApiRouter(SimpleRouter):
    """``router.register("help-requests", HelpRequestViewSet, basename="help-request")``.

    An extra action ``mark_seen`` gets the path ``…/mark-seen``.
    """

    def __init__(self) -> None:
        super().__init__(trailing_slash=False, use_regex_path=False)

    def _get_dynamic_route(self, route: Any, action: Any) -> Route:
        made = super()._get_dynamic_route(route, action)
        return made._replace(url=route.url.replace("{url_path}", action.url_path.replace("_", "-")))


class SegmentResolver(URLResolver):
    """Resolves an address among the routes that begin with the same word, and finds what Django would.

    Django tries one route after the other, which with some hundreds of them takes longer than what follows.
    """

    def __init__(self, route: str, patterns: list[URLPattern | URLResolver]) -> None:
        super().__init__(RoutePattern(route, is_endpoint=False), patterns)

    @cached_property
    def _by_word(self) -> dict[str, URLResolver]:
        routes = list(_flat(self.url_patterns))
        words = [_first_word(route) for route in routes]
        return {
            word: URLResolver(
                self.pattern, [r for r, of in zip(routes, words, strict=True) if of in {word, ""}]
            )
            for word in set(words) - {""}
        }

    def resolve(self, path: str) -> ResolverMatch:
        """Return what answers this path. Raises ``Resolver404``, with all that was tried."""
        match = self.pattern.match(path)
        near = self._by_word.get(match[0].partition("/")[0]) if match else None
        if near is not None:
            with suppress(Resolver404):
                return near.resolve(path)
        return super().resolve(path)


def _flat(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern | URLResolver]:
    """Give the routes one after the other, those of a plain ``include`` without what is around them."""
    for pattern in patterns:
        plain = isinstance(pattern, URLResolver) and not (str(pattern.pattern) or pattern.namespace)
        yield from _flat(pattern.url_patterns) if plain else [pattern]


def _first_word(pattern: URLPattern | URLResolver) -> str:
    """Return the word with which every address of this route begins; empty when there is none."""
    found = re.match(r"[\w.-]+(?=/|$)", str(pattern.pattern))
    return found[0] if found and isinstance(pattern.pattern, RoutePattern) else ""
