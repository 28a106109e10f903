"""Routes of the API of recognition."""

from common.api.router import ApiRouter
from recognition.api import views

router = ApiRouter()
router.register("hour-entries", views.HourEntryViewSet, basename="hour-entry")
router.register("reimbursements", views.ClaimViewSet, basename="reimbursement")
router.register("reimbursement-limits", views.LimitsViewSet, basename="reimbursement-limit")
router.register("passports", views.PassportViewSet, basename="passport")
router.register("thanks", views.ThanksViewSet, basename="thanks")
urlpatterns = router.urls
