"""What residents and coordinators do with a request: who may, what is refused, what is kept and told."""

from datetime import date, time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from common.errors import Forbidden, InvalidInput, InvalidTransition
from events.models import EventRecord
from help_requests import services
from help_requests.enums import (
    ASKABLE,
    ENDED,
    TASK_TRANSITIONS,
    TO_TRIAGE,
    FiledAs,
    Partner,
    RequestKind,
    RequestState,
    Rhythm,
    UnsuitableReason,
    Urgency,
    usual_minutes,
)
from help_requests.models import HelpRequest
from help_requests.queries import urgency
from people.enums import ALL_DAYPARTS, HelpCategory, Skill
from people.models import Centre, Representative, Resident, User
from places.cells import cell_of
from tests.conftest import Clock
from tests.factories.help_requests import HelpRequestFactory, OpenRequestFactory
from tests.factories.people import (
    LAT,
    LON,
    PASSWORD,
    CoordinatorFactory,
    DistrictFactory,
    ResidentFactory,
    UserFactory,
)

S = RequestState
SUMMARY = "Eén tas boodschappen doen."


def told() -> list[str]:
    return list(EventRecord.objects.order_by("pk").values_list("type", flat=True))


@pytest.fixture
def sent(resident: Resident) -> HelpRequest:
    return HelpRequestFactory(resident=resident)


