"""Routes of the safeguarding app's pages."""

from django.urls import URLPattern, URLResolver, path

from safeguarding.web import apart, concerns, mine, reporting, reports, requirements, screening_desk, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("vrijwilligers/", views.volunteers, name="volunteers"),
    path("vrijwilligers/<uuid:volunteer_id>/", views.volunteer, name="volunteer"),
    path("vrijwilligers/<uuid:volunteer_id>/meedoen/", views.activate, name="volunteer-activate"),
    path(
        "vrijwilligers/<uuid:volunteer_id>/screening/<slug:requirement>/",
        views.ScreeningView.as_view(),
        name="volunteer-screening",
    ),
    path("zorg-melden/", reporting.report, name="report-concern"),
    path("zorgsignalen/", concerns.concerns, name="concerns"),
    path("zorgsignalen/<uuid:concern_id>/", concerns.concern, name="concern"),
    path("zorgsignalen/<uuid:concern_id>/stap/<slug:state>/", concerns.step, name="concern-step"),
    path("zorgsignalen/<uuid:concern_id>/notitie/", concerns.note, name="concern-note"),
    path("zorgsignalen/<uuid:concern_id>/toevertrouwen/", concerns.entrust, name="concern-entrust"),
    path("zorgsignalen/<uuid:concern_id>/overdragen/", concerns.hand_over, name="concern-hand-over"),
    path("blokkeren/<uuid:volunteer_id>/<uuid:resident_id>/", apart.BlockView.as_view(), name="block"),
    path("profiel/blokkades/", apart.my_blocks, name="my-blocks"),
    path("blokkades/<uuid:block_id>/opheffen/", apart.lift, name="block-lift"),
    path("gescheiden/<slug:kind>/<uuid:person_id>/", apart.ApartView.as_view(), name="kept-apart"),
    path("melden/<slug:kind>/<uuid:object_id>/", reports.ReportView.as_view(), name="report-it"),
    path("mijn-meldingen/", reports.my_reports, name="my-reports"),
    path("meldingen/", reports.reports, name="reports"),
    path("meldingen/<uuid:report_id>/", reports.report, name="report"),
    path("meldingen/<uuid:report_id>/oppakken/", reports.report_take, name="report-take"),
    path("meldingen/<uuid:report_id>/afronden/", reports.report_settle, name="report-settle"),
    path("mijn-screening/", mine.my_screening, name="my-screening"),
    path("screening/", screening_desk.screening_desk, name="screening-desk"),
    path("screening/eisen/", requirements.requirements, name="screening-requirements"),
    path("screening/gratis-vog/", requirements.free_vog, name="free-vog"),
    path("screening/gratis-vog/<uuid:organisation_id>/", requirements.free_vog, name="free-vog-of"),
    path(
        "screening/besluiten/<uuid:decision_id>/<slug:reply>/", screening_desk.decide, name="screening-decide"
    ),
    path("screening/<uuid:volunteer_id>/", screening_desk.screening_of, name="screening-of"),
    path(
        "screening/<uuid:volunteer_id>/<slug:requirement>/<slug:act>/",
        screening_desk.screening_act,
        name="screening-act",
    ),
]
