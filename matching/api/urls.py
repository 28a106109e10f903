"""Routes of matching's API."""

from common.api.router import ApiRouter
from matching.api.views import AssignmentViewSet, DispatchViewSet, NearMeViewSet, OfferViewSet

router = ApiRouter()
router.register("offers", OfferViewSet, basename="offer")
router.register("near-me", NearMeViewSet, basename="near-me")
router.register("assignments", AssignmentViewSet, basename="assignment")
router.register("dispatches", DispatchViewSet, basename="dispatch")
urlpatterns = router.urls
