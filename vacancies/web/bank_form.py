"""The filters of the public bank as a form: every choice tells how many vacancies it would show."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.errors import InvalidInput
from people.enums import Language
from places.errors import UnknownPostcode
from places.geo import Point
from places.queries import postcode as postcode_row
from vacancies.enums import Accessibility, VacancyCategory
from vacancies.queries.bank import AGES, BY_DATE, BY_DISTANCE, BY_FIT, Found, Wanted
from vacancies.queries.shelf import Columns

MOMENT_NAMES = {
    "morning": _("In the morning"),
    "afternoon": _("In the afternoon"),
    "evening": _("In the evening"),
    "weekend": _("In the weekend"),
}
YES_NO = {"yes": True, "no": False}
DISTANCES = (1, 2, 5, 10, 25)
# The filter of ``queries.bank`` behind each field that counts.
FACETS = {
    "soort": "category",
    "dagdeel": "moment",
    "wijk": "district",
    "waar": "online",
    "keer": "recurring",
    "taal": "language",
    "kan": "accessibility",
    "leeftijd": "age",
}


def _several(label: Any, choices: Iterable[tuple[Any, Any]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=list(choices), required=False, widget=forms.CheckboxSelectMultiple
    )


def _one(label: Any, choices: Iterable[tuple[Any, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=[("", _("Does not matter")), *choices], required=False, widget=forms.RadioSelect
    )


class BankForm(forms.Form):
    """What someone looks for. A choice that does not exist (any more) is left out, never an error."""

    q = forms.CharField(
        label=_("What would you like to do?"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "enterkeyhint": "search"}),
    )
    postcode = forms.CharField(
        label=_("Your postcode"),
        max_length=8,
        required=False,
        widget=forms.TextInput(
            attrs={"size": 8, "autocomplete": "postal-code", "autocapitalize": "characters"}
        ),
    )
    km = forms.ChoiceField(
        label=_("At most so far"),
        choices=[("", _("Does not matter")), *((str(km), _("%(km)d km") % {"km": km}) for km in DISTANCES)],
        required=False,
    )
    soort = _several(_("About"), VacancyCategory.choices)
    dagdeel = _several(_("When"), MOMENT_NAMES.items())
    wijk = _several(_("Neighbourhood"), ())
    waar = _one(_("Where"), (("no", _("At a place")), ("yes", _("From home"))))
    keer = _one(_("How often"), (("no", _("One time")), ("yes", _("Regularly"))))
    taal = _several(_("Languages that you speak"), Language.choices)
    kan = _several(_("What matters to you"), Accessibility.choices)
    leeftijd = _one(_("Your age"), ((str(age), _("%(age)d or older") % {"age": age}) for age in AGES))
    volgorde = forms.ChoiceField(
        label=_("Order"),
        choices=(
            (BY_FIT, _("What suits best")),
            (BY_DATE, _("Newest first")),
            (BY_DISTANCE, _("Nearest first")),
        ),
        required=False,
    )

    def __init__(self, data: Mapping[str, Any], *, columns: Columns) -> None:
        super().__init__(data, auto_id="bank-%s")
        self.point: Point | None = None
        wijk: Any = self.fields["wijk"]
        wijk.choices = [(str(pk), name) for pk, name in columns.districts]
        for name in ("soort", "dagdeel", "wijk", "taal", "kan"):
            field: Any = self.fields[name]
            field.validate = _nothing
        for name in ("km", "waar", "keer", "leeftijd", "volgorde"):
            self.fields[name].validate = _nothing  # type: ignore[method-assign]

    def clean_postcode(self) -> str:
        """Find the place. Raises ``ValidationError`` when it is no postcode that we know."""
        typed: str = self.cleaned_data["postcode"].strip()
        if typed:
            try:
                row = postcode_row(typed)
                if row is None:
                    raise UnknownPostcode
            except InvalidInput as refusal:
                raise forms.ValidationError(str(refusal.message), code=refusal.code) from None
            self.point = Point(row.lat, row.lon)
        return typed

    def wanted(self, **more: Any) -> Wanted:
        """Return what is looked for; a postcode that is wrong is left out."""
        self.is_valid()
        data = self.cleaned_data
        km = data.get("km", "")
        return Wanted(
            words=data.get("q", ""),
            categories=self._known("soort", str),
            moments=self._known("dagdeel", str),
            districts=self._known("wijk", int),
            online=YES_NO.get(data.get("waar", "")),
            recurring=YES_NO.get(data.get("keer", "")),
            languages=self._known("taal", str),
            accessibility=self._known("kan", str),
            age=int(data["leeftijd"]) if data.get("leeftijd") in {str(age) for age in AGES} else None,
            point=self.point,
            within_km=float(km) if km in {str(each) for each in DISTANCES} else None,
            order=data.get("volgorde") or BY_FIT,
            **more,
        )

    def _known(self, name: str, kind: Callable[[str], Any]) -> frozenset[Any]:
        """The ticked choices that exist."""
        field: Any = self.fields[name]
        known = {str(value) for value, _label in field.choices}
        return frozenset(kind(value) for value in self.cleaned_data.get(name, ()) if value in known)

    def tell(self, found: Found) -> None:
        """Put the counts beside the choices, and leave out what nobody offers and nobody has ticked."""
        for name, facet in FACETS.items():
            field: Any = self.fields[name]
            counts = found.counts[facet]
            ticked = self.data.getlist(name) if hasattr(self.data, "getlist") else []
            field.choices = [
                (value, f"{label} ({counts[value]})" if value else label)
                for value, label in field.choices
                if not value or counts[value] or value in ticked
            ]

    @property
    def chosen(self) -> int:
        """How many filters are on."""
        return sum(bool(self.cleaned_data.get(name)) for name in (*FACETS, "km"))


def _nothing(value: Any) -> None:
    """A choice that does not exist is left out later."""
