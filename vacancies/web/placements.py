"""Student placements: the student's own page, the parent's link, the supervisor's link."""

from datetime import date
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.errors import DomainError, InvalidInput, NotFound
from common.exports import attachment
from common.pdf import Paper
from common.words import paper_day
from vacancies import services
from vacancies.enums import ConsentState, EntryState, StudentStage
from vacancies.models import Placement, Student
from vacancies.queries import placements as queries
from vacancies.web.placement_forms import AskForm, ConsentForm, HoursForm, JoinForm, ParentForm
from vacancies.working_times import LIMITS, age_on


@method_decorator(never_cache, name="dispatch")
class PlacementView(View):
    """``GET`` and ``POST /stage/``: join a class; after that how it stands."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form, or the student's own page; to a visitor what it is, to a teacher their school."""
        student = queries.student_of(request.user)
        if student is not None:
            return _own_page(request, student)
        if queries.follows_school(request.user):
            return redirect("schools")
        return render(request, "vacancies/students/join.html", {"form": JoinForm()})

    @method_decorator(login_required)
    def post(self, request: HttpRequest) -> HttpResponse:
        """Join; or say what is wrong (422)."""
        form = JoinForm(request.POST)
        if form.is_valid():
            filled = form.cleaned_data
            try:
                services.join_class(
                    filled["code"],
                    born=date(filled["year"], filled["month"], 1),
                    parent_email=filled["parent_email"],
                    by=request.user,
                )
            except InvalidInput as refusal:
                _refuse(form, refusal, "year" if refusal.field == "born" else refusal.field)
            else:
                messages.success(request, _("You are in. Welcome!"))
                return redirect("placement")
        return render(request, "vacancies/students/join.html", {"form": form}, status=422)


@require_POST
@never_cache
@login_required
def ask(request: HttpRequest, vacancy_id: UUID) -> HttpResponse:
    """``POST /stage/plek/<vacancy>/``: ask for a place."""
    student = _student(request)
    spot = queries.spot_of(vacancy_id)
    form = AskForm(request.POST)
    if spot is None or not form.is_valid():
        raise NotFound
    try:
        services.ask_placement(student, spot, motivation=form.cleaned_data["motivation"], by=request.user)
        messages.success(request, _("Asked. The organisation answers you here."))
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("placement")


@require_POST
@never_cache
@login_required
def enter(request: HttpRequest, placement_id: UUID) -> HttpResponse:
    """``POST /stage/<placement>/uren/``: hours; what the law does not allow is said on the page (422)."""
    student = _student(request)
    placement = _own_placement(student, placement_id)
    form = HoursForm(request.POST, prefix=str(placement.pk))
    if form.is_valid():
        try:
            services.enter_hours(placement, by=request.user, **form.cleaned_data)
        except InvalidInput as refusal:
            _refuse(form, refusal, refusal.field)
        else:
            messages.success(request, _("Kept. Your supervisor is asked to sign once the hours are over."))
            return redirect("placement")
    return _own_page(request, student, {placement.pk: form}, status=422)


