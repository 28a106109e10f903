"""Addresses: plural nouns, kebab-case, no trailing slash, ids that are UUIDs."""

from typing import Any

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
