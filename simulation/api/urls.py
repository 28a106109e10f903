"""Routes of the API of what-ifs."""

from common.api.router import ApiRouter
from simulation.api import views

router = ApiRouter()
router.register("what-ifs", views.WhatIfViewSet, basename="what-if")
urlpatterns = router.urls
