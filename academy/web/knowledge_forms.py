"""What people fill in about articles."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from academy.enums import Reader, Topic
from academy.models import Article, ArticleVersion
from academy.queries import possible_owners
from academy.services.knowledge import (
    LONGEST_ARTICLE,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    LONGEST_WORD,
    ArticleDetails,
    Words,
)
from common.forms import DateInput
from people.models import User


class FeedbackForm(forms.Form):
    """Was this helpful? The buttons are called ``helpful``."""

    helpful = forms.TypedChoiceField(
        choices=[("ja", _("Yes")), ("nee", _("No"))], coerce=lambda answer: answer == "ja", empty_value=None
    )
    word = forms.CharField(
        label=_("What do you miss, or what was good?"),
        help_text=_("Leave out names and addresses."),
        max_length=LONGEST_WORD,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class OwnerField(forms.ModelChoiceField):
    """Someone who writes for the knowledge base, by name."""

    def label_from_instance(self, obj: User) -> str:
        """The name."""
        return obj.name or obj.email


class ArticleForm(forms.Form):
    """An article: its words, and what is told of it."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    summary = forms.CharField(
        label=_("In one sentence"), max_length=LONGEST_SUMMARY, widget=forms.Textarea(attrs={"rows": 2})
    )
    body = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_ARTICLE,
        help_text=_("# makes a heading, - a list, **bold**, [words](https://address) a link."),
        widget=forms.Textarea(attrs={"rows": 22}),
    )
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        help_text=_("Separated by commas. The first is the shelf on which it stands."),
    )
    readers = forms.MultipleChoiceField(
        label=_("For whom"),
        help_text=_("None: everyone. Staff alone: only staff can read it."),
        choices=Reader.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    topics = forms.MultipleChoiceField(
        label=_("Linked from"),
        help_text=_("Pages where this question arises."),
        choices=Topic.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    owner = OwnerField(
        label=_("Owner"), queryset=User.objects.none(), required=False, empty_label=_("Nobody yet")
    )
    review_on = forms.DateField(label=_("Look at it again on"), widget=DateInput)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    slug = forms.SlugField(
        label=_("Short name in addresses"),
        max_length=80,
        required=False,
        help_text=_("Empty: made from the title. The same name in two languages is one article."),
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, article: Article | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = possible_owners()  # type: ignore[attr-defined]
        if article is not None:
            del self.fields["language"], self.fields["slug"]

    @property
    def words(self) -> Words:
        """What the version says; browsers end lines with two signs, files with one."""
        done = self.cleaned_data
        body = done["body"].replace("\r\n", "\n")
        return Words(title=done["title"], summary=done["summary"].replace("\r\n", " "), body=body)

    @property
    def details(self) -> ArticleDetails:
        """The rest."""
        done = self.cleaned_data
        return ArticleDetails(
            tags=done["tags"].split(","),
            readers=done["readers"],
            topics=done["topics"],
            owner=done["owner"],
            review_on=done["review_on"],
        )


def initial_of(article: Article, version: ArticleVersion) -> dict[str, Any]:
    """Return what the form of an article begins with."""
    return {
        "title": version.title,
        "summary": version.summary,
        "body": version.body,
        "tags": ", ".join(article.tags),
        "readers": article.reader_list,
        "topics": [each.topic for each in article.topics.all()],
        "owner": article.owner_id,
        "review_on": article.review_on,
        "based_on": version.number,
    }


class SynonymsForm(forms.Form):
    """Words that mean the same, a group on each line."""

    words = forms.CharField(
        label=_("Words that mean the same"),
        required=False,
        max_length=60_000,
        help_text=_("On each line a group, separated by commas: soos, buurtkamer, inloop."),
        widget=forms.Textarea(attrs={"rows": 12}),
    )
