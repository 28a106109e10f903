"""Reads of the knowledge base: what someone may read, what was found, what waits for its owner."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from academy.enums import Reader, Topic
from academy.models import (
    Article,
    ArticleFeedback,
    ArticleIndexed,
    ArticlePicture,
    ArticleVersion,
    SearchSynonyms,
)
from common import clock
from common.search import Results, SearchIndex, Synonyms
from people.enums import COORDINATING, STAFF_ROLES, Role
from people.models import RoleGrant, User
from people.queries import may_act, roles_of

WRITING = STAFF_ROLES | {Role.TRAINER}
FOUND_AT_MOST = 50
# What one may need in the street, before there is time to look for a connection.
ON_THE_WAY = (Topic.CONCERN, Topic.FIRST_TASK, Topic.BOUNDARIES)


def added_synonyms() -> Iterable[str]:
    """Return the groups of words that staff say mean the same."""
    return list(SearchSynonyms.objects.order_by("pk").values_list("words", flat=True))


# Every search of the platform may use these.
SYNONYMS = Synonyms(added_synonyms)
ARTICLE_INDEX = SearchIndex(
    ArticleIndexed,
    weights={"title": 6, "tags": 4, "summary": 3, "text": 1},
    synonyms=SYNONYMS,
    usual_length=500,
)


def reads_staff_articles(user: Any) -> bool:
    """Whether what is for staff alone may be read: by staff, trainers and analysts."""
    return bool(may_act(user) and roles_of(user) & (WRITING | {Role.ANALYST}))


def writes_articles(user: Any) -> bool:
    """Whether someone writes for the knowledge base: staff and trainers of any centre."""
    return bool(may_act(user) and roles_of(user) & WRITING)


def readable_articles(user: Any) -> QuerySet[Article]:
    """Return the published articles that ``user`` (or a visitor) may read, in every language."""
    found = Article.objects.exclude(published=None).select_related("published")
    return found if reads_staff_articles(user) else found.exclude(readers=1 << Reader.STAFF.bit)


def articles_for(user: Any, language: str = "") -> QuerySet[Article]:
    """Return what ``user`` may read: each article once, in the reader's language where there is one.

    Args:
        user: who reads.
        language: the reader's language when left out.
    """
    language = (language or get_language() or "nl").split("-")[0]
    readable = readable_articles(user)
    same = readable.filter(slug=OuterRef("slug"))
    own = same.filter(language=language).order_by().values("pk")
    dutch = same.filter(language="nl").order_by().values("pk")
    wanted: Any = Q(language=language) | (Q(language="nl") & ~Exists(own))
    if language not in ("nl", ""):
        wanted |= ~Exists(own) & ~Exists(dutch)
    return readable.filter(wanted).order_by("published__title", "pk")


def article_by_slug(user: Any, slug: str) -> Article | None:
    """Return the article with this short name in the language that suits the reader best."""
    found = list(readable_articles(user).filter(slug=slug).select_related("published", "owner"))
    wanted = (get_language() or "nl").split("-")[0]
    return min(found, key=lambda each: (each.language != wanted, each.language != "nl"), default=None)


def article_picture(user: Any, picture_id: UUID) -> ArticlePicture | None:
    """Return a picture of the knowledge base, for who may read an article that shows it, or writes them."""
    found = ArticlePicture.objects.filter(pk=picture_id).first()
    if found is None or writes_articles(user):
        return found
    showing = readable_articles(user).filter(pictures=found, published__body__contains=found.address)
    return found if showing.exists() else None


def search_articles(user: Any, question: str, *, reader: str = "", as_typed: bool = False) -> Results:
    """Return what ``user`` may read that fits a question, best first; ``reader`` narrows to an audience."""
    within = for_reader(articles_for(user), reader)
    return ARTICLE_INDEX.find(question, within=within, at_most=FOUND_AT_MOST, as_typed=as_typed)


def for_reader(articles: QuerySet[Article], reader: str) -> QuerySet[Article]:
    """Keep the articles that are for these readers: those for everyone too."""
    if reader not in Reader.values:
        return articles
    bit = 1 << Reader(reader).bit
    # ``readers & bit`` in a way that every database reads the same.
    masks = [mask for mask in range(1 << len(Reader)) if mask & bit]
    return articles.filter(Q(readers=0) | Q(readers__in=masks))


def articles_on(user: Any, topic: str) -> list[Article]:
    """Return what ``user`` may read on a topic, by title."""
    if topic not in Topic.values:
        return []
    return list(articles_for(user).filter(topics__topic=topic))


def articles_on_the_way(user: Any) -> list[Article]:
    """Return what a volunteer may have to look up where there is no connection, by title; one query."""
    return list(articles_for(user).filter(topics__topic__in=ON_THE_WAY).distinct())


def answered_topics(user: Any) -> frozenset[str]:
    """Return the topics on which ``user`` may read something: one query."""
    found = readable_articles(user).order_by().values_list("topics__topic", flat=True).distinct()
    return frozenset(topic for topic in found if topic)


@dataclass(frozen=True)
class Verdict:
    """What readers thought of an article, over all its versions."""

    yes: int = 0
    no: int = 0

    @property
    def share(self) -> int:
        """How many in a hundred found it helpful."""
        return round(100 * self.yes / (self.yes + self.no)) if self.yes + self.no else 0


def verdicts_on(articles: Iterable[UUID]) -> dict[UUID, Verdict]:
    """Return per article what readers thought of it; without a word of theirs it is absent."""
    rows = ArticleFeedback.objects.filter(version__article__in=list(articles)).order_by()
    counted = rows.values("version__article").annotate(
        yes=Count("pk", filter=Q(helpful=True)), no=Count("pk", filter=Q(helpful=False))
    )
    return {row["version__article"]: Verdict(row["yes"], row["no"]) for row in counted}


def words_on(article: Article) -> Sequence[ArticleFeedback]:
    """Return what readers wrote about an article, newest first."""
    found = ArticleFeedback.objects.filter(version__article=article).exclude(word="")
    return list(found.select_related("version").order_by("-at", "-pk")[:50])


def kept_articles() -> QuerySet[Article]:
    """Return every article for who keeps them: those to look at again first, then by short name."""
    found = Article.objects.select_related("published", "owner").prefetch_related("topics")
    found = found.annotate(newest_number=Max("versions__number"))
    return found.order_by("review_on", "slug", "language")


def newest_version(article: Article) -> ArticleVersion | None:
    """Return the newest version of an article: the one that is being written."""
    return article.versions.order_by("-number").first()


def newest_titles(articles: Iterable[UUID]) -> dict[UUID, str]:
    """Return the title of each article's newest version."""
    rows = ArticleVersion.objects.filter(article__in=list(articles)).order_by("number")
    return dict(rows.values_list("article_id", "title"))


