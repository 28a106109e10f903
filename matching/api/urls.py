"""Routes of matching's API."""

from common.api.router import ApiRouter
from matching.api.advice import AdviceViewSet
from matching.api.asking import AskingViewSet, WideningViewSet
from matching.api.fitting import ShiftFittingViewSet, VacancyFittingViewSet
from matching.api.learning import UnlockViewSet
from matching.api.policy import PolicyViewSet
from matching.api.proposals import PairViewSet, ProposalViewSet
from matching.api.views import AssignmentViewSet, NearMeViewSet, OfferViewSet

router = ApiRouter()
router.register("offers", OfferViewSet, basename="offer")
router.register("near-me", NearMeViewSet, basename="near-me")
router.register("assignments", AssignmentViewSet, basename="assignment")
router.register("dispatches", AskingViewSet, basename="dispatch")
router.register("daily-proposals", ProposalViewSet, basename="daily-proposal")
router.register("proposed-pairs", PairViewSet, basename="proposed-pair")
router.register("dispatch-policies", PolicyViewSet, basename="dispatch-policy")
router.register("widenings", WideningViewSet, basename="widening")
router.register("unlock-values", UnlockViewSet, basename="unlock-value")
router.register("advice", AdviceViewSet, basename="advice")
# Beside what the vacancy bank says under the same words.
router.register("vacancies", VacancyFittingViewSet, basename="vacancy-fitting")
router.register("shifts", ShiftFittingViewSet, basename="shift-fitting")
urlpatterns = router.urls
