"""The knowledge base: articles with their versions, what readers thought, and the words to search with."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.enums import Reader, Topic
from common import clock
from common.ids import new_id
from common.search import Indexed, SynonymGroup

REVIEW_EVERY = timedelta(days=365)


def a_year_on() -> date:
    """The day on which an article written today is to be looked at again."""
    return clock.today() + REVIEW_EVERY


class Article(models.Model):
    """An answer that people look up, shared by all centres.

    Articles with one short name in several languages say the same. Readers see ``published``, a version; the
    newest version may be ahead of it. An article that is withdrawn has none and is a draft again.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(_("short name in addresses"), max_length=80)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="nl")
    tags = models.JSONField(_("tags"), default=list, blank=True)
    readers = models.PositiveSmallIntegerField(
        _("for whom"), default=0, help_text=_("Mask of ``Reader``; 0 is everyone")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    review_on = models.DateField(_("look at it again on"), default=a_year_on)
    # The review day that its owner has been reminded of.
    reminded_of = models.DateField(null=True, blank=True, editable=False)
    published = models.ForeignKey(
        "ArticleVersion", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slug", "language"], name="one_article_per_language"),
        ]

    def __str__(self) -> str:
        return f"{self.slug}.{self.language}"

    @property
    def reader_list(self) -> list[Reader]:
        """For whom it is; none is everyone."""
        return Reader.from_mask(self.readers)

    @property
    def is_stale(self) -> bool:
        """Whether the day to look at it again has come."""
        return self.review_on <= clock.today()


class ArticleVersion(models.Model):
    """An article as it was kept once. Versions are never changed; the highest number is the newest."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("in one sentence"), max_length=300)
    body = models.TextField(_("text"), help_text=_("Markdown"))
    restored_from = models.PositiveSmallIntegerField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ("-number",)
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="one_article_version_per_number")
        ]

    def __str__(self) -> str:
        return self.title


class ArticleTopic(models.Model):
    """A place in the application where a question arises that the article answers."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="topics")
    topic = models.CharField(max_length=20, choices=Topic.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "topic"], name="one_topic_per_article")]

    def __str__(self) -> str:
        return self.topic


class ArticleFeedback(models.Model):
    """Somebody found a version helpful or not; nothing is kept of who."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(ArticleVersion, on_delete=models.CASCADE, related_name="feedback")
    helpful = models.BooleanField()
    word = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        indexes = [models.Index(fields=["at"], condition=~Q(word=""), name="feedback_words_by_age")]

    def __str__(self) -> str:
        return str(self.id)


class ArticleIndexed(Indexed):
    """A published article as the search takes it."""

    document = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="indexed")


class SearchSynonyms(SynonymGroup):
    """Words that staff say mean the same, for every search."""


class ImportedFile(models.Model):
    """What an article or course looked like when it was read in: who changed it since keeps that."""

    name = models.CharField(primary_key=True, max_length=120, help_text=_("articles/…, courses/…"))
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name
