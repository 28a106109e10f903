"""The knowledge base as its writers see it: what to look at again, writing, versions, words to find it by."""

import difflib
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from academy import queries, services
from academy.models import Article, ArticleVersion
from academy.models.knowledge import a_year_on
from academy.services.knowledge import LONGEST_ARTICLE
from academy.web.forms import ArticlePictureForm
from academy.web.knowledge_forms import ArticleForm, SynonymsForm, initial_of
from common.errors import DomainError, InvalidInput, NotFound
from common.markdown import to_html, to_text
from common.permissions import require
from common.readability import readability


@require_safe
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """``GET /kennis/beheer/``: every article with its numbers, what is to be looked at again first."""
    _require_writer(request)
    articles = list(queries.kept_articles())
    titles = queries.newest_titles(each.pk for each in articles)
    verdicts = queries.verdicts_on(each.pk for each in articles)
    lines = [
        {"article": each, "title": titles.get(each.pk, each.slug), "verdict": verdicts.get(each.pk)}
        for each in articles
    ]
    mine = request.GET.get("van") == "mij"
    if mine:
        lines = [line for line in lines if line["article"].owner_id == request.user.pk]
    context = {
        "stale": [line for line in lines if line["article"].is_stale],
        "fresh": [line for line in lines if not line["article"].is_stale],
        "mine": mine,
    }
    return render(request, "academy/knowledge/desk.html", context)


class EditorView(View):
    """An article in a form; a picture that comes along stands in the text first."""

    article: Article | None = None

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep it; or show how it looks, or say what is wrong (422), with all that was typed."""
        said = request.POST.copy()
        if "add_picture" in said or request.FILES:
            picture = ArticlePictureForm(said, request.FILES)
            if not picture.is_valid() or not self._placed(picture, said):
                return _editor(request, self._as_typed(said), self.article, picture, status=422)
            if "add_picture" in said:
                messages.success(request, _("The picture stands in the text. Keep it to keep it there."))
        if "add_picture" in said or "look" in said:
            return _editor(request, self._as_typed(said), self.article)
        form = ArticleForm(said, article=self.article)
        if form.is_valid():
            try:
                return _kept(request, self._keep(form))
            except DomainError as refusal:
                _tell(form, refusal)
        return _editor(request, form, self.article, status=422)

    def _keep(self, form: ArticleForm) -> Article:
        """Write a new article. Raises as the services do."""
        named = {name: form.cleaned_data[name] for name in ("slug", "language")}
        return services.add_article(form.words, by=self.request.user, **named, **form.details)

    def _placed(self, form: ArticlePictureForm, said: QueryDict) -> bool:
        told = form.cleaned_data
        try:
            with transaction.atomic():
                kept = services.add_article_picture(told["picture"], by=self.request.user)
                said["body"] = services.with_picture(said.get("body", ""), kept, told["alt"])
        except InvalidInput as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
            return False
        return True

    def _as_typed(self, said: QueryDict) -> ArticleForm:
        several = ("readers", "topics")
        typed = {name: said.getlist(name) if name in several else said[name] for name in said}
        return ArticleForm(initial=typed, article=self.article)


@method_decorator(login_required, name="dispatch")
class NewArticleView(EditorView):
    """``GET`` and ``POST /kennis/beheer/nieuw/``: write an article."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Raises ``NotFound`` for who does not write."""
        _require_writer(request)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """An empty form."""
        form = ArticleForm(initial={"owner": request.user.pk, "review_on": a_year_on(), "language": "nl"})
        return _editor(request, form)


