"""The form in which a resident changes a request."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from help_requests.enums import HAS_BUDDIES, HAS_DESTINATION
from help_requests.models import HelpRequest
from help_requests.services import Details
from help_requests.web.fields import (
    HOW_OFTEN,
    DescriptionField,
    DescriptionMixin,
    HowOftenMixin,
    WhenMixin,
    how_often_of,
    offer,
)


class EditForm(DescriptionMixin, HowOftenMixin, WhenMixin):
    """Description, where to, how often, and when."""

    description = DescriptionField(label=_("What exactly would you like?"))
    destination = forms.CharField(label=_("Where would you like to go?"), max_length=200, required=False)
    field_order = (
        "description", "destination", "how_often", "until_date", "on_date", "start_time", "dayparts"
    )  # fmt: skip

    def __init__(self, *args: Any, request_edited: HelpRequest, **kwargs: Any) -> None:
        names = self.base_fields.keys() - {"how_often"}
        known = {name: getattr(request_edited, name) for name in names}
        kwargs["initial"] = known | {"how_often": how_often_of(request_edited)}
        super().__init__(*args, **kwargs)
        if request_edited.category not in HAS_BUDDIES:
            offer(self, "how_often", HOW_OFTEN[:-1])
        if request_edited.category not in HAS_DESTINATION:
            del self.fields["destination"]

    def details(self) -> Details:
        """The cleaned values as the service takes them."""
        names = self.fields.keys() - {"how_often"} | {"kind", "rhythm"}
        return Details(**{name: self.cleaned_data[name] for name in names})  # type: ignore[typeddict-item]
