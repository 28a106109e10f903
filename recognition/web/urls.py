"""Routes of the pages of recognition."""

from django.urls import URLPattern, URLResolver, path

from recognition.web import claims, hours, limits, passports, signing, thanks

urlpatterns: list[URLPattern | URLResolver] = [
    path("mijn-uren/", hours.my_hours, name="my-hours"),
    path("mijn-uren/toevoegen/", hours.AddView.as_view(), name="hours-add"),
    path("mijn-uren/paspoort/", passports.MyPassportView.as_view(), name="my-passport"),
    path("mijn-uren/paspoort/<uuid:passport_id>/intrekken/", passports.revoke, name="passport-revoke"),
    path("mijn-uren/paspoort/<uuid:passport_id>/paspoort.pdf", passports.pdf, name="passport-pdf"),
    path("mijn-uren/<uuid:entry_id>/klopt/", hours.confirm, name="hours-confirm"),
    path("mijn-uren/<uuid:entry_id>/niet-meetellen/", hours.withdraw, name="hours-withdraw"),
    path("mijn-uren/<uuid:entry_id>/verbeteren/", hours.CorrectView.as_view(), name="hours-correct"),
    path("paspoort/<slug:token>/", passports.passport, name="passport"),
    path("mijn-vergoedingen/", claims.my_claims, name="my-claims"),
    path("mijn-vergoedingen/toevoegen/", claims.AddClaimView.as_view(), name="claim-add"),
    path("mijn-vergoedingen/<uuid:claim_id>/intrekken/", claims.withdraw_claim, name="claim-withdraw"),
    path("uren/tekenen/", signing.HoursView.as_view(), name="hours-to-sign"),
    path("uren/<uuid:entry_id>/afwijzen/", signing.RefuseHoursView.as_view(), name="hours-refuse"),
    path("vergoedingen/", signing.ClaimsView.as_view(), name="claims-to-decide"),
    path("vergoedingen/grenzen/", limits.LimitsView.as_view(), name="claim-limits"),
    path("vergoedingen/<int:year>/<slug:kind>/", signing.export_claims, name="claims-export"),
    path("vergoedingen/<uuid:claim_id>/afwijzen/", signing.RefuseClaimView.as_view(), name="claim-refuse"),
    path("bedankt/<uuid:assignment_id>/", thanks.ThankView.as_view(), name="thank"),
    path("bedanken/<uuid:user_id>/", thanks.ThankVolunteerView.as_view(), name="thank-volunteer"),
]
