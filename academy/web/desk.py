"""Trainings as the centre's staff see them: which there are, who has done them, who is invited."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from academy import queries, services
from academy.enums import TrainedRole
from academy.models import Completion, Course
from academy.web.forms import CompletionForm, InviteForm, RequirementsForm
from common.errors import DomainError, InvalidInput, NotFound
from common.permissions import require
from people.enums import HelpCategory
from people.models import Centre, Volunteer
from people.queries import centres_of, volunteers_in_scope, working_centre
from people.rules import coordinates

ROWS_ON_PAGE = 50


@require_safe
@login_required
def courses(request: HttpRequest) -> HttpResponse:
    """``GET /trainingen/``: every course, for which help it is asked, and who has done it."""
    centre = _own_centre(request)
    asked, roles = queries.categories_by_course(centre), queries.roles_by_course(centre)
    trained = queries.trained_by_course(centre)
    invited = queries.invited_by_course(centre)
    listed = [
        {
            "course": course,
            "asked": [*roles.get(course.pk, []), *asked.get(course.pk, [])],
            "trained": trained.get(course.pk, 0),
            "invited": invited.get(course.pk, 0),
        }
        for course in queries.living_courses()
    ]
    return render(request, "academy/courses.html", {"listed": listed, "centre": centre})


@method_decorator(login_required, name="dispatch")
class CourseView(View):
    """``GET`` and ``POST /trainingen/<slug>/``: one course; the coordinator says what asks for it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find centre and course. Raises ``NotFound`` for who works nowhere."""
        self.centre = _own_centre(request)
        course = queries.living_courses().filter(slug=kwargs["slug"]).first()
        if course is None:
            raise NotFound
        self.course: Course = course
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show who has done it and who is invited."""
        categories, roles = self._asked()
        return self._page(self._form(initial={"categories": categories, "roles": roles}))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Keep for which help, and of which roles, it is asked."""
        form = self._form(request.POST)
        if not form.is_valid():
            return self._page(form, status=422)
        wanted = form.cleaned_data
        with transaction.atomic():
            services.set_required_for(self.course, self.centre, wanted["categories"], by=request.user)
            services.set_required_of(self.course, self.centre, wanted["roles"], by=request.user)
        messages.success(request, _("Kept. From now on only who has done this training is asked."))
        return redirect("course", slug)

    def _asked(self) -> tuple[list[HelpCategory], list[TrainedRole]]:
        """The kinds of help for which, and the roles of which, the centre asks it."""
        return (
            queries.categories_by_course(self.centre).get(self.course.pk, []),
            queries.roles_by_course(self.centre).get(self.course.pk, []),
        )

    def _form(self, *args: Any, **kwargs: Any) -> RequirementsForm:
        """Anything can be ticked while the course is on offer; after that only fewer of what asks for it."""
        categories, roles = (HelpCategory, TrainedRole) if self.course.on_offer else self._asked()
        return RequirementsForm(*args, choices=categories, roles=roles, **kwargs)

    def _page(self, form: RequirementsForm, status: int = 200) -> HttpResponse:
        categories, roles = self._asked()
        asked = [*roles, *categories]
        done = queries.completions_in(self.centre, self.course)
        context = {
            "course": self.course,
            "centre": self.centre,
            "form": form,
            "asked": [each.label for each in asked],
            "may_change": coordinates(self.request.user, self.centre)
            and (self.course.on_offer or bool(asked)),
            "page": Paginator(done, ROWS_ON_PAGE).get_page(self.request.GET.get("page")),
            "invitations": queries.invitations_in(self.centre, self.course),
        }
        return render(self.request, "academy/course.html", context, status=status)


@method_decorator(login_required, name="dispatch")
class VolunteerTrainingsView(View):
    """``GET`` and ``POST /vrijwilligers/<id>/trainingen/``: what a volunteer has done; record more.

    With htmx only the table, for the page of the volunteer.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the volunteer. Raises ``NotFound`` for absent and foreign."""
        self.volunteer = _volunteer_in_scope(request, kwargs["volunteer_id"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, volunteer_id: UUID) -> HttpResponse:
        """Show the trainings, with the forms to record one and to invite."""
        return self._page(CompletionForm())

    def post(self, request: HttpRequest, volunteer_id: UUID) -> HttpResponse:
        """Record a training, done here or elsewhere; or say what is wrong (422)."""
        require(request.user, "academy.record_completion", self.volunteer)
        form = CompletionForm(request.POST)
        if not form.is_valid() or not self._recorded(form):
            return self._page(form, status=422)
        messages.success(request, _("The training has been recorded."))
        return redirect("volunteer-trainings", volunteer_id)

    def _recorded(self, form: CompletionForm) -> bool:
        done = form.cleaned_data
        try:
            services.complete_course(
                self.volunteer, done["course"], completed_on=done["completed_on"], by=self.request.user
            )
        except InvalidInput as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
            return False
        return True

    def _page(self, form: CompletionForm, status: int = 200) -> HttpResponse:
        context = {
            "volunteer": self.volunteer,
            "completions": queries.completions_of(self.volunteer),
            "invitations": queries.running_invitations(self.volunteer),
            "may_change": _may_record(self.request, self.volunteer),
        }
        if self.request.htmx:  # type: ignore[attr-defined]
            return render(self.request, "academy/_volunteer.html", context)
        context |= {"form": form, "invite_form": InviteForm()}
        return render(self.request, "academy/volunteer.html", context, status=status)


@require_POST
@login_required
def invite(request: HttpRequest, volunteer_id: UUID) -> HttpResponse:
    """``POST /vrijwilligers/<id>/trainingen/uitnodigen/``: invite a volunteer to a course."""
    volunteer = _volunteer_in_scope(request, volunteer_id)
    require(request.user, "academy.invite", volunteer)
    form = InviteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a training."))
        return redirect("volunteer-trainings", volunteer_id)
    try:
        services.invite_to_course(form.cleaned_data["course"], volunteer, by=request.user)
        messages.success(request, _("%(name)s has been invited.") % {"name": volunteer.user.name})
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("volunteer-trainings", volunteer_id)


@require_POST
@login_required
def revoke(request: HttpRequest, volunteer_id: UUID, completion_id: UUID) -> HttpResponse:
    """``POST /vrijwilligers/<id>/trainingen/<id>/intrekken/``: take back what was recorded wrongly."""
    volunteer = _volunteer_in_scope(request, volunteer_id)
    completion = Completion.objects.filter(pk=completion_id, volunteer=volunteer).first()
    if completion is None:
        raise NotFound
    services.revoke_completion(completion, by=request.user)
    messages.success(request, _("Taken back. This training does not count any more."))
    return redirect("volunteer-trainings", volunteer_id)


def _own_centre(request: HttpRequest) -> Centre:
    """The centre whose trainings are shown: where the person coordinates, else where they are staff."""
    require(request.user, "people.work_as_staff", hide=True)
    own = Centre.objects.filter(pk__in=centres_of(request.user)).order_by("code")
    centre = working_centre(request.user) or own.first()
    if centre is None:
        raise NotFound
    return centre


def _volunteer_in_scope(request: HttpRequest, volunteer_id: UUID) -> Volunteer:
    found = volunteers_in_scope(request.user).filter(pk=volunteer_id).first()
    if found is None:
        raise NotFound
    return found


def _may_record(request: HttpRequest, volunteer: Volunteer) -> bool:
    return bool(coordinates(request.user, volunteer)) and volunteer.user_id != request.user.pk
