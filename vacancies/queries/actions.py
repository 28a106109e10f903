"""Reads of one-day actions."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum, When

from common import clock
from common.seating import HOLDING, RUNNING, CancelledBy, SeatState
from common.small_figures import Figures, guarded, shown
from people.enums import COORDINATING, OrganisationState
from people.queries import may_act, organisations_of, standing_of
from vacancies.enums import ActionState
from vacancies.models import Action, ActionTask, TaskSeat
from vacancies.queries.lines import with_line


def public_actions() -> QuerySet[Action]:
    """Return the published actions that are to come, the first first, each with its tasks."""
    found = Action.objects.filter(
        state=ActionState.PUBLISHED,
        on_date__gte=clock.today(),
        organisation__state=OrganisationState.APPROVED,
    )
    return with_tasks(found).order_by("on_date", "title", "pk")


def actions_visible_to(user: Any) -> QuerySet[Action]:
    """Return what everyone may see, published or done, and what this person keeps.

    Of what was called off only what people had signed up for: the rest may never have been published. Who has
    a place sees it also while the organisation does not take part.
    """
    signed_up = TaskSeat._default_manager.filter(event__action=OuterRef("pk"))
    shown = Q(state__in=[ActionState.PUBLISHED, ActionState.REPORTED])
    shown |= Q(state=ActionState.CANCELLED) & Q(Exists(signed_up))
    public = shown & Q(organisation__state=OrganisationState.APPROVED)
    own = tasks_of(user).filter(event__action=OuterRef("pk"), state__in=RUNNING)
    return with_tasks(Action.objects.filter(public | _kept_by(user) | Q(Exists(own.order_by()))))


def tasks_visible_to(user: Any) -> QuerySet[ActionTask]:
    """Return the tasks of those actions."""
    found = ActionTask.objects.filter(action__in=actions_visible_to(user).values("pk"))
    return found.select_related("action__organisation", "action__centre")


def task_seats_visible_to(user: Any) -> QuerySet[TaskSeat]:
    """Return one's own places at actions, and those at the actions that one keeps."""
    if not may_act(user):
        return TaskSeat._default_manager.none()
    mine = Q(holder_id=user.pk) | Q(event__action__in=Action.objects.filter(_kept_by(user)).values("pk"))
    found = with_line(TaskSeat._default_manager.filter(mine))
    return found.select_related("holder", "event__action__organisation", "event__action__centre")


def actions_kept_by(user: Any) -> QuerySet[Action]:
    """Return the actions of this person's organisations, and of the centres that they coordinate."""
    found = Action.objects.filter(_kept_by(user)) if may_act(user) else Action.objects.none()
    return with_tasks(found).order_by("-on_date", "title", "pk")


def with_tasks(actions: QuerySet[Action]) -> QuerySet[Action]:
    """Add organisation, centre and tasks, in one query more."""
    tasks = ActionTask.objects.order_by("starts_at", "title", "pk")
    return actions.select_related("organisation", "centre").prefetch_related(
        Prefetch("tasks", queryset=tasks)
    )


def tasks_of(user: Any) -> QuerySet[TaskSeat]:
    """Return this person's own places at actions, the first to come first."""
    if not may_act(user):
        return TaskSeat._default_manager.none()
    found = TaskSeat._default_manager.filter(holder_id=user.pk)
    return found.select_related("event__action__organisation", "event__action__centre").order_by(
        "event__starts_at"
    )


def called_off(user_id: UUID, action_ids: Iterable[UUID]) -> list[TaskSeat]:
    """Return the places that someone had, or waited for, at tasks of these actions that do not go on."""
    gone = TaskSeat._default_manager.filter(
        holder=user_id, event__action__in=list(action_ids), cancelled_by=CancelledBy.EVENT
    )
    return list(gone.select_related("event__action").order_by("event__starts_at", "event__title"))


def people_at(action: Action) -> list[TaskSeat]:
    """Return who signed up for an action, by task: those with a place by name, then the waiting list."""
    seats = TaskSeat._default_manager.filter(event__action=action).exclude(
        state__in=[SeatState.CANCELLED, SeatState.LAPSED]
    )
    listed = list(seats.select_related("holder", "event__action__organisation"))
    return sorted(
        listed,
        key=lambda seat: (seat.event.starts_at, seat.event_id, seat.position or 0, seat.holder.name.lower()),
    )


