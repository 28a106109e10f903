"""The verbs of the knowledge base: write, publish, withdraw, restore, look at again, say what was helpful."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from academy.enums import Reader, Topic
from academy.errors import ArticleNotPublished, ArticleOvertaken
from academy.events import ArticleChanged, ArticleReviewDue
from academy.models import (
    Article,
    ArticleFeedback,
    ArticleTopic,
    ArticleVersion,
    SearchSynonyms,
)
from academy.models.knowledge import a_year_on
from academy.queries import ARTICLE_INDEX, SYNONYMS, due_for_review, is_kept, writes_articles
from academy.services.pictures import refuse_bare_picture, refuse_empty_place, show_pictures
from common import clock
from common.errors import InvalidInput, NotFound
from common.markdown import to_text
from common.permissions import require
from common.personal_data import refuse_bsn
from events.services import record
from people.models import User

LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_ARTICLE, LONGEST_WORD = 120, 300, 40_000, 300
TAGS_AT_MOST, LONGEST_TAG = 12, 40
# Pages of the knowledge base have these addresses.
RESERVED = frozenset({"beeld", "beheer", "onderwerp", "zoeken"})


class Words(TypedDict):
    """What a version says; see ``ArticleVersion``."""

    title: str
    summary: str
    body: str


class ArticleDetails(TypedDict, total=False):
    """What is told of an article beside its words; see ``Article``."""

    tags: list[str]
    readers: Collection[str]
    topics: Collection[str]
    owner: User | None
    review_on: date


@transaction.atomic
def add_article(
    words: Words, *, slug: str = "", language: str = "nl", by: User | None, **details: Unpack[ArticleDetails]
) -> Article:
    """Write a new article, as a draft. Without a short name it gets one from its title.

    Raises:
        Forbidden: ``by`` is neither staff nor trainer anywhere.
        InvalidInput: something is missing, too long or taken; ``field`` names it.
    """
    require(by, "academy.write_articles")
    slug = slug or _free_slug(words["title"], language)
    if slug in RESERVED or slug != slugify(slug) or len(slug) > 80:
        raise InvalidInput(_("Take another short name: small letters, digits and hyphens."), field="slug")
    if Article.objects.filter(slug=slug, language=language).exists():
        raise InvalidInput(_("Another article has this name already."), field="slug")
    _check(words)
    article = Article.objects.create(slug=slug, language=language, owner=by)
    _keep_details(article, details)
    _keep_version(article, words, by)
    record(ArticleChanged(article_id=article.pk), actor=by)
    return article


@transaction.atomic
def change_article(
    article: Article, words: Words, *, based_on: int, by: User | None, **details: Unpack[ArticleDetails]
) -> ArticleVersion:
    """Keep new words as a version, unless they are the same; readers see them once they are published.

    Args:
        article: which one.
        words: what it says now, all of it.
        based_on: the number of the version that the writer began with.
        by: who writes.
        details: what else changes.

    Raises:
        Forbidden: as for ``add_article``.
        ArticleOvertaken: there is a newer version than the writer began with.
        InvalidInput: as for ``add_article``.
    """
    require(by, "academy.write_articles")
    article = _locked(article)
    newest = _newest(article)
    if newest.number != based_on:
        raise ArticleOvertaken
    _check(words)
    _keep_details(article, details)
    if {name: getattr(newest, name) for name in words} != words:
        newest = _keep_version(article, words, by)
    _index(article)
    record(ArticleChanged(article_id=article.pk), actor=by)
    return newest


@transaction.atomic
def publish_article(article: Article, *, by: User | None) -> Article:
    """Let readers see the newest version; repeating it changes nothing.

    Raises:
        Forbidden: ``by`` coordinates nowhere.
    """
    require(by, "academy.publish_articles")
    article = _locked(article)
    newest = _newest(article)
    if article.published_id != newest.pk:
        article.published, article.published_at = newest, clock.now()
        article.save(update_fields=["published", "published_at"])
        _index(article)
        record(ArticleChanged(article_id=article.pk), actor=by)
    return article


@transaction.atomic
def withdraw_article(article: Article, *, by: User | None) -> Article:
    """Let readers see it no more; its versions stay. Repeating it changes nothing.

    Raises:
        Forbidden: ``by`` coordinates nowhere.
    """
    require(by, "academy.publish_articles")
    article = _locked(article)
    if article.published_id is not None:
        article.published = article.published_at = None
        article.save(update_fields=["published", "published_at"])
        _index(article)
        record(ArticleChanged(article_id=article.pk), actor=by)
    return article


@transaction.atomic
def restore_version(article: Article, number: int, *, by: User | None) -> ArticleVersion:
    """Take up an older version again, as the newest one; readers see it once it is published.

    Raises:
        Forbidden: as for ``add_article``.
        NotFound: there is no version of that number.
    """
    require(by, "academy.write_articles")
    article = _locked(article)
    old = article.versions.filter(number=number).first()
    if old is None:
        raise NotFound
    words = Words(title=old.title, summary=old.summary, body=old.body)
    version = _keep_version(article, words, by, restored_from=number)
    record(ArticleChanged(article_id=article.pk), actor=by)
    return version


@transaction.atomic
def mark_reviewed(article: Article, *, by: User | None, review_on: date | None = None) -> Article:
    """Say that an article is still right, and when to look at it again: in a year unless told.

    Who looks after what nobody keeps any more is its owner from then on.

    Raises:
        Forbidden: as for ``add_article``.
        InvalidInput: that day is not to come; ``field`` names it.
    """
    require(by, "academy.write_articles")
    article = _locked(article)
    article.review_on = review_on or a_year_on()
    if article.review_on <= clock.today():
        raise InvalidInput(_("Choose a day that is still to come."), field="review_on")
    article.reminded_of = None
    if not is_kept(article):
        article.owner = by
    article.save(update_fields=["review_on", "reminded_of", "owner"])
    record(ArticleChanged(article_id=article.pk), actor=by)
    return article


@transaction.atomic
def ask_reviews() -> int:
    """Remind the owners of what is due, each review day once; return how many articles."""
    asked = 0
    for article in due_for_review().filter(Q(reminded_of=None) | Q(reminded_of__lt=F("review_on")))[:500]:
        same = Article.objects.filter(pk=article.pk, reminded_of=article.reminded_of)
        if same.update(reminded_of=article.review_on) == 1:
            record(ArticleReviewDue(article_id=article.pk))
            asked += 1
    return asked


@transaction.atomic
def adopt_articles(owner: User) -> int:
    """Let ``owner`` keep every article that never had an owner; return how many.

    Raises:
        InvalidInput: they do not write for the knowledge base.
    """
    if not writes_articles(owner):
        raise InvalidInput(_("The owner is someone of the staff, or a trainer."), field="owner")
    return Article.objects.filter(owner=None).update(owner=owner)


@transaction.atomic
def give_feedback(article: Article, *, helpful: bool, word: str = "") -> ArticleFeedback:
    """Keep whether what is published was helpful, and a word about it. Nothing is kept of who says so.

    Raises:
        ArticleNotPublished: there is nothing to have read.
        InvalidInput: the word is too long, or holds a citizen service number.
    """
    if article.published_id is None:
        raise ArticleNotPublished
    word = word.strip()
    if len(word) > LONGEST_WORD:
        raise InvalidInput(_("This is too long. Say it in at most 300 signs."), field="word")
    refuse_bsn(word, field="word")
    return ArticleFeedback.objects.create(version_id=article.published_id, helpful=helpful, word=word)


@transaction.atomic
def set_synonyms(lines: Iterable[str], *, by: User | None) -> int:
    """Keep which words mean the same to who searches, one group per line; return how many groups.

    Raises:
        Forbidden: as for ``add_article``.
        InvalidInput: a line holds one word, or is too long.
    """
    require(by, "academy.write_articles")
    groups = [line.strip() for line in lines if line.strip()]
    if len(groups) > 500 or any("," not in line or len(line) > 300 for line in groups):
        raise InvalidInput(_("Write on each line two or more words, separated by commas."), field="words")
    SearchSynonyms.objects.all().delete()
    SearchSynonyms.objects.bulk_create(SearchSynonyms(words=line) for line in groups)
    transaction.on_commit(SYNONYMS.forget)
    return len(groups)


def reindex_articles() -> int:
    """Index every published article anew, as after a change of how words are read; return how many."""
    articles = Article.objects.exclude(published=None).select_related("published")
    for article in articles.iterator(chunk_size=100):
        _index(article)
    return articles.count()


def _check(words: Words) -> None:
    limits = {"title": LONGEST_TITLE, "summary": LONGEST_SUMMARY, "body": LONGEST_ARTICLE}
    for field, longest in limits.items():
        text = words[field]  # type: ignore[literal-required]
        if not text.strip():
            raise InvalidInput(_("This is needed."), field=field)
        if len(text) > longest:
            raise InvalidInput(_("This is too long. Make two articles of it."), field=field)
    refuse_empty_place(words["body"], "body")
    refuse_bare_picture(words["body"], "body")


def _keep_details(article: Article, details: ArticleDetails) -> None:
    if "tags" in details:
        article.tags = clean_tags(details["tags"])
    if "readers" in details:
        article.readers = Reader.to_mask(_known(details["readers"], Reader.values, "readers"))
    if "owner" in details:
        owner = details["owner"]
        if owner is not None and not writes_articles(owner):
            raise InvalidInput(_("The owner is someone of the staff, or a trainer."), field="owner")
        article.owner = owner
    if "review_on" in details and details["review_on"] != article.review_on:
        article.review_on, article.reminded_of = details["review_on"], None
    article.save(update_fields=["tags", "readers", "owner", "review_on", "reminded_of"])
    if "topics" in details:
        topics = _known(details["topics"], Topic.values, "topics")
        article.topics.exclude(topic__in=topics).delete()
        rows = [ArticleTopic(article=article, topic=topic) for topic in topics]
        ArticleTopic.objects.bulk_create(rows, ignore_conflicts=True)


def _known(given: Collection[str], values: Collection[str], field: str) -> list[str]:
    if not set(given) <= set(values):
        raise InvalidInput(field=field)
    return [value for value in values if value in given]


def clean_tags(tags: Iterable[str]) -> list[str]:
    """Return tags in small letters, each once. Raises ``InvalidInput`` for too many or too long ones."""
    found = list(dict.fromkeys(" ".join(tag.lower().split()) for tag in tags))
    found = [tag for tag in found if tag]
    if len(found) > TAGS_AT_MOST or any(len(tag) > LONGEST_TAG or "," in tag for tag in found):
        raise InvalidInput(_("At most twelve tags of at most 40 signs, separated by commas."), field="tags")
    return found


def _keep_version(
    article: Article, words: Words, by: User | None, *, restored_from: int | None = None
) -> ArticleVersion:
    number = (article.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    show_pictures(article, words["body"])
    return ArticleVersion.objects.create(
        article=article, number=number, created_by=by, restored_from=restored_from, **words
    )


def _index(article: Article) -> None:
    """Let the search know what readers see now."""
    version = article.published
    if version is None:
        ARTICLE_INDEX.remove(article)
        return
    fields = {
        "title": version.title,
        "summary": version.summary,
        "tags": " ".join(article.tags),
        "text": to_text(version.body),
    }
    ARTICLE_INDEX.write(article, fields, language=article.language)


def _locked(article: Article) -> Article:
    found = Article.objects.select_for_update(of=("self",)).select_related("published")
    locked = found.filter(pk=article.pk).first()
    if locked is None:
        raise NotFound
    return locked


def _newest(article: Article) -> ArticleVersion:
    version = article.versions.order_by("-number").first()
    if version is None:
        raise NotFound
    return version


def _free_slug(title: str, language: str) -> str:
    base = slugify(title)[:70].strip("-") or "artikel"
    taken = set(
        Article.objects.filter(slug__startswith=base, language=language).values_list("slug", flat=True)
    )
    taken |= RESERVED
    numbered = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in numbered if slug not in taken)
