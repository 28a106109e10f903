"""The design system on one page, with a form that shows every kind of field."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from common import clock
from common.forms import DateInput, DaypartsField, TileSelect, TimeInput
from people.enums import HelpCategory

INTERFACE_ICONS = ["home", "bell", "calendar", "route", "phone", "mail", "check", "clock", "pin", "person", "people", "list", "map", "logout", "globe", "menu", "close", "plus", "minus", "arrow", "back", "warning", "info", "shield", "heart", "search", "settings", "desk", "edit", "undo", "print", "download", "star", "door", "building", "key", "eye", "sun"]


class GalleryForm(forms.Form):
    """One field of each kind. Nothing is done with it."""

    category = forms.ChoiceField(
        label=_("What do you need help with?"), choices=HelpCategory.choices, widget=TileSelect
    )
    name = forms.CharField(label=_("Your name"), help_text=_("First and last name"))
    email = forms.EmailField(label=_("E-mail address"), required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=7)
    story = forms.CharField(label=_("Tell a little more"), widget=forms.Textarea, required=False)
    day = forms.DateField(label=_("On which day?"), widget=DateInput)
    time = forms.TimeField(label=_("At what time?"), widget=TimeInput, required=False)
    reach = forms.ChoiceField(
        label=_("How far do you want to go?"), choices=[("1", "1 km"), ("3", "3 km"), ("5", "5 km")]
    )
    contact = forms.ChoiceField(
        label=_("How do we reach you best?"),
        choices=[("phone", _("By phone")), ("email", _("By e-mail"))],
        widget=forms.RadioSelect,
    )
    dayparts = DaypartsField(
        label=_("When can you help?"), help_text=_("Choose all parts of the week that suit you.")
    )
    consent = forms.BooleanField(label=_("You may keep my data for this"))


def gallery_context(request: HttpRequest) -> dict[str, Any]:
    """What the gallery shows; with ``?fouten`` the form in its refused state."""
    now = clock.now()
    data = {"email": "geen adres", "postcode": "34"} if "fouten" in request.GET else None
    form = GalleryForm(data, initial={"category": "garden", "dayparts": 0b111000111, "contact": "phone"})
    return {
        "form": form,
        "category_icons": [category.value for category in HelpCategory],
        "interface_icons": INTERFACE_ICONS,
        "moments": [now - timedelta(minutes=5), now + timedelta(hours=20), now + timedelta(days=3), now + timedelta(days=40)],
        "metres": [80, 640, 1430, 12_300],
        "points": [
            {"lat": 52.0451, "lon": 5.0724, "title": "Boodschappen", "text": "Batau Noord · 600 meter", "radius": 460},
            {"lat": 52.0353, "lon": 5.0844, "title": "Lift", "text": "Jutphaas · 1,4 km", "radius": 460, "url": "/"},
            {"lat": 52.0404, "lon": 5.0790, "title": "Hier woon je", "you": True},
        ],
    }  # fmt: skip
