"""The steps of help that goes on, for the pages of both sides and the desk: one table of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import InvalidInput, NotFound
from common.forms import DateInput
from common.seating import Overlaps
from help_requests.enums import RequestState
from matching import queries, services
from matching.enums import (
    ASSIGNMENT_BEGUN,
    AssignmentState,
    CancelledBy,
    CancelReason,
    Occasion,
    Outcome,
)
from matching.models import Assignment, Review
from matching.web.forms import PlanForm
from matching.web.repeats import reaching

SIDES = {
    "vrijwilliger": CancelledBy.VOLUNTEER,
    "inwoner": CancelledBy.RESIDENT,
    "centrale": CancelledBy.CENTRE,
}
# What each side may give as the reason to stop; the resident's side says what is to follow.
STOP_REASONS: dict[CancelledBy, tuple[tuple[str, Any], ...]] = {
    CancelledBy.VOLUNTEER: tuple(
        (str(reason), reason.label)
        for reason in (CancelReason.NO_TIME, CancelReason.ILL, CancelReason.NO_CLICK, CancelReason.OTHER)
    ),
    CancelledBy.RESIDENT: (
        (CancelReason.NOT_NEEDED.value, _("Help is no longer needed")),
        (CancelReason.NO_CLICK.value, _("Rather another volunteer")),
    ),
    CancelledBy.CENTRE: (
        (CancelReason.NOT_NEEDED.value, _("Help is no longer needed")),
        (CancelReason.OTHER.value, _("Look for another volunteer")),
    ),
}
# Where two people meet for the first time, in words that are right for both of them.
HOME, ELSEWHERE = "home", "elsewhere"
PLACES: dict[str, Any] = {HOME: _("at the resident's home"), "centre": _("at the centre")}
WHERE = (
    (HOME, _("At the resident's home")),
    ("centre", _("At the centre")),
    (ELSEWHERE, _("Somewhere else (fill it in below)")),
)
_USUAL_BREAK = timedelta(days=14)


class StepForm(forms.Form):
    """A form of one side about one agreement."""

    def __init__(
        self, *args: Any, assignment: Assignment, side: CancelledBy, review: Review | None, **kwargs: Any
    ) -> None:
        kwargs["auto_id"] = f"id_{type(self).__name__.lower()}_{side}_%s"
        super().__init__(*args, **kwargs)
        self.assignment = assignment
        self.side = side
        self.opened = review


class IntroductionForm(StepForm, PlanForm):
    """When and where two people meet for the first time."""

    where = forms.ChoiceField(
        label=_("Where do you meet?"),
        choices=WHERE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose or fill in where you meet.")},
    )
    place = forms.CharField(
        label=_("Where else?"),
        help_text=_("A word is enough, such as “in the library”."),
        max_length=80,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = PlanForm.showing(self.assignment.starts_at).initial
        self.initial = {**known, **_where(self.assignment.meeting_place), **self.initial}

    def clean(self) -> dict[str, Any]:
        """One place in words that both can read: what was chosen, or else what was filled in."""
        cleaned = super().clean() or self.cleaned_data
        chosen = cleaned.get("where", "")
        if chosen in PLACES:
            return {**cleaned, "place": stored_place(chosen)}
        if cleaned.get("place"):
            self.errors.pop("where", None)
        elif chosen == ELSEWHERE and "place" not in self.errors:
            self.add_error("place", gettext("Choose or fill in where you meet."))
        return cleaned


def _where(stored: str) -> dict[str, str]:
    chosen = next((key for key in PLACES if stored_place(key) == stored), ELSEWHERE if stored else "")
    return {"where": chosen, "place": stored if chosen == ELSEWHERE else ""}


def stored_place(key: str) -> str:
    """A place of the list as it is kept: in the words of the site, right for whoever reads it."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(PLACES[key])


def place_for(stored: str, side: CancelledBy) -> str:
    """The meeting place as this side reads it."""
    chosen = _where(stored)["where"]
    if chosen == HOME and side == CancelledBy.RESIDENT:
        return gettext("at your home")
    return str(PLACES.get(chosen, stored))


