"""Routes of the pages of vacancies."""

from django.urls import URLPattern, URLResolver, path

from vacancies.web import (
    action_urls,
    answering,
    applicants,
    bank,
    connections,
    desk,
    organisations,
    placement_urls,
    review,
    sharing,
    shift_urls,
)

urlpatterns: list[URLPattern | URLResolver] = [
    # First: below, a slug is the name of a step.
    *shift_urls.urlpatterns,
    *action_urls.urlpatterns,
    *placement_urls.urlpatterns,
    path("vacatures/", bank.bank, name="vacancies"),
    path("vacatures/feed.atom", sharing.feed, name="vacancies-feed"),
    path("vacatures/bewaard/", bank.saved, name="saved-vacancies"),
    path("vacatures/aanmelden/klaar/", answering.answer_finish, name="answer-finish"),
    path("vacatures/insluiten/<uuid:owner_id>/", sharing.embed, name="vacancies-embed"),
    path("vacatures/<uuid:vacancy_id>/", bank.vacancy_page, name="vacancy"),
    path("vacatures/<uuid:vacancy_id>/afbeelding.png", sharing.share_image, name="vacancy-image"),
    path("vacatures/<uuid:vacancy_id>/bewaren/", bank.save, name="save-vacancy"),
    path("vacatures/<uuid:vacancy_id>/aanmelden/", answering.AnswerView.as_view(), name="answer-vacancy"),
    path("sitemap.xml", sharing.sitemap, name="sitemap"),
    path("mijn-aanmeldingen/", answering.my_applications, name="my-applications"),
    path("mijn-aanmeldingen/<uuid:application_id>/", answering.my_application, name="my-application"),
    path(
        "mijn-aanmeldingen/<uuid:application_id>/intrekken/", answering.withdraw, name="withdraw-application"
    ),
    path("organisaties/aanmelden/", organisations.organisation_request, name="organisation-request"),
    path("organisaties/<uuid:organisation_id>/", organisations.organisation_page, name="organisation"),
    path(
        "organisaties/<uuid:organisation_id>/logo/", organisations.organisation_logo, name="organisation-logo"
    ),
    path("organisatie/", desk.organisation_home, name="organisation-home"),
    path("organisatie/vacatures/meelezen/", desk.coaching, name="vacancy-coaching"),
    path("organisatie/vacatures/<uuid:vacancy_id>/", desk.desk_vacancy, name="desk-vacancy"),
    path("organisatie/vacatures/<uuid:vacancy_id>/aanpassen/", desk.edit_vacancy, name="edit-vacancy"),
    path("organisatie/vacatures/<uuid:vacancy_id>/<slug:slug>/", desk.vacancy_act, name="vacancy-act"),
    path("organisatie/aanmeldingen/<uuid:application_id>/", applicants.applicant, name="applicant"),
    path(
        "organisatie/aanmeldingen/<uuid:application_id>/afwijzen/",
        applicants.decline,
        name="decline-applicant",
    ),
    path(
        "organisatie/aanmeldingen/<uuid:application_id>/<slug:slug>/",
        applicants.applicant_act,
        name="applicant-act",
    ),
    path("organisatie/<uuid:organisation_id>/", desk.organisation_desk, name="organisation-desk"),
    path(
        "organisatie/<uuid:organisation_id>/profiel/",
        organisations.organisation_profile,
        name="organisation-profile",
    ),
    path(
        "organisatie/<uuid:organisation_id>/importeren/",
        connections.import_vacancies,
        name="import-vacancies",
    ),
    path(
        "organisatie/<uuid:organisation_id>/importeren/voorbeeld.csv",
        connections.import_example,
        name="import-example",
    ),
    path("organisatie/<uuid:organisation_id>/webhooks/", connections.webhook_list, name="webhooks"),
    path(
        "organisatie/<uuid:organisation_id>/webhooks/<uuid:webhook_id>/<slug:slug>/",
        connections.webhook_act,
        name="webhook-act",
    ),
    path("organisatie/<uuid:organisation_id>/vacatures/nieuw/", desk.new_vacancy, name="new-vacancy"),
    path("balie/webhooks/", connections.centre_webhook_list, name="centre-webhooks"),
    path(
        "balie/webhooks/<uuid:webhook_id>/<slug:slug>/",
        connections.centre_webhook_act,
        name="centre-webhook-act",
    ),
    path("balie/vacatures/", review.review_desk, name="review-desk"),
    path("balie/vacatures/<uuid:vacancy_id>/<slug:slug>/", review.decide_vacancy, name="decide-vacancy"),
    path(
        "balie/organisaties/<uuid:organisation_id>/", review.decide_organisation, name="review-organisation"
    ),
]
