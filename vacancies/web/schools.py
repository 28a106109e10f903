"""Student placements for teachers, the centre and organisations: classes, progress, places, signing."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common.errors import DomainError, Forbidden, InvalidInput, NotFound
from common.exports import ExportFormat, Table, export_response
from people.queries import working_centre
from vacancies import services
from vacancies.models import Placement, School, SchoolClass, SchoolContact, Vacancy
from vacancies.queries import placements as queries
from vacancies.queries import shifts as shift_queries
from vacancies.web.placement_forms import ClassForm, CodeForm, HolidayForm, SchoolForm, SpotForm

SHOWN = 100
inside = [never_cache, login_required]


@method_decorator(inside, name="dispatch")
class SchoolsView(View):
    """``GET`` and ``POST /scholen/``: the schools one follows; join one with its code, or add one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list, and for the centre who asks to join."""
        return self._page(CodeForm(), SchoolForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """With ``code`` a teacher joins, with ``name`` the centre adds a school."""
        if "code" in request.POST:
            form: forms.Form = CodeForm(request.POST)
            act: Callable[..., object] = services.join_school
            said = _("Thank you. The centre confirms that you teach there.")
            done = _done(form, lambda filled: act(filled["code"], by=request.user))
        else:
            centre = working_centre(request.user)
            if centre is None:
                raise Forbidden
            form = SchoolForm(request.POST)
            said = _("The school has been added.")
            done = _done(form, lambda filled: services.add_school(centre, by=request.user, **filled))
        if done:
            messages.success(request, said)
            return redirect("schools")
        code, name = (form, SchoolForm()) if "code" in request.POST else (CodeForm(), form)
        return self._page(code, name, status=422)

    def _page(self, code_form: forms.Form, school_form: forms.Form, status: int = 200) -> HttpResponse:
        context = {
            "schools": list(queries.schools_of(self.request.user).select_related("centre")),
            "contacts": list(queries.waiting_contacts(self.request.user)),
            "unconfirmed": list(queries.unconfirmed_of(self.request.user)),
            "code_form": code_form,
            "school_form": school_form,
            "is_centre": working_centre(self.request.user) is not None,
        }
        return render(self.request, "vacancies/schools/list.html", context, status=status)


CONTACT_STEPS: dict[str, Callable[..., SchoolContact]] = {
    "bevestigen": services.confirm_contact,
    "beeindigen": services.end_contact,
}


@require_POST
@never_cache
@login_required
def contact_step(request: HttpRequest, contact_id: UUID, step: str) -> HttpResponse:
    """``POST /scholen/docenten/<id>/<bevestigen|beeindigen>/``: the centre knows this teacher, or not."""
    found = queries.waiting_contacts(request.user).filter(pk=contact_id).first()
    if found is None:
        raise NotFound
    CONTACT_STEPS[step](found, by=request.user)
    return redirect("schools")


@require_safe
@never_cache
@login_required
def school(request: HttpRequest, school_id: UUID) -> HttpResponse:
    """``GET /scholen/<id>/``: classes with their codes, holidays."""
    return _school_page(request, _school(request, school_id))


@require_POST
@never_cache
@login_required
def add_class(request: HttpRequest, school_id: UUID) -> HttpResponse:
    """``POST /scholen/<id>/klassen/``: one class more."""
    found = _school(request, school_id)
    form = ClassForm(request.POST, prefix="class")
    if _done(form, lambda filled: services.add_class(found, by=request.user, **filled)):
        messages.success(request, _("The class has been added. Give its code to the students."))
        return redirect("school", found.pk)
    return _school_page(request, found, class_form=form, status=422)


@require_POST
@never_cache
@login_required
def add_holiday(request: HttpRequest, school_id: UUID) -> HttpResponse:
    """``POST /scholen/<id>/vakanties/``: a period without lessons."""
    found = _school(request, school_id)
    form = HolidayForm(request.POST, prefix="holiday")
    if _done(form, lambda filled: services.add_holiday(found, by=request.user, **filled)):
        messages.success(request, _("Kept."))
        return redirect("school", found.pk)
    return _school_page(request, found, holiday_form=form, status=422)


@require_POST
@never_cache
@login_required
def remove_holiday(request: HttpRequest, school_id: UUID, holiday_id: int) -> HttpResponse:
    """``POST /scholen/<id>/vakanties/<id>/weg/``: it was filled in wrong."""
    found = _school(request, school_id)
    holiday = found.holidays.filter(pk=holiday_id).first()
    if holiday is None:
        raise NotFound
    try:
        services.remove_holiday(holiday, by=request.user)
    except InvalidInput as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("school", found.pk)


@method_decorator(inside, name="dispatch")
class ClassView(View):
    """``GET`` and ``POST /scholen/klassen/<id>/wijzigen/``: put a class right."""

    def get(self, request: HttpRequest, class_id: UUID) -> HttpResponse:
        """The form, filled with what is kept."""
        found = _class(request, class_id)
        return self._page(
            found, ClassForm(initial={name: getattr(found, name) for name in ClassForm.base_fields})
        )

    def post(self, request: HttpRequest, class_id: UUID) -> HttpResponse:
        """Keep it; or say what is wrong (422)."""
        found, form = _class(request, class_id), ClassForm(request.POST)
        if _done(form, lambda filled: services.change_class(found, by=request.user, **filled)):
            messages.success(request, _("Kept."))
            return redirect("school-class", class_id)
        return self._page(found, form, status=422)

    def _page(self, found: SchoolClass, form: ClassForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "school_class": found}
        return render(self.request, "vacancies/schools/class_form.html", context, status=status)


@require_safe
@never_cache
@login_required
def overview(request: HttpRequest, class_id: UUID) -> HttpResponse:
    """``GET /scholen/klassen/<id>/``: how far every student is."""
    found = _class(request, class_id)
    context = {
        "school_class": found,
        "rows": queries.class_progress(found),
        "endings": [each.value for each in ExportFormat],
    }
    return render(request, "vacancies/schools/class.html", context)


@require_safe
@never_cache
@login_required
def export(request: HttpRequest, class_id: UUID, ending: str) -> HttpResponse:
    """``GET /scholen/klassen/<id>/voortgang.<csv|xlsx|ods>``: the same as a table to take away."""
    found = _class(request, class_id)
    rows = [
        (each.student.user.name, str(each.stage.label), each.signed, each.entered, found.hours_required)
        for each in queries.class_progress(found)
    ]
    heads = [_("Student"), _("State"), _("Signed hours"), _("Hours that wait"), _("Hours needed")]
    return export_response(Table(f"{found.school.name} {found.name}", heads, rows), ExportFormat(ending))


@require_safe
@never_cache
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """``GET /stages/``: students who ask, who are there, and hours to sign."""
    kept = queries.placements_kept_by(request.user)
    context = {
        "asked": list(kept.filter(state="asked").order_by("asked_at", "pk")[:SHOWN]),
        "running": list(kept.filter(state="agreed").order_by("agreed_at", "pk")[:SHOWN]),
        "entries": list(queries.entries_to_sign(request.user).order_by("day", "begins", "pk")[:SHOWN]),
        "planned": list(queries.entries_planned(request.user).order_by("day", "begins", "pk")[:SHOWN]),
    }
    return render(request, "vacancies/schools/desk.html", context)


PLACEMENT_STEPS: dict[str, Callable[..., Placement]] = {
    "ja": services.agree_placement,
    "nee": services.decline_placement,
    "stoppen": services.stop_placement,
}


@require_POST
@never_cache
@login_required
def placement_step(request: HttpRequest, placement_id: UUID, step: str) -> HttpResponse:
    """``POST /stages/<id>/<ja|nee|stoppen>/``."""
    found = queries.placements_kept_by(request.user).filter(pk=placement_id).first()
    if found is None:
        raise NotFound
    try:
        PLACEMENT_STEPS[step](found, by=request.user)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("placements-desk")


@require_POST
@never_cache
@login_required
def sign(request: HttpRequest, entry_id: UUID, step: str) -> HttpResponse:
    """``POST /stages/uren/<id>/<klopt|klopt-niet>/``: one touch per entry."""
    found = queries.entries_unsigned(request.user).filter(pk=entry_id).first()
    if found is None:
        raise NotFound
    try:
        services.sign_hours(found, right=step == "klopt", by=request.user)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("placements-desk")


@method_decorator(inside, name="dispatch")
class SpotView(View):
    """``GET`` and ``POST /vacatures/<id>/stageplek/``: a vacancy takes students too."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the vacancy. Raises ``NotFound`` for absent and foreign."""
        found = shift_queries.vacancies_with_roster(request.user).filter(pk=kwargs["vacancy_id"])
        vacancy = found.select_related("placement_spot", "organisation", "centre").first()
        if vacancy is None:
            raise NotFound
        self.vacancy: Vacancy = vacancy
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, vacancy_id: UUID) -> HttpResponse:
        """The form, filled with what is kept."""
        spot = getattr(self.vacancy, "placement_spot", None)
        if spot is None:
            return self._page(SpotForm())
        initial = {
            "places": spot.places,
            "supervisor_name": spot.supervisor_name,
            "supervisor_email": spot.supervisor_email,
            "is_open": spot.open,
        }
        return self._page(SpotForm(initial=initial))

    def post(self, request: HttpRequest, vacancy_id: UUID) -> HttpResponse:
        """Keep it; or say what is wrong (422)."""
        form = SpotForm(request.POST)
        if _done(form, lambda filled: services.keep_spot(self.vacancy, by=request.user, **filled)):
            messages.success(request, _("Kept."))
            return redirect("placement-spot", vacancy_id)
        return self._page(form, status=422)

    def _page(self, form: SpotForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "vacancy": self.vacancy}
        return render(self.request, "vacancies/schools/spot.html", context, status=status)


def _done(form: forms.Form, act: Callable[[dict[str, Any]], object]) -> bool:
    """Whether what the form asks was done; else the form says what is wrong."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except InvalidInput as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        return False
    return True


def _school(request: HttpRequest, school_id: UUID) -> School:
    found = queries.schools_of(request.user).filter(pk=school_id).first()
    if found is None:
        raise NotFound
    return found


def _class(request: HttpRequest, class_id: UUID) -> SchoolClass:
    found = queries.classes_of(request.user).filter(pk=class_id).first()
    if found is None:
        raise NotFound
    return found


def _school_page(
    request: HttpRequest,
    found: School,
    *,
    class_form: ClassForm | None = None,
    holiday_form: HolidayForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "school": found,
        "classes": list(found.classes.order_by("name")),
        "holidays": list(found.holidays.all()),
        "class_form": class_form or ClassForm(prefix="class"),
        "holiday_form": holiday_form or HolidayForm(prefix="holiday"),
    }
    return render(request, "vacancies/schools/school.html", context, status=status)
