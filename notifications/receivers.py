"""Who is told what when something has happened. Thin: a table, and handlers that follow it."""

from collections.abc import Callable
from uuid import UUID

from academy import events as academy
from academy.models import Article, CourseInvitation
from academy.queries import keepers_of
from events.base import Event
from events.models import EventRecord
from events.registry import after_handling, on
from events.schedule import every
from help_requests import events as requests
from help_requests.models import HelpRequest
from matching import events as matching
from matching.models import Assignment, Review, Widening
from notifications.enums import NoticeKind
from notifications.events import CleanUpDue, MailQueued, MailRoundDue, PushDue
from notifications.live import groups
from notifications.live.signals import KICK, Signal, forget_old_signals, send_signals
from notifications.mail import forget_old_mails, postman
from notifications.mail_notices import MAILS, mail_invited, mail_resident_side, mail_volunteer
from notifications.models import PushSubscription
from notifications.moments import when_it_matters
from notifications.push.delivery import hand_over, plan_attempt
from notifications.push.devices import forget_sleeping
from notifications.services import notify
from notifications.telling import Owner, mail_centre
from people import events as people
from people.enums import COORDINATING
from people.models import Representative, Resident, Volunteer
from people.queries import members_of, staff_of
from recognition import events as recognition
from safeguarding.events import ScreeningAsked


def _volunteer_user(volunteer_id: UUID) -> UUID | None:
    return Volunteer.objects.filter(pk=volunteer_id).values_list("user_id", flat=True).first()


def _resident_users(request_id: UUID) -> list[UUID]:
    """Accounts on the resident's side of a request: their own and their representatives'."""
    resident = Resident.objects.filter(help_requests=request_id)
    own = resident.exclude(user=None).values_list("user_id", flat=True)
    acting = Representative.objects.filter(resident__in=resident, ended_at=None).values_list(
        "user_id", flat=True
    )
    return [*own, *acting]


def _request_signals(request_id: UUID, centre_id: UUID, topic: str) -> list[Signal]:
    """Everyone who may watch a request: the resident's side, the sending browser, the desk."""
    return [
        *(Signal(groups.person(user_id), topic, request_id) for user_id in _resident_users(request_id)),
        Signal(groups.request(request_id), topic, request_id),
        Signal(groups.desk(centre_id), "desk", request_id),
    ]


def _tell_of_request(event: requests.RequestChanged, record: EventRecord) -> None:
    """A request changed: its own page, the desk, and the list near by of the volunteers."""
    send_signals(
        [
            *_request_signals(event.request_id, event.centre_id, "request"),
            Signal(groups.helpers(event.centre_id), "near-me"),
        ]
    )


def _tell_of_offer(event: matching.OfferChanged, record: EventRecord) -> None:
    """An offer changed: the volunteer's pages and the desk."""
    user_id = _volunteer_user(event.volunteer_id)
    told = [Signal(groups.person(user_id), "offer", event.offer_id)] if user_id else []
    send_signals([*told, Signal(groups.desk(event.centre_id), "desk", event.request_id)])


def _tell_of_assignment(event: matching.AssignmentChanged, record: EventRecord) -> None:
    """An assignment changed: both sides and the desk."""
    user_id = _volunteer_user(event.volunteer_id)
    told = [Signal(groups.person(user_id), "assignment", event.assignment_id)] if user_id else []
    send_signals([*told, *_request_signals(event.request_id, event.centre_id, "assignment")])


def _tell_of_dispatch(event: matching.DispatchChanged, record: EventRecord) -> None:
    """The asking started, stopped or ran dry: the desk."""
    send_signals([Signal(groups.desk(event.centre_id), "desk", event.request_id)])


def _tell_of_widening(event: matching.WideningChanged, record: EventRecord) -> None:
    """The resident is asked about the day, or answered: their page and the desk."""
    send_signals(_request_signals(event.request_id, event.centre_id, "request"))


def _tell_of_brake(event: matching.AskingHalted | matching.AskingReleased, record: EventRecord) -> None:
    """The brake was pulled or let go: every desk of the centre."""
    send_signals([Signal(groups.desk(event.centre_id), "desk")])


def _tell_of_proposal(event: matching.ProposalMade, record: EventRecord) -> None:
    """There is a new daily proposal: the desk."""
    send_signals([Signal(groups.desk(event.centre_id), "desk", event.proposal_id)])


