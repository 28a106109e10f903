"""The design system on one page, with a form that shows every kind of field."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from common import clock
from common.forms import DateInput, DaypartsField, TileSelect, TimeInput
from common.templatetags.ui import ICONS
from people.enums import HelpCategory

CATEGORY_ICONS = [str(category.value) for category in HelpCategory]
INTERFACE_ICONS = sorted({path.stem for path in ICONS.glob("*.svg")} - set(CATEGORY_ICONS))


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


POINTS = [
    {
        "lat": 52.0451,
        "lon": 5.0724,
        "title": "Boodschappen",
        "text": "Batau Noord · 600 meter",
        "radius": 460,
    },
    {"lat": 52.0353, "lon": 5.0844, "title": "Lift", "text": "Jutphaas · 1,4 km", "radius": 460, "url": "/"},
    {"lat": 52.0404, "lon": 5.0790, "title": "Hier woon je", "you": True},
]


def gallery_context(request: HttpRequest) -> dict[str, Any]:
    """What the gallery shows; with ``?fouten`` the form in its refused state."""
    now = clock.now()
    data = {"email": "geen adres", "postcode": "34"} if "fouten" in request.GET else None
    away = (timedelta(minutes=-5), timedelta(hours=20), timedelta(days=3), timedelta(days=40))
    return {
        "form": GalleryForm(
            data, initial={"category": "garden", "dayparts": 0b111000111, "contact": "phone"}
        ),
        "category_icons": CATEGORY_ICONS,
        "interface_icons": INTERFACE_ICONS,
        "moments": [now + distance for distance in away],
        "metres": [80, 640, 1430, 12_300],
        "points": POINTS,
    }
