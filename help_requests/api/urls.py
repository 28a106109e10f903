"""Routes of the help_requests app's API."""

from common.api.router import ApiRouter
from help_requests.api.views import HelpRequestViewSet

router = ApiRouter()
router.register("help-requests", HelpRequestViewSet, basename="help-request")
urlpatterns = router.urls
