"""What the vacancy bank does when an event has happened. Thin: each handler calls one service."""

from events.models import EventRecord
from events.registry import after_handling, on
from people.enums import OrganisationState, VolunteerState
from people.events import UserSuspended, VolunteerChanged
from people.models import User, Volunteer
from safeguarding.events import DecisionConfirmed
from safeguarding.queries import barred_volunteers
from vacancies.enums import ConsentState, VacancyState
from vacancies.events import (
    ApplicationSent,
    DeliveryDue,
    OrganisationStateChanged,
    ParentAnswered,
    ShiftBegan,
    ShiftReminderDue,
    SilenceDue,
    TaskReminderDue,
    VacancyExpiryDue,
    VacancyPublished,
    VacancyStateChanged,
)
from vacancies.models import ActionTask, Application, Student, Vacancy
from vacancies.services import (
    call_off_rest,
    close_waiting_list,
    end_closed,
    expire_vacancy,
    look_at_silence,
    move_lists_up,
    release_refused,
    release_user,
    release_volunteer,
    remind,
    remind_task,
    stop_all_of,
    stop_closed,
)
from vacancies.services.webhooks import hand_over, plan_attempt, tell_answered, tell_published


@on(VacancyExpiryDue, name="vacancies.expire")
def expire(event: VacancyExpiryDue, record: EventRecord) -> None:
    """A term is over, unless the vacancy was renewed meanwhile."""
    vacancy = Vacancy.objects.filter(pk=event.vacancy_id).first()
    if vacancy is not None:
        expire_vacancy(vacancy, event.renewal)


@on(SilenceDue, name="vacancies.look_at_silence")
def look(event: SilenceDue, record: EventRecord) -> None:
    """Has the organisation let anything be heard?"""
    application = Application.objects.filter(pk=event.application_id).first()
    if application is not None:
        look_at_silence(application, event.round)


@on(ShiftReminderDue, name="vacancies.remind_shift")
def remind_shift(event: ShiftReminderDue, record: EventRecord) -> None:
    """The day before: everyone who has a place hears it once more."""
    remind(event.shift_id, moved=event.moved)


@on(ShiftBegan, name="vacancies.begin_shift")
def begin_shift(event: ShiftBegan, record: EventRecord) -> None:
    """It begins: the waiting list closes."""
    close_waiting_list(event.shift_id)


@on(VacancyStateChanged, name="vacancies.call_off_shifts")
def call_off_shifts(event: VacancyStateChanged, record: EventRecord) -> None:
    """A vacancy that has ended has no shifts to come."""
    if event.state == VacancyState.CLOSED:
        call_off_rest(event.vacancy_id)


@on(OrganisationStateChanged, name="vacancies.fill_free_places")
def fill_free_places(event: OrganisationStateChanged, record: EventRecord) -> None:
    """An organisation takes part again: what came free meanwhile goes to who waited."""
    if event.state == OrganisationState.APPROVED:
        move_lists_up(event.organisation_id)


@on(VolunteerChanged, name="vacancies.free_places")
def free_places(event: VolunteerChanged, record: EventRecord) -> None:
    """Whoever has stopped is expected nowhere."""
    if Volunteer.objects.filter(pk=event.volunteer_id, state=VolunteerState.LEFT).exists():
        release_volunteer(event.volunteer_id)


@on(UserSuspended, name="vacancies.free_places_of_suspended")
def free_places_of_suspended(event: UserSuspended, record: EventRecord) -> None:
    """Whoever is suspended is expected nowhere: not on shifts, not at actions, not in a placement."""
    for volunteer_id in Volunteer.objects.filter(user=event.user_id).values_list("pk", flat=True):
        release_volunteer(volunteer_id)
    for user in User.objects.filter(pk=event.user_id):
        release_user(user)
    for student in Student.objects.filter(user=event.user_id):
        stop_all_of(student)


@on(DecisionConfirmed, name="vacancies.free_places_of_blocked")
def free_places_of_blocked(event: DecisionConfirmed, record: EventRecord) -> None:
    """Whoever two people have blocked is expected nowhere, and after a refusal nowhere that asks the step."""
    volunteer = Volunteer.objects.select_related("user").filter(pk=event.volunteer_id).first()
    if volunteer is None:
        return
    release_refused(volunteer.pk)
    end_closed(volunteer)
    stop_closed(volunteer)
    if barred_volunteers([volunteer.pk]):
        release_volunteer(volunteer.pk)
        release_user(volunteer.user)


@on(ParentAnswered, name="vacancies.stop_without_parent")
def stop_without_parent(event: ParentAnswered, record: EventRecord) -> None:
    """A parent took their word back: what runs stops."""
    student = Student.objects.filter(pk=event.student_id).first()
    if student is not None and event.state == ConsentState.WITHDRAWN:
        stop_all_of(student)


@on(TaskReminderDue, name="vacancies.remind_task")
def remind_of_task(event: TaskReminderDue, record: EventRecord) -> None:
    """The day before an action: everyone who has a place hears it once more."""
    task = ActionTask.objects.select_related("action__organisation").filter(pk=event.task_id).first()
    if task is not None:
        remind_task(task)


@on(VacancyPublished, name="vacancies.tell_published")
def tell_of_publishing(event: VacancyPublished, record: EventRecord) -> None:
    """Other systems hear of it."""
    tell_published(event, record.pk)


@on(ApplicationSent, name="vacancies.tell_answered")
def tell_of_answer(event: ApplicationSent, record: EventRecord) -> None:
    """Other systems hear of it."""
    tell_answered(event, record.pk)


@on(DeliveryDue, name="vacancies.deliver")
def deliver_to_webhook(event: DeliveryDue, record: EventRecord) -> None:
    """The call itself is made after this has committed, and not by this thread."""
    delivery = plan_attempt(event)
    if delivery is not None:
        after_handling(lambda: hand_over(delivery))
