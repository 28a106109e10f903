"""What can happen to vacancies and the answers to them. Ids only."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from events.base import Event


@dataclass(frozen=True)
class VacancyEvent(Event, abstract=True):
    """Base of every event of one vacancy."""

    vacancy_id: UUID
    organisation_id: UUID
    centre_id: UUID


@dataclass(frozen=True)
class VacancyDrafted(VacancyEvent):
    """A draft was made."""

    type: ClassVar[str] = "vacancies.drafted"


@dataclass(frozen=True)
class VacancyEdited(VacancyEvent):
    """Its words or facts changed."""

    type: ClassVar[str] = "vacancies.edited"


@dataclass(frozen=True)
class VacancySubmitted(VacancyEvent):
    """The organisation sent it to the centre."""

    type: ClassVar[str] = "vacancies.submitted"


@dataclass(frozen=True)
class VacancySentBack(VacancyEvent):
    """The coordinator asks the organisation to change something first."""

    type: ClassVar[str] = "vacancies.sent_back"


@dataclass(frozen=True)
class VacancyPublished(VacancyEvent):
    """The coordinator approved it: everybody can find it."""

    type: ClassVar[str] = "vacancies.published"


@dataclass(frozen=True)
class VacancyStateChanged(VacancyEvent):
    """It was paused, resumed, renewed, filled, closed, or it expired."""

    state: str
    type: ClassVar[str] = "vacancies.state_changed"


@dataclass(frozen=True)
class VacancyExpiryDue(VacancyEvent):
    """A term is over: a timer. ``renewal`` says which term, so that a renewed vacancy stays."""

    renewal: int
    type: ClassVar[str] = "vacancies.expiry_due"


@dataclass(frozen=True)
class VacancyExpirySoon(VacancyEvent):
    """A term is nearly over: a timer."""

    renewal: int
    type: ClassVar[str] = "vacancies.expiry_soon"


@dataclass(frozen=True)
class ContactLost(VacancyEvent):
    """Its contact person was erased: somebody is to name another."""

    type: ClassVar[str] = "vacancies.contact_lost"


@dataclass(frozen=True)
class OrganisationEvent(Event, abstract=True):
    """Base of every event of one organisation."""

    organisation_id: UUID
    centre_id: UUID


@dataclass(frozen=True)
class OrganisationRequested(OrganisationEvent):
    """An organisation asked to take part."""

    type: ClassVar[str] = "vacancies.organisation_requested"


@dataclass(frozen=True)
class OrganisationStateChanged(OrganisationEvent):
    """The centre approved, declined, suspended or reinstated it."""

    state: str
    type: ClassVar[str] = "vacancies.organisation_state_changed"


@dataclass(frozen=True)
class OrganisationEdited(OrganisationEvent):
    """Its profile changed."""

    type: ClassVar[str] = "vacancies.organisation_edited"


@dataclass(frozen=True)
class ApplicationEvent(Event, abstract=True):
    """Base of every event of one answer to a vacancy."""

    application_id: UUID
    vacancy_id: UUID
    organisation_id: UUID
    centre_id: UUID
    user_id: UUID | None


@dataclass(frozen=True)
class ApplicationSent(ApplicationEvent):
    """Someone answered a vacancy."""

    type: ClassVar[str] = "vacancies.application_sent"


@dataclass(frozen=True)
class ApplicationRead(ApplicationEvent):
    """The organisation opened it for the first time."""

    type: ClassVar[str] = "vacancies.application_read"


@dataclass(frozen=True)
class ApplicationMoved(ApplicationEvent):
    """The organisation took a step: a conversation or a trial."""

    state: str
    type: ClassVar[str] = "vacancies.application_moved"


@dataclass(frozen=True)
class ApplicationStarted(ApplicationEvent):
    """The volunteer has started: from now on there are hours to keep."""

    type: ClassVar[str] = "vacancies.application_started"


@dataclass(frozen=True)
class ApplicationDeclined(ApplicationEvent):
    """The organisation said no, with a reason."""

    type: ClassVar[str] = "vacancies.application_declined"


@dataclass(frozen=True)
class ApplicationWithdrawn(ApplicationEvent):
    """The volunteer took it back."""

    type: ClassVar[str] = "vacancies.application_withdrawn"


@dataclass(frozen=True)
class ApplicationEnded(ApplicationEvent):
    """A volunteer who had started has stopped."""

    type: ClassVar[str] = "vacancies.application_ended"


@dataclass(frozen=True)
class ApplicationNoted(ApplicationEvent):
    """One side wrote the other a word."""

    note_id: UUID
    side: str
    type: ClassVar[str] = "vacancies.application_noted"


@dataclass(frozen=True)
class SilenceDue(ApplicationEvent):
    """Time to look whether the organisation has answered: a timer. Round 1 reminds it, 2 tells the centre."""

    round: int
    type: ClassVar[str] = "vacancies.silence_due"


@dataclass(frozen=True)
class OrganisationReminded(ApplicationEvent):
    """The organisation has been silent and is reminded."""

    type: ClassVar[str] = "vacancies.organisation_reminded"


@dataclass(frozen=True)
class CentreTold(ApplicationEvent):
    """The organisation stayed silent: the centre is told."""

    type: ClassVar[str] = "vacancies.centre_told"


@dataclass(frozen=True)
class DeliveryDue(Event):
    """A webhook is to be told of something, for the first time or again."""

    delivery_id: UUID
    attempt: int
    type: ClassVar[str] = "vacancies.delivery_due"


@dataclass(frozen=True)
class ShiftEvent(Event, abstract=True):
    """Base of every event of one shift."""

    shift_id: UUID
    vacancy_id: UUID
    organisation_id: UUID
    centre_id: UUID


@dataclass(frozen=True)
class ShiftPlanned(ShiftEvent):
    """A date was added on which people are needed."""

    type: ClassVar[str] = "vacancies.shift_planned"


@dataclass(frozen=True)
class ShiftChanged(ShiftEvent):
    """Its places or its note changed."""

    type: ClassVar[str] = "vacancies.shift_changed"


@dataclass(frozen=True)
class ShiftMoved(ShiftEvent):
    """It is at another time: whoever has a place is told."""

    was_at: int = 0  # when it was to begin before, in seconds of 1970 (UTC); 0: it had no moment
    type: ClassVar[str] = "vacancies.shift_moved"


@dataclass(frozen=True)
class ShiftCancelled(ShiftEvent):
    """It does not go on."""

    type: ClassVar[str] = "vacancies.shift_cancelled"


@dataclass(frozen=True)
class ShiftReminderDue(ShiftEvent):
    """It is the day before: a timer. ``moved`` says of which time, so that a moved shift reminds once."""

    moved: int
    type: ClassVar[str] = "vacancies.shift_reminder_due"


@dataclass(frozen=True)
class ShiftBegan(ShiftEvent):
    """It begins: a timer. Who still waits hears that no place came free."""

    moved: int
    type: ClassVar[str] = "vacancies.shift_began"


@dataclass(frozen=True)
class ShiftSeatEvent(ShiftEvent, abstract=True):
    """Base of every event of one volunteer's place on a shift."""

    seat_id: UUID
    volunteer_id: UUID


