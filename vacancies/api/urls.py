"""Routes of the API of vacancies."""

from common.api.router import ApiRouter

router = ApiRouter()
urlpatterns = router.urls
