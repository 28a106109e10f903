"""Routes of the academy's pages."""

from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import StringConverter

from academy.web import (
    catalogue,
    desk,
    invitations,
    knowledge_urls,
    lessons,
    meetings,
    proof,
    teaching,
    writing,
)

_VOLUNTEER = "vrijwilligers/<uuid:volunteer_id>/trainingen"
_MEETING = "bijeenkomsten/<uuid:session_id>"
_CERTIFICATE = "certificaten/<uuid:certificate_id>"
_SESSION = "trainer/bijeenkomsten/<uuid:session_id>"
_WRITING = "trainer/trainingen/<slug:slug>"


class _Tick(StringConverter):
    regex = "|".join(teaching.TICKS)


class _FileKind(StringConverter):
    regex = "csv|xlsx|ods"


class _Place(StringConverter):
    regex = "omhoog|omlaag|weg"


register_converter(_Tick, "seat_tick")
register_converter(_FileKind, "file_kind")
register_converter(_Place, "step_place")

urlpatterns: list[URLPattern | URLResolver] = [
    path("leren/", catalogue.catalogue, name="learning"),
    path("leren/uitnodiging/<uuid:invitation_id>/ja/", invitations.accept, name="invitation-accept"),
    path("leren/uitnodiging/<uuid:invitation_id>/nu-niet/", invitations.decline, name="invitation-decline"),
    path("leren/beeld/<uuid:picture_id>/", writing.picture, name="lesson-picture"),
    path("leren/<slug:slug>/", catalogue.course, name="learn-course"),
    path("leren/<slug:slug>/begin/", catalogue.start, name="learn-begin"),
    path("leren/<slug:slug>/stap/<int:number>/", lessons.StepView.as_view(), name="learn-step"),
    path("leren/<slug:slug>/klaar/", lessons.finished, name="learn-done"),
    path("leren/<slug:slug>/hoe-was-het/", meetings.CourseEvaluationView.as_view(), name="learn-evaluate"),
    path(f"{_MEETING}/", meetings.meeting, name="meeting"),
    path(f"{_MEETING}/aanmelden/", meetings.sign_up, name="meeting-sign-up"),
    path(f"{_MEETING}/afmelden/", meetings.sign_off, name="meeting-sign-off"),
    path(f"{_MEETING}/agenda.ics", meetings.calendar, name="meeting-calendar"),
    path(f"{_MEETING}/hoe-was-het/", meetings.EvaluationView.as_view(), name="meeting-evaluate"),
    path("inchecken/<str:token>/", meetings.CheckInView.as_view(), name="check-in"),
    path(f"{_CERTIFICATE}/", proof.certificate, name="certificate"),
    path(f"{_CERTIFICATE}/certificaat.pdf", proof.paper, name="certificate-paper"),
    path(f"{_CERTIFICATE}/badge.jwt", proof.badge, name="certificate-badge"),
    path(f"{_CERTIFICATE}/intrekken/", proof.revoke, name="certificate-revoke"),
    path(".well-known/jwks.json", proof.keys, name="badge-keys"),
    path("badges/sleutels/<uuid:key_id>", proof.key, name="badge-key"),
    path("badges/status/<slug:slug>/<int:number>", proof.status, name="badge-status"),
    path("badges/uitgevers/<slug:slug>", proof.issuer, name="badge-issuer"),
    path("trainer/", teaching.desk, name="trainer-desk"),
    path("trainer/bijeenkomsten/nieuw/", teaching.PlanView.as_view(), name="trainer-plan"),
    path(f"{_SESSION}/", teaching.session, name="trainer-session"),
    path(f"{_SESSION}/wijzig/", teaching.ChangeView.as_view(), name="trainer-session-change"),
    path(f"{_SESSION}/deur/", teaching.door, name="trainer-door"),
    path(f"{_SESSION}/afronden/", teaching.close, name="trainer-close"),
    path(f"{_SESSION}/afgelasten/", teaching.call_off, name="trainer-call-off"),
    path(f"{_SESSION}/lijst.<file_kind:kind>", teaching.list_file, name="trainer-list-file"),
    path(f"{_SESSION}/erbij/", teaching.AddView.as_view(), name="trainer-session-add"),
    path(f"{_SESSION}/lijst/<uuid:seat_id>/<seat_tick:tick>/", teaching.tick, name="trainer-tick"),
    path("trainer/cijfers/", teaching.numbers, name="trainer-numbers"),
    path("trainer/cijfers.<file_kind:kind>", teaching.numbers_file, name="trainer-numbers-file"),
    path("trainer/trainingen/", writing.courses, name="trainer-courses"),
    path("trainer/trainingen/nieuw/", writing.DetailsView.as_view(), name="trainer-course-new"),
    path(f"{_WRITING}/", writing.course, name="trainer-course"),
    path(f"{_WRITING}/gegevens/", writing.DetailsView.as_view(), name="trainer-course-details"),
    path(f"{_WRITING}/concept/", writing.start_draft, name="trainer-draft"),
    path(f"{_WRITING}/concept/weg/", writing.drop, name="trainer-draft-drop"),
    path(f"{_WRITING}/publiceer/", writing.publish, name="trainer-publish"),
    path(f"{_WRITING}/bekijk/<int:number>/", writing.preview, name="trainer-preview"),
    path(f"{_WRITING}/stappen/nieuw/", writing.StepView.as_view(), name="trainer-step-new"),
    path(f"{_WRITING}/stappen/<uuid:step_id>/", writing.StepView.as_view(), name="trainer-step"),
    path(f"{_WRITING}/stappen/<uuid:step_id>/<step_place:to>/", writing.move, name="trainer-step-move"),
    path("trainingen/", desk.courses, name="courses"),
    path("trainingen/<slug:slug>/", desk.CourseView.as_view(), name="course"),
    path(f"{_VOLUNTEER}/", desk.VolunteerTrainingsView.as_view(), name="volunteer-trainings"),
    path(f"{_VOLUNTEER}/uitnodigen/", desk.invite, name="volunteer-invite"),
    path(f"{_VOLUNTEER}/<uuid:completion_id>/intrekken/", desk.revoke, name="completion-revoke"),
    *knowledge_urls.urlpatterns,
]
