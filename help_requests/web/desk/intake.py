"""A request that comes in by phone: find the caller or note who they are, and what they ask, on one page."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import InvalidInput, NotFound
from help_requests.enums import FiledAs, usual_minutes
from help_requests.models import HelpRequest
from help_requests.queries import find_residents
from help_requests.services import Details, file_once, file_request
from help_requests.web.desk.access import desk_only
from help_requests.web.fields import (
    LONGEST_TEXT,
    AnyVolunteerField,
    EmailField,
    HowOftenMixin,
    PhoneField,
    WhenMixin,
    check_place,
    show_refusal,
)
from people.enums import ALL_DAYPARTS, HelpCategory, Why
from people.models import Resident, User
from people.queries import residents_in_scope
from people.services import Address, note_reads, register_resident, shown_phone

WHO = ("name", "phone", "email", "postcode", "house_number", "any_screened_volunteer", "consent")
NEW = "new"
TEMPLATE = "help_requests/desk/intake.html"


class IntakeForm(HowOftenMixin, WhenMixin):
    """Who calls, and what for. The fields of a new person count only when nobody known was chosen."""

    resident = forms.CharField(required=False)
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    phone = PhoneField(required=False)
    email = EmailField(required=False)
    postcode = forms.CharField(
        label=_("Postcode"), max_length=10, required=False, widget=forms.TextInput(attrs={"size": 8})
    )
    house_number = forms.CharField(
        label=_("House number"), max_length=10, required=False, widget=forms.TextInput(attrs={"size": 8})
    )
    any_screened_volunteer = AnyVolunteerField(
        label=_("May any volunteer whom we know and have screened help the caller right away?"),
        required=False,
        help_text=_("Read this out. With no the resident has to say yes to each volunteer."),
    )
    consent = forms.BooleanField(label=_("The caller agrees that we keep these details."), required=False)
    category = forms.ChoiceField(
        label=_("Kind of help"),
        choices=[("", _("Choose …")), *HelpCategory.choices],
        error_messages={"required": _("Choose the kind of help.")},
    )
    description = forms.CharField(
        label=_("What does the caller ask?"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write down what the caller asks.")},
    )
    destination = forms.CharField(label=_("Where to"), max_length=200, required=False)
    any_time = forms.BooleanField(label=_("Any time is fine"), required=False)
    submission_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"submission_key": uuid4()}
        super().__init__(*args, **kwargs)
        self.user = user
        for name in WHO:
            # It is the caller's data that is filled in, not the coordinator's.
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean_resident(self) -> Resident | None:
        """Return the chosen resident; ``None`` for a new one."""
        chosen = self.cleaned_data["resident"]
        return None if chosen in ("", NEW) else known_caller(self.user, chosen)

    def clean_any_time(self) -> bool:
        """Let "any time" count as all parts of the week."""
        if self.cleaned_data["any_time"] and not self.errors.get("dayparts"):
            self.cleaned_data["dayparts"] = ALL_DAYPARTS
        return bool(self.cleaned_data["any_time"])

    def clean(self) -> dict[str, Any]:
        """Ask for a new person's details."""
        found = super().clean()
        if found.get("resident") is None and "resident" not in self.errors:
            self._check_new(found)
        return found

    def _check_new(self, found: dict[str, Any]) -> None:
        needed = {
            "name": _("Fill in the name, or choose the caller above."),
            "postcode": _("Fill in the postcode."),
            "house_number": _("Fill in the house number."),
            "consent": _("Ask the caller whether we may keep these details."),
        }
        for name, sentence in needed.items():
            if not found.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        if found.get("any_screened_volunteer") is None and "any_screened_volunteer" not in self.errors:
            self.add_error("any_screened_volunteer", _("Ask the caller, and choose one of the two."))
        if not (found.get("phone") or found.get("email")) and not {"phone", "email"} & self.errors.keys():
            self.add_error("phone", _("Fill in a phone number, or an e-mail address."))
        check_place(self)


def known_caller(user: User, text: str) -> Resident:
    """The resident with this id in the scope of ``user``. Raises ``ValidationError`` for any other."""
    try:
        found = residents_in_scope(user).filter(pk=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise forms.ValidationError(str(NotFound.message))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def phone_intake(request: HttpRequest) -> HttpResponse:
    """Note a request that comes in by phone; the button "find" only looks who is calling."""
    if request.method == "POST" and "find" not in request.POST:
        form = IntakeForm(request.POST, user=request.user)
        filed = _filed(form, request.user) if form.is_valid() else None
        if filed is not None:
            messages.success(request, gettext("Noted down. You can approve it right away."))
            return redirect("desk-request", filed.pk)
        return render(request, TEMPLATE, _context(request, form), status=422)
    form = IntakeForm(user=request.user)
    # Looking who calls judges nothing yet: what was typed stays.
    typed = {
        name: field.widget.value_from_datadict(request.POST, request.FILES, name)
        for name, field in form.fields.items()
        if name in request.POST
    }
    form.initial = {**form.initial, **typed}
    return render(request, TEMPLATE, _context(request, form))


@require_POST
@desk_only
def intake_residents(request: HttpRequest) -> HttpResponse:
    """Who might be calling: fetched while the coordinator types."""
    return render(request, "help_requests/desk/_callers.html", _callers(request))


def _context(request: HttpRequest, form: IntakeForm) -> dict[str, Any]:
    return {"form": form, "who_open": bool(form.errors.keys() & set(WHO))} | _callers(request)


def _callers(request: HttpRequest) -> dict[str, Any]:
    search = request.POST.get("caller", "").strip()[:100]
    found = find_residents(request.user, search) if search else []
    note_reads(found, by=request.user, why=Why.CALLER)
    callers = [(caller, ", ".join(_recognised_by(caller))) for caller in found]
    return {"search": search, "callers": callers, "chosen": request.POST.get("resident", "")}


def _recognised_by(caller: Resident) -> list[str]:
    """What tells one caller from another of the same name: address and phone number."""
    lines = Address(**caller.address).lines if caller.address else ()
    return [part for part in (*lines, shown_phone(caller.phone)) if part]


def _filed(form: IntakeForm, by: User) -> HelpRequest | None:
    """The request; ``None`` when a value is refused after all, with the sentence in the form."""
    try:
        return file_once(form.cleaned_data["submission_key"], lambda: _file(form, by))
    except InvalidInput as error:
        show_refusal(form, error)
        return None


def _file(form: IntakeForm, by: User) -> HelpRequest:
    found = form.cleaned_data
    resident = found["resident"] or register_resident(
        name=found["name"],
        phone=found["phone"],
        email=found["email"],
        address=Address(street="", house_number=found["house_number"], postcode=found["postcode"]),
        consented=found["consent"],
        any_screened_volunteer=found["any_screened_volunteer"],
        by=by,
    )
    details = Details(
        category=found["category"],
        description=found["description"],
        destination=found["destination"],
        on_date=found["on_date"],
        start_time=found["start_time"],
        dayparts=found["dayparts"],
        duration_minutes=usual_minutes(found["category"]),
        until_date=found["until_date"],
        kind=found["kind"],
        rhythm=found["rhythm"],
    )
    return file_request(
        resident, by=by, filed_as=FiledAs.COORDINATOR, submission_key=found["submission_key"], **details
    )