def due_for_review() -> QuerySet[Article]:
    """Return the published articles whose owner is to be reminded today."""
    due = Article.objects.exclude(published=None).filter(review_on__lte=clock.today())
    return due.exclude(reminded_of__gte=clock.today()).order_by("review_on", "pk")


def keepers_of(article: Article) -> list[UUID]:
    """Return whom to remind of an article: its owner; where that one is gone the administrators.

    Where there are none either, the coordinators: somebody always hears.
    """
    if is_kept(article):
        return [article.owner_id] if article.owner_id else []
    for role in (Role.ADMINISTRATOR, Role.COORDINATOR):
        if found := list(dict.fromkeys(_acting_as(role).values_list("user_id", flat=True))):
            return found
    return []


def is_kept(article: Article) -> bool:
    """Whether an article has an owner who can still look after it."""
    return writes_articles(User.objects.filter(pk=article.owner_id).first()) if article.owner_id else False


def first_keeper() -> User | None:
    """Return who keeps what comes in with nobody.

    Of the centre with the lowest code who has coordinated it longest; without coordinators an administrator.
    """
    for role in (Role.COORDINATOR, Role.ADMINISTRATOR):
        if grant := _acting_as(role).select_related("user").first():
            return grant.user
    return None


def _acting_as(role: Role) -> QuerySet[RoleGrant]:
    running = RoleGrant.objects.filter(role=role, ended_at=None, user__is_active=True)
    return running.filter(user__suspended_at=None).order_by("centre__code", "granted_at", "pk")


def possible_owners() -> QuerySet[User]:
    """Return who may own an article: staff and trainers of any centre, by name."""
    holding = RoleGrant.objects.filter(role__in=COORDINATING | WRITING, ended_at=None)
    found = User.objects.filter(is_active=True, suspended_at=None, pk__in=holding.values("user_id"))
    return found.order_by("name", "pk")
