"""The knowledge base for programs: looking up without an account, writing for who keeps it."""

from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import Throttled
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from academy import queries, services
from academy.api.learning_shapes import AddPictureSerializer, ArticlePictureSerializer
from academy.enums import Reader, Topic
from academy.errors import ArticleNotPublished, ArticleOvertaken
from academy.models import Article, ArticleVersion
from academy.services.knowledge import LONGEST_ARTICLE, LONGEST_SUMMARY, LONGEST_TITLE, LONGEST_WORD
from common.api.pagination import WholeList
from common.api.views import ReadViewSet, ScopedViewSet
from common.errors import InvalidInput, NotFound
from common.markdown import to_html
from common.permissions import require
from common.uploads import UploadTooLarge, UploadUnreadable, clean_picture

FIELDS = ["id", "slug", "language", "title", "summary", "tags", "readers", "topics", "published_at"]


class ArticleSerializer(serializers.ModelSerializer[Article]):
    """An article as readers see it."""

    title = serializers.CharField(source="published.title", read_only=True)
    summary = serializers.CharField(source="published.summary", read_only=True)
    tags = serializers.ListField(child=serializers.CharField(), read_only=True)
    readers = serializers.ListField(
        source="reader_list",
        child=serializers.ChoiceField(choices=Reader.choices),
        read_only=True,
        help_text="For whom; none is everyone.",
    )
    topics = serializers.SerializerMethodField(help_text="Where in the application it is linked from.")

    class Meta:
        model = Article
        fields = FIELDS
        read_only_fields = fields

    def get_topics(self, article: Article) -> list[str]:
        """The keys of its topics."""
        return sorted(each.topic for each in article.topics.all())


class FullArticleSerializer(ArticleSerializer):
    """With its text, as markdown and as HTML that is safe to show."""

    body = serializers.CharField(source="published.body", read_only=True, help_text="Markdown.")
    html = serializers.SerializerMethodField(help_text="Safe HTML; headings begin at h2.")

    class Meta(ArticleSerializer.Meta):
        fields = [*FIELDS, "body", "html"]
        read_only_fields = fields

    def get_html(self, article: Article) -> str:
        """The text as HTML."""
        return to_html(article.published.body) if article.published else ""


class KeptArticleSerializer(serializers.ModelSerializer[Article]):
    """An article as its writers see it."""

    readers = serializers.ListField(source="reader_list", child=serializers.CharField(), read_only=True)
    tags = serializers.ListField(child=serializers.CharField(), read_only=True)
    newest_version = serializers.IntegerField(
        source="newest_number", read_only=True, help_text="Send it along as ``basedOn``."
    )
    published_version = serializers.IntegerField(source="published.number", read_only=True, allow_null=True)

    class Meta:
        model = Article
        fields = [
            "id", "slug", "language", "tags", "readers", "owner", "review_on",
            "newest_version", "published_version", "published_at",
        ]  # fmt: skip
        read_only_fields = fields


class VersionSerializer(serializers.ModelSerializer[ArticleVersion]):
    """What an article said once."""

    class Meta:
        model = ArticleVersion
        fields = ["number", "title", "summary", "body", "created_at", "restored_from"]
        read_only_fields = fields


class WriteSerializer(serializers.Serializer[Any]):
    """The words of an article, and what is told of it."""

    title = serializers.CharField(max_length=LONGEST_TITLE)
    summary = serializers.CharField(max_length=LONGEST_SUMMARY)
    body = serializers.CharField(max_length=LONGEST_ARTICLE, trim_whitespace=False)
    tags = serializers.ListField(child=serializers.CharField(max_length=40), max_length=12, required=False)
    readers = serializers.ListField(child=serializers.ChoiceField(choices=Reader.choices), required=False)
    topics = serializers.ListField(child=serializers.ChoiceField(choices=Topic.choices), required=False)
    review_on = serializers.DateField(required=False)


class ChangeArticleSerializer(WriteSerializer):
    """The same of an article that is there."""

    based_on = serializers.IntegerField(min_value=1, help_text="The number of the version that was changed.")


class AddSerializer(WriteSerializer):
    """The same of a new one."""

    slug = serializers.SlugField(max_length=80, required=False, help_text="Made from the title without.")
    language = serializers.ChoiceField(choices=settings.LANGUAGES, default="nl")


class FeedbackSerializer(serializers.Serializer[Any]):
    """Was it helpful?"""

    helpful = serializers.BooleanField()
    word = serializers.CharField(max_length=LONGEST_WORD, required=False, allow_blank=True, default="")


class RestoreSerializer(serializers.Serializer[Any]):
    """Which version to take up again."""

    number = serializers.IntegerField(min_value=1)


