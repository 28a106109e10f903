"""The volunteer's own page about their screening: each step in plain words, and what to do next."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common import clock
from people.enums import HelpCategory
from people.queries import volunteer_of
from safeguarding import queries
from safeguarding.enums import DecisionState, Requirement, ScreeningState
from safeguarding.models import ScreeningDecision
from safeguarding.web.steps import Step

S = ScreeningState
# What each step is, and what the volunteer does for it.
EXPLAINED: dict[Requirement, tuple[Any, Any]] = {
    Requirement.TALK: (
        _("A talk of half an hour, at the centre or on the phone. You ask your questions, and we ask ours."),
        _("Call or mail the centre for a moment that suits you."),
    ),
    Requirement.REFERENCES: (
        _("We ask one or two people who know you how you get on with others."),
        _("Tell the centre whom we may call. Ask those people first."),
    ),
    Requirement.CODE_OF_CONDUCT: (
        _("How we treat each other, on one page. You read it and say that you agree."),
        _("Ask the centre for the page and sign it."),
    ),
    Requirement.VOG: (
        _("A certificate of the government: nothing in your past stands in the way of this work."),
        _("The centre starts it with your e-mail address. You finish it on the site of Justis, with DigiD."),
    ),
    Requirement.ID_SEEN: (
        _("We look at your identity card once. We make no copy."),
        _("Bring your identity card or passport when you come to the centre."),
    ),
}
SAID: dict[ScreeningState, Any] = {
    S.REQUIRED: _("This is still to be done."),
    S.IN_PROGRESS: _("This has begun."),
    S.VALID: _("This is in order."),
    S.EXPIRING: _("This ends soon. Renew it in time, then you can go on helping."),
    S.EXPIRED: _("This has ended. Help that asks for it waits until it has been renewed."),
    S.REFUSED: _("The centre has decided not to accept this step. You cannot give help that asks for it."),
    S.BLOCKED: _("The centre has decided that you cannot help for now."),
}
DO_SOMETHING = frozenset({S.REQUIRED, S.EXPIRING, S.EXPIRED})
# What the volunteer does themselves while the centre is at it.
MEANWHILE: dict[Requirement, Any] = {
    Requirement.VOG: _(
        "Finish it in the e-mail of Justis, with DigiD. Did the certificate come by post? Show it to us."
    ),
    Requirement.CODE_OF_CONDUCT: _("Did you get the page? Sign it and bring or mail it to the centre."),
}


@require_safe
@login_required
@never_cache
def my_screening(request: HttpRequest) -> HttpResponse:
    """``GET /mijn-screening/``: my steps. Who is no volunteer is invited to become one."""
    volunteer = volunteer_of(request.user)
    if volunteer is None:
        return redirect("join")
    today = clock.today()
    needed = queries.needed_steps(volunteer)
    decided = _decided(volunteer.pk)
    steps = [
        _told(Step(step, today), decided.get(step.requirement))
        for step in queries.screenings_of(volunteer)
        if needed >> Requirement(step.requirement).bit & 1 or not step._state.adding
    ]
    closed = queries.closed_categories(volunteer)
    context = {
        "steps": steps,
        "next": next((each for each in steps if each["to_do"]), None),
        "in_order": sum(each["step"].valid for each in steps),
        "waiting": [kind for kind in HelpCategory.from_mask(volunteer.skills) if kind in closed],
        "free_vog": queries.free_vog_of(volunteer.centre_id),
        "centre": volunteer.centre,
    }
    return render(request, "safeguarding/screening/mine.html", context)


def _told(step: Step, decision: ScreeningDecision | None) -> dict[str, Any]:
    what, to_do = EXPLAINED[Requirement(step.screening.requirement)]
    standing = step.standing
    renewing = step.valid and step.screening.started_on is not None
    return {
        "step": step,
        "what": what,
        "said": SAID[S.IN_PROGRESS] if renewing else SAID[standing],
        "to_do": _to_do(step, to_do, renewing=renewing),
        "is_vog": step.screening.requirement == Requirement.VOG,
        "reason": decision.get_reason_display() if decision and standing in {S.REFUSED, S.BLOCKED} else "",
    }


def _to_do(step: Step, first: Any, *, renewing: bool) -> Any:
    """What the volunteer does now; nothing when it is the centre's turn, or when it is in order."""
    if renewing or step.standing == S.IN_PROGRESS:
        return MEANWHILE.get(Requirement(step.screening.requirement), "")
    return first if step.standing in DO_SOMETHING else ""


def _decided(volunteer_id: Any) -> dict[str, ScreeningDecision]:
    """The last decision about each step; what is only proposed is not shown: nothing has changed."""
    rows = ScreeningDecision.objects.filter(screening__volunteer=volunteer_id, state=DecisionState.CONFIRMED)
    return {
        row.screening.requirement: row for row in rows.select_related("screening").order_by("answered_at")
    }
