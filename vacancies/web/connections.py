"""What an organisation connects: vacancies from a table, and webhooks to its own systems."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from common.errors import DomainError, NotFound
from common.permissions import require
from common.uploads import clean_text
from people.models import Organisation
from vacancies.models import Vacancy, Webhook
from vacancies.services import importing, webhooks
from vacancies.web.desk import of_organisation
from vacancies.web.fields import attempt

MOST_DELIVERIES = 20
TOPIC_NAMES = {
    webhooks.PUBLISHED: gettext_lazy("A vacancy is published"),
    webhooks.ANSWERED: gettext_lazy("Someone answers a vacancy"),
}


class ImportForm(forms.Form):
    """A table, and whether to try it first."""

    file = forms.FileField(
        label=gettext_lazy("File (CSV)"), widget=forms.FileInput(attrs={"accept": ".csv,text/csv"})
    )
    dry_run = forms.BooleanField(label=gettext_lazy("Only check, keep nothing"), required=False, initial=True)
    submit = forms.BooleanField(label=gettext_lazy("Send complete ones to the centre"), required=False)


class WebhookForm(forms.Form):
    """Where to tell what."""

    url = forms.CharField(
        label=gettext_lazy("Address"), max_length=300, widget=forms.TextInput(attrs={"type": "url"})
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Tell when"), choices=TOPIC_NAMES.items(), widget=forms.CheckboxSelectMultiple
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
    context = {
        "form": form,
        "organisation": organisation,
        "lines": lines,
        "good": sum(line.good for line in lines or ()),
        "tried": form.is_bound and bool(form.data.get("dry_run")),
        "columns": importing.COLUMNS,
    }
    return render(request, "vacancies/desk/import.html", context, status=422 if form.errors else 200)


def _imported(
    request: HttpRequest, organisation: Organisation, form: ImportForm
) -> list[importing.Line] | None:
    data = form.cleaned_data
    options: dict[str, Any] = {"dry_run": data["dry_run"], "submit": data["submit"], "by": request.user}
    try:
        text = clean_text(data["file"])
    except DomainError as refusal:
        form.add_error("file", str(refusal.message))
        return None
    return attempt(form, lambda: importing.import_vacancies(organisation, text, **options))


@require_http_methods(["GET", "HEAD", "POST"])
@of_organisation
def webhook_list(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """``GET`` and ``POST /organisatie/<id>/webhooks/``: the addresses, what was told, and a new one.

    A secret is shown once, when it is made.
    """
    require(request.user, "vacancies.edit_organisation", organisation)
    form = WebhookForm(request.POST if request.method == "POST" else None)
    made = None
    if form.is_bound and form.is_valid():
        told: Any = form.cleaned_data
        made = attempt(form, lambda: webhooks.keep_webhook(organisation, by=request.user, **told))
        form = form if made is None else WebhookForm()
    rows = Webhook.objects.filter(organisation=organisation).order_by("-created_at")
    context = {
        "form": form,
        "organisation": organisation,
        "made": made,
        "webhooks": [
            {"row": row, "topics": _names(row), "deliveries": row.deliveries.all()[:MOST_DELIVERIES]}
            for row in rows
        ],
    }
    return render(request, "vacancies/desk/webhooks.html", context, status=422 if form.errors else 200)


def _names(webhook: Webhook) -> list[str]:
    return [str(TOPIC_NAMES.get(topic, topic)) for topic in webhook.topics]


@require_http_methods(["POST"])
@of_organisation
def webhook_act(
    request: HttpRequest, organisation: Organisation, webhook_id: UUID, slug: str
) -> HttpResponse:
    """``POST /organisatie/<id>/webhooks/<webhook>/<act>/``: try it, switch it on again, take it away."""
    acts = {
        "proberen": webhooks.try_webhook,
        "aanzetten": webhooks.enable_webhook,
        "weghalen": webhooks.remove_webhook,
    }
    found = Webhook.objects.filter(pk=webhook_id, organisation=organisation).first()
    if found is None or slug not in acts:
        raise NotFound
    acts[slug](found, by=request.user)
    messages.success(request, _("Done."))
    return redirect("webhooks", organisation.pk)
