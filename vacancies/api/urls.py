"""Routes of the API of vacancies."""

from common.api.router import ApiRouter
from vacancies.api import actions, bank, organisations, placements, schools, shifts

router = ApiRouter()
router.register("vacancies", bank.VacancyViewSet, basename="vacancy")
router.register("applications", bank.ApplicationViewSet, basename="application")
router.register("organisations", organisations.OrganisationViewSet, basename="organisation")
router.register("webhooks", organisations.WebhookViewSet, basename="webhook")
router.register("shifts", shifts.ShiftViewSet, basename="shift")
router.register("shift-seats", shifts.ShiftSeatViewSet, basename="shift-seat")
router.register("shift-swaps", shifts.ShiftSwapViewSet, basename="shift-swap")
router.register("actions", actions.ActionViewSet, basename="one-day-action")
router.register("action-tasks", actions.ActionTaskViewSet, basename="action-task")
router.register("task-seats", actions.TaskSeatViewSet, basename="task-seat")
router.register("students", placements.StudentViewSet, basename="student")
router.register("placement-spots", placements.PlacementSpotViewSet, basename="placement-spot")
router.register("placements", placements.PlacementViewSet, basename="placement")
router.register("placement-hours", placements.PlacementHoursViewSet, basename="placement-hours")
router.register("schools", schools.SchoolViewSet, basename="school")
router.register("school-contacts", schools.SchoolContactViewSet, basename="school-contact")
router.register("school-classes", schools.SchoolClassViewSet, basename="school-class")
urlpatterns = router.urls
