"""The project's addresses, and the two that its API is measured against."""

from django.urls import path

from backend.urls import handler400, handler403, handler404, handler500, urlpatterns
from bench.api.views import NothingView, SqlViewSet

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("api/v1/bench/sql/<uuid:id>", SqlViewSet.as_view({"get": "candidates"})),
    path("api/v1/bench/nothing", NothingView.as_view()),
    *urlpatterns,
]
