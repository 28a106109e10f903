"""The desk's list of screenings: what is to be done, for whom, and doing it."""

from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.errors import NotFound
from people.models import Volunteer
from people.queries import centres_of
from people.rules import coordinates, owns_volunteer
from safeguarding import queries, services
from safeguarding.enums import DECIDABLE, STEPS_BY_TWO, DecisionOutcome, Requirement, ScreeningState
from safeguarding.models import Screening, ScreeningDecision
from safeguarding.rules import completes_decision, officiates
from safeguarding.web.access import staff_only, volunteer_in_scope
from safeguarding.web.decision_form import DecisionForm
from safeguarding.web.steps import Step

PAGE_SIZE = 50
# Address, key of the list and words of each tab.
TABS: tuple[tuple[str, str, Any], ...] = (
    ("te-doen", "required", gettext_lazy("To do")),
    ("bezig", "in_progress", gettext_lazy("In progress")),
    ("verloopt", "expiring", gettext_lazy("Expiring")),
    ("verlopen", "expired", gettext_lazy("Expired")),
    ("samen", "decided", gettext_lazy("To decide together")),
)
DONE = {
    "vragen": gettext_lazy("The volunteer has been asked."),
    "bezig": gettext_lazy("It has been recorded that this step is in progress."),
    "gezien": gettext_lazy("The screening has been recorded."),
    "voorstellen": gettext_lazy("Your proposal waits for your colleague. Nothing changes until then."),
    "eens": gettext_lazy("You decided it together. The volunteer is told."),
    "terug": gettext_lazy("The proposal is gone. Nothing has changed."),
}


# A step that is not in order, or not for long, can be begun.
BEGINNABLE = services.TO_DO | {ScreeningState.EXPIRING}


@dataclass(frozen=True)
class Row:
    """One step in the panel: where it stands and what this reader may do about it."""

    step: Step
    needed: bool
    decision: ScreeningDecision | None
    acts: tuple[str, ...]
    answers: tuple[str, ...]
    form: DecisionForm | None


@require_safe
@staff_only
def screening_desk(request: HttpRequest) -> HttpResponse:
    """``GET /screening/?lijst=&page=``: the volunteers whose screening asks for something."""
    return render(request, "safeguarding/screening/desk.html", _list(request))


@require_safe
@staff_only
def screening_of(request: HttpRequest, volunteer_id: UUID) -> HttpResponse:
    """``GET /screening/<id>/?lijst=``: the steps of one volunteer beside the list."""
    return _show(request, volunteer_in_scope(request.user, volunteer_id))


@require_POST
@staff_only
def screening_act(request: HttpRequest, volunteer_id: UUID, requirement: str, act: str) -> HttpResponse:
    """``POST /screening/<id>/<requirement>/<act>/``: ask, begin, seen today, or propose a decision."""
    found = volunteer_in_scope(request.user, volunteer_id)
    if requirement not in Requirement.values:
        raise NotFound
    step = Requirement(requirement)
    if act == "voorstellen":
        form = DecisionForm(request.POST, outcomes=tuple(DecisionOutcome))
        if not form.is_valid():
            return _show(request, found, (step, form))
        services.propose_decision(found, step, by=request.user, **form.values())
    elif act == "vragen":
        services.request_screening(found, step, by=request.user)
    elif act == "bezig":
        services.record_screening(found, step, state=ScreeningState.IN_PROGRESS, by=request.user)
    elif act == "gezien":
        services.record_screening(found, step, by=request.user)
    else:
        raise NotFound
    return _back(request, found, act)


@require_POST
@staff_only
def decide(request: HttpRequest, decision_id: UUID, reply: str) -> HttpResponse:
    """``POST /screening/besluiten/<id>/<reply>/``: agree with what was proposed, or take it back."""
    decision = queries.decisions_in_scope(request.user).filter(pk=decision_id).first()
    answers = {"eens": services.confirm_decision, "terug": services.withdraw_decision}
    if decision is None or reply not in answers:
        raise NotFound
    answers[reply](decision, by=request.user)
    return _back(request, decision.screening.volunteer, reply)


