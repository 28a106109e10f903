"""Routes of the API of recognition."""

from common.api.router import ApiRouter

router = ApiRouter()
urlpatterns = router.urls