class TestFiling:
    def test_a_draft_takes_its_place_from_the_resident(self, resident: Resident, clock: Clock) -> None:
        made = services.draft_request(
            resident, by=resident.user, category="garden", description="Onkruid wieden", dayparts=1
        )
        assert (made.state, made.filed_by, made.filed_as) == (S.DRAFT, resident.user, FiledAs.RESIDENT)
        assert (made.centre_id, made.cell, made.district) == (
            resident.centre_id,
            resident.cell,
            resident.district,
        )
        assert made.filer_consent_at is None
        assert told() == ["help_requests.drafted"]

    def test_filing_for_another_keeps_when_they_agreed(
        self, resident: Resident, coordinator: User, clock: Clock
    ) -> None:
        made = services.draft_request(
            resident, by=coordinator, filed_as=FiledAs.COORDINATOR, category="garden", description="Wieden"
        )
        assert made.filer_consent_at == clock.now()

    def test_sending_needs_words_and_a_moment(self, resident: Resident) -> None:
        no_words = services.draft_request(
            resident, by=None, category="garden", description=" ", dayparts=ALL_DAYPARTS
        )
        no_moment = services.draft_request(resident, by=None, category="garden", description="Wieden")
        for draft, field in ((no_words, "description"), (no_moment, "on_date")):
            with pytest.raises(InvalidInput) as refused:
                services.submit_request(draft, by=None)
            assert refused.value.field == field
            draft.refresh_from_db()
            assert draft.state == S.DRAFT

    def test_a_bsn_is_refused_in_a_draft_and_in_a_change(self, resident: Resident, sent: HelpRequest) -> None:
        with pytest.raises(InvalidInput):
            services.draft_request(resident, by=None, category="paperwork", description="BSN 111222333")
        with pytest.raises(InvalidInput):
            services.edit_request(sent, by=None, destination="bsn 111222333")
        sent.refresh_from_db()
        assert sent.destination == ""

    def test_a_change_is_kept_and_told(self, sent: HelpRequest) -> None:
        services.edit_request(sent, by=sent.resident.user, description="Twee tassen", dayparts=7)
        sent.refresh_from_db()
        assert (sent.description, sent.dayparts, sent.state) == ("Twee tassen", 7, S.SUBMITTED)
        assert told() == ["help_requests.edited"]

    @pytest.mark.parametrize("state", [S.SUBMITTED, S.INTAKE])
    @pytest.mark.parametrize("change", [{"description": " "}, {"dayparts": 0}])
    def test_what_was_sent_stays_complete(
        self, resident: Resident, state: RequestState, change: dict[str, Any]
    ) -> None:
        sent = HelpRequestFactory(resident=resident, state=state)
        with pytest.raises(InvalidInput):
            services.edit_request(sent, by=resident.user, **change)
        sent.refresh_from_db()
        assert sent.description.strip()
        assert sent.dayparts == ALL_DAYPARTS

    def test_a_draft_may_be_half_finished(self, resident: Resident) -> None:
        draft = HelpRequestFactory(resident=resident, state=S.DRAFT)
        assert services.edit_request(draft, by=resident.user, dayparts=0).dayparts == 0

    def test_a_day_that_has_passed_is_neither_sent_nor_chosen(self, resident: Resident, clock: Clock) -> None:
        yesterday, today = date(2025, 6, 2), date(2025, 6, 3)
        draft = HelpRequestFactory(resident=resident, state=S.DRAFT, on_date=yesterday)
        for refused_verb in (
            lambda: services.submit_request(draft, by=resident.user),
            lambda: services.edit_request(draft, by=resident.user, on_date=yesterday),
        ):
            with pytest.raises(InvalidInput) as refused:
                refused_verb()
            assert refused.value.field == "on_date"
        services.edit_request(draft, by=resident.user, on_date=today)
        assert services.submit_request(draft, by=resident.user).state == S.SUBMITTED

    def test_an_alarm_is_not_taken_away_by_a_change(self, resident: Resident) -> None:
        urgent = HelpRequestFactory(resident=resident, urgent=True)
        services.edit_request(urgent, by=None, description="Toch niets")
        urgent.refresh_from_db()
        assert urgent.urgent

    @pytest.mark.parametrize("state", sorted(set(S) - services.EDITABLE - services.RECALLED))
    def test_what_is_agreed_or_over_is_not_changed(self, db: None, state: RequestState) -> None:
        request = HelpRequestFactory(state=state)
        with pytest.raises(InvalidTransition):
            services.edit_request(request, by=None, description="Iets anders")

    def test_sending_again_answers_the_note(
        self, resident: Resident, coordinator: User, sent: HelpRequest
    ) -> None:
        services.send_back(sent, by=coordinator, note="Welke winkel?")
        again = services.submit_request(sent, by=resident.user)
        assert (again.state, again.note_to_resident) == (S.SUBMITTED, "")

    @pytest.mark.parametrize("state", [S.DRAFT, S.SUBMITTED, S.OPEN, S.OFFERED, S.MATCHED, S.PLANNED])
    def test_it_is_taken_back_any_time_before_it_is_done(
        self, resident: Resident, clock: Clock, state: RequestState
    ) -> None:
        request = HelpRequestFactory(resident=resident, state=state)
        services.withdraw(request, by=resident.user)
        request.refresh_from_db()
        assert (request.state, request.ended_at) == (S.WITHDRAWN, clock.now())
        assert told() == ["help_requests.withdrawn"]

    @pytest.mark.parametrize("state", sorted(ENDED | {S.DONE, S.NO_SHOW}))
    def test_what_is_over_is_not_taken_back(self, db: None, state: RequestState) -> None:
        with pytest.raises(InvalidTransition):
            services.withdraw(HelpRequestFactory(state=state), by=None)


class TestClaiming:
    FILER = {"name": "Karin", "phone": "+31622334455", "email": "karin@voorbeeld.nl"}

    def file(self, resident: Resident) -> HelpRequest:
        return services.file_request(
            resident,
            by=None,
            filed_as=FiledAs.REPRESENTATIVE,
            filer=self.FILER,
            category="garden",
            description="Wieden",
            dayparts=1,
        )

    def test_who_asked_for_another_finds_it_after_signing_in(self, centre: Centre) -> None:
        request = self.file(ResidentFactory(centre=centre))
        karin = UserFactory(email="karin@voorbeeld.nl")
        assert services.claim_filed_requests(karin) == [request]
        request.refresh_from_db()
        assert request.filed_by == karin
        assert Representative.objects.get().user == karin
        assert services.claim_filed_requests(karin) == []

    @pytest.mark.parametrize("verified", [True, False])
    def test_only_a_verified_address_counts(self, centre: Centre, verified: bool) -> None:
        self.file(ResidentFactory(centre=centre))
        user = UserFactory(email="iemand@voorbeeld.nl")
        EmailAddress.objects.create(user=user, email="karin@voorbeeld.nl", verified=verified)
        assert bool(services.claim_filed_requests(user)) is verified

    def test_requests_without_such_an_address_are_nobodys(self, sent: HelpRequest) -> None:
        assert services.claim_filed_requests(UserFactory()) == []

    def test_signing_in_does_it(self, client: Client, centre: Centre) -> None:
        request = self.file(ResidentFactory(centre=centre))
        karin = UserFactory(email="karin@voorbeeld.nl", password=PASSWORD)
        client.post(reverse("account_login"), {"login": karin.email, "password": PASSWORD})
        request.refresh_from_db()
        assert request.filed_by == karin


