"""What people fill in about hours, costs and thanks."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock
from common.forms import DateInput
from common.words import length_words
from people.enums import HelpCategory
from people.models import Organisation, User
from recognition import queries
from recognition.enums import ClaimKind, FullName, RefusalReason, Warmth
from recognition.services.claims import MOST, MOST_KILOMETRES

# Lengths to choose from, in minutes: fine where most visits are, coarse for long days.
LENGTHS = (15, 30, 45, 60, 75, 90, 105, 120, 150, 180, 210, 240, 300, 360, 420, 480, 540, 600, 720, 960, 1440)
CENTRE = "centre"


def lengths(own: int | None = None) -> list[tuple[int, str]]:
    """The lengths to choose from, with one's own among them."""
    known = sorted({*LENGTHS, *([own] if own else [])})
    return [(minutes, length_words(minutes)) for minutes in known]


class LengthField(forms.TypedChoiceField):
    """How long something took."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("How long?"), coerce=int, choices=lengths, **kwargs)

    def offer(self, minutes: int) -> None:
        """Offer this length too."""
        self.choices = lengths(minutes)


class EurosField(forms.DecimalField):
    """An amount in euros, with the comma or the point of the reader."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=8, decimal_places=2, min_value=0, localize=True, **kwargs)


class HoursForm(forms.Form):
    """Hours that the platform does not know of."""

    where = forms.ChoiceField(label=_("Where did you help?"))
    day = forms.DateField(label=_("Which day?"), widget=DateInput)
    minutes = LengthField()
    category = forms.ChoiceField(
        label=_("What did you do?"),
        choices=[("", _("Something else")), *HelpCategory.choices],
        required=False,
        help_text=_("Only needed for the centre and for organisations."),
    )
    note = forms.CharField(
        label=_("In a few words"),
        max_length=120,
        required=False,
        help_text=_("No names, please."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visits = {str(each.pk): each for each in queries.running_help(user)}
        self.roles = {str(each.pk): each for each in queries.started_work(user)}
        self.organisations = {str(each.pk): each for each in queries.organisations_to_choose(user)}
        self.fields["where"].choices = self._places()  # type: ignore[attr-defined]
        self.initial.setdefault("day", clock.today())
        self.initial.setdefault("minutes", 60)

    def _places(self) -> list[tuple[str, Any]]:
        """Regular things first, then the organisations, then the centre itself."""
        regular = _("regular help")
        visits = [
            (key, f"{each.request.get_category_display()} – {regular}") for key, each in self.visits.items()
        ]
        roles = [
            (key, f"{each.vacancy.title} – {each.organisation.name}") for key, each in self.roles.items()
        ]
        others = [(key, each.name) for key, each in self.organisations.items()]
        groups: list[tuple[str, Any]] = [*visits, *roles, (CENTRE, str(_("With the volunteer centre")))]
        return [*groups, (str(_("With an organisation")), others)] if others else groups


class CorrectForm(forms.Form):
    """Another day or length for hours that were not signed."""

    day = forms.DateField(label=_("Which day?"), widget=DateInput)
    minutes = LengthField()


class MinutesForm(forms.Form):
    """Another length for what was put forward."""

    minutes = LengthField()

    def __init__(self, *args: Any, offered: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if offered:
            self.fields["minutes"].offer(offered)  # type: ignore[attr-defined]
            self.initial.setdefault("minutes", offered)


class RefuseForm(forms.Form):
    """Why something is not signed."""

    reason = forms.ChoiceField(label=_("Why not?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, reasons: Sequence[RefusalReason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [(each.value, each.label) for each in reasons]  # type: ignore[attr-defined]


class ThankForm(forms.Form):
    """A warm sentence, and some words of one's own if one likes."""

    words = forms.CharField(
        label=_("Would you like to add something?"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Please no names, addresses or phone numbers."),
    )
    sentence = forms.ChoiceField(choices=Warmth.choices, widget=forms.HiddenInput)


class ShareForm(forms.Form):
    """What a passport shows."""

    full_name = forms.BooleanField(label=_("My full name"), required=False)
    shows_roles = forms.BooleanField(label=_("What I did, and with whom"), required=False, initial=True)
    shows_hours = forms.BooleanField(label=_("My hours per year"), required=False, initial=True)
    shows_trainings = forms.BooleanField(label=_("My trainings"), required=False, initial=True)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed, name = queries.full_name_of(user), queries.short_name(user)
        if allowed == FullName.LATER:
            del self.fields["full_name"]
            return
        self.initial.setdefault("full_name", allowed == FullName.USUAL)
        self.fields["full_name"].help_text = _(
            "Whoever has the address sees it. Otherwise it says: %(name)s"
        ) % {"name": name}


class ClaimForm(forms.Form):
    """What a volunteer asks back."""

    kind = forms.ChoiceField(label=_("What is it for?"), choices=ClaimKind.choices, widget=forms.RadioSelect)
    day = forms.DateField(label=_("Which day?"), widget=DateInput)
    kilometres = forms.DecimalField(
        label=_("How many kilometres?"),
        max_digits=5,
        decimal_places=1,
        min_value=0,
        max_value=MOST_KILOMETRES,
        required=False,
        help_text=_("There and back together. Only for kilometres."),
        localize=True,
    )
    amount = forms.DecimalField(
        label=_("How many euros?"),
        max_digits=6,
        decimal_places=2,
        min_value=0,
        max_value=MOST,
        required=False,
        help_text=_("Only for costs, or for an agreed amount."),
        localize=True,
    )
    organisation = forms.ModelChoiceField(
        label=_("Who pays it back?"), queryset=Organisation.objects.none(), required=False
    )
    note = forms.CharField(label=_("In a few words"), max_length=120, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisation: Any = self.fields["organisation"]
        organisation.queryset = queries.organisations_to_choose(user)
        organisation.empty_label = str(_("The volunteer centre"))
        organisation.label_from_instance = lambda each: each.name
        self.initial.setdefault("day", clock.today())
        self.initial.setdefault("kind", ClaimKind.KILOMETRES)


class LimitsForm(forms.Form):
    """What is free of tax in a year, as it stands with the Belastingdienst."""

    year = forms.IntegerField(label=_("Year"))
    hour = EurosField(label=_("An hour, 21 or older"))
    hour_under_21 = EurosField(label=_("An hour, younger than 21"))
    month = EurosField(label=_("A month"))
    annual = EurosField(label=_("A whole year"))
    source = forms.CharField(
        label=_("Where did you read it?"),
        help_text=_("For example: Belastingdienst, Vrijwilligersvergoedingen, 5 January 2027."),
        max_length=200,
    )