@dataclass(frozen=True)
class ShiftTaken(ShiftSeatEvent):
    """A volunteer has a place."""

    type: ClassVar[str] = "vacancies.shift_taken"


@dataclass(frozen=True)
class ShiftQueued(ShiftSeatEvent):
    """A volunteer is on the waiting list."""

    type: ClassVar[str] = "vacancies.shift_queued"


@dataclass(frozen=True)
class ShiftMovedUp(ShiftSeatEvent):
    """A place came free, and this volunteer was next."""

    type: ClassVar[str] = "vacancies.shift_moved_up"


@dataclass(frozen=True)
class ShiftSeatCancelled(ShiftSeatEvent):
    """A volunteer does not come; ``because`` is a ``common.seating.CancelledBy``."""

    because: str
    type: ClassVar[str] = "vacancies.shift_seat_cancelled"


@dataclass(frozen=True)
class ShiftPassedOn(ShiftSeatEvent):
    """Another volunteer took this volunteer's place over."""

    type: ClassVar[str] = "vacancies.shift_passed_on"


@dataclass(frozen=True)
class ShiftWaitLapsed(ShiftSeatEvent):
    """The shift began and no place had come free."""

    type: ClassVar[str] = "vacancies.shift_wait_lapsed"


@dataclass(frozen=True)
class ShiftAttended(ShiftSeatEvent):
    """The volunteer is there: these hours count."""

    type: ClassVar[str] = "vacancies.shift_attended"


@dataclass(frozen=True)
class ShiftMissed(ShiftSeatEvent):
    """The volunteer did not come."""

    type: ClassVar[str] = "vacancies.shift_missed"


@dataclass(frozen=True)
class ShiftReopened(ShiftSeatEvent):
    """A check-in or a no-show was taken back: the hours do not count (yet)."""

    type: ClassVar[str] = "vacancies.shift_reopened"


@dataclass(frozen=True)
class ShiftReminded(ShiftSeatEvent):
    """The day before: a reminder for one volunteer."""

    type: ClassVar[str] = "vacancies.shift_reminded"


@dataclass(frozen=True)
class SwapEvent(ShiftSeatEvent, abstract=True):
    """Base of every event of one question to take a shift over. The volunteer is who asks."""

    swap_id: UUID


