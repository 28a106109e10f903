"""Routes of the API of vacancies."""

from common.api.router import ApiRouter
from vacancies.api import bank, organisations, shifts

router = ApiRouter()
router.register("vacancies", bank.VacancyViewSet, basename="vacancy")
router.register("applications", bank.ApplicationViewSet, basename="application")
router.register("organisations", organisations.OrganisationViewSet, basename="organisation")
router.register("webhooks", organisations.WebhookViewSet, basename="webhook")
router.register("shifts", shifts.ShiftViewSet, basename="shift")
router.register("shift-seats", shifts.ShiftSeatViewSet, basename="shift-seat")
router.register("shift-swaps", shifts.ShiftSwapViewSet, basename="shift-swap")
urlpatterns = router.urls