def _tell_of_pair(event: matching.PairChanged, record: EventRecord) -> None:
    """A pair of the daily proposal was answered or overtaken: the desks of all coordinators stay in step."""
    send_signals([Signal(groups.desk(event.centre_id), "desk", event.request_id)])


def _tell_of_training(event: academy.CompletionChanged, record: EventRecord) -> None:
    """What a volunteer may do changed with their trainings: the list near them."""
    user_id = _volunteer_user(event.volunteer_id)
    if user_id:
        send_signals([Signal(groups.person(user_id), "near-me")])


def _close_sockets(event: people.UserChanged, record: EventRecord) -> None:
    """Rights or sessions changed: sockets close and connect again with what is allowed now."""
    send_signals([Signal(groups.person(event.user_id), KICK)])


def _regroup_volunteer(event: people.VolunteerEvent, record: EventRecord) -> None:
    """A volunteer's standing changed: which groups they hear may have changed with it."""
    user_id = _volunteer_user(event.volunteer_id)
    if user_id:
        send_signals([Signal(groups.person(user_id), KICK)])


SIGNALS: dict[Callable[..., None], tuple[type[Event], ...]] = {
    _tell_of_request: (
        requests.RequestSubmitted,
        requests.IntakeStarted,
        requests.RequestSentBack,
        requests.RequestOpened,
        requests.RequestReferred,
        requests.RequestUnsuitable,
        requests.RequestWithdrawn,
        requests.RequestEdited,
        requests.RequestStateChanged,
    ),
    _tell_of_offer: (
        matching.OfferSent,
        matching.OfferSeen,
        matching.OfferAccepted,
        matching.OfferDeclined,
        matching.OfferExpired,
        matching.OfferSuperseded,
        matching.OfferCancelled,
    ),
    _tell_of_assignment: (
        matching.AssignmentProposed,
        matching.AssignmentAgreed,
        matching.AssignmentPlanned,
        matching.AssignmentConfirmed,
        matching.AssignmentDone,
        matching.IntroductionPlanned,
        matching.ReviewAsked,
        matching.ReviewAnswered,
        matching.TrialStarted,
        matching.LastingStarted,
        matching.EvaluationSettled,
        matching.LastingPaused,
        matching.LastingResumed,
        matching.AssignmentEnded,
        matching.AssignmentNoShow,
        matching.AssignmentCancelled,
    ),
    _tell_of_dispatch: (
        matching.DispatchStarted,
        matching.DispatchStopped,
        matching.DispatchExhausted,
    ),
    _tell_of_widening: (
        matching.WideningAsked,
        matching.WideningAccepted,
        matching.WideningDeclined,
        matching.WideningLapsed,
    ),
    _tell_of_brake: (matching.AskingHalted, matching.AskingReleased),
    _tell_of_proposal: (matching.ProposalMade,),
    _tell_of_pair: (
        matching.PairConfirmed,
        matching.PairReplaced,
        matching.PairRejected,
        matching.PairTakenBack,
        matching.PairStale,
    ),
    _tell_of_training: (academy.CompletionChanged,),
    _close_sockets: (
        people.RoleGranted,
        people.RoleEnded,
        people.SessionEnded,
        people.UserSuspended,
        people.UserReinstated,
    ),
    _regroup_volunteer: (people.VolunteerJoined, people.VolunteerChanged),
}

for _function, _event_classes in SIGNALS.items():
    for _event_class in _event_classes:
        on(_event_class, name=f"notifications.signal_{_event_class.type.replace('.', '_')}")(_function)

