"""What an organisation connects: vacancies from a table, and webhooks; a centre has webhooks of its own."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import DomainError, NotFound
from common.exports import ExportFormat, Table, export_response
from common.permissions import require
from common.uploads import clean_text
from people.models import Centre, Organisation
from people.queries import working_centre
from vacancies.enums import DeliveryState
from vacancies.models import Vacancy, Webhook
from vacancies.services import importing, webhooks
from vacancies.web import carried
from vacancies.web.desk import of_organisation
from vacancies.web.fields import attempt

MOST_DELIVERIES = 20
TOPIC_NAMES = {
    webhooks.PUBLISHED: gettext_lazy("A vacancy is published"),
    webhooks.ANSWERED: gettext_lazy("Someone answers a vacancy"),
}
TOLD_NAMES = {**TOPIC_NAMES, webhooks.TRIAL: gettext_lazy("To try it out")}


# What may be done with a webhook.
WEBHOOK_ACTS: dict[str, Callable[..., object]] = {
    "proberen": webhooks.try_webhook,
    "aanzetten": webhooks.enable_webhook,
    "weghalen": webhooks.remove_webhook,
}


class ImportForm(forms.Form):
    """A table, and whether to try it first."""

    file = forms.FileField(
        label=gettext_lazy("File (CSV)"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        required=False,
    )
    dry_run = forms.BooleanField(label=gettext_lazy("Only check, keep nothing"), required=False, initial=True)
    submit = forms.BooleanField(label=gettext_lazy("Send complete ones to the centre"), required=False)
    # What was only checked a moment ago comes back with the page: nobody has to find the file again.
    checked = forms.CharField(widget=forms.HiddenInput, required=False, max_length=carried.MOST_CARRIED)
    # Of a long table: the line after which to go on.
    after = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def clean(self) -> dict[str, Any]:
        """Return the values with the words of the table, or say why there are none."""
        filled: dict[str, Any] = super().clean() or {}
        try:
            if filled.get("file"):
                filled["text"], filled["after"] = clean_text(filled["file"]), 0
            elif filled.get("checked"):
                filled["text"] = carried.unpack(filled["checked"])
            elif "file" not in self.errors:
                self.add_error("file", gettext_lazy("Choose the file first."))
        except DomainError as refusal:
            self.add_error("file", str(refusal.message))
        except ValueError:
            self.add_error("file", gettext_lazy("Choose the file first."))
        return filled


class WebhookForm(forms.Form):
    """Where to tell what."""

    url = forms.CharField(
        label=gettext_lazy("Address"), max_length=300, widget=forms.TextInput(attrs={"type": "url"})
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Tell when"),
        choices=TOPIC_NAMES.items(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_organisation
def import_vacancies(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """``GET`` and ``POST /organisatie/<id>/importeren/``: a report per line; good lines are kept."""
    require(
        request.user,
        "vacancies.edit_vacancy",
        Vacancy(organisation=organisation, centre=organisation.centre),
    )
    posted = request.method == "POST"
    form = ImportForm(request.POST if posted else None, request.FILES if posted else None)
    lines = _imported(request, organisation, form) if form.is_bound and form.is_valid() else None
    table = importing.read_table(form.cleaned_data["text"]) if lines is not None else None
    packed = carried.pack(form.cleaned_data["text"]) if table else None
    left = len(table.after(lines[-1].number)) if table and lines else 0
    tried = lines is not None and form.cleaned_data["dry_run"]
    good = sum(line.good for line in lines or ())
    context = {
        "form": ImportForm() if lines is not None else form,
        "organisation": organisation,
        "lines": lines and sorted(lines, key=lambda line: (line.good, line.known, line.number)),
        "good": good,
        "wrong": sum(bool(line.problem) for line in lines or ()),
        "known": sum(line.known for line in lines or ()),
        "unread": table.unread if table else (),
        "tried": tried,
        "again": _again(form, packed) if tried and good and packed else None,
        "left": left,
        "further": _further(form, packed, lines[-1].number) if left and lines and packed else None,
        "columns": importing.COLUMNS,
    }
    return render(request, "vacancies/desk/import.html", context, status=422 if form.errors else 200)


def _again(form: ImportForm, packed: str) -> ImportForm:
    """The same lines once more, to keep what was only checked."""
    known = {name: form.cleaned_data[name] for name in ("submit", "after")}
    return ImportForm(initial=known | {"checked": packed}, auto_id="again_%s")


def _further(form: ImportForm, packed: str, number: int) -> ImportForm:
    """The lines after this one, checked or kept as those before."""
    known = {name: form.cleaned_data[name] for name in ("submit", "dry_run")}
    return ImportForm(initial=known | {"checked": packed, "after": number}, auto_id="further_%s")


def _imported(
    request: HttpRequest, organisation: Organisation, form: ImportForm
) -> list[importing.Line] | None:
    data = form.cleaned_data
    options: dict[str, Any] = {"dry_run": data["dry_run"], "submit": data["submit"], "by": request.user}
    # What cannot travel with the page cannot be taken in portions.
    options["after"] = None if carried.pack(data["text"]) is None else data["after"] or 0
    return attempt(form, lambda: importing.import_vacancies(organisation, data["text"], **options))


@require_safe
@of_organisation
def import_example(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """``GET /organisatie/<id>/importeren/voorbeeld.csv``: a table with every column, to begin with."""
    return export_response(Table(_("vacancies"), importing.COLUMNS, [importing.example()]), ExportFormat.CSV)


@require_http_methods(["GET", "HEAD", "POST"])
@of_organisation
def webhook_list(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """``GET`` and ``POST /organisatie/<id>/webhooks/``: the addresses, what was told, and a new one."""
    require(request.user, "vacancies.edit_organisation", organisation)
    back = reverse("organisation-desk", args=[organisation.pk])
    context = {"back": back, "owner": organisation, "act": "webhook-act", "in": [organisation.pk]}
    return _webhooks(request, organisation, Webhook.objects.filter(organisation=organisation), context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def centre_webhook_list(request: HttpRequest) -> HttpResponse:
    """``GET`` and ``POST /balie/webhooks/``: the same for all of a centre. Coordinators."""
    centre = _working_centre(request)
    context = {"back": reverse("review-desk"), "owner": centre, "act": "centre-webhook-act", "in": []}
    return _webhooks(request, centre, _of_centre(centre), context)


def _webhooks(
    request: HttpRequest, owner: Organisation | Centre, rows: QuerySet[Webhook], context: dict[str, Any]
) -> HttpResponse:
    """A secret is shown once, when it is made."""
    form = WebhookForm(request.POST if request.method == "POST" else None)
    made = None
    if form.is_bound and form.is_valid():
        told: Any = form.cleaned_data
        made = attempt(form, lambda: webhooks.keep_webhook(owner, by=request.user, **told))
        form = form if made is None else WebhookForm()
    act, where = context.pop("act"), context.pop("in")
    context |= {
        "form": form,
        "made": made,
        "days": settings.WEBHOOK_DELIVERY_KEPT_DAYS,
        "webhooks": [
            {
                "row": row,
                "topics": [str(TOPIC_NAMES.get(topic, topic)) for topic in row.topics],
                "deliveries": [
                    (each, TOLD_NAMES.get(each.topic, each.topic))
                    for each in row.deliveries.all()[:MOST_DELIVERIES]
                ],
                "failed": row.deliveries.filter(state=DeliveryState.FAILED).count(),
                "acts": {slug: reverse(act, args=[*where, row.pk, slug]) for slug in WEBHOOK_ACTS},
            }
            for row in rows.order_by("-created_at")
        ],
    }
    return render(request, "vacancies/desk/webhooks.html", context, status=422 if form.errors else 200)


@require_POST
@of_organisation
def webhook_act(
    request: HttpRequest, organisation: Organisation, webhook_id: UUID, slug: str
) -> HttpResponse:
    """``POST /organisatie/<id>/webhooks/<webhook>/<act>/``: try it, switch it on again, take it away."""
    _act(request, Webhook.objects.filter(organisation=organisation), webhook_id, slug)
    return redirect("webhooks", organisation.pk)


@require_POST
@login_required
@never_cache
def centre_webhook_act(request: HttpRequest, webhook_id: UUID, slug: str) -> HttpResponse:
    """``POST /balie/webhooks/<webhook>/<act>/``: the same for one of the centre. Coordinators."""
    _act(request, _of_centre(_working_centre(request)), webhook_id, slug)
    return redirect("centre-webhooks")


def _act(request: HttpRequest, rows: QuerySet[Webhook], webhook_id: UUID, slug: str) -> None:
    found = rows.filter(pk=webhook_id).first()
    if found is None or slug not in WEBHOOK_ACTS:
        raise NotFound
    WEBHOOK_ACTS[slug](found, by=request.user)
    messages.success(request, _("Done."))


def _working_centre(request: HttpRequest) -> Centre:
    centre = working_centre(request.user)
    if centre is None:
        raise NotFound
    return centre


def _of_centre(centre: Centre) -> QuerySet[Webhook]:
    return Webhook.objects.filter(centre=centre, organisation=None)