@method_decorator(login_required, name="dispatch")
class ArticleEditView(EditorView):
    """``GET`` and ``POST /kennis/beheer/<id>/``: change an article; see what readers say of it."""

    article: Article

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the article. Raises ``NotFound`` for who does not write."""
        self.article = _article(request, kwargs["article_id"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, article_id: UUID) -> HttpResponse:
        """The newest version in the form."""
        version = _newest(self.article)
        form = ArticleForm(initial=initial_of(self.article, version), article=self.article)
        return _editor(request, form, self.article)

    def _keep(self, form: ArticleForm) -> Article:
        based_on = form.cleaned_data["based_on"] or 0
        services.change_article(
            self.article, form.words, based_on=based_on, by=self.request.user, **form.details
        )
        return self.article


@require_POST
@login_required
def preview(request: HttpRequest) -> HttpResponse:
    """``POST /kennis/beheer/voorbeeld/``: how the text will look, and how easy it reads; keeps nothing."""
    _require_writer(request)
    body = request.POST.get("body", "")[:LONGEST_ARTICLE]
    return render(request, "academy/knowledge/_preview.html", _drawn(body))


@require_safe
@login_required
def versions(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """``GET /kennis/beheer/<id>/versies/``: what it said before, by whom."""
    article = _article(request, article_id)
    context = {"article": article, "versions": article.versions.select_related("created_by")}
    return render(request, "academy/knowledge/versions.html", context)


@require_safe
@login_required
def version(request: HttpRequest, article_id: UUID, number: int) -> HttpResponse:
    """``GET /kennis/beheer/<id>/versies/<number>/?met=``: one version, compared with another (the newest)."""
    article = _article(request, article_id)
    newest, old = _newest(article), _version(article, number)
    other = request.GET.get("met", "")
    with_version = _version(article, int(other)) if other.isdecimal() and len(other) < 5 else newest
    context = {
        "article": article,
        "old": old,
        "other": with_version,
        "newest": newest,
        "lines": difference(_written(old), _written(with_version)),
    }
    return render(request, "academy/knowledge/version.html", context)


def difference(before: str, after: str) -> list[tuple[str, str]]:
    """Return the lines of two texts with what became of each: ``same``, ``gone`` or ``new``."""
    kinds = {" ": "same", "-": "gone", "+": "new"}
    lines = difflib.ndiff(before.splitlines()[:3000], after.splitlines()[:3000])
    return [(kinds[line[0]], line[2:]) for line in lines if line[0] in kinds]


@require_POST
@login_required
def restore(request: HttpRequest, article_id: UUID, number: int) -> HttpResponse:
    """``POST /kennis/beheer/<id>/versies/<number>/terug/``: take an older version up again."""
    services.restore_version(_article(request, article_id), number, by=request.user)
    messages.success(request, _("Taken up again as the newest version. Publish it to show it to readers."))
    return redirect("article-edit", article_id)


@require_POST
@login_required
def publish(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """``POST /kennis/beheer/<id>/publiceren/``: show the newest version to readers."""
    services.publish_article(_article(request, article_id), by=request.user)
    messages.success(request, _("Published. Readers find it at once."))
    return redirect("article-edit", article_id)


@require_POST
@login_required
def withdraw(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """``POST /kennis/beheer/<id>/intrekken/``: show it to readers no more."""
    services.withdraw_article(_article(request, article_id), by=request.user)
    messages.success(request, _("Withdrawn. It is a draft again."))
    return redirect("article-edit", article_id)


@require_POST
@login_required
def reviewed(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """``POST /kennis/beheer/<id>/nagekeken/``: it is still right; look again in a year."""
    services.mark_reviewed(_article(request, article_id), by=request.user)
    messages.success(request, _("Thank you. We ask you again in a year."))
    return redirect("knowledge-desk")


@method_decorator(login_required, name="dispatch")
class SynonymsView(View):
    """``GET`` and ``POST /kennis/beheer/woorden/``: words that mean the same to who searches."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """What there is."""
        _require_writer(request)
        return self._page(SynonymsForm(initial={"words": "\n".join(queries.added_synonyms())}))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep it; or say what is wrong (422)."""
        _require_writer(request)
        form = SynonymsForm(request.POST)
        if form.is_valid():
            try:
                services.set_synonyms(form.cleaned_data["words"].splitlines(), by=request.user)
                messages.success(request, _("Kept. Searching uses these words within a minute."))
                return redirect("knowledge-words")
            except InvalidInput as refusal:
                _tell(form, refusal)
        return self._page(form, status=422)

    def _page(self, form: SynonymsForm, status: int = 200) -> HttpResponse:
        return render(self.request, "academy/knowledge/words.html", {"form": form}, status=status)


def _require_writer(request: HttpRequest) -> None:
    require(request.user, "academy.write_articles", hide=True)


def _article(request: HttpRequest, article_id: UUID) -> Article:
    _require_writer(request)
    found = queries.kept_articles().filter(pk=article_id).first()
    if found is None:
        raise NotFound
    return found


def _newest(article: Article) -> ArticleVersion:
    found = queries.newest_version(article)
    if found is None:
        raise NotFound
    return found


def _version(article: Article, number: int) -> ArticleVersion:
    found = article.versions.select_related("created_by").filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def _written(version: ArticleVersion) -> str:
    return f"{version.title}\n{version.summary}\n\n{version.body}"


def _kept(request: HttpRequest, article: Article) -> HttpResponse:
    """Publish when that was the button, and go on where the writer was."""
    if "publish" in request.POST:
        services.publish_article(article, by=request.user)
        messages.success(request, _("Published. Readers find it at once."))
    else:
        messages.success(request, _("Kept as a draft. Readers see it once it is published."))
    return redirect("article-edit", article.pk)


def _tell(form: ArticleForm | SynonymsForm, refusal: DomainError) -> None:
    field = getattr(refusal, "field", None)
    form.add_error(field if field in form.fields else None, str(refusal.message))


def _drawn(body: str) -> dict[str, Any]:
    return {"html": to_html(body), "reading": readability(to_text(body))}


def _editor(
    request: HttpRequest,
    form: ArticleForm,
    article: Article | None = None,
    picture: ArticlePictureForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "article": article} | _drawn(str(form["body"].value() or ""))
    context["picture"] = picture or ArticlePictureForm()
    context["may_publish"] = request.user.has_perm("academy.publish_articles")
    if article is not None:
        newest = _newest(article)
        context |= {
            "newest": newest,
            "ahead": article.published_id is not None and article.published_id != newest.pk,
            "verdict": queries.verdicts_on([article.pk]).get(article.pk),
            "said": queries.words_on(article),
        }
    return render(request, "academy/knowledge/edit.html", context, status=status)
