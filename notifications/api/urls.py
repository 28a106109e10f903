"""Routes of the notifications app's API."""

from django.urls import path

from common.api.router import ApiRouter
from notifications.api.views import LiveSignalsView, NoticeViewSet, PushSubscriptionViewSet

router = ApiRouter()
router.register("notices", NoticeViewSet, basename="notice")
router.register("push-subscriptions", PushSubscriptionViewSet, basename="push-subscription")
urlpatterns = [*router.urls, path("live-signals", LiveSignalsView.as_view(), name="live-signals")]