@require_POST
@never_cache
@login_required
def remove(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """``POST /stage/uren/<id>/weg/``: take back hours that nobody has signed."""
    entry = queries.entries_of(_student(request)).filter(pk=entry_id).first()
    if entry is None:
        raise NotFound
    services.remove_entry(entry, by=request.user)
    return redirect("placement")


@require_POST
@never_cache
@login_required
def stop(request: HttpRequest, placement_id: UUID) -> HttpResponse:
    """``POST /stage/<placement>/stoppen/``: signed hours stay."""
    services.stop_placement(_own_placement(_student(request), placement_id), by=request.user)
    messages.success(request, _("Stopped. The hours that were signed stay yours."))
    return redirect("placement")


@require_POST
@never_cache
@login_required
def ask_parent(request: HttpRequest) -> HttpResponse:
    """``POST /stage/ouder/``: send the question to a parent, again or elsewhere."""
    student = _student(request)
    form = ParentForm(request.POST)
    if form.is_valid():
        try:
            services.ask_parent(student, form.cleaned_data["email"], by=request.user)
        except InvalidInput as refusal:
            _refuse(form, refusal, "email")
        else:
            messages.success(request, _("Sent. Ask your parent to look in their mail."))
            return redirect("placement")
    return _own_page(request, student, parent_form=form, status=422)


@require_POST
@never_cache
@login_required
def take_back(request: HttpRequest) -> HttpResponse:
    """``POST /stage/terugnemen/``: the student takes back what a parent agreed to."""
    services.take_word_back(_student(request), by=request.user)
    messages.success(request, _("Taken back. What ran has stopped; the hours that were signed stay yours."))
    return redirect("placement")


@require_safe
@never_cache
@login_required
def certificate(request: HttpRequest) -> HttpResponse:
    """``GET /stage/certificaat.pdf``: once all hours are signed. ``NotFound`` before."""
    student = _student(request)
    if student.completed_at is None:
        raise NotFound
    school = student.school_class.school
    entries = queries.entries_of(student).filter(state=EntryState.SIGNED).order_by("day", "begins")
    rows = [
        [paper_day(entry.day), _hours(entry.minutes), str(entry.placement.spot.vacancy.organisation.name)]
        for entry in entries
    ]
    total = _hours(sum(entry.minutes for entry in entries))
    paper = Paper(_("Certificate of student placement"), publisher=school.centre.name)
    paper.name(student.user.name or student.user.email)
    paper.lead(_("has done a student placement (maatschappelijke stage)."))
    paper.facts(
        [
            (_("School"), school.name),
            (_("Class"), student.school_class.name),
            (_("Signed hours"), total),
            (_("Done on"), paper_day(timezone.localdate(student.completed_at))),
        ]
    )
    paper.table([_("Day"), _("Hours"), _("Organisation")], rows, [0.35, 0.2, 0.45])
    answer = HttpResponse(paper.build(), content_type="application/pdf")
    answer["Content-Disposition"] = attachment(str(_("placement certificate")), "pdf")
    return answer


@method_decorator(never_cache, name="dispatch")
class ParentView(View):
    """``GET`` and ``POST /stage/toestemming/<token>/``: where the mail to a parent leads; without account."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Say what it is about, and ask. Raises ``CodeNotValid``."""
        return self._page(token, ConsentForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """``said`` is ``ja``, ``nee`` or ``terug``."""
        form = ConsentForm(request.POST)
        if not form.is_valid():
            return self._page(token, form, status=422)
        said = request.POST.get("said", "")
        try:
            if said == "terug":
                services.take_consent_back(token)
            elif said in ("ja", "nee"):
                services.answer_for_child(token, agrees=said == "ja", **form.cleaned_data)
        except InvalidInput as refusal:
            _refuse(form, refusal, refusal.field)
            return self._page(token, form, status=422)
        messages.success(request, _("Thank you. Your answer has been kept."))
        return redirect("parent", token)

    def _page(self, token: str, form: ConsentForm, status: int = 200) -> HttpResponse:
        consent = services.consent_of_token(token)
        age = age_on(clock.today(), consent.student.born)
        context = {
            "consent": consent,
            "student": consent.student,
            "form": form,
            "limits": LIMITS[min(17, max(13, age))],
            "asked": consent.state == ConsentState.ASKED,
            "given": consent.state == ConsentState.GIVEN,
        }
        return render(self.request, "vacancies/students/parent.html", context, status=status)


@method_decorator(never_cache, name="dispatch")
class SignView(View):
    """``GET`` and ``POST /stage/tekenen/<token>/``: what the mail to a supervisor leads to: one touch."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show the hours with two buttons. Raises ``CodeNotValid``."""
        entry = services.entry_of_token(token)
        context = {"entry": entry, "student": entry.placement.student, "waits": entry.state == "entered"}
        return render(request, "vacancies/students/sign.html", context)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """``said`` is ``klopt`` or ``klopt-niet``; the link answers once."""
        said = request.POST.get("said", "")
        if said in ("klopt", "klopt-niet"):
            services.sign_by_link(token, right=said == "klopt")
            messages.success(request, _("Thank you. Your answer has been kept."))
        return redirect("sign-hours", token)


def _student(request: HttpRequest) -> Student:
    found = queries.student_of(request.user)
    if found is None:
        raise NotFound
    return found


def _own_placement(student: Student, placement_id: UUID) -> Placement:
    found = queries.placements_of(student).filter(pk=placement_id).first()
    if found is None:
        raise NotFound
    return found


def _own_page(
    request: HttpRequest,
    student: Student,
    filled: dict[UUID, HoursForm] | None = None,
    parent_form: ParentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    progress = queries.progress_of([student])[0]
    placed = list(queries.placements_of(student))
    forms_by_id = filled or {}
    running = [
        (each, forms_by_id.get(each.pk) or HoursForm(prefix=str(each.pk)))
        for each in placed
        if each.state == "agreed"
    ]
    looking = progress.stage in (StudentStage.LOOKING, StudentStage.ASKED, StudentStage.RUNNING)
    context = {
        "student": student,
        "progress": progress,
        "stage": progress.stage.value,
        "running": running,
        "asked": [each for each in placed if each.state == "asked"],
        "spots": queries.open_spots(student) if looking and not running else [],
        "ask_form": AskForm(),
        "entries": list(queries.entries_of(student)[:100]),
        "now": timezone.localtime(clock.now()),
        "parent_form": parent_form or ParentForm(),
        "consent": student.consents.filter(state=ConsentState.GIVEN).first(),
    }
    return render(request, "vacancies/students/mine.html", context, status=status)


def _refuse(form: forms.Form, refusal: InvalidInput, field: str | None) -> None:
    form.add_error(field if field in form.fields else None, str(refusal.message))


def _hours(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"