VOLUNTEER, RESIDENT = "volunteer", "resident"
# Which side gets which notice of which event; the object is the offer, the assignment or the request.
NOTICES: dict[type[Event], tuple[tuple[str, NoticeKind], ...]] = {
    matching.OfferSent: ((VOLUNTEER, NoticeKind.OFFER),),
    matching.OfferSuperseded: ((VOLUNTEER, NoticeKind.OFFER_TAKEN),),
    matching.OfferCancelled: ((VOLUNTEER, NoticeKind.OFFER_CANCELLED),),
    matching.AssignmentProposed: ((RESIDENT, NoticeKind.PROPOSED),),
    matching.AssignmentAgreed: (
        (RESIDENT, NoticeKind.AGREED_RESIDENT),
        (VOLUNTEER, NoticeKind.AGREED_VOLUNTEER),
    ),
    matching.AssignmentPlanned: ((RESIDENT, NoticeKind.PLANNED), (VOLUNTEER, NoticeKind.PLANNED)),
    matching.AssignmentDone: ((RESIDENT, NoticeKind.DONE), (VOLUNTEER, NoticeKind.DONE)),
    matching.AssignmentNoShow: ((RESIDENT, NoticeKind.NO_SHOW), (VOLUNTEER, NoticeKind.NO_SHOW)),
    matching.AssignmentCancelled: (
        (RESIDENT, NoticeKind.CANCELLED_RESIDENT),
        (VOLUNTEER, NoticeKind.CANCELLED_VOLUNTEER),
    ),
    matching.IntroductionPlanned: (
        (RESIDENT, NoticeKind.INTRODUCTION),
        (VOLUNTEER, NoticeKind.INTRODUCTION),
    ),
    matching.ReviewAsked: ((RESIDENT, NoticeKind.REVIEW), (VOLUNTEER, NoticeKind.REVIEW)),
    matching.TrialStarted: ((RESIDENT, NoticeKind.TRIAL), (VOLUNTEER, NoticeKind.TRIAL)),
    matching.LastingStarted: ((RESIDENT, NoticeKind.LASTING), (VOLUNTEER, NoticeKind.LASTING)),
    matching.LastingPaused: ((RESIDENT, NoticeKind.PAUSED), (VOLUNTEER, NoticeKind.PAUSED)),
    matching.LastingResumed: ((RESIDENT, NoticeKind.RESUMED), (VOLUNTEER, NoticeKind.RESUMED)),
    matching.AssignmentEnded: (
        (RESIDENT, NoticeKind.ENDED_RESIDENT),
        (VOLUNTEER, NoticeKind.ENDED_VOLUNTEER),
    ),
    requests.RequestOpened: ((RESIDENT, NoticeKind.REQUEST_OPENED),),
    requests.RequestSentBack: ((RESIDENT, NoticeKind.REQUEST_SENT_BACK),),
    requests.RequestReferred: ((RESIDENT, NoticeKind.REQUEST_REFERRED),),
    requests.RequestUnsuitable: ((RESIDENT, NoticeKind.REQUEST_UNSUITABLE),),
    matching.WideningAsked: ((RESIDENT, NoticeKind.WIDENING),),
}


# Whoever would set out for nothing, or is to set out, is told in time; the rest can wait for the morning.
PRESSING = frozenset(
    {
        matching.AssignmentPlanned,
        matching.AssignmentCancelled,
        matching.AssignmentEnded,
        matching.IntroductionPlanned,
    }
)


def _notify(event: Event, record: EventRecord) -> None:
    """Put the notices of the table in the lists of both sides."""
    matters_at = when_it_matters(event) if type(event) in PRESSING else None
    for side, kind in NOTICES[type(event)]:
        notify(
            _users_on(side, event),
            kind,
            _object_of(side, event),
            record,
            for_volunteer=side == VOLUNTEER,
            matters_at=matters_at,
        )


def _users_on(side: str, event: Event) -> list[UUID]:
    if side == RESIDENT:
        return _resident_users(event.request_id)  # type: ignore[attr-defined]
    user_id = _volunteer_user(event.volunteer_id)  # type: ignore[attr-defined]
    return [user_id] if user_id else []


def _object_of(side: str, event: Event) -> UUID:
    """What the notice leads to: residents always go to their request."""
    if side == RESIDENT:
        return event.request_id  # type: ignore[attr-defined]
    found = getattr(event, "assignment_id", None) or event.offer_id  # type: ignore[attr-defined]
    return UUID(str(found))


def _mail(event: Event, record: EventRecord) -> None:
    """Queue the mails of the table; they leave when this handler has committed, and only then."""
    if isinstance(event, matching.OfferSent):
        mail_volunteer(event.volunteer_id, event.offer_id)
    else:
        mail_resident_side(event.request_id, MAILS[type(event)])  # type: ignore[attr-defined]


_MAILED: tuple[type[Event], ...] = (matching.OfferSent, *MAILS)
for _mailed in _MAILED:
    on(_mailed, name=f"notifications.mail_{_mailed.type.replace('.', '_')}")(_mail)


for _noticed in NOTICES:
    on(_noticed, name=f"notifications.notice_{_noticed.type.replace('.', '_')}")(_notify)


@on(matching.ConfirmationDue, name="notifications.ask_confirmation")
def ask_confirmation(event: matching.ConfirmationDue, record: EventRecord) -> None:
    """One side said that it is done, the other has been silent: ask."""
    assignment = Assignment.objects.filter(pk=event.assignment_id).first()
    if assignment is None or assignment.ended_at is not None:
        return
    if assignment.done_by_volunteer_at is None:
        notify(
            _users_on(VOLUNTEER, event),
            NoticeKind.CONFIRM,
            event.assignment_id,
            record,
            for_volunteer=True,
        )
    else:
        notify(_resident_users(event.request_id), NoticeKind.CONFIRM, event.request_id, record)


