"""Routes of the academy's pages."""

from django.urls import URLPattern, URLResolver, path

from academy.web import desk, invitations, knowledge_urls

_VOLUNTEER = "vrijwilligers/<uuid:volunteer_id>/trainingen"

urlpatterns: list[URLPattern | URLResolver] = [
    path("leren/uitnodiging/<uuid:invitation_id>/ja/", invitations.accept, name="invitation-accept"),
    path("leren/uitnodiging/<uuid:invitation_id>/nu-niet/", invitations.decline, name="invitation-decline"),
    path("trainingen/", desk.courses, name="courses"),
    path("trainingen/<slug:slug>/", desk.CourseView.as_view(), name="course"),
    path(f"{_VOLUNTEER}/", desk.VolunteerTrainingsView.as_view(), name="volunteer-trainings"),
    path(f"{_VOLUNTEER}/uitnodigen/", desk.invite, name="volunteer-invite"),
    path(f"{_VOLUNTEER}/<uuid:completion_id>/intrekken/", desk.revoke, name="completion-revoke"),
    *knowledge_urls.urlpatterns,
]
