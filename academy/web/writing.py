"""Writing courses: what the catalogue tells, and the lessons as a draft to try before it is given."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from academy import queries, services
from academy.enums import VersionState
from academy.models import Course, CourseVersion, Step
from academy.web.forms import CourseDetailsForm, PictureForm, StepForm
from academy.web.teaching import show
from common.errors import DomainError, InvalidInput, NotFound
from common.markdown import to_html
from common.permissions import require
from common.uploads import picture_response


@require_safe
@login_required
def courses(request: HttpRequest) -> HttpResponse:
    """``GET /trainer/trainingen/``: every course, with its lessons."""
    require(request.user, "academy.write_lessons", hide=True)
    listed = queries.living_courses().prefetch_related("versions")
    may_keep = request.user.has_perm("academy.keep_courses")
    return render(request, "academy/trainer/courses.html", {"listed": listed, "may_keep": may_keep})


@method_decorator(login_required, name="dispatch")
class DetailsView(View):
    """``GET`` and ``POST /trainer/trainingen/nieuw/``, ``…/<slug>/gegevens/``: what the catalogue tells."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the course, or none for a new one."""
        require(request.user, "academy.keep_courses", hide=True)
        self.course = _course(kwargs["slug"]) if "slug" in kwargs else None
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, slug: str = "") -> HttpResponse:
        """Show the form."""
        return self._page(CourseDetailsForm(instance=self.course))

    def post(self, request: HttpRequest, slug: str = "") -> HttpResponse:
        """Keep it, or say what is wrong (422)."""
        form = CourseDetailsForm(request.POST, instance=self.course)
        if form.is_valid():
            try:
                kept = self._kept(form)
            except DomainError as refusal:
                form.add_error(getattr(refusal, "field", None), str(refusal.message))
            else:
                messages.success(request, _("Kept."))
                return redirect("trainer-course", kept.slug)
        return self._page(form, status=422)

    @transaction.atomic
    def _kept(self, form: CourseDetailsForm) -> Course:
        details = dict(form.cleaned_data)
        before = details.pop("prerequisites", [])
        if self.course is None:
            course = services.add_course(by=self.request.user, **details)
        else:
            course = services.change_course(self.course, by=self.request.user, **details)
        services.set_prerequisites(course, before, by=self.request.user)
        return course

    def _page(self, form: CourseDetailsForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "course": self.course}
        return render(self.request, "academy/trainer/details.html", context, status=status)


@require_safe
@login_required
def course(request: HttpRequest, slug: str) -> HttpResponse:
    """``GET /trainer/trainingen/<slug>/``: the draft beside what is given, and what people said."""
    require(request.user, "academy.write_lessons", hide=True)
    found = _course(slug)
    versions = list(found.versions.prefetch_related("steps"))
    context = {
        "course": found,
        "draft": next((each for each in versions if each.state == VersionState.DRAFT), None),
        "published": next((each for each in versions if each.state == VersionState.PUBLISHED), None),
        "words": queries.words_about(found, queries.teaching_centres(request.user)),
        "may_publish": request.user.has_perm("academy.publish_lessons"),
        "may_keep": request.user.has_perm("academy.keep_courses"),
    }
    return render(request, "academy/trainer/course.html", context)


@require_POST
@login_required
def start_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """``POST /trainer/trainingen/<slug>/concept/``: a copy of what is given, to change."""
    services.draft_of(_course(slug), by=request.user)
    return redirect("trainer-course", slug)


@require_POST
@login_required
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """``POST /trainer/trainingen/<slug>/publiceer/``: give the draft from now on."""
    try:
        given = _course(slug)
        services.publish_version(_draft(given), by=request.user)
        if given.on_offer:
            messages.success(request, _("Published. Who is half-way finishes what they began with."))
        else:
            messages.success(request, _("Published. Learners see it once the training is on offer."))
    except InvalidInput as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("trainer-course", slug)


@require_POST
@login_required
def drop(request: HttpRequest, slug: str) -> HttpResponse:
    """``POST /trainer/trainingen/<slug>/concept/weg/``: throw the draft away."""
    services.drop_draft(_draft(_course(slug)), by=request.user)
    messages.success(request, _("The draft is gone."))
    return redirect("trainer-course", slug)