@dataclass(frozen=True)
class SwapAsked(SwapEvent):
    """A volunteer asks the others of the vacancy to come instead."""

    type: ClassVar[str] = "vacancies.swap_asked"


@dataclass(frozen=True)
class SwapTaken(SwapEvent):
    """Another volunteer comes instead."""

    taker_id: UUID
    type: ClassVar[str] = "vacancies.swap_taken"


@dataclass(frozen=True)
class SwapEnded(SwapEvent):
    """The question was taken back, or is no longer needed."""

    type: ClassVar[str] = "vacancies.swap_ended"


@dataclass(frozen=True)
class StudentEvent(Event, abstract=True):
    """Base of every event of one student of a school."""

    student_id: UUID
    school_id: UUID
    centre_id: UUID


@dataclass(frozen=True)
class StudentJoined(StudentEvent):
    """Someone joined their class for a placement."""

    type: ClassVar[str] = "vacancies.student_joined"


@dataclass(frozen=True)
class ParentAsked(StudentEvent):
    """A parent is asked whether their child may do a placement."""

    consent_id: UUID
    type: ClassVar[str] = "vacancies.parent_asked"


@dataclass(frozen=True)
class ParentAnswered(StudentEvent):
    """The parent agreed, refused, or took it back."""

    consent_id: UUID
    state: str
    type: ClassVar[str] = "vacancies.parent_answered"


@dataclass(frozen=True)
class StudentTookBack(StudentEvent):
    """A student took back what their parent had agreed to: what ran has stopped."""

    consent_id: UUID
    type: ClassVar[str] = "vacancies.student_took_back"


@dataclass(frozen=True)
class StudentDone(StudentEvent):
    """All hours of a student are signed."""

    type: ClassVar[str] = "vacancies.student_done"


@dataclass(frozen=True)
class PlacementChanged(StudentEvent):
    """A placement was asked for, agreed, declined, stopped or done."""

    placement_id: UUID
    organisation_id: UUID
    state: str
    type: ClassVar[str] = "vacancies.placement_changed"


@dataclass(frozen=True)
class HoursToSign(StudentEvent):
    """The hours of an entry are over: a timer. The supervisor is asked to sign."""

    placement_id: UUID
    entry_id: UUID
    type: ClassVar[str] = "vacancies.hours_to_sign"


@dataclass(frozen=True)
class HoursAnswered(StudentEvent):
    """The supervisor signed an entry, or said that it is not right."""

    placement_id: UUID
    entry_id: UUID
    state: str
    type: ClassVar[str] = "vacancies.hours_answered"


@dataclass(frozen=True)
class ActionChanged(Event):
    """A one-day action was drafted, sent in, published, sent back, called off or reported."""

    action_id: UUID
    organisation_id: UUID
    centre_id: UUID
    state: str
    type: ClassVar[str] = "vacancies.action_changed"


@dataclass(frozen=True)
class ActionMoved(Event):
    """A one-day action is on another day or at another place: whoever has a place is told."""

    action_id: UUID
    organisation_id: UUID
    centre_id: UUID
    was_at: int = 0  # when it was to begin before, in seconds of 1970 (UTC); 0: it had no moment
    type: ClassVar[str] = "vacancies.action_moved"


@dataclass(frozen=True)
class TaskMoved(Event):
    """One task of an action is at another time of its day: whoever has a place is told."""

    action_id: UUID
    task_id: UUID
    organisation_id: UUID
    centre_id: UUID
    was_at: int = 0  # when it was to begin before, in seconds of 1970 (UTC); 0: it had no moment
    type: ClassVar[str] = "vacancies.task_moved"


@dataclass(frozen=True)
class TaskSeatChanged(Event):
    """Someone's place at a task changed; ``change`` and ``because`` as in ``common.seating``."""

    action_id: UUID
    task_id: UUID
    seat_id: UUID
    user_id: UUID
    centre_id: UUID
    change: str
    because: str
    type: ClassVar[str] = "vacancies.task_seat_changed"


@dataclass(frozen=True)
class CalledOff(Event):
    """What someone had signed up for does not go on: one task, or without ``task_id`` the whole action."""

    action_id: UUID
    organisation_id: UUID
    centre_id: UUID
    user_id: UUID
    task_id: UUID | None = None
    type: ClassVar[str] = "vacancies.called_off"


@dataclass(frozen=True)
class TaskReminderDue(Event):
    """It is the day before an action: a timer, per task."""

    task_id: UUID
    type: ClassVar[str] = "vacancies.task_reminder_due"


@dataclass(frozen=True)
class TaskReminded(Event):
    """The day before: a reminder for one person."""

    action_id: UUID
    seat_id: UUID
    user_id: UUID
    type: ClassVar[str] = "vacancies.task_reminded"
