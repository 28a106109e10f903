"""The knowledge base as readers see it: looking something up, reading it, saying whether it helped."""

from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from academy import queries, services
from academy.enums import Reader, Topic
from academy.models import Article
from academy.services.pictures import named_in
from academy.web.knowledge_forms import FeedbackForm
from common.errors import InvalidInput, NotFound
from common.markdown import to_html, to_text
from common.readability import readability
from common.search import Results
from common.uploads import picture_response
from people.queries import may_act

PROFESSIONAL = Reader.to_mask([Reader.ORGANISATION, Reader.STAFF])


@require_safe
def knowledge(request: HttpRequest) -> HttpResponse:
    """``GET /kennis/?q=&voor=``: search and shelves; with htmx what was found only, also of half a word."""
    asked = " ".join(request.GET.get("q", "").split())[:200]
    reader = request.GET.get("voor", "")
    typing = bool(request.htmx)  # type: ignore[attr-defined]
    context = _found(request.user, asked, reader, typing) if asked else _shelves(request.user, reader)
    context |= {
        "asked": asked,
        "reader": reader if reader in Reader.values else "",
        "readers": _shown(request),
    }
    context["writes"] = queries.writes_articles(request.user)
    template = "academy/knowledge/_found.html" if typing else "academy/knowledge/index.html"
    return render(request, template, context)


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """``GET /kennis/<slug>/``: one article, in the reader's language where it has that."""
    return _page(request, _readable(request, slug), FeedbackForm())


@require_safe
def topic(request: HttpRequest, key: str) -> HttpResponse:
    """``GET /kennis/onderwerp/<key>/``: what answers a question asked elsewhere; one article at once."""
    if key not in Topic.values:
        raise NotFound
    found = queries.articles_on(request.user, key)
    if len(found) == 1:
        return redirect("article", found[0].slug)
    context = {"topic": Topic(key), "articles": found}
    return render(request, "academy/knowledge/topic.html", context)


@require_safe
def on_the_way(request: HttpRequest) -> JsonResponse:
    """``GET /kennis/onderweg.json``: what a phone keeps for where there is no connection (``carry.js``).

    Raises:
        NotFound: nobody is signed in. What a visitor reads stays on no device.
    """
    if not may_act(request.user):
        raise NotFound
    found = queries.articles_on_the_way(request.user)
    pages = [reverse("knowledge"), *(reverse("article", args=[each.slug]) for each in found)]
    for each in found:
        shown = named_in(each.published.body, "kennis") if each.published else set()
        pages += [reverse("article-picture", args=[picture_id]) for picture_id in sorted(shown)]
    response = JsonResponse({"pages": pages})
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def picture(request: HttpRequest, picture_id: UUID) -> HttpResponse:
    """``GET /kennis/beeld/<id>/``: a picture of an article, for who may read one that shows it."""
    found = queries.article_picture(request.user, picture_id)
    if found is None:
        raise NotFound
    return picture_response(bytes(found.image), found.kind)


@require_POST
def feedback(request: HttpRequest, slug: str) -> HttpResponse:
    """``POST /kennis/<slug>/nuttig/``: helpful or not, and a word; with htmx the thanks only."""
    found = _readable(request, slug)
    form = FeedbackForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    if not ratelimit.consume(request, action="article_feedback"):
        form.add_error(None, _("Many answers came from this computer. Thank you; please try again later."))
        return _page(request, found, form, status=429)
    try:
        services.give_feedback(found, **form.cleaned_data)
    except InvalidInput as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        return _page(request, found, form, status=422)
    if request.htmx:  # type: ignore[attr-defined]
        return _page(request, found, None)
    messages.success(request, _("Thank you! Who wrote this reads your answer."))
    return redirect("article", slug)


def _readable(request: HttpRequest, slug: str) -> Article:
    found = queries.article_by_slug(request.user, slug)
    if found is None:
        raise NotFound
    return found


def _page(request: HttpRequest, found: Article, form: FeedbackForm | None, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"article": found, "version": found.published, "form": form}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "academy/knowledge/_feedback.html", context, status=status)
    version = found.published
    if version is None:
        raise NotFound
    context["html"] = to_html(version.body)
    context["minutes"] = readability(to_text(version.body)).minutes
    context["related"] = _related(request, found)
    context["writes"] = queries.writes_articles(request.user)
    return render(request, "academy/knowledge/article.html", context, status=status)


def _related(request: HttpRequest, found: Article) -> list[Article]:
    """Articles that share most tags."""
    tags = set(found.tags)
    others = [each for each in queries.articles_for(request.user) if each.slug != found.slug]
    ranked = sorted(others, key=lambda each: -len(tags.intersection(each.tags)))
    return [each for each in ranked if tags.intersection(each.tags)][:4]


def _found(user: Any, asked: str, reader: str, typing: bool) -> dict[str, Any]:
    results = queries.search_articles(user, asked, reader=reader, as_typed=typing)
    articles = results.objects(queries.readable_articles(user))
    return {"results": [_line(each, results) for each in articles], "meant": results.meant}


def _line(found: Article, results: Results) -> dict[str, Any]:
    version = found.published
    if version is None:
        raise NotFound
    text = f"{version.summary}\n{to_text(version.body)}"
    return {
        "article": found,
        "title": results.marked(version.title),
        "snippet": results.snippet(text),
    }


def _shelves(user: Any, reader: str) -> dict[str, Any]:
    """Every article once, on the shelf of its first tag.

    First what is in the reader's language, last what is for organisations only; then the fullest first.
    """
    shelves: dict[str, list[Article]] = {}
    for each in queries.for_reader(queries.articles_for(user), reader):
        shelves.setdefault(each.tags[0] if each.tags else "", []).append(each)
    own = (get_language() or "nl").split("-")[0]

    def place(shelf: tuple[str, list[Article]]) -> tuple[bool, bool, bool, int, str]:
        tag, articles = shelf
        foreign = all(each.language != own for each in articles)
        professional = all(each.readers and not each.readers & ~PROFESSIONAL for each in articles)
        return not tag, foreign, professional, -len(articles), tag

    return {"shelves": sorted(shelves.items(), key=place)}


def _shown(request: HttpRequest) -> list[Reader]:
    staff = queries.reads_staff_articles(request.user)
    return [reader for reader in Reader if staff or reader is not Reader.STAFF]
