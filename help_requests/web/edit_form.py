"""The form in which a resident changes a request."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from help_requests.enums import HAS_DESTINATION
from help_requests.models import HelpRequest
from help_requests.services import Details
from help_requests.web.fields import DescriptionField, DescriptionMixin, WhenMixin


class EditForm(DescriptionMixin, WhenMixin):
    """Description, where to, and when."""

    description = DescriptionField(label=_("What exactly would you like?"))
    destination = forms.CharField(label=_("Where would you like to go?"), max_length=200, required=False)
    field_order = ("description", "destination", "on_date", "start_time", "dayparts")

    def __init__(self, *args: Any, request_edited: HelpRequest, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(request_edited, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        if request_edited.category not in HAS_DESTINATION:
            del self.fields["destination"]

    def details(self) -> Details:
        """The cleaned values as the service takes them."""
        return Details(**{name: self.cleaned_data[name] for name in self.fields})  # type: ignore[typeddict-item]
