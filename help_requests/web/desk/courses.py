"""Choosing the trainings that a helper must have done."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from academy.queries import courses_on_offer
from help_requests.models import HelpRequest


class CoursesField(forms.TypedMultipleChoiceField):
    """Some of the courses on offer; cleaned to the courses themselves."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Must have done this training"))
        kwargs.setdefault("help_text", _("Besides what the centre asks for this kind of help."))
        super().__init__(required=False, empty_value=[], widget=forms.CheckboxSelectMultiple, **kwargs)

    def offer(self, help_request: HelpRequest) -> list[str]:
        """Offer what is on offer and what is asked already; return what is asked already, as chosen."""
        asked = list(help_request.required_courses.all())
        known = {str(course.pk): course for course in [*courses_on_offer(), *asked]}
        self.choices = [(key, course.title) for key, course in known.items()]
        self.coerce = known.__getitem__
        return [str(course.pk) for course in asked]


class RequireCoursesForm(forms.Form):
    """The trainings that one request asks for."""

    courses = CoursesField()

    def __init__(self, *args: Any, help_request: HelpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("CoursesField", self.fields["courses"])
        self.initial["courses"] = field.offer(help_request)
        self.has_courses = bool(field.choices)
