"""A vacancy for others: for search engines, the picture of a shared link, feed readers, other sites."""

import textwrap
from datetime import date, datetime, time
from functools import lru_cache
from io import BytesIO
from typing import Any
from uuid import UUID
from xml.sax.saxutils import XMLGenerator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw, ImageFont

from common.api.etag import weak_etag
from common.errors import NotFound
from people.enums import OrganisationState
from people.models import Centre, Organisation
from vacancies.enums import VacancyKind
from vacancies.models import Vacancy
from vacancies.queries.bank import BY_DATE, Wanted, look
from vacancies.queries.shelf import public_vacancies, shelf
from vacancies.templatetags.vacancies import hours_words, moments_words, place_words

FEED_LENGTH = 50
EMBED_LENGTH = 25
SITEMAP_LENGTH = 50_000
WIDTH, HEIGHT, EDGE = 1200, 630, 80
PAPER, INK, ACCENT = "#faf7f2", "#1c2629", "#0d5965"


def json_ld(vacancy: Vacancy) -> dict[str, Any]:
    """Return a published vacancy in the words of schema.org: a JobPosting of the kind VOLUNTEER."""
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": vacancy.title,
        "description": "\n\n".join(part for part in (vacancy.task, vacancy.profile, vacancy.offer) if part),
        "identifier": {"@type": "PropertyValue", "name": "Samenkracht", "value": str(vacancy.pk)},
        "url": _address("vacancy", vacancy.pk),
        "datePosted": timezone.localdate(vacancy.published_at).isoformat() if vacancy.published_at else None,
        "validThrough": _until(vacancy.expires_on) if vacancy.expires_on else None,
        "employmentType": "VOLUNTEER",
        "hiringOrganization": {
            "@type": "Organization",
            "name": vacancy.organisation.name,
            "sameAs": vacancy.organisation.website or None,
            "url": _address("organisation", vacancy.organisation_id),
        },
        "industry": vacancy.get_category_display(),
        "workHours": f"{hours_words(vacancy)}, {moments_words(vacancy)}",
        "directApply": True,
    }
    if vacancy.kind == VacancyKind.ONE_OFF and vacancy.on_date:
        told["jobStartDate"] = vacancy.on_date.isoformat()
    if vacancy.online:
        told["jobLocationType"] = "TELECOMMUTE"
        told["applicantLocationRequirements"] = {"@type": "Country", "name": "NL"}
    if vacancy.postcode:
        told["jobLocation"] = _place(vacancy)
    return _filled(told)


def _until(day: date) -> str:
    """The end of the last day: of a day without a time search engines take the beginning."""
    return datetime.combine(day, time(23, 59, 59), timezone.get_default_timezone()).isoformat()


def _place(vacancy: Vacancy) -> dict[str, Any]:
    address = {
        "@type": "PostalAddress",
        "streetAddress": vacancy.address,
        "postalCode": vacancy.postcode,
        "addressLocality": vacancy.city or (vacancy.district.name if vacancy.district else ""),
        "addressCountry": "NL",
    }
    geo = {"@type": "GeoCoordinates", "latitude": vacancy.lat, "longitude": vacancy.lon}
    return {"@type": "Place", "address": _filled(address), "geo": geo}


