"""Routes of the people app's pages."""

from django.urls import URLPattern, URLResolver, path

from people.web import agenda, invitations, join, profile, residents, rights, signing_in, team

urlpatterns: list[URLPattern | URLResolver] = [
    path("inloggen/", signing_in.sign_in_afresh, name="sign-in-afresh"),
    path("doe-mee/", join.join, name="join"),
    path("doe-mee/klaar/", join.join_finish, name="join-finish"),
    path("doe-mee/<slug:step>/", join.JoinStepView.as_view(), name="join-step"),
    path("profiel/", profile.profile, name="profile"),
    path("profiel/account/", profile.AccountView.as_view(), name="profile-account"),
    path("profiel/mijn-gegevens/", profile.own_data, name="own-data"),
    path("profiel/vrijwilliger/<slug:part>/", profile.VolunteerPartView.as_view(), name="profile-volunteer"),
    path("profiel/pauze/", profile.PauseView.as_view(), name="profile-pause"),
    path("profiel/weer-meedoen/", profile.resume, name="profile-resume"),
    path("profiel/stoppen/", profile.LeaveView.as_view(), name="profile-leave"),
    path(
        "profiel/gegevens/<uuid:resident_id>/<slug:part>/",
        residents.ResidentPartView.as_view(),
        name="profile-resident",
    ),
    path("profiel/agenda/", agenda.AgendaView.as_view(), name="my-agenda"),
    path("profiel/agenda/stoppen/", agenda.end_agenda, name="end-agenda"),
    path("agenda/<slug:token>.ics", agenda.agenda_feed, name="agenda-feed"),
    path("profiel/rechten/", rights.my_rights, name="my-rights"),
    path("profiel/rechten/kopie.zip", rights.my_export, name="my-export"),
    path("profiel/rechten/wissen/", rights.EraseView.as_view(), name="erase-me"),
    path("profiel/rechten/<uuid:person_id>/<slug:answer>/", rights.my_consent, name="my-consent"),
    path("rechten/<slug:kind>/<uuid:person_id>/", rights.RightsForView.as_view(), name="rights-for"),
    path("rechten/<slug:kind>/<uuid:person_id>/kopie.zip", rights.export_of, name="export-of"),
    path("rechten/<slug:kind>/<uuid:person_id>/<slug:answer>/", rights.consent_for, name="consent-for"),
    path("uitnodiging/", invitations.InvitationView.as_view(), name="invitation"),
    path("uitnodiging/<str:token>/", invitations.invitation_link, name="invitation-link"),
    path("team/", team.TeamView.as_view(), name="team"),
    path("team/<uuid:place_id>/", team.TeamView.as_view(), name="team-of"),
    path("team/uitnodigingen/<uuid:invitation_id>/<slug:act>/", team.invitation_act, name="invitation-act"),
    path("team/rollen/<uuid:grant_id>/beeindigen/", team.role_end, name="role-end"),
    path("gewist/", rights.deletions, name="deletions"),
    path("inwoners/", residents.residents, name="residents"),
    path("inwoners/nieuw/", residents.ResidentNewView.as_view(), name="resident-new"),
    path("inwoners/<uuid:resident_id>/", residents.resident, name="resident"),
    path(
        "inwoners/<uuid:resident_id>/<slug:part>/",
        residents.ResidentPartView.as_view(for_staff=True),
        name="resident-edit",
    ),
]