@dataclass(frozen=True)
class TaskGroup:
    """The people of one task, those who have yet to be ticked first.

    Attributes:
        to_tick: who has a place, and of whom nothing is known yet.
        ticked: who was there, or did not come.
        waiting: the waiting list, in its order.
    """

    task: ActionTask
    to_tick: list[TaskSeat]
    ticked: list[TaskSeat]
    waiting: list[TaskSeat]

    @property
    def is_urgent(self) -> bool:
        """Whether now is the time to tick someone."""
        return bool(self.to_tick) and self.task.takes_check_ins

    @property
    def came(self) -> int:
        """How many people were there, as far as they were ticked."""
        there = (seat for seat in self.ticked if seat.state == SeatState.ATTENDED)
        return sum(seat.size if seat.came is None else seat.came for seat in there)


def task_groups(action: Action) -> list[TaskGroup]:
    """Return who comes, task by task: what asks for ticks now, what is to come, what is over, what is off."""
    seats: dict[UUID, list[TaskSeat]] = {}
    for seat in people_at(action):
        seats.setdefault(seat.event_id, []).append(seat)
    groups = [_group(task, seats.get(task.pk, [])) for task in action.tasks.all()]
    return sorted(
        groups,
        key=lambda group: (
            group.task.cancelled_at is not None,
            not group.is_urgent,
            not group.task.is_open,
            group.task.starts_at,
        ),
    )


def _group(task: ActionTask, seats: list[TaskSeat]) -> TaskGroup:
    waiting = [seat for seat in seats if seat.waits]
    to_tick = [seat for seat in seats if seat.state == SeatState.CONFIRMED]
    ticked = [seat for seat in seats if not seat.waits and seat.state != SeatState.CONFIRMED]
    return TaskGroup(task, to_tick, ticked, waiting)


def came_to(action: Action) -> int:
    """Return how many people were there, as far as they were ticked."""
    rows = TaskSeat._default_manager.filter(event__action=action, state=SeatState.ATTENDED)
    counted = rows.aggregate(people=Sum(Case(When(came=None, then=F("size")), default=F("came"))))
    return int(counted["people"] or 0)


def campaign_figures(centre_id: Any, campaign: str) -> dict[str, int]:
    """Return of one campaign: how many actions and organisations, how many had a place, how many came."""
    actions = _in_campaign(centre_id, campaign)
    found = actions.aggregate(
        actions=Count("pk"), organisations=Count("organisation", distinct=True), came=Sum("people_came")
    )
    seats = TaskSeat._default_manager.filter(event__action__in=actions, state__in=HOLDING)
    return {
        "actions": found["actions"],
        "organisations": found["organisations"],
        "came": found["came"] or 0,
        "signed_up": seats.aggregate(people=Sum("size"))["people"] or 0,
    }


def _in_campaign(centre_id: Any, campaign: str) -> QuerySet[Action]:
    found = Action.objects.filter(centre_id=centre_id, campaign=campaign)
    return found.exclude(state__in=[ActionState.DRAFT, ActionState.REVIEW])


def campaign_told_to(user: Any, action: Action) -> dict[str, int | None]:
    """Return the figures of its campaign as who keeps this action may know them.

    The desk knows everybody's. An organisation knows its own, so that what is left of a sum is that of the
    others, whose reports are public as ``shown`` tells.
    """
    exact = campaign_figures(action.centre_id, action.campaign)
    if action.centre_id in standing_of(user).centres(COORDINATING):
        return dict(exact)
    rows = Action.objects.filter(
        centre_id=action.centre_id, campaign=action.campaign, people_came__isnull=False
    )
    came = {str(pk): count for pk, count in rows.values_list("pk", "people_came") if count is not None}
    own = {
        str(pk) for pk in rows.filter(organisation__in=organisations_of(user)).values_list("pk", flat=True)
    }
    # Whoever only drafts an action of a campaign is no part of it yet, and learns nothing of the one who is.
    others = _in_campaign(action.centre_id, action.campaign).exclude(organisation__in=organisations_of(user))
    alone = not others.exists()
    counts = Figures(
        {**came, "came": exact["came"]},
        {"came": list(came)},
        elsewhere=frozenset(came) - own,
        known=frozenset(own | {"came"} if alone else own),
    )
    signed_up = exact["signed_up"] if alone else shown(exact["signed_up"])
    return {**exact, "came": guarded(counts)["came"], "signed_up": signed_up}


def keeps(user: Any, action: Action) -> bool:
    """Whether an action is of this person's organisations, or of a centre that they coordinate."""
    own = action.organisation_id in organisations_of(user)
    return own or action.centre_id in standing_of(user).centres(COORDINATING)


def _kept_by(user: Any) -> Q:
    own = Q(organisation_id__in=organisations_of(user), organisation__state=OrganisationState.APPROVED)
    return own | Q(centre_id__in=standing_of(user).centres(COORDINATING))
