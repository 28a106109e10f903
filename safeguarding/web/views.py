"""Volunteers as the centre's staff see them: find, look, let in, screen."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.errors import InvalidInput, NotFound
from common.permissions import require
from people.enums import HelpCategory, Skill, Transport, VolunteerState
from people.models import Volunteer
from people.queries import volunteers_in_scope
from people.rules import coordinates
from people.services import activate_volunteer, note_read, shown_phone
from safeguarding.enums import Requirement, ScreeningState
from safeguarding.models import Screening
from safeguarding.queries import filter_by_screening, screenings_of, valid_until_days
from safeguarding.services import record_screening
from safeguarding.web.access import volunteer_in_scope
from safeguarding.web.forms import ScreeningForm, VolunteerFilterForm
from safeguarding.web.steps import Step

ROWS_ON_PAGE = 50


def filtered(rows: QuerySet[Volunteer], wanted: dict[str, str]) -> QuerySet[Volunteer]:
    """Return the volunteers that fit the filter form's answers."""
    if text := wanted.get("q", "").strip():
        rows = rows.filter(Q(user__name__icontains=text) | Q(user__email__icontains=text))
    if state := wanted.get("state"):
        rows = rows.filter(state=state)
    if category := wanted.get("category"):
        bit = 1 << HelpCategory(category).bit
        rows = rows.annotate(liked=F("skills").bitand(bit)).filter(liked=bit)
    return filter_by_screening(rows, wanted.get("screening", ""), clock.today())


@require_safe
@login_required
def volunteers(request: HttpRequest) -> HttpResponse:
    """``GET /vrijwilligers/?q=&state=&category=&screening=&page=``: the volunteers of one's centre."""
    require(request.user, "people.work_as_staff", hide=True)
    form = VolunteerFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = filtered(volunteers_in_scope(request.user), wanted).order_by("user__name", "pk")
    page = Paginator(rows, ROWS_ON_PAGE).get_page(request.GET.get("page"))
    today = clock.today()
    steps = valid_until_days([volunteer.pk for volunteer in page.object_list])
    listed = [
        {
            "volunteer": volunteer,
            "likes": HelpCategory.from_mask(volunteer.skills),
            "steps": still_valid(steps.get(volunteer.pk, {}), today),
            "paused": volunteer.is_paused(today),
        }
        for volunteer in page.object_list
    ]
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "listed": listed,
        "query": query.urlencode(),
        "all": len(Requirement),
    }
    return render(request, "safeguarding/volunteers.html", context)


def still_valid(steps: dict[Requirement, date | None], day: date) -> int:
    """Return how many steps hold on ``day``."""
    return sum(last is None or last >= day for last in steps.values())


@require_safe
@login_required
def volunteer(request: HttpRequest, volunteer_id: UUID) -> HttpResponse:
    """``GET /vrijwilligers/<id>/``: one volunteer with the screening. Staff of the centre."""
    found = volunteer_in_scope(request.user, volunteer_id)
    note_read(found, by=request.user)
    today = clock.today()
    may_change = coordinates(request.user, found) and found.user_id != request.user.pk
    context = {
        "volunteer": found,
        "phone": shown_phone(found.phone),
        "likes": HelpCategory.from_mask(found.skills),
        "abilities": Skill.from_mask(found.skills),
        "transport": Transport.from_mask(found.transport),
        "paused": found.is_paused(today),
        "steps": [Step(screening, today) for screening in screenings_of(found)],
        "may_change": may_change,
        "waiting": found.state == VolunteerState.APPLIED,
    }
    return render(request, "safeguarding/volunteer.html", context)


@require_POST
@login_required
def activate(request: HttpRequest, volunteer_id: UUID) -> HttpResponse:
    """``POST /vrijwilligers/<id>/meedoen/``: let a volunteer take part."""
    found = volunteer_in_scope(request.user, volunteer_id)
    activate_volunteer(found, by=request.user)
    messages.success(request, _("%(name)s takes part from now on.") % {"name": found.user.name})
    return redirect("volunteer", volunteer_id=found.pk)


@method_decorator(login_required, name="dispatch")
class ScreeningView(View):
    """``GET`` and ``POST /vrijwilligers/<id>/screening/<requirement>/``: record one step."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find volunteer and step. Raises ``NotFound`` for what is not the reader's to record."""
        self.volunteer = volunteer_in_scope(request.user, kwargs["volunteer_id"])
        if kwargs["requirement"] not in Requirement.values:
            raise NotFound
        self.requirement = Requirement(kwargs["requirement"])
        require(request.user, "safeguarding.record_screening", self.volunteer, hide=True)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, volunteer_id: UUID, requirement: str) -> HttpResponse:
        """Show the step as it stands; a new one starts as valid."""
        row = Screening.objects.filter(volunteer=self.volunteer, requirement=requirement).first()
        initial: dict[str, Any] = {"state": ScreeningState.VALID}
        if row is not None:
            initial = {name: getattr(row, name) for name in ("state", "number", "seen_on", "valid_until")}
        return self._page(ScreeningForm(self.requirement, initial=initial))

    def post(self, request: HttpRequest, volunteer_id: UUID, requirement: str) -> HttpResponse:
        """Record; or say what is wrong (422)."""
        form = ScreeningForm(self.requirement, request.POST)
        if not form.is_valid() or not self._recorded(form):
            return self._page(form, status=422)
        messages.success(request, _("The screening has been recorded."))
        return redirect("volunteer", volunteer_id=volunteer_id)

    def _recorded(self, form: ScreeningForm) -> bool:
        try:
            record_screening(self.volunteer, self.requirement, by=self.request.user, **form.values())
        except InvalidInput as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
            return False
        return True

    def _page(self, form: ScreeningForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "volunteer": self.volunteer, "requirement": self.requirement}
        return render(self.request, "safeguarding/screening.html", context, status=status)
