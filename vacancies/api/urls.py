"""Routes of the API of vacancies."""

from common.api.router import ApiRouter
from vacancies.api import shifts

router = ApiRouter()
router.register("shifts", shifts.ShiftViewSet, basename="shift")
router.register("shift-seats", shifts.ShiftSeatViewSet, basename="shift-seat")
router.register("shift-swaps", shifts.ShiftSwapViewSet, basename="shift-swap")
urlpatterns = router.urls
