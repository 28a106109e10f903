"""Two centres with everybody in them, and things that belong to one of them, for the matrix of access."""

from dataclasses import dataclass
from datetime import time, timedelta
from functools import cache
from time import monotonic
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.urls import URLPattern, URLResolver, get_resolver

from academy.models import Course
from academy.services import invite_to_course
from common import clock
from events.worker import Worker
from help_requests.enums import RequestState
from help_requests.models import HelpRequest
from matching import services
from matching.models import Assignment, Offer, Widening
from matching.services.advice import ask_talk
from notifications.enums import NoticeKind
from notifications.models import Notice, PushSubscription
from people.enums import OrganisationState, Role, SaidYes, SharedFor, SuspensionReason, VolunteerState
from people.models import Centre, Invitation, Resident, SharedRecord, Suspension, User, Volunteer
from people.services import invitations
from safeguarding.enums import DecisionOutcome, DecisionReason, ReportKind, ReportReason, Requirement
from safeguarding.models import Block, ScreeningDecision
from safeguarding.services import file_report, propose_decision, report_concern
from tests.access.learning import Academy, build_academy
from tests.access.shifts_world import DAYS_API, build_days, build_shifts, step_of
from tests.factories.academy import CourseFactory, train
from tests.factories.knowledge import write_article
from tests.factories.matching import Town, open_request
from tests.factories.people import (
    AdministratorFactory,
    BlockFactory,
    CentreFactory,
    CoordinatorFactory,
    OrganisationFactory,
    PostcodeFactory,
    ResidentFactory,
    RoleGrantFactory,
    UserFactory,
    VolunteerFactory,
    staff,
)
from tests.factories.recognition import Recognised, recognised
from tests.factories.simulation import reckoned_what_if
from tests.factories.vacancies import bank_of, published
from vacancies.models import Vacancy
from vacancies.services import send_application
from vacancies.services.webhooks import PUBLISHED, keep_webhook

# The columns of the matrix, in order. owner: the resident whose things they are; helper: the volunteer
# who was asked and agreed; others of the same role stand beside them to try what is not theirs.
ACTORS = (
    "anonymous",
    "stranger",
    "owner",
    "neighbour",
    "helper",
    "other_helper",
    "organisation",
    "trainer",
    "analyst",
    "officer",
    "coordinator",
    "far_coordinator",
    "administrator",
)


