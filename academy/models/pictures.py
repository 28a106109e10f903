"""Pictures in lessons and articles: made anew by ``common.uploads``; they never change."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.models.courses import Course
from academy.models.knowledge import Article
from common import clock
from common.ids import new_id


class KeptPicture(models.Model):
    """A picture with an address of its own, that texts in markdown name."""

    ROUTE: str

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    image = models.BinaryField()
    kind = models.CharField(max_length=12, help_text=_("Media type"))
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of what came in, to know it again"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.id)

    @property
    def address(self) -> str:
        """Where it is on this site."""
        return reverse(self.ROUTE, args=[self.pk])


class LessonPicture(KeptPicture):
    """A picture in the lessons of a course."""

    ROUTE = "lesson-picture"

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="pictures")


class ArticlePicture(KeptPicture):
    """A picture in the knowledge base; ``articles`` are those of which any version shows it.

    Of none while somebody is still writing.
    """

    ROUTE = "article-picture"

    articles = models.ManyToManyField(Article, related_name="pictures")
