"""Pages that belong to no app: home, where to start, display and language, statements, files of the site."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from backend.context import address_of
from backend.display import Display
from backend.gallery import gallery_context
from common import clock
from people.enums import COORDINATING, HelpCategory, Role
from people.models import User
from people.queries import may_act, roles_of
from vacancies.queries.desk import has_answered
from vacancies.queries.placements import follows_school, students_of

# The first role someone holds decides where they start; a person with several starts at their work.
STARTS: tuple[tuple[frozenset[Role], str], ...] = (
    (COORDINATING, "desk"),
    (frozenset({Role.CONFIDENTIAL_OFFICER}), "concerns"),
    (frozenset({Role.VOLUNTEER}), "volunteer-home"),
    (frozenset({Role.RESIDENT, Role.REPRESENTATIVE, Role.REFERRER}), "my-requests"),
    (frozenset({Role.ORGANISATION}), "organisation-home"),
    (frozenset({Role.TRAINER}), "trainer-desk"),
    (frozenset({Role.ANALYST}), "what-ifs"),
)
SECURITY_TXT_HOLDS = timedelta(days=300)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """``GET /``: four doors, the phone number, how it works. For everyone."""
    doors = {
        "ask": address_of("ask-help"),
        "join": address_of("join"),
        "vacancies": address_of("vacancies"),
        "organisation": address_of("organisation-request"),
    }
    return render(request, "home.html", {"doors": doors, "categories": HelpCategory})


@require_safe
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """``GET /start/``: send someone who has signed in to where their work is, in their own language."""
    roles = roles_of(request.user)
    place = next((url_name for wanted, url_name in STARTS if roles & wanted), None)
    place = place or _start_without_role(request.user)
    response = redirect(address_of(place) or "home")
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, request.user.language, samesite="Lax")
    return response


def _start_without_role(user: Any) -> str:
    """A student, a teacher or who answered a vacancy begins there; whoever else is new by joining in."""
    if students_of(user).exists():
        return "placement"
    if follows_school(user):
        return "schools"
    return "my-applications" if has_answered(user) else "join"


@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """``POST /weergave/`` with ``theme`` and/or ``text``: remember the choice and go back."""
    chosen = Display.of(request).changed(request.POST.get("theme"), request.POST.get("text"))
    response = HttpResponseRedirect(_way_back(request))
    chosen.remember(response)
    return response


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """``POST /taal/`` with ``language``: speak it from now on, in mail and messages too."""
    response = set_language(request)
    code = request.POST.get("language", "")
    user = request.user
    if (
        may_act(user)
        and user.pk
        and translation.check_for_language(code)
        and code in dict(settings.LANGUAGES)
    ):
        User.objects.filter(pk=user.pk).update(language=code)
    return response


def _way_back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if own else "/"


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """``GET /toegankelijkheid/``: the accessibility statement."""
    return render(request, "accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """``GET /privacy/``: what is kept, why, how long, and one's rights, in plain words."""
    return render(request, "privacy.html")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """``GET /offline/``: what an installed phone shows without a connection.

    It stays on the device after signing out, so that it has the frame of a visitor, whoever fetches it.
    """
    request.user = AnonymousUser()
    return render(request, "offline.html")


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """``GET /stijl/``: every part of the design system. Only in development and the demonstration town."""
    if not (settings.DEBUG or settings.DEMO_TOWN):
        raise Http404
    return render(request, "gallery.html", gallery_context(request))


@require_safe
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """``GET /manifest.webmanifest``: what a phone needs to install the site."""
    sizes = (("192x192", "img/icon-192.png"), ("512x512", "img/icon-512.png"))
    icons: list[dict[str, Any]] = [
        {"src": static(file), "sizes": size, "type": "image/png", "purpose": "any"} for size, file in sizes
    ]
    icons.append(
        {
            "src": static("img/icon-maskable-512.png"),
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "maskable",
        }
    )
    body = {
        "id": "/",
        "name": "Samenkracht",
        "short_name": "Samenkracht",
        "description": _("Neighbours help neighbours"),
        "lang": translation.get_language(),
        "start_url": "/start/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf7f2",
        "theme_color": "#0d5965",
        "icons": icons,
    }
    return JsonResponse(body, content_type="application/manifest+json")


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """``GET /sw.js``: lessons without a connection, and messages; at the root, for all of the site."""
    folder = settings.BASE_DIR / "backend" / "static" / "js"
    # In this order: whoever answers a fetch (sw.js) keeps it from all who listen later.
    code = "\n".join((folder / name).read_text() for name in ("sw_push.js", "sw.js"))
    return HttpResponse(code, content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(max_age=86400)
def favicon(request: HttpRequest) -> HttpResponse:
    """``GET /favicon.ico``: where browsers look that have read no page."""
    return redirect(static("img/favicon.svg"))


@require_safe
@cache_control(max_age=86400)
def security_txt(request: HttpRequest) -> HttpResponse:
    """``GET /.well-known/security.txt`` (RFC 9116): where to report a leak."""
    context = {
        "contact": settings.SECURITY_CONTACT,
        "base": settings.BASE_URL,
        "expires": clock.now().replace(microsecond=0) + SECURITY_TXT_HOLDS,
    }
    return render(request, "security.txt", context, content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(max_age=86400)
def robots_txt(request: HttpRequest) -> HttpResponse:
    """``GET /robots.txt``: search engines may read what is for everyone."""
    lines = ["User-agent: *", "Disallow: /account/", "Disallow: /beheer/", "Disallow: /api/", "Allow: /"]
    lines += [f"Sitemap: {settings.BASE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
