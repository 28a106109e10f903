"""Routes of the notifications app's API."""

from django.urls import path

from common.api.router import ApiRouter
from notifications.api.views import LiveSignalsView, NoticeViewSet

router = ApiRouter()
router.register("notices", NoticeViewSet, basename="notice")
urlpatterns = [*router.urls, path("live-signals", LiveSignalsView.as_view(), name="live-signals")]