class TestTriage:
    def test_taking_in_hand_tells_by_whom(self, coordinator: User, sent: HelpRequest) -> None:
        services.start_intake(sent, by=coordinator)
        sent.refresh_from_db()
        assert (sent.state, sent.coordinator) == (S.INTAKE, coordinator)
        assert told() == ["help_requests.intake_started"]

    @pytest.mark.parametrize("state", [S.SUBMITTED, S.INTAKE])
    def test_approval_keeps_what_the_coordinator_sets(
        self, resident: Resident, coordinator: User, clock: Clock, state: RequestState
    ) -> None:
        request = HelpRequestFactory(resident=resident, state=state)
        skills = Skill.to_mask([Skill.CAR])
        services.open_request(
            request,
            by=coordinator,
            summary=f"  {SUMMARY} ",
            category=HelpCategory.MEALS,
            on_date=date(2025, 6, 9),
            start_time=time(9),
            dayparts=0,
            duration_minutes=45,
            helpers_needed=2,
            required_skills=skills,
            adults_only=True,
        )
        request.refresh_from_db()
        assert (request.state, request.summary, request.category) == (S.OPEN, SUMMARY, HelpCategory.MEALS)
        assert (request.on_date, request.start_time, request.duration_minutes) == (
            date(2025, 6, 9),
            time(9),
            45,
        )
        assert (request.helpers_needed, request.required_skills, request.adults_only) == (2, skills, True)
        assert (request.opened_at, request.coordinator) == (clock.now(), coordinator)
        assert told() == ["help_requests.opened"]

    def test_approval_takes_the_resident_s_present_place(
        self, resident: Resident, coordinator: User, sent: HelpRequest
    ) -> None:
        there = cell_of(LAT + 0.02, LON)
        moved_to = DistrictFactory(lat=LAT + 0.02, lon=LON)
        Resident.objects.filter(pk=resident.pk).update(cell=there)
        services.open_request(sent, by=coordinator, summary=SUMMARY)
        sent.refresh_from_db()
        assert (sent.cell, sent.district) == (there, moved_to)

    @pytest.mark.parametrize("state", sorted(set(S) - TO_TRIAGE))
    def test_only_what_waits_for_approval_is_approved(
        self, resident: Resident, coordinator: User, state: RequestState
    ) -> None:
        request = HelpRequestFactory(resident=resident, state=state)
        with pytest.raises(InvalidTransition):
            services.open_request(request, by=coordinator, summary=SUMMARY)
        request.refresh_from_db()
        assert (request.state, told()) == (state, [])

    @pytest.mark.parametrize(
        "summary",
        [
            " ",
            "Bel mevrouw op 06 12345678",
            "Boodschappen voor de Dorpsstraat 12",
            "BSN 111222333",
            "Boodschappen voor mevrouw Jansen",
        ],
    )
    def test_no_one_is_to_be_found_from_the_text_for_volunteers(
        self, centre: Centre, coordinator: User, summary: str
    ) -> None:
        request = HelpRequestFactory(resident=ResidentFactory(centre=centre, name="Truus Jansen"))
        with pytest.raises(InvalidInput) as refused:
            services.open_request(request, by=coordinator, summary=summary)
        assert refused.value.field == "summary"
        request.refresh_from_db()
        assert request.state == S.SUBMITTED

    @pytest.mark.parametrize(
        "summary",
        [
            "Boodschappen voor Jansen.",
            "Boodschappen voor (Jansen-Bos).",
            "Truus wil graag naar de markt.",
            "naar de markt met truus!",
            "TRUUS’ hond uitlaten",
            "Mevrouw Élise vraagt het.",
            "elise vraagt het",
            "E\u0301lise vraagt het",
            "Gevraagd door Karin, haar dochter.",
            "Bel daarvoor karin.",
        ],
    )
    def test_no_word_of_a_name_reaches_volunteers(
        self, centre: Centre, coordinator: User, summary: str
    ) -> None:
        request = HelpRequestFactory(
            resident=ResidentFactory(centre=centre, name="Mevrouw Truus Élise van den Jansen-Bos"),
            filer={"name": "Karin de Wit", "phone": "", "email": ""},
            filed_as=FiledAs.REPRESENTATIVE,
            filed_by=UserFactory(name="K. Wittebol"),
        )
        with pytest.raises(InvalidInput) as refused:
            services.open_request(request, by=coordinator, summary=summary)
        assert refused.value.field == "summary"

    def test_the_account_that_asked_is_not_named_either(self, centre: Centre, coordinator: User) -> None:
        request = HelpRequestFactory(
            filed_as=FiledAs.REPRESENTATIVE, filed_by=UserFactory(name="K. Wittebol")
        )
        with pytest.raises(InvalidInput):
            services.open_request(request, by=None, summary="Vraag het aan wittebol.")

    @pytest.mark.parametrize(
        "summary",
        ["Met mevrouw van de bus naar huis, van den beginne.", "Een jansenist helpen.", "Bo is een hond."],
    )
    def test_common_parts_of_names_and_longer_words_pass(
        self, centre: Centre, coordinator: User, summary: str
    ) -> None:
        resident = ResidentFactory(centre=centre, name="Mevrouw Bo van den Jansen")
        request = HelpRequestFactory(resident=resident, filed_as=FiledAs.COORDINATOR, filed_by=coordinator)
        assert services.open_request(request, by=coordinator, summary=summary).state == S.OPEN

    def test_approval_needs_a_moment(self, coordinator: User, sent: HelpRequest) -> None:
        with pytest.raises(InvalidInput):
            services.open_request(sent, by=coordinator, summary=SUMMARY, dayparts=0)

    def test_approval_needs_a_day_that_is_still_to_come(
        self, coordinator: User, sent: HelpRequest, clock: Clock
    ) -> None:
        with pytest.raises(InvalidInput) as refused:
            services.open_request(sent, by=coordinator, summary=SUMMARY, on_date=date(2025, 6, 2))
        assert refused.value.field == "on_date"
        assert services.open_request(sent, by=coordinator, summary=SUMMARY, on_date=date(2025, 6, 3))

    def test_a_question_goes_back_with_a_note(self, coordinator: User, sent: HelpRequest) -> None:
        services.send_back(sent, by=coordinator, note=" Welke winkel? ")
        sent.refresh_from_db()
        assert (sent.state, sent.note_to_resident) == (S.DRAFT, "Welke winkel?")
        assert told() == ["help_requests.sent_back"]

    @pytest.mark.parametrize("note", ["", "  ", "Uw BSN 111222333 klopt niet"])
    def test_a_note_is_a_word_without_a_bsn(self, coordinator: User, sent: HelpRequest, note: str) -> None:
        with pytest.raises(InvalidInput) as refused:
            services.send_back(sent, by=coordinator, note=note)
        assert refused.value.field == "note"

    def test_handing_over_needs_the_resident_s_yes(self, coordinator: User, sent: HelpRequest) -> None:
        with pytest.raises(InvalidInput):
            services.refer(sent, by=coordinator, partner=Partner.GP, consent=False)
        services.refer(sent, by=coordinator, partner=Partner.GP, consent=True, note="De huisarts belt u.")
        sent.refresh_from_db()
        assert (sent.state, sent.partner, sent.referral_consent) == (S.REFERRED, Partner.GP, True)
        assert sent.ended_at is not None
        assert told() == ["help_requests.referred"]

    def test_turning_down_has_a_reason_and_a_word(self, coordinator: User, sent: HelpRequest) -> None:
        services.mark_unsuitable(
            sent, by=coordinator, reason=UnsuitableReason.CARE, note="De wijkverpleging helpt u graag."
        )
        sent.refresh_from_db()
        assert (sent.state, sent.unsuitable_reason) == (S.UNSUITABLE, UnsuitableReason.CARE)
        assert told() == ["help_requests.unsuitable"]

    def test_the_system_turns_nobody_down(self, sent: HelpRequest) -> None:
        with pytest.raises(Forbidden):
            services.mark_unsuitable(sent, by=None, reason=UnsuitableReason.OTHER, note="Nee")
        sent.refresh_from_db()
        assert sent.state == S.SUBMITTED

    @pytest.mark.parametrize("state", [S.DONE, S.NO_SHOW])
    def test_what_is_over_is_put_away(
        self, resident: Resident, coordinator: User, state: RequestState
    ) -> None:
        request = HelpRequestFactory(resident=resident, state=state)
        services.close_request(request, by=coordinator)
        assert told() == ["help_requests.state_changed"]
        with pytest.raises(InvalidTransition):
            services.close_request(request, by=coordinator)

    def test_what_runs_is_not_put_away(self, resident: Resident, coordinator: User) -> None:
        with pytest.raises(InvalidTransition):
            services.close_request(OpenRequestFactory(resident=resident), by=coordinator)