@method_decorator(login_required, name="dispatch")
class StepView(View):
    """``GET`` and ``POST /trainer/trainingen/<slug>/stappen/nieuw/`` and ``…/<id>/``: write a step."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find draft and step. Raises ``NotFound`` where there is no draft."""
        require(request.user, "academy.write_lessons", hide=True)
        self.course = _course(kwargs["slug"])
        self.draft = _draft(self.course)
        self.step = _step(self.draft, kwargs["step_id"]) if "step_id" in kwargs else None
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, slug: str, step_id: UUID | None = None) -> HttpResponse:
        """Show the form."""
        initial = StepForm.initial_of(self.step) if self.step else {"kind": "text"}
        return self._page(StepForm(initial=initial))

    def post(self, request: HttpRequest, slug: str, step_id: UUID | None = None) -> HttpResponse:
        """Keep it, or say what is wrong (422); a picture that came along stands in the text first."""
        said = request.POST.copy()
        if "add_picture" in said or request.FILES:
            picture = PictureForm(request.POST, request.FILES)
            if not picture.is_valid() or not self._placed(picture, said):
                return self._page(StepForm(initial=said.dict()), picture, status=422)
            if "add_picture" in said:
                messages.success(request, _("The picture stands in the text. Keep it to keep it there."))
                return self._page(StepForm(initial=said.dict()))
        if "look" in said:
            return self._page(StepForm(initial=said.dict()))
        form = StepForm(said)
        if form.is_valid():
            try:
                self._keep(form.details())
            except InvalidInput as refusal:
                self._show(form, refusal)
            else:
                return redirect("trainer-course", slug)
        return self._page(form, status=422)

    @transaction.atomic
    def _put(self, told: dict[str, Any], said: QueryDict) -> dict[str, str]:
        kept = services.add_picture(self.course, told["picture"], by=self.request.user)
        words = {"body_nl": told["alt_nl"], "body_en": told["alt_en"] or told["alt_nl"]}
        return {
            name: services.with_picture(said.get(name, ""), kept, alt)
            for name, alt in words.items()
            if name == "body_nl" or said.get(name, "").strip()
        }

    def _placed(self, form: PictureForm, said: QueryDict) -> bool:
        """Keep a picture, and put it in each text that there is."""
        try:
            for name, text in self._put(form.cleaned_data, said).items():
                said[name] = text
        except InvalidInput as refusal:
            form.add_error("alt_nl" if refusal.field == "alt" else "picture", str(refusal.message))
            return False
        return True

    def _keep(self, details: dict[str, Any]) -> None:
        if self.step is None:
            services.add_step(self.draft, by=self.request.user, **details)
        else:
            services.change_step(self.step, by=self.request.user, **details)

    @staticmethod
    def _show(form: StepForm, refusal: InvalidInput) -> None:
        fields = {"choices": "answer_a_nl", "film": "film", "minutes": "minutes", "kind": "kind"}
        show(
            form, InvalidInput(refusal.message, field=fields.get(refusal.field or "", f"{refusal.field}_nl"))
        )

    def _page(self, form: StepForm, picture: PictureForm | None = None, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "course": self.course,
            "step": self.step,
            "picture": picture or PictureForm(),
            "drawn": {each: to_html(str(form[f"body_{each}"].value() or "")) for each in ("nl", "en")},
        }
        return render(self.request, "academy/trainer/step.html", context, status=status)


@require_POST
@login_required
def move(request: HttpRequest, slug: str, step_id: UUID, to: str) -> HttpResponse:
    """``POST /trainer/trainingen/<slug>/stappen/<id>/<omhoog|omlaag|weg>/``: order the steps."""
    require(request.user, "academy.write_lessons", hide=True)
    step = _step(_draft(_course(slug)), step_id)
    if to == "weg":
        services.remove_step(step, by=request.user)
    else:
        services.move_step(step, to=step.position + (-1 if to == "omhoog" else 1), by=request.user)
    return redirect("trainer-course", slug)


@require_safe
@login_required
def preview(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """``GET /trainer/trainingen/<slug>/bekijk/<n>/``: a step of the draft as a learner will see it."""
    require(request.user, "academy.write_lessons", hide=True)
    found = _course(slug)
    version = found.versions.filter(state=VersionState.DRAFT).first() or queries.published_version(found)
    step = version.steps.filter(position=number).first() if version else None
    if step is None or version is None:
        raise NotFound
    context = {
        "course": found,
        "step": step,
        "total": version.steps.count(),
        "title": step.words(step.title),
        "body": to_html(step.words(step.body)),
        "transcript": to_html(step.words(step.transcript), top_level=3),
        "choices": [
            {"text": step.words(each["text"]), "why": step.words(each["why"]), "right": each["right"]}
            for each in step.choices
        ],
    }
    return render(request, "academy/trainer/preview.html", context)


@require_safe
@login_required
def picture(request: HttpRequest, picture_id: UUID) -> HttpResponse:
    """``GET /leren/beeld/<id>/``: a picture of a lesson, for who may know of the course."""
    found = queries.pictures_visible_to(request.user).filter(pk=picture_id).first()
    if found is None:
        raise NotFound
    return picture_response(bytes(found.image), found.kind)


def _course(slug: str) -> Course:
    found = queries.living_courses().filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


def _draft(found: Course) -> CourseVersion:
    draft = found.versions.filter(state=VersionState.DRAFT).first()
    if draft is None:
        raise NotFound
    return draft


def _step(draft: CourseVersion, step_id: UUID) -> Step:
    found = draft.steps.filter(pk=step_id).first()
    if found is None:
        raise NotFound
    return found
