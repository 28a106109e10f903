"""The address book of the API: one line per app, plus the document, its page and a problem for the rest."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from common.api.document import docs_page, openapi_json
from common.api.meta import ProblemKindView, RootView, unknown_address
from common.api.router import SegmentResolver

_v1: list[URLPattern | URLResolver] = [
    path("openapi.json", openapi_json, name="openapi"),
    path("docs", docs_page, name="docs"),
    path("problems/<slug:code>", ProblemKindView.as_view(), name="problem-kind"),
    path("", include("places.api.urls")),
    path("", include("people.api.urls")),
    path("", include("safeguarding.api.urls")),
    path("", include("academy.api.urls")),
    path("", include("help_requests.api.urls")),
    path("", include("vacancies.api.urls")),
    path("", include("matching.api.urls")),
    path("", include("recognition.api.urls")),
    path("", include("simulation.api.urls")),
    path("", include("notifications.api.urls")),
]

app_name = "api"
urlpatterns = [
    path("v1", RootView.as_view(), name="root"),
    SegmentResolver("v1/", _v1),
    re_path(r"", unknown_address, name="unknown"),
]