class TestReopening:
    TOMORROW = date(2025, 6, 4)

    def test_after_a_no_show_on_another_day(
        self, resident: Resident, coordinator: User, clock: Clock
    ) -> None:
        request = HelpRequestFactory(
            resident=resident, state=S.NO_SHOW, on_date=date(2025, 6, 2), start_time=time(9)
        )
        services.reopen_request(request, by=coordinator, on_date=self.TOMORROW, start_time=time(14))
        request.refresh_from_db()
        assert (request.state, request.on_date, request.start_time) == (S.OPEN, self.TOMORROW, time(14))
        assert (request.opened_at, request.coordinator) == (clock.now(), coordinator)
        assert told() == ["help_requests.opened"]

    def test_parts_of_the_week_need_no_day(self, resident: Resident, coordinator: User) -> None:
        request = HelpRequestFactory(resident=resident, state=S.NO_SHOW)
        services.reopen_request(request, by=coordinator)
        request.refresh_from_db()
        assert (request.state, request.on_date, request.dayparts) == (S.OPEN, None, ALL_DAYPARTS)

    @pytest.mark.parametrize("state", sorted(ASKABLE))
    def test_what_nobody_could_do_in_time_gets_another_day(
        self, resident: Resident, coordinator: User, clock: Clock, state: RequestState
    ) -> None:
        request = HelpRequestFactory(
            resident=resident, state=state, on_date=date(2025, 6, 2), start_time=time(9)
        )
        there = cell_of(LAT + 0.02, LON)
        Resident.objects.filter(pk=resident.pk).update(cell=there)
        reopened = services.reopen_request(request, by=coordinator, on_date=self.TOMORROW)
        for seen in (reopened, HelpRequest.objects.get()):
            assert (seen.state, seen.on_date, seen.start_time) == (S.OPEN, self.TOMORROW, None)
            assert seen.cell == there
        assert told() == ["help_requests.opened"]

    @pytest.mark.parametrize(
        ("day", "hour", "field"),
        [
            (None, None, "on_date"),
            (date(2025, 6, 2), None, "on_date"),
            (date(2025, 6, 3), time(10), "start_time"),
        ],
    )
    def test_the_moment_must_be_to_come(
        self,
        resident: Resident,
        coordinator: User,
        clock: Clock,
        day: date | None,
        hour: time | None,
        field: str,
    ) -> None:
        """The clock stands at Tuesday 3 June, ten o'clock."""
        request = HelpRequestFactory(resident=resident, state=S.NO_SHOW, on_date=date(2025, 6, 2))
        with pytest.raises(InvalidInput) as refused:
            services.reopen_request(request, by=coordinator, on_date=day, start_time=hour)
        assert refused.value.field == field
        request.refresh_from_db()
        assert request.state == S.NO_SHOW

    def test_later_today_is_still_to_come(self, resident: Resident, coordinator: User, clock: Clock) -> None:
        request = HelpRequestFactory(resident=resident, state=S.NO_SHOW, on_date=date(2025, 6, 3))
        services.reopen_request(request, by=coordinator, on_date=date(2025, 6, 3), start_time=time(10, 1))
        request.refresh_from_db()
        assert request.state == S.OPEN

    @pytest.mark.parametrize("state", sorted(set(S) - {S.NO_SHOW}))
    def test_nothing_else_is_reopened(
        self, resident: Resident, coordinator: User, clock: Clock, state: RequestState
    ) -> None:
        """Neither what waits for its day, nor what has other verbs."""
        ahead = date(2025, 6, 3) if state in ASKABLE else date(2025, 6, 2)
        day = {"on_date": ahead} if state in TASK_TRANSITIONS else {"until_date": ahead}
        request = HelpRequestFactory(resident=resident, state=state, **day)
        with pytest.raises(InvalidTransition):
            services.reopen_request(request, by=coordinator, on_date=self.TOMORROW)

    def test_help_that_goes_on_gets_a_new_last_day(
        self, resident: Resident, coordinator: User, clock: Clock
    ) -> None:
        request = HelpRequestFactory(
            resident=resident,
            state=S.WAITLISTED,
            kind=RequestKind.SERIES,
            rhythm=Rhythm.WEEKLY,
            until_date=date(2025, 6, 2),
        )
        with pytest.raises(InvalidInput):
            services.reopen_request(request, by=coordinator)
        reopened = services.reopen_request(request, by=coordinator, on_date=self.TOMORROW)
        assert (reopened.state, reopened.until_date, reopened.on_date) == (S.OPEN, self.TOMORROW, None)

    def test_only_the_desk_reopens(self, resident: Resident, clock: Clock) -> None:
        request = HelpRequestFactory(resident=resident, state=S.NO_SHOW)
        for user in (resident.user, CoordinatorFactory()):
            with pytest.raises(Forbidden):
                services.reopen_request(request, by=user)


