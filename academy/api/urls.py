"""Routes of the academy's API."""

from academy.api import knowledge, learning, views
from common.api.router import ApiRouter

router = ApiRouter()
router.register("courses", views.CourseViewSet, basename="course")
router.register("course-requirements", views.CourseRequirementViewSet, basename="course-requirement")
router.register("role-requirements", views.RoleRequirementViewSet, basename="role-requirement")
router.register("completions", views.CompletionViewSet, basename="completion")
router.register("course-invitations", views.CourseInvitationViewSet, basename="course-invitation")
router.register("articles", knowledge.ArticleViewSet, basename="article")
router.register("kept-articles", knowledge.KeptArticleViewSet, basename="kept-article")
router.register("learnings", learning.LearningViewSet, basename="learning")
router.register("course-sessions", learning.SessionViewSet, basename="course-session")
router.register("meeting-places", learning.MeetingPlaceViewSet, basename="meeting-place")
router.register("enrolments", learning.EnrolmentViewSet, basename="enrolment")
router.register("certificates", learning.CertificateViewSet, basename="certificate-api")
router.register("evaluations", learning.EvaluationViewSet, basename="evaluation")
urlpatterns = router.urls