class GoOnForm(StepForm):
    """How it goes, from the trial period on; the button says that one goes on."""

    review = forms.UUIDField(widget=forms.HiddenInput)
    outcome = forms.TypedChoiceField(
        label=_("How does it go?"),
        help_text=_("Only the centre reads this."),
        choices=reversed(Outcome.choices),
        coerce=lambda value: Outcome(int(value)),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the answers.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["review"] = self.opened.pk if self.opened else None
        if self.opened is None or self.opened.occasion == Occasion.INTRODUCTION:
            self.fields["outcome"].required = False
            self.fields["outcome"].widget = forms.HiddenInput()


class PauseForm(StepForm):
    """The last day of a break."""

    until = forms.DateField(
        label=_("Break up to and including"),
        widget=DateInput,
        error_messages={"invalid": _("We cannot read this day. Write it like this: 31-12-2030.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("until", self.assignment.paused_until or clock.today() + _USUAL_BREAK)


class StopForm(StepForm):
    """Why one stops, as a code; nobody has to explain."""

    reason = forms.ChoiceField(
        label=_("Why?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the answers.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(STOP_REASONS[self.side])


def _introduce(form: Any, by: Any) -> str:
    services.plan_introduction(form.assignment, form.starts_at(), place=form.cleaned_data["place"], by=by)
    return gettext("The first meeting is set.")


def _go_on(form: Any, by: Any) -> str:
    review = (
        Review.objects.filter(assignment=form.assignment, pk=form.cleaned_data["review"])
        .select_related("assignment__request", "assignment__volunteer")
        .first()
    )
    if review is None:
        raise NotFound
    outcome = form.cleaned_data["outcome"] or None
    services.go_on(review, side=form.side, by=by, outcome=outcome)
    review.refresh_from_db()
    if review.closed_at is None:
        return gettext("Thank you. Now we wait for the answer of the other.")
    return gettext("Good: it goes on!")


def _pause(form: Any, by: Any) -> str:
    services.pause(form.assignment, form.cleaned_data["until"], by=by)
    return gettext("The break has been noted.")


def _resume(form: Any, by: Any) -> str:
    services.resume(form.assignment, by=by)
    return gettext("The break is over. Good!")


def _stop(form: Any, by: Any) -> str:
    reason = CancelReason(form.cleaned_data["reason"])
    with reaching(form.assignment, AssignmentState.ENDED):
        services.stop(form.assignment, side=form.side, reason=reason, by=by)
    if reason == CancelReason.NOT_NEEDED:
        return gettext("It has stopped. Thank you both for this time together.")
    return gettext("It has stopped. We look for another volunteer. Nobody is to blame.")


@dataclass(frozen=True)
class Step:
    """A step: its name in templates, what is filled in, and what it does."""

    name: str
    form: type[StepForm]
    take: Callable[[Any, Any], str]


STEPS = {
    "kennismaking": Step("introduction", IntroductionForm, _introduce),
    "doorgaan": Step("go_on", GoOnForm, _go_on),
    "pauze": Step("pause", PauseForm, _pause),
    "hervatten": Step("resume", StepForm, _resume),
    "stoppen": Step("stop", StopForm, _stop),
}
# Where the sentence about a value belongs when the form names it otherwise.
_FIELDS = {"starts_at": "day"}


class Taken(NamedTuple):
    """What came of a step: what to say, or the form that has to be put right."""

    said: str = ""
    wrong: StepForm | None = None


def take(assignment: Assignment, slug: str, data: QueryDict, *, side: CancelledBy, by: Any) -> Taken:
    """Take a step for one side with what was filled in."""
    step = STEPS[slug]
    form = step.form(data, assignment=assignment, side=side, review=queries.open_review(assignment))
    if form.is_valid():
        try:
            return Taken(said=step.take(form, by))
        except InvalidInput as error:
            field = _FIELDS.get(error.field or "", error.field)
            form.add_error(field if field in form.fields else None, str(error.message))
        except Overlaps as error:
            form.add_error("day", str(error.message))
    return Taken(wrong=form)


def standing_of(
    assignment: Assignment,
    side: CancelledBy,
    urls: Callable[[str], str],
    wrong: StepForm | None = None,
) -> dict[str, Any] | None:
    """What one side sees of help that goes on, with the forms of the steps; nothing for a task.

    Args:
        assignment: the agreement.
        side: whose page it is.
        urls: gives the address of a step by its slug.
        wrong: a form that has to be put right, instead of a fresh one.
    """
    if not assignment.request.lasts:
        return None
    review = queries.open_review(assignment)
    about = {"assignment": assignment, "side": side, "review": review}
    made = {step.name: step.form(**about) for step in STEPS.values()}
    if wrong is not None and (wrong.assignment.pk, wrong.side) == (assignment.pk, side):
        made |= {step.name: wrong for step in STEPS.values() if step.form is type(wrong)}
    return {
        "assignment": assignment,
        "place": place_for(assignment.meeting_place, side),
        "side": str(side),
        "review": review,
        "asked": review is not None and review.asked_at <= clock.now(),
        "answered": review is not None and answered(review, side),
        "begun": assignment.state in ASSIGNMENT_BEGUN,
        "paused": assignment.request.state == RequestState.PAUSED,
        "under_way": assignment.request.state in {RequestState.RUNNING, RequestState.EVALUATION},
        "forms": made,
        "urls": {step.name: urls(slug) for slug, step in STEPS.items()},
    }


def answered(review: Review, side: CancelledBy) -> bool:
    """Whether this side goes on."""
    return getattr(review, f"{side}_goes_on_at", None) is not None


def one_of(assignments: Any, assignment_id: UUID) -> Assignment:
    """The assignment among those that a person may see. Raises ``NotFound``."""
    found = assignments.filter(pk=assignment_id).first()
    if found is None:
        raise NotFound
    return found
