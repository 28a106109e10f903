"""Routes of the academy's API."""

from academy.api import knowledge, views
from common.api.router import ApiRouter

router = ApiRouter()
router.register("courses", views.CourseViewSet, basename="course")
router.register("course-requirements", views.CourseRequirementViewSet, basename="course-requirement")
router.register("completions", views.CompletionViewSet, basename="completion")
router.register("course-invitations", views.CourseInvitationViewSet, basename="course-invitation")
router.register("articles", knowledge.ArticleViewSet, basename="article")
router.register("kept-articles", knowledge.KeptArticleViewSet, basename="kept-article")
urlpatterns = router.urls