def _filled(told: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty, at every depth."""
    kept = {name: _filled(value) if isinstance(value, dict) else value for name, value in told.items()}
    return {name: value for name, value in kept.items() if value not in (None, "")}


def _address(name: str, *args: Any) -> str:
    return settings.BASE_URL + reverse(name, args=args)


@require_safe
@cache_control(public=True, max_age=86_400)
def share_image(request: HttpRequest, vacancy_id: UUID) -> HttpResponse:
    """``GET /vacatures/<id>/afbeelding.png``: what a shared link shows, 1200 x 630."""
    vacancy = public_vacancies().filter(pk=vacancy_id).first()
    if vacancy is None:
        raise NotFound
    facts = f"{moments_words(vacancy)} · {place_words(vacancy)}"
    picture = _drawn(vacancy.title, vacancy.organisation.name, facts)
    return _kept(request, HttpResponse(picture, content_type="image/png"))


@lru_cache(maxsize=64)
def _drawn(title: str, organisation: str, facts: str) -> bytes:
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 24, HEIGHT), fill=ACCENT)
    lines = textwrap.wrap(title, 24)[:4]
    top = EDGE
    for line in lines:
        draw.text((EDGE, top), line, fill=INK, font=_font(76))
        top += 92
    draw.text(
        (EDGE, top + 24), textwrap.shorten(organisation, 52, placeholder="…"), fill=ACCENT, font=_font(44)
    )
    draw.text((EDGE, HEIGHT - 150), textwrap.shorten(facts, 60, placeholder="…"), fill=INK, font=_font(36))
    draw.text((EDGE, HEIGHT - 90), "Samenkracht", fill=ACCENT, font=_font(36))
    data = BytesIO()
    picture.save(data, "PNG", optimize=True)
    return data.getvalue()


@lru_cache(maxsize=8)
def _font(size: int) -> Any:
    """The typeface that comes with the picture library: the same everywhere."""
    return ImageFont.load_default(size)


@require_safe
@cache_control(public=True, max_age=300)
def feed(request: HttpRequest) -> HttpResponse:
    """``GET /vacatures/feed.atom``: the newest vacancies for feed readers (RFC 4287)."""
    atom = Atom1Feed(
        title=_("Volunteer jobs near you"),
        link=_address("vacancies"),
        description="",
        language="nl",
        feed_url=_address("vacancies-feed"),
        feed_guid=_address("vacancies-feed"),
    )
    found = look(Wanted(order=BY_DATE)).page(1, FEED_LENGTH)
    rows = public_vacancies().in_bulk(found)
    for vacancy in (rows[each] for each in found if each in rows):
        atom.add_item(
            title=vacancy.title,
            link=_address("vacancy", vacancy.pk),
            description=escape(vacancy.task),  # the feed says that it is HTML
            unique_id=f"urn:uuid:{vacancy.pk}",
            pubdate=vacancy.published_at,
            updateddate=vacancy.changed_at,
            author_name=vacancy.organisation.name,
            categories=[vacancy.get_category_display()],
        )
    return _kept(request, HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml"))


@require_safe
@cache_control(public=True, max_age=3600)
def sitemap(request: HttpRequest) -> HttpResponse:
    """``GET /sitemap.xml``: every public vacancy and organisation, for search engines."""
    data = BytesIO()
    xml = XMLGenerator(data, "utf-8")
    xml.startDocument()
    xml.startElement("urlset", {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"})
    columns = shelf.columns()
    addresses = [_address(name) for name in ("home", "vacancies", "accessibility", "privacy")]
    approved = Organisation.objects.filter(state=OrganisationState.APPROVED).order_by("name")
    addresses += [_address("organisation", pk) for pk in approved.values_list("pk", flat=True)]
    addresses += [_address("vacancy", pk) for pk in columns.ids]
    for address in addresses[:SITEMAP_LENGTH]:
        xml.startElement("url", {})
        xml.startElement("loc", {})
        xml.characters(address)
        xml.endElement("loc")
        xml.endElement("url")
    xml.endElement("urlset")
    xml.endDocument()
    return _kept(request, HttpResponse(data.getvalue(), content_type="application/xml"))


@require_safe
@cache_control(public=True, max_age=300)
@xframe_options_exempt
def embed(request: HttpRequest, owner_id: UUID) -> HttpResponse:
    """``GET /vacatures/insluiten/<id>/``: the list of an organisation or a centre inside its own site.

    Only the sites that it named may frame it, and nothing in it acts: it shows, and links to here.
    """
    organisation = Organisation.objects.filter(pk=owner_id, state=OrganisationState.APPROVED).first()
    owner = organisation or Centre.objects.filter(pk=owner_id).first()
    if owner is None:
        raise NotFound
    wanted = Wanted(
        organisation=organisation.pk if organisation else None,
        centre=None if organisation else owner.pk,
        order=BY_DATE,
    )
    found = look(wanted).page(1, EMBED_LENGTH)
    rows = public_vacancies().in_bulk(found)
    context = {
        "owner": owner,
        "vacancies": [rows[each] for each in found if each in rows],
        "base": settings.BASE_URL,
    }
    response = render(request, "vacancies/bank/embed.html", context)
    response._csp_replace = {"frame-ancestors": owner.embed_origins or ["'none'"]}  # type: ignore[attr-defined]
    return _kept(request, response)


def embed_code(owner: Organisation) -> str:
    """Return what an organisation puts on a page of its own site to show its list there."""
    title = escape(_("Volunteer jobs of %(name)s") % {"name": owner.name})
    address = _address("vacancies-embed", owner.pk)
    return f'<iframe src="{address}" title="{title}" width="100%" height="600" loading="lazy"></iframe>'


def _kept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Tag the answer, and send nothing again to who has it."""
    etag = weak_etag(response.content)
    response["ETag"] = etag
    answer = get_conditional_response(request, etag=etag, response=response)
    return answer if isinstance(answer, HttpResponse) else response
