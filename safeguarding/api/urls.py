"""Routes of the safeguarding app's API."""

from common.api.router import ApiRouter
from safeguarding.api import views

router = ApiRouter()
router.register("screenings", views.ScreeningViewSet, basename="screening")
urlpatterns = router.urls
