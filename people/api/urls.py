"""Routes of the people app's API."""

from django.urls import URLPattern, URLResolver, path

from common.api.router import ApiRouter
from people.api import views
from people.api.invitations import InvitationViewSet
from people.api.sharing import SharedRecordViewSet
from people.api.suspensions import SuspensionViewSet

router = ApiRouter()
router.register("centres", views.CentreViewSet, basename="centre")
router.register("invitations", InvitationViewSet, basename="invitation")
router.register("me/residents", views.MyResidentViewSet, basename="my-resident")
router.register("residents", views.ResidentViewSet, basename="resident")
router.register("shared-records", SharedRecordViewSet, basename="shared-record")
router.register("suspensions", SuspensionViewSet, basename="suspension")
router.register("volunteers", views.VolunteerViewSet, basename="volunteer")

ME = {"get": "retrieve", "patch": "partial_update"}
PROFILE = {"get": "retrieve", "post": "create", "patch": "partial_update"}
profile = views.MyVolunteerProfileViewSet

urlpatterns: list[URLPattern | URLResolver] = [
    path("me", views.MeViewSet.as_view(ME), name="me"),
    path("me/volunteer-profile", profile.as_view(PROFILE), name="my-volunteer-profile"),
    path("me/volunteer-profile/pause", profile.as_view({"post": "pause"}), name="my-volunteer-profile-pause"),
    path(
        "me/volunteer-profile/resume", profile.as_view({"post": "resume"}), name="my-volunteer-profile-resume"
    ),
    path("me/volunteer-profile/leave", profile.as_view({"post": "leave"}), name="my-volunteer-profile-leave"),
    *router.urls,
]