class ArticleViewSet(ReadViewSet):
    """The knowledge base."""

    model = Article
    serializer_class = ArticleSerializer
    permission_classes = (AllowAny,)
    domain_errors = (InvalidInput,)

    def scope(self, user: Any) -> QuerySet[Article]:
        """What the person may read, in the language of the request."""
        return queries.articles_for(user).order_by().prefetch_related("topics")

    @extend_schema(
        summary="List or search articles",
        parameters=[
            OpenApiParameter("q", str, description="A question; typing errors are forgiven. Best first."),
            OpenApiParameter("reader", str, enum=Reader.values, description="For whom."),
            OpenApiParameter("topic", str, enum=Topic.values, description="Where the question arises."),
        ],
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first; with ``q`` at most fifty, the best first, on one page."""
        asked = request.query_params
        rows = queries.for_reader(self.get_queryset(), asked.get("reader", ""))
        if "topic" in asked:
            known = asked["topic"] in Topic.values
            rows = rows.filter(topics__topic=asked["topic"]) if known else rows.none()
        if not asked.get("q"):
            return self.listed(rows)
        results = queries.search_articles(request.user, asked["q"], reader=asked.get("reader", ""))
        found = results.objects(rows)
        return Response({"items": self.get_serializer(found, many=True).data, "next": None, "previous": None})

    @extend_schema(summary="Read an article", responses=FullArticleSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """With its text."""
        return Response(FullArticleSerializer(self.get_object()).data)

    @extend_schema(
        summary="Say whether an article was helpful", request=FeedbackSerializer, responses={204: None}
    )
    @action(detail=True, methods=["post"], domain_errors=[InvalidInput, ArticleNotPublished])
    def feedback(self, request: Request, id: UUID) -> Response:
        """No account is needed, and nothing is kept of who says so."""
        said = self.read(FeedbackSerializer)
        article = self.get_object()
        if not ratelimit.consume(request._request, action="article_feedback"):
            raise Throttled
        services.give_feedback(article, **said)
        return Response(status=204)


class KeptArticleViewSet(ScopedViewSet):
    """The knowledge base for its writers: drafts and versions."""

    model = Article
    serializer_class = KeptArticleSerializer
    pagination_class = WholeList
    domain_errors = (InvalidInput, NotFound)

    def scope(self, user: Any) -> QuerySet[Article]:
        """Everything for who writes; nothing for others."""
        return queries.kept_articles() if queries.writes_articles(user) else Article.objects.none()

    @extend_schema(summary="List articles with drafts")
    def list(self, request: Request) -> Response:
        """What is to be looked at again first."""
        return self.listed(self.get_queryset())

    @extend_schema(summary="Write an article", request=AddSerializer, responses=KeptArticleSerializer)
    def create(self, request: Request) -> Response:
        """As a draft."""
        words, rest = _parted(self.read(AddSerializer))
        return self._answer(services.add_article(words, by=request.user, **rest), status_code=201)

    @extend_schema(
        summary="Add a picture to the knowledge base",
        request={"multipart/form-data": AddPictureSerializer},
        responses={201: ArticlePictureSerializer},
    )
    @action(
        detail=False,
        methods=["post"],
        parser_classes=[MultiPartParser],
        domain_errors=[InvalidInput, UploadTooLarge, UploadUnreadable],
    )
    def pictures(self, request: Request) -> Response:
        """A picture made of the upload, with the line that shows it in the text of an article."""
        require(request.user, "academy.write_articles")
        said = self.read(AddPictureSerializer)
        with transaction.atomic():
            kept = services.add_article_picture(clean_picture(said["picture"]), by=request.user)
            line = services.picture_line(kept, said["alt"])
        return Response(ArticlePictureSerializer(kept).data | {"markdown": line}, status=201)

    @extend_schema(summary="Change an article", request=ChangeArticleSerializer, responses=VersionSerializer)
    @action(detail=True, methods=["post"], domain_errors=[InvalidInput, ArticleOvertaken])
    def change(self, request: Request, id: UUID) -> Response:
        """Keeps a version; readers see it once it is published."""
        words, rest = _parted(self.read(ChangeArticleSerializer))
        return self.perform(
            services.change_article, self.get_object(), words, answer=VersionSerializer, **rest
        )

    @extend_schema(summary="Publish an article", request=None, responses=KeptArticleSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, id: UUID) -> Response:
        """Coordinators: readers see the newest version."""
        return self._answer(services.publish_article(self.get_object(), by=request.user))

    @extend_schema(summary="Withdraw an article", request=None, responses=KeptArticleSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, id: UUID) -> Response:
        """Coordinators: readers see it no more."""
        return self._answer(services.withdraw_article(self.get_object(), by=request.user))

    @extend_schema(
        summary="Say that an article is still right", request=None, responses=KeptArticleSerializer
    )
    @action(detail=True, methods=["post"])
    def reviewed(self, request: Request, id: UUID) -> Response:
        """Its owner is asked again in a year."""
        return self._answer(services.mark_reviewed(self.get_object(), by=request.user))

    @extend_schema(summary="List versions of an article", responses=VersionSerializer(many=True))
    @action(detail=True, methods=["get"])
    def versions(self, request: Request, id: UUID) -> Response:
        """Newest first."""
        return self.listed(list(self.get_object().versions.all()), VersionSerializer)

    @extend_schema(summary="Restore a version", request=RestoreSerializer, responses=VersionSerializer)
    @action(detail=True, methods=["post"], domain_errors=[NotFound])
    def restore(self, request: Request, id: UUID) -> Response:
        """As the newest version, to be published."""
        number = self.read(RestoreSerializer)["number"]
        return self.perform(services.restore_version, self.get_object(), number, answer=VersionSerializer)

    def _answer(self, article: Article, status_code: int = 200) -> Response:
        """The article as it stands now."""
        told = KeptArticleSerializer(self.get_queryset().get(pk=article.pk)).data
        return Response(told, status=status_code)


def _parted(told: dict[str, Any]) -> tuple[services.Words, dict[str, Any]]:
    """Return the words of an article, and the rest."""
    words = services.Words(title=told["title"], summary=told["summary"], body=told["body"])
    return words, {name: value for name, value in told.items() if name not in words}
