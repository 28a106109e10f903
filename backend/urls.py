"""The address book: the shell's own pages, then one line per app. Paths are Dutch, names are English."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from backend import health, web
from people.web.signing_in import first_password

# The admin's own login knows no limits and no second factor; ours does.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = "backend.refusals.bad_request"
handler403 = "backend.refusals.forbidden"
handler404 = "backend.refusals.not_found"
handler500 = "backend.refusals.server_error"

urlpatterns = [
    path("", web.home, name="home"),
    path("start/", web.start, name="start"),
    path("weergave/", web.display, name="display"),
    path("taal/", web.language, name="language"),
    path("toegankelijkheid/", web.accessibility, name="accessibility"),
    path("privacy/", web.privacy, name="privacy"),
    path("offline/", web.offline, name="offline"),
    path("stijl/", web.gallery, name="gallery"),
    path("manifest.webmanifest", web.manifest, name="manifest"),
    path("sw.js", web.service_worker, name="service-worker"),
    path("robots.txt", web.robots_txt, name="robots"),
    path("favicon.ico", web.favicon, name="favicon"),
    path(".well-known/security.txt", web.security_txt, name="security-txt"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    # Before allauth's own, which asks nothing of whoever has no password yet.
    path("account/password/set/", first_password, name="account_set_password"),
    path("account/", include("allauth.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    path("beheer/", admin.site.urls),
    path("api/", include("backend.api_urls")),
    path("", include("people.web.urls")),
    path("", include("safeguarding.web.urls")),
    path("", include("academy.web.urls")),
    path("", include("help_requests.web.urls")),
    path("", include("vacancies.web.urls")),
    path("", include("matching.web.urls")),
    path("", include("recognition.web.urls")),
    path("", include("simulation.web.urls")),
    path("", include("notifications.web.urls")),
]