class TestKinds:
    """The coordinator may change the kind; what does not go with it is refused with its field."""

    @pytest.mark.parametrize(
        ("approval", "field"),
        [
            ({"kind": "buddy"}, "kind"),
            ({"kind": "series"}, "rhythm"),
            ({"kind": "series", "rhythm": "weekly", "on_date": date(2025, 6, 9)}, "on_date"),
            ({"kind": "series", "rhythm": "weekly", "helpers_needed": 2}, "helpers_needed"),
            ({"kind": "series", "rhythm": "weekly", "dayparts": 0}, "dayparts"),
            ({"kind": "series", "rhythm": "weekly", "until_date": date(2025, 6, 2)}, "until_date"),
        ],
    )
    def test_what_does_not_go_together_is_refused(
        self, resident: Resident, coordinator: User, clock: Clock, approval: dict[str, Any], field: str
    ) -> None:
        request = HelpRequestFactory(resident=resident)
        with pytest.raises(InvalidInput) as refused:
            services.open_request(request, by=coordinator, summary="Boodschappen.", **approval)
        assert refused.value.field == field
        request.refresh_from_db()
        assert (request.state, request.kind) == (S.SUBMITTED, "task")

    def test_a_task_becomes_a_series_and_a_task_again(
        self, resident: Resident, coordinator: User, clock: Clock
    ) -> None:
        request = HelpRequestFactory(resident=resident)
        told = {"kind": "series", "rhythm": "monthly", "until_date": date(2026, 6, 2)}
        edited = services.edit_request(request, by=coordinator, **told)
        assert (edited.kind, edited.rhythm, edited.until_date) == ("series", "monthly", date(2026, 6, 2))
        edited = services.edit_request(request, by=coordinator, kind="task")
        edited.refresh_from_db()
        assert (edited.kind, edited.rhythm, edited.until_date) == ("task", "", None)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-1, Urgency.TODAY),
        (0, Urgency.TODAY),
        (1, Urgency.THIS_WEEK),
        (7, Urgency.THIS_WEEK),
        (8, Urgency.LATER),
        (None, Urgency.LATER),
    ],
)
def test_how_soon_help_is_needed(days: int | None, expected: Urgency) -> None:
    today = date(2025, 6, 3)
    day = None if days is None else date.fromordinal(today.toordinal() + days)
    assert urgency(HelpRequest(on_date=day), today) == expected


def test_help_takes_an_hour_unless_known_better() -> None:
    assert usual_minutes(HelpCategory.GROCERIES) == 60
    assert usual_minutes(HelpCategory.RESPITE) == 180
