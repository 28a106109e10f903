"""Routes of the safeguarding app's API."""

from common.api.router import ApiRouter
from safeguarding.api import concern_views, report_views, views

router = ApiRouter()
router.register("screenings", views.ScreeningViewSet, basename="screening")
router.register("screening-requirements", views.RequirementsViewSet, basename="screening-requirement")
router.register("screening-decisions", views.DecisionViewSet, basename="screening-decision")
router.register("free-vog", views.FreeVogViewSet, basename="free-vog")
router.register("concern-reports", concern_views.ReportViewSet, basename="concern-report")
router.register("concerns", concern_views.ConcernViewSet, basename="concern")
router.register("concern-reads", concern_views.ConcernReadViewSet, basename="concern-read")
router.register("reports", report_views.ReportViewSet, basename="report")
router.register("me/reports", report_views.MyReportViewSet, basename="my-report")
router.register("blocks", report_views.BlockViewSet, basename="block")
urlpatterns = router.urls