@dataclass
class World:
    """The people by column, and the objects that addresses point at."""

    people: dict[str, User | AnonymousUser]
    centre_id: object
    resident_id: object
    volunteer: Volunteer
    new_request: HelpRequest
    asked: HelpRequest
    offer: Offer
    agreed: HelpRequest
    assignment: Assignment
    near: HelpRequest
    notice_id: object
    device_id: object
    widening_id: object
    course: Course
    completion_id: object
    invitation_id: object
    proposal_id: object
    pair_id: object
    concern_id: object
    decision_id: object
    organisation_id: object
    recognised: Recognised
    talk_id: object
    vacancy: Vacancy
    application_id: object
    webhook_id: object
    team_invitation_id: object
    grant_id: object
    share_id: object
    article_id: object
    block_id: object
    report_id: object
    suspension_id: object
    what_if_id: object

    shifts: dict[str, object]
    days: dict[str, object]
    academy: Academy

    def arguments(self, route: str) -> dict[str, object]:
        """What to fill into the parameters of a route: always things of the owner and the helper."""
        if route.startswith(("acties", "stage", "scholen")) or "stageplek" in route:
            named = {"token": self.days["action-token"]} if route.startswith("acties") else {}
            return self.days | named | {"step": step_of(route)}
        if route.startswith(("diensten", "mijn-diensten")) or "/diensten/" in route or "rooster" in route:
            return self.shifts | {"step": "aanwezig", "answer": "afmelden"}
        if "assignment" in route or "afspra" in route:
            request = self.agreed
        elif any(word in route for word in ("ruimer", "bijna", "widening", "balie/uitvragen")):
            request = self.asked
        elif route.startswith("in-de-buurt"):
            request = self.near
        else:
            request = self.new_request
        return {
            "request_id": request.pk,
            "assignment_id": self.recognised.thankable_id
            if route.startswith("bedankt")
            else self.assignment.pk,
            "offer_id": self.offer.pk,
            "volunteer_id": self.volunteer.pk,
            "resident_id": self.resident_id,
            "notice_id": self.notice_id,
            "subscription_id": self.device_id,
            "id": self._api_id(route),
            "code": "not-found",
            "requirement": "talk",
            "widening_id": self.widening_id,
            "daypart": 4,
            "opening": "reach",
            "said": "ja",
            "answer": "geven" if "rechten" in route else "gedaan",
            "verb": _verb(route),
            "step": "pak" if route.startswith("balie/advies") else "likes",
            "move": "hervatten",
            "side": "centrale",
            "slug": _slug(route),
            "completion_id": self.completion_id,
            "invitation_id": self.team_invitation_id if "team" in route else self.invitation_id,
            "token": self.recognised.token if route.startswith("paspoort") else "wat",
            "place_id": self.centre_id,
            "grant_id": self.grant_id,
            "share_id": self.share_id,
            "block_id": self.block_id,
            "report_id": self.report_id,
            "object_id": self.resident_id,
            "centre_id": self.centre_id,
            "proposal_id": self.proposal_id,
            "pair_id": self.pair_id,
            "concern_id": self.concern_id,
            "decision_id": self.decision_id,
            "organisation_id": self.vacancy.organisation_id
            if route.startswith(("organisatie/", "organisaties/"))
            else self.organisation_id,
            "owner_id": self.vacancy.organisation_id,
            "vacancy_id": self.vacancy.pk,
            "application_id": self.application_id,
            "webhook_id": self.webhook_id,
            "state": "received",
            "act": "opnieuw" if "team" in route else "vragen",
            "reply": "terug",
            "part": _part(route),
            "person_id": self.resident_id,
            "article_id": self.article_id,
            "number": 1,
            "key": "zorgsignaal",
            "year": 2025,
            "user_id": self.volunteer.user_id,
            "entry_id": self.recognised.entry_id,
            "claim_id": self.recognised.claim_id,
            "passport_id": self.recognised.passport_id,
            "talk_id": self.talk_id,
            "what_if_id": self.what_if_id,
            "question": "energie",
            "kind": _kind(route),
            **self.academy.arguments(route),
        }

    def _api_id(self, route: str) -> object:
        return {
            "centres": self.centre_id,
            "residents": self.resident_id,
            "volunteers": self.volunteer.pk,
            "help-requests": self.new_request.pk,
            "offers": self.offer.pk,
            "near-me": self.near.pk,
            "assignments": self.assignment.pk,
            "dispatches": self.asked.pk,
            "notices": self.notice_id,
            "push-subscriptions": self.device_id,
            "dispatch-policies": self.centre_id,
            "widenings": self.widening_id,
            "courses": self.course.pk,
            "articles": self.article_id,
            "kept-articles": self.article_id,
            "completions": self.completion_id,
            **self.academy.ids(),
            "course-invitations": self.invitation_id,
            "invitations": self.team_invitation_id,
            "shared-records": self.share_id,
            **{name: self.days[key] for name, key in DAYS_API.items()},
            "shifts": self.shifts["shifts"],
            "shift-seats": self.shifts["shift-seats"],
            "shift-swaps": self.shifts["shift-swaps"],
            "suspensions": self.suspension_id,
            "blocks": self.block_id,
            "reports": self.report_id,
            "daily-proposals": self.proposal_id,
            "proposed-pairs": self.pair_id,
            "concerns": self.concern_id,
            "hour-entries": self.recognised.entry_id,
            "reimbursements": self.recognised.claim_id,
            "passports": self.recognised.passport_id,
            "screening-decisions": self.decision_id,
            "vacancies": self.vacancy.pk,
            "applications": self.application_id,
            "webhooks": self.webhook_id,
            "what-ifs": self.what_if_id,
            "organisations": self.vacancy.organisation_id,
        }.get(route.removeprefix("api/v1/").removeprefix("me/").split("/")[0], self.new_request.pk)


