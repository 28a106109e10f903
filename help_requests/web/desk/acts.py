"""What a coordinator can do with a request in each state: form, verb, words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from help_requests import services
from help_requests.enums import ASKABLE, DONE_WITH, TO_TRIAGE, TRANSITIONS, RequestState
from help_requests.models import HelpRequest
from help_requests.web.desk import forms
from help_requests.web.desk.courses import RequireCoursesForm

S = RequestState


@dataclass(frozen=True)
class Act:
    """One act. ``slug`` ends its address, ``name`` its URL's; ``states`` in which it is offered.

    ``key`` is the number that presses it. Once a request is approved 1 to 8 are the candidates'.
    ``undo`` is the name of the URL that takes it back.
    """

    key: int
    slug: str
    name: str
    title: Any
    said: Any
    form: Callable[..., django_forms.Form]
    verb: Callable[..., HelpRequest]
    states: frozenset[RequestState]
    sure: Any = ""
    undo: str = ""

    @property
    def url_name(self) -> str:
        """The name of the URL that it is posted to."""
        return f"desk-{self.name}"


def _withdrawable() -> frozenset[RequestState]:
    """A state leads to "withdrawn" in every kind that knows it, or in none."""
    steps = [step for table in TRANSITIONS.values() for step in table.items()]
    return frozenset(state for state, following in steps if S.WITHDRAWN in following) - {S.DRAFT}


ACTS = (
    Act(
        1,
        "goedkeuren",
        "open",
        _("Approve"),
        _("Approved. Now choose who to ask."),
        forms.ApproveForm,
        services.open_request,
        TO_TRIAGE,
        undo="desk-take-back-approval",
    ),
    Act(
        2,
        "terugsturen",
        "send-back",
        _("Ask the resident something"),
        _("Sent back with your question."),
        forms.SendBackForm,
        services.send_back,
        TO_TRIAGE,
    ),
    Act(
        3,
        "overdragen",
        "refer",
        _("Hand over"),
        _("Handed over."),
        forms.ReferForm,
        services.refer,
        TO_TRIAGE,
    ),
    Act(
        4,
        "afwijzen",
        "unsuitable",
        _("Not for volunteers"),
        _("Turned down, with your word to the resident."),
        forms.UnsuitableForm,
        services.mark_unsuitable,
        TO_TRIAGE,
    ),
    Act(
        5,
        "in-behandeling",
        "start-intake",
        _("I take this one"),
        _("It is yours now. Colleagues see that."),
        forms.NoForm,
        services.start_intake,
        frozenset({S.SUBMITTED}),
    ),
    Act(
        1,
        "afsluiten",
        "close",
        _("Close the request"),
        _("Closed."),
        forms.NoForm,
        services.close_request,
        DONE_WITH,
    ),
    Act(
        0,
        "trainingen",
        "courses",
        _("Training that is needed"),
        _("Noted. Only who has done this training is asked from now on."),
        RequireCoursesForm,
        services.require_courses,
        ASKABLE,
    ),
    Act(
        9,
        "intrekken",
        "withdraw",
        _("Withdraw for the resident"),
        _("Withdrawn."),
        forms.NoForm,
        services.withdraw,
        _withdrawable(),
        sure=_("Does the resident no longer need help? The volunteer will be told."),
    ),
)
BY_SLUG = {act.slug: act for act in ACTS}


@dataclass(frozen=True)
class Choice:
    """An act as the panel offers it, with its form."""

    act: Act
    form: django_forms.Form
    open: bool

    @property
    def simple(self) -> bool:
        """Whether it is just a button."""
        return isinstance(self.form, forms.NoForm)

    @property
    def possible(self) -> bool:
        """Whether there is anything to choose from."""
        return not isinstance(self.form, RequireCoursesForm) or self.form.has_courses


def choices_for(request: HelpRequest, tried: tuple[Act, django_forms.Form] | None = None) -> list[Choice]:
    """The acts that this request's state allows; ``tried`` is one whose form had errors, to show again."""
    choices = [
        Choice(act, tried[1], open=True)
        if tried and tried[0] is act
        else Choice(act, act.form(help_request=request), open=act.slug == "goedkeuren" and tried is None)
        for act in ACTS
        if request.state in act.states
    ]
    return [choice for choice in choices if choice.possible]
