"""Certificates: a page that anyone with its address can check, a file on paper, and a signed badge."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from academy import queries, services
from academy.models import Certificate
from common import clock
from common.errors import NotFound
from common.pdf import Paper
from common.words import paper_day
from people.models import Centre

CREDENTIAL = "application/vc+jwt"
MINUTES = 60


@require_safe
def certificate(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """``GET /certificaten/<id>/``: whether it is real and counts today, for whoever was given the address."""
    found = _found(certificate_id)
    context = {
        "certificate": found,
        "holds": found.holds_on(clock.today()),
        "own": found.user_id == getattr(request.user, "pk", None),
        "may_revoke": request.user.has_perm("academy.revoke_certificate", found),
    }
    response = render(request, "academy/learn/certificate.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@login_required
def paper(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """``GET /certificaten/<id>/certificaat.pdf``: for the holder, to print or hand over."""
    found = _own(request, certificate_id)
    address = request.build_absolute_uri(reverse("certificate", args=[found.pk]))
    response = HttpResponse(paper_of(found, address), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="certificaat.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def paper_of(found: Certificate, address: str) -> bytes:
    """Return a certificate as a sheet of paper, with the address where it can be checked."""
    sheet = Paper(_("Certificate"), publisher=found.centre.name, made_at=found.issued_at, wide=True)
    sheet.lead(_("This is to say that"))
    sheet.name(found.user.name or found.user.email)
    sheet.lead(_("has done the training “%(title)s”.") % {"title": found.course.title})
    sheet.paragraph(found.course.summary)
    facts = [(_("Done on"), paper_day(found.issued_on))]
    if found.valid_until:
        facts.append((_("Valid up to and including"), paper_day(found.valid_until)))
    facts.append((_("Given by"), found.centre.name))
    sheet.facts(facts)
    return sheet.check(address, _("Scan this code to check that the certificate is real and counts.")).build()


@require_safe
@login_required
def badge(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """``GET /certificaten/<id>/badge.jwt``: an Open Badge, for a backpack or wallet of the holder's own."""
    found = _own(request, certificate_id)
    response = HttpResponse(services.badge_of(found), content_type=CREDENTIAL)
    response["Content-Disposition"] = 'attachment; filename="badge.jwt"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@login_required
def revoke(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """``POST /certificaten/<id>/intrekken/``: it was given wrongly."""
    found = queries.certificates_visible_to(request.user).filter(pk=certificate_id).first()
    if found is None:
        raise NotFound
    services.revoke_certificate(found, by=request.user)
    messages.success(request, _("Taken back. This certificate does not count any more."))
    return redirect("certificate", certificate_id)


@require_safe
@cache_control(public=True, max_age=5 * MINUTES)
def keys(request: HttpRequest) -> HttpResponse:
    """``GET /.well-known/jwks.json``: the public keys of badges (RFC 7517)."""
    return _open({"keys": services.public_keys()}, "application/jwk-set+json")


@require_safe
@cache_control(public=True, max_age=60 * MINUTES)
def key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """``GET /badges/sleutels/<id>``: the public key that a badge names."""
    found = queries.badge_key(key_id)
    if found is None:
        raise NotFound
    return _open(found.public, "application/jwk+json")


@require_safe
@cache_control(public=True, max_age=5 * MINUTES)
def status(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """``GET /badges/status/<centre>/<n>``: which badges were taken back, signed."""
    centre = _centre(slug)
    if not services.has_status_list(centre, number):
        raise NotFound
    response = HttpResponse(services.status_list(centre, number), content_type=CREDENTIAL)
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
@cache_control(public=True, max_age=5 * MINUTES)
def issuer(request: HttpRequest, slug: str) -> HttpResponse:
    """``GET /badges/uitgevers/<centre>``: who gives the badges out."""
    return _open(services.issuer_of(_centre(slug)), "application/json")


def _open(said: dict[str, Any], kind: str) -> HttpResponse:
    """Checkers run in browsers on other sites: what is public anyway may be read from there."""
    response = JsonResponse(said, content_type=kind)
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _centre(slug: str) -> Centre:
    found = Centre.objects.filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


def _found(certificate_id: UUID) -> Certificate:
    found = queries.certificate_at(certificate_id)
    if found is None:
        raise NotFound
    return found


def _own(request: HttpRequest, certificate_id: UUID) -> Certificate:
    found = _found(certificate_id)
    if found.user_id != request.user.pk or found.revoked_at is not None:
        raise NotFound
    return found