def _slug(route: str) -> str:
    if "webhooks" in route:
        return "aanzetten"
    slugs = {"organisatie/vac": "pauzeren", "organisatie/aan": "gesprek", "balie/vacatures": "terugsturen"}
    return next((slug for start, slug in slugs.items() if route.startswith(start)), "wat")


def _verb(route: str) -> str:
    if "pair_answer" in route:
        return "vraag"
    return "stop" if "dispatch_verb" in route else "niet-gekomen"


def _kind(route: str) -> str:
    if route.startswith("vergoedingen"):
        return "csv"
    return "resident" if route.startswith("melden") else "inwoner"


def _part(route: str) -> str:
    if route.startswith("vandaag"):
        return "vragen"
    return "contact" if "resident_id" in route else "when"


def _device_of(user: User) -> PushSubscription:
    """A phone of theirs; at this address nobody answers."""
    return PushSubscription.objects.create(
        user=user,
        endpoint="https://push.example/telefoon",
        endpoint_digest="0" * 64,
        p256dh="p",
        auth="a",
        server_key="s",
        device="Chrome, Android",
        session_key="x" * 32,
        signed_in_until=clock.now() + timedelta(days=30),
    )


def _notice_to(user: User) -> Notice:
    """The notice of a question. Where a server runs beside the test its worker may still be at it."""
    asked = Notice.objects.filter(user=user, kind=NoticeKind.OFFER)
    give_up = monotonic() + 30
    while not asked.exists() and monotonic() < give_up:
        Worker().run_due()
    return asked.latest("created_at")


def build_world() -> World:
    """Make both centres; the owner's requests stand new, asked, agreed and near by."""
    PostcodeFactory()
    town = Town(volunteers=2)
    helper, other = town.volunteers
    owner = town.request.resident
    asked = town.request
    offer = services.ask_volunteer(asked, helper, by=town.coordinator)
    in_two_days = clock.today() + timedelta(days=2)  # the helper has a place at an action tomorrow
    agreed = open_request(town.centre, resident=owner, on_date=in_two_days, start_time=time(10))
    second = services.ask_volunteer(agreed, helper, by=town.coordinator)
    assignment = services.accept_offer(second, by=helper.user)
    agreed.refresh_from_db()
    new = open_request(town.centre, resident=owner, state=RequestState.SUBMITTED)
    HelpRequest.objects.filter(pk=new.pk).update(submitted_at=clock.now())
    near = open_request(town.centre, resident=ResidentFactory(centre=town.centre))
    HelpRequest.objects.filter(pk=asked.pk).update(dayparts=1 << 3)
    widening = Widening.objects.create(request=asked, daypart=4)
    organisation = OrganisationFactory(centre=town.centre, state=OrganisationState.APPROVED)
    contact = RoleGrantFactory(
        user=UserFactory(), role=Role.ORGANISATION, centre=None, organisation=organisation
    )
    vacancy = published(bank_of(town.centre, town.coordinator, contact.user))
    people: dict[str, User | AnonymousUser] = {
        "anonymous": AnonymousUser(),
        "stranger": UserFactory(),
        "owner": owner.user,
        "neighbour": ResidentFactory(centre=town.centre, user=UserFactory()).user,
        "helper": helper.user,
        "other_helper": other.user,
        "organisation": contact.user,
        "trainer": staff(Role.TRAINER, town.centre),
        "analyst": staff(Role.ANALYST, town.centre),
        "officer": staff(Role.CONFIDENTIAL_OFFICER, town.centre),
        "coordinator": town.coordinator,
        "far_coordinator": CoordinatorFactory(),
        "administrator": AdministratorFactory(town.centre),
    }
    done, wanted = CourseFactory(), CourseFactory()
    completion = train(helper, done)
    academy = build_academy(done, helper, cast("User", people["trainer"]))
    invitation = invite_to_course(wanted, helper, by=town.coordinator)
    proposal = services.make_proposal(town.centre, by=town.coordinator)
    Worker().run_due()
    notice = _notice_to(helper.user)
    return World(
        people=people,
        centre_id=town.centre.pk,
        resident_id=owner.pk,
        volunteer=helper,
        new_request=new,
        asked=asked,
        offer=offer,
        agreed=agreed,
        assignment=assignment,
        near=near,
        notice_id=notice.pk,
        device_id=_device_of(helper.user).pk,
        widening_id=widening.pk,
        course=done,
        completion_id=completion.pk,
        invitation_id=invitation.pk,
        academy=academy,
        proposal_id=proposal.pk,
        pair_id=proposal.pairs.get().pk,
        shifts=build_shifts(organisation, helper, other),
        days=build_days(organisation, helper, owner.user),
        concern_id=report_concern(town.centre, story="Ik maak me zorgen.").pk,
        decision_id=_proposed(helper, people["coordinator"]).pk,
        organisation_id=organisation.pk,
        recognised=recognised(town, helper, owner, organisation),
        talk_id=_talk(town.centre),
        vacancy=vacancy,
        webhook_id=keep_webhook(vacancy.organisation, url="https://a.nl/", topics=[PUBLISHED], by=None).pk,
        application_id=send_application(vacancy, message="Leuk!", by=helper.user).pk,
        team_invitation_id=_invited(town.centre).pk,
        share_id=_shared(owner).pk,
        article_id=write_article("Wat", topics=["zorgsignaal"]).pk,
        block_id=_blocked(owner).pk,
        report_id=file_report(
            ReportKind.VOLUNTEER, helper.pk, reason=ReportReason.RUDE, by=cast("User", owner.user)
        ).pk,
        suspension_id=Suspension.objects.create(
            user=helper.user, reason=SuspensionReason.OTHER, lifted_at=clock.now()
        ).pk,
        grant_id=cast("User", people["trainer"]).role_grants.get().pk,
        what_if_id=reckoned_what_if(town.centre, owner.district).pk,
    )


