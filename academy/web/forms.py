"""What staff fill in about trainings."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from academy.models import Course
from academy.queries import courses_on_offer, living_courses
from common import clock
from common.forms import DateInput
from people.enums import HelpCategory


class CourseField(forms.ModelChoiceField):
    """One course, by its title in the language of the reader."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Course.objects.none(), label=_("Training"), empty_label=_("Choose …"), **kwargs
        )

    def label_from_instance(self, obj: Course) -> str:
        """The title."""
        return obj.title


class CompletionForm(forms.Form):
    """A training that a volunteer has done, here or elsewhere."""

    course = CourseField()
    completed_on = forms.DateField(label=_("Done on"), widget=DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = living_courses()  # type: ignore[attr-defined]
        self.initial.setdefault("completed_on", clock.today())


class InviteForm(forms.Form):
    """A training to invite a volunteer to."""

    course = CourseField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "invite")
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = courses_on_offer()  # type: ignore[attr-defined]


class RequirementsForm(forms.Form):
    """The kinds of help for which a centre asks a course."""

    categories = forms.TypedMultipleChoiceField(
        label=_("Whoever does this must have done the training"),
        coerce=HelpCategory,
        empty_value=[],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, choices: Iterable[HelpCategory], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["categories"].choices = [(each.value, each.label) for each in choices]  # type: ignore[attr-defined]
