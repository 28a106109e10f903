"""An article as a file, and back."""

from typing import Any

from django.utils.translation import gettext as _

from academy.enums import Reader, Topic
from academy.models import Article, ArticleVersion
from academy.services import knowledge
from academy.services.packing import FileRefused, Part, write
from academy.services.values import Front
from people.models import User

KIND = "article"


def name_of(article: Article) -> str:
    """Return the name of an article's file."""
    return f"articles/{article.slug}.{article.language}.md"


def file_of(article: Article) -> str:
    """Return the file of an article: what readers see, or the draft of what they do not see yet."""
    return _file_with(article, article.published or _newest(article))


def newest_of(article: Article) -> str:
    """Return the same of what was written last, whether readers see it or not."""
    return _file_with(article, _newest(article))


def _newest(article: Article) -> ArticleVersion | None:
    return article.versions.order_by("-number").first()


def _file_with(article: Article, version: ArticleVersion | None) -> str:
    if version is None:
        raise FileRefused(_("There is nothing in this article."))
    topics = [each.topic for each in article.topics.all()]
    front = front_of(article, version, [topic for topic in Topic.values if topic in topics])
    return write([Part(front, version.body)])


def front_of(article: Article, version: ArticleVersion, topics: list[str]) -> dict[str, Any]:
    """Return what stands in front of the text."""
    return {
        "type": KIND,
        "slug": article.slug,
        "language": article.language,
        "title": version.title,
        "summary": version.summary,
        "tags": list(article.tags),
        "readers": [reader.value for reader in article.reader_list],
        "topics": topics,
        "review_on": article.review_on.isoformat(),
        "published": article.published_id is not None,
    }


class ArticleFile:
    """An article that was read from a file, checked as far as it can be without the database."""

    def __init__(self, parts: list[Part]) -> None:
        if len(parts) != 1:
            raise FileRefused(_("An article is one part."))
        front = Front(parts[0].front)
        front.knows(
            "type", "slug", "language", "title", "summary", "tags", "readers", "topics", "review_on",
            "published",
        )  # fmt: skip
        self.slug = front.text("slug", 80)
        self.language = front.choice("language", ["nl", "en"], "nl")
        self.words = knowledge.Words(
            title=front.text("title", knowledge.LONGEST_TITLE),
            summary=front.text("summary", knowledge.LONGEST_SUMMARY),
            body=parts[0].text,
        )
        self.tags = front.texts("tags")
        self.readers = front.choices("readers", Reader.values)
        self.topics = front.choices("topics", Topic.values)
        self.review_on = front.day("review_on")
        self.published = front.flag("published")

    def find(self) -> Article | None:
        """Return the article that this file is of, if there is one."""
        found = Article.objects.select_related("published").filter(slug=self.slug, language=self.language)
        return found.first()

    def keep(self, article: Article | None, *, publish: bool, by: User | None) -> Article:
        """Write it, as a new article or as a version of the one there is. Raises as the services do."""
        details = knowledge.ArticleDetails(tags=self.tags, readers=self.readers, topics=self.topics)
        # Who said here that it is right for longer knows best.
        if self.review_on and (article is None or self.review_on > article.review_on):
            details["review_on"] = self.review_on
        if article is None:
            article = knowledge.add_article(
                self.words, slug=self.slug, language=self.language, by=by, **details
            )
        else:
            newest = article.versions.order_by("-number").values_list("number", flat=True).first() or 0
            knowledge.change_article(article, self.words, based_on=newest, by=by, **details)
        if publish and self.published:
            knowledge.publish_article(article, by=by)
        return Article.objects.select_related("published").get(pk=article.pk)