@on(matching.ReviewSilent, name="notifications.tell_of_silence")
def tell_of_silence(event: matching.ReviewSilent, record: EventRecord) -> None:
    """Both were asked whether they go on, and one has been silent: the coordinator calls."""
    if Review.objects.filter(assignment=event.assignment_id, closed_at=None).exists():
        _tell_coordinator(event.request_id, NoticeKind.REVIEW_SILENT, record)


@on(matching.DispatchExhausted, name="notifications.tell_coordinator")
def tell_coordinator(event: matching.DispatchExhausted, record: EventRecord) -> None:
    """Nobody is left to ask: the coordinator who handles the request hears it."""
    _tell_coordinator(event.request_id, NoticeKind.NO_VOLUNTEER, record)


def _tell_coordinator(request_id: UUID, kind: NoticeKind, record: EventRecord) -> None:
    coordinator = HelpRequest.objects.filter(pk=request_id).values_list("coordinator_id", flat=True).first()
    if coordinator:
        notify([coordinator], kind, request_id, record)


@on(matching.WideningAccepted, name="notifications.tell_of_yes")
def tell_of_yes(event: matching.WideningAccepted, record: EventRecord) -> None:
    """The coordinator who asked hears the resident's yes."""
    _tell_who_asked(event, NoticeKind.WIDENING_YES, record)


@on(matching.WideningDeclined, name="notifications.tell_of_no")
def tell_of_no(event: matching.WideningDeclined, record: EventRecord) -> None:
    """The coordinator who asked hears the resident's no."""
    _tell_who_asked(event, NoticeKind.WIDENING_NO, record)


def _tell_who_asked(event: matching.WideningChanged, kind: NoticeKind, record: EventRecord) -> None:
    """Unless they gave the answer themselves, on the phone."""
    asked_by = Widening.objects.filter(pk=event.widening_id).values_list("asked_by_id", flat=True).first()
    if asked_by and asked_by != record.actor_id:
        notify([asked_by], kind, event.request_id, record)


@on(ScreeningAsked, name="notifications.ask_screening")
def ask_screening(event: ScreeningAsked, record: EventRecord) -> None:
    """A volunteer is asked for a step of their screening: the next step in plain words."""
    user_id = _volunteer_user(event.volunteer_id)
    if user_id:
        kind = NoticeKind(f"screening_{event.requirement}")
        notify([user_id], kind, event.volunteer_id, record, for_volunteer=True)


@on(academy.CourseInvited, name="notifications.invite_to_course")
def invite_to_course(event: academy.CourseInvited, record: EventRecord) -> None:
    """A volunteer is invited to a training: in their list, and by mail."""
    user_id = _volunteer_user(event.volunteer_id)
    if user_id:
        kind = NoticeKind.COURSE_INVITED
        notify([user_id], kind, event.invitation_id, record, for_volunteer=True)
        mail_invited(event.volunteer_id)


@on(academy.InvitationAccepted, name="notifications.tell_who_invited")
def tell_who_invited(event: academy.InvitationAccepted, record: EventRecord) -> None:
    """Whoever invited the volunteer hears the yes."""
    invitation = CourseInvitation.objects.filter(pk=event.invitation_id)
    invited_by = invitation.values_list("invited_by_id", flat=True).first()
    if invited_by:
        notify([invited_by], NoticeKind.COURSE_WANTED, event.volunteer_id, record)


@on(academy.ArticleReviewDue, name="notifications.ask_review")
def ask_review(event: academy.ArticleReviewDue, record: EventRecord) -> None:
    """An article comes back to its owner, or to the administrators when that one has gone."""
    article = Article.objects.filter(pk=event.article_id).select_related("owner").first()
    if article is not None:
        notify(keepers_of(article), NoticeKind.ARTICLE_REVIEW, article.pk, record)


@on(matching.TalkAsked, name="notifications.tell_of_talk")
def tell_of_talk(event: matching.TalkAsked, record: EventRecord) -> None:
    """Someone wants to talk about what suits them: the coordinators of the centre."""
    users = staff_of(event.centre_id, *COORDINATING)
    notify([user.pk for user in users], NoticeKind.TALK_ASKED, event.talk_id, record)