def _talk(centre: Centre) -> object:
    """Someone without an account wants to be called."""
    left = {"name": "Joke", "phone": "0612345678", "consented": True}
    return ask_talk(centre, answers={"energie": "mensen"}, **left).pk


def _invited(centre: Centre) -> Invitation:
    """Who was asked an hour ago to become a trainer."""
    made = invitations.invite("nieuw@voorbeeld.nl", Role.TRAINER, centre=centre, by=None)
    Invitation.objects.filter(pk=made.pk).update(sent_at=clock.now() - timedelta(hours=1))
    return made


def _shared(resident: Resident) -> SharedRecord:
    """Someone of a third centre may look at the owner's record."""
    reader = CoordinatorFactory()
    return SharedRecord.objects.create(
        resident=resident,
        centre=CentreFactory(),
        reader=reader,
        reason=SharedFor.MOVES,
        said_yes=SaidYes.MET,
        until=clock.now() + timedelta(days=1),
    )


def _blocked(resident: Resident) -> Block:
    """The owner does not want to meet someone who helps no more."""
    gone = VolunteerFactory(centre=resident.centre, state=VolunteerState.LEFT)
    return BlockFactory(volunteer=gone, resident=resident, set_by=resident.user)


def _proposed(volunteer: Volunteer, coordinator: User | AnonymousUser) -> ScreeningDecision:
    outcome, reason = DecisionOutcome.REFUSED, DecisionReason.REFERENCES
    return propose_decision(
        volunteer, Requirement.REFERENCES, outcome=outcome, reason=reason, by=cast("User", coordinator)
    )


@cache
def all_routes() -> dict[str, URLPattern]:
    """Every address of the project by its route; read only."""
    found: dict[str, URLPattern] = {}

    def walk(resolver: URLResolver, before: str) -> None:
        for each in resolver.url_patterns:
            route = before + str(each.pattern)
            if isinstance(each, URLResolver):
                walk(each, route)
            else:
                found[route] = each

    walk(get_resolver(), "")
    return found