def _back(request: HttpRequest, volunteer: Volunteer, done: str) -> HttpResponse:
    messages.success(request, str(DONE[done]))
    response = redirect("screening-of", volunteer.pk)
    chosen = request.POST.get("lijst", "")
    if chosen in {slug for slug, _key, _words in TABS}:
        response["Location"] += f"?lijst={chosen}"
    return response


def _list(request: HttpRequest) -> dict[str, Any]:
    today = clock.today()
    lists = queries.screening_lists(centres_of(request.user), today)
    chosen = request.GET.get("lijst") or request.POST.get("lijst", "")
    slug, key = next(((slug, key) for slug, key, _words in TABS if slug == chosen), TABS[0][:2])
    page = Paginator(lists[key], PAGE_SIZE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    steps = _steps_of(rows)
    return {
        "tabs": [(each, words, lists[name].count(), each == slug) for each, name, words in TABS],
        "slug": slug,
        "page": page,
        "rows": [
            (volunteer, [Step(step, today) for step in steps.get(volunteer.pk, [])]) for volunteer in rows
        ],
    }


def _steps_of(volunteers: list[Volunteer]) -> dict[UUID, list[Screening]]:
    found: dict[UUID, list[Screening]] = {}
    for step in Screening.objects.filter(volunteer__in=volunteers).order_by("volunteer_id", "requirement"):
        found.setdefault(step.volunteer_id, []).append(step)
    return found


def _show(
    request: HttpRequest, volunteer: Volunteer, tried: tuple[Requirement, DecisionForm] | None = None
) -> HttpResponse:
    needed = queries.needed_steps(volunteer)
    running = queries.running_decisions(volunteer)
    today = clock.today()
    keys = count(1)
    rows = [
        _row(request.user, Step(step, today), needed, running.get(step.requirement), tried)
        for step in queries.screenings_of(volunteer)
    ]
    context = _list(request) | {
        "volunteer": volunteer,
        # Each act with the number key that presses it.
        "steps": [(row, [(next(keys), act) for act in row.acts]) for row in rows],
        "free_vog": queries.free_vog_of(volunteer.centre_id),
        "history": queries.decisions_in_scope(request.user).filter(screening__volunteer=volunteer),
    }
    return render(request, "safeguarding/screening/desk.html", context, status=422 if tried else 200)


def _row(
    user: Any,
    step: Step,
    needed: int,
    decision: ScreeningDecision | None,
    tried: tuple[Requirement, DecisionForm] | None,
) -> Row:
    volunteer, requirement = step.screening.volunteer, Requirement(step.screening.requirement)
    itself = bool(owns_volunteer(user, volunteer))
    may_record = bool(coordinates(user, volunteer)) and not itself
    may_propose = (may_record or bool(officiates(user, volunteer))) and not itself and decision is None
    form = tried[1] if tried and tried[0] == requirement else _proposal(step) if may_propose else None
    return Row(
        step=step,
        needed=bool(needed >> requirement.bit & 1),
        decision=decision,
        acts=_acts(step, requirement) if may_record else (),
        answers=_answers(user, decision),
        form=form,
    )


def _acts(step: Step, requirement: Requirement) -> tuple[str, ...]:
    """What a coordinator does with a step that stands here; a certificate is recorded on its own page."""
    standing = step.standing
    acts: list[str] = []
    if standing in STEPS_BY_TWO:
        return ()
    if standing in services.TO_DO and step.screening.requested_on is None:
        acts.append("vragen")
    if step.screening.started_on is None and standing in BEGINNABLE:
        acts.append("bezig")
    if requirement != Requirement.VOG and not step.valid:
        acts.append("gezien")
    return (*acts, "opnemen")


def _answers(user: Any, decision: ScreeningDecision | None) -> tuple[str, ...]:
    if decision is None:
        return ()
    if completes_decision(user, decision):
        return ("eens", "terug")
    return ("terug",) if decision.proposed_by_id == user.pk else ()


def _proposal(step: Step) -> DecisionForm | None:
    outcomes = tuple(outcome for outcome in DecisionOutcome if step.screening.state in DECIDABLE[outcome])
    return (
        DecisionForm(outcomes=outcomes, auto_id=f"id_{step.screening.requirement}_%s") if outcomes else None
    )