# What the person who gave hours or asked costs back hears of it.
TOLD_OF_OWN: dict[type[Event], NoticeKind] = {
    recognition.HoursProposed: NoticeKind.HOURS_PROPOSED,
    recognition.HoursRefused: NoticeKind.HOURS_REFUSED,
    recognition.Thanked: NoticeKind.THANKED,
    recognition.ClaimApproved: NoticeKind.CLAIM_APPROVED,
    recognition.ClaimRefused: NoticeKind.CLAIM_REFUSED,
}


def _tell_own(event: Event, record: EventRecord) -> None:
    """Their hours, thanks or costs: in their list."""
    user_id: UUID = event.user_id  # type: ignore[attr-defined]
    notify([user_id], TOLD_OF_OWN[type(event)], user_id, record, for_volunteer=True)


for _told in TOLD_OF_OWN:
    on(_told, name=f"notifications.tell_{_told.type.replace('.', '_')}")(_tell_own)


@on(recognition.MilestoneReached, name="notifications.tell_milestone")
def tell_milestone(event: recognition.MilestoneReached, record: EventRecord) -> None:
    """Someone helps for so long, or gave so many hours: a kind word."""
    kind = NoticeKind(f"milestone_{event.kind}")
    notify([event.user_id], kind, event.milestone_id, record, for_volunteer=True)


@on(recognition.HoursSubmitted, name="notifications.tell_signers")
def tell_signers(event: recognition.HoursSubmitted, record: EventRecord) -> None:
    """Hours wait for a signature: one message for all that waits, to who has read the one before."""
    _tell_payers(event, NoticeKind.HOURS_WAITING, record, once=True)


@on(recognition.ClaimSubmitted, name="notifications.tell_payers")
def tell_payers(event: recognition.ClaimSubmitted, record: EventRecord) -> None:
    """Costs wait for a decision; as with hours."""
    _tell_payers(event, NoticeKind.CLAIM_WAITING, record, once=True)


@on(recognition.LimitReached, name="notifications.tell_of_limit")
def tell_of_limit(event: recognition.LimitReached, record: EventRecord) -> None:
    """What is free of tax comes near or was passed: the volunteer and who pays."""
    notify([event.user_id], NoticeKind(f"limit_{event.nearness}"), event.claim_id, record, for_volunteer=True)
    _tell_payers(event, NoticeKind(f"limit_{event.nearness}_payer"), record)


def _tell_payers(
    event: recognition.HoursChanged | recognition.ClaimChanged,
    kind: NoticeKind,
    record: EventRecord,
    *,
    once: bool = False,
) -> None:
    """The contacts of the organisation, or the coordinators of the centre where none is involved."""
    if event.organisation_id is None:
        users = staff_of(event.centre_id, *COORDINATING)
    else:
        users = members_of(event.organisation_id)
        if not users.exists():  # whoever keeps the centre signs for them
            users = staff_of(event.centre_id, *COORDINATING)
            mail_centre(Owner(event.organisation_id, event.centre_id))
    if once:
        users = users.exclude(notices__kind=kind, notices__read_at=None)
    told = [user.pk for user in users if user.pk != event.user_id]
    notify(told, kind, event.user_id, record)


@on(MailQueued, name="notifications.send_mail")
def send_queued_mail(event: MailQueued, record: EventRecord) -> None:
    """Send a mail as soon as it has been queued; what fails comes back in a next round."""
    after_handling(postman.call)


@on(MailRoundDue, name="notifications.mail_round")
def mail_round(event: MailRoundDue, record: EventRecord) -> None:
    """Try what waits."""
    after_handling(postman.call)


@on(PushDue, name="notifications.push")
def push(event: PushDue, record: EventRecord) -> None:
    """Tell a device. The call itself happens after commit, beside the worker."""
    host = plan_attempt(event)
    if host:
        after_handling(lambda: hand_over(event, host))


@on(people.UserSuspended, name="notifications.end_devices")
def end_devices(event: people.UserSuspended, record: EventRecord) -> None:
    """Nothing goes to their devices from the very moment; here the rows of before it go as well."""
    PushSubscription.objects.filter(user=event.user_id, created_at__lt=record.at).delete()


@on(CleanUpDue, name="notifications.clean_up")
def clean_up(event: CleanUpDue, record: EventRecord) -> None:
    """Forget what is no longer of use."""
    forget_old_signals()
    forget_old_mails()
    forget_sleeping()


every("* * * * *", MailRoundDue())
every("20 3 * * *", CleanUpDue())
