"""The coordinator's desk: lists of the own centre, acts with and without htmx, phone intake."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from common.ids import new_id
from help_requests.enums import FiledAs, RequestState
from help_requests.models import HelpRequest
from help_requests.queries import MOST_SHOWN
from help_requests.web.desk.acts import ACTS, Act, choices_for
from help_requests.web.desk.lists import LISTS, PAGE_SIZE, list_of
from people.enums import ALL_DAYPARTS, Language, Role
from people.models import AccessLog, Centre, Resident, User
from tests.conftest import Clock
from tests.factories.help_requests import HelpRequestFactory, OpenRequestFactory
from tests.factories.people import (
    POSTCODE,
    CoordinatorFactory,
    PostcodeFactory,
    ResidentFactory,
    UserFactory,
    VolunteerFactory,
    staff,
)

S = RequestState
HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(client: Client, coordinator: User) -> Client:
    client.force_login(coordinator)
    return client


@pytest.fixture
def sent(resident: Resident) -> HelpRequest:
    return HelpRequestFactory(resident=resident)


def approval(**other: Any) -> dict[str, Any]:
    return {
        "summary": "Eén tas boodschappen doen.",
        "category": "groceries",
        "dayparts": ["0", "1"],
        "duration_minutes": "60",
        "helpers_needed": "1",
    } | other


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.slug)
def test_an_act_is_done_only_in_the_states_in_which_it_is_offered(
    desk: Client, resident: Resident, act: Act
) -> None:
    for state in set(S) - act.states - {S.DRAFT}:
        request = HelpRequestFactory(resident=resident, state=state)
        answer = desk.post(reverse(act.url_name, args=[request.pk]), approval())
        request.refresh_from_db()
        assert (answer.status_code, request.state) == (409, state)


class TestAccess:
    ADDRESSES = ("desk", "desk-queue", "phone-intake")

    @pytest.mark.parametrize("name", ADDRESSES)
    def test_only_desk_staff_sit_here(self, client: Client, centre: Centre, name: str) -> None:
        assert client.get(reverse(name)).url.startswith(reverse("account_login"))
        nobody = (UserFactory(), VolunteerFactory(centre=centre).user, staff(Role.TRAINER, centre))
        for user in nobody:
            client.force_login(user)
            assert client.get(reverse(name)).status_code == 403
        client.force_login(CoordinatorFactory(centre))
        assert client.get(reverse(name)).status_code == 200

    def test_another_centre_s_request_is_not_there(self, desk: Client) -> None:
        foreign = HelpRequestFactory()
        for wanted in (foreign.pk, new_id()):
            assert desk.get(reverse("desk-request", args=[wanted])).status_code == 404
            for act in ACTS:
                assert desk.post(reverse(act.url_name, args=[wanted])).status_code == 404
        foreign.refresh_from_db()
        assert foreign.state == S.SUBMITTED
        for desk_list in LISTS:
            assert desk.get(reverse("desk"), {"lijst": desk_list.slug}).context["queue"].rows == []
        assert desk.post(reverse("desk"), {"q": "boodschappen"}).context["queue"].rows == []

    def test_a_draft_that_was_never_sent_is_the_resident_s_own(
        self, desk: Client, resident: Resident
    ) -> None:
        draft = HelpRequestFactory(resident=resident, state=S.DRAFT)
        assert desk.get(reverse("desk-request", args=[draft.pk])).status_code == 404
        assert desk.get(reverse("desk"), {"lijst": "terug"}).context["queue"].rows == []

    def test_acting_by_get_is_refused(self, desk: Client, sent: HelpRequest) -> None:
        for act in ACTS:
            assert desk.get(reverse(act.url_name, args=[sent.pk])).status_code == 405


class TestLists:
    def test_every_state_is_on_exactly_one_list(self) -> None:
        states = [state for desk_list in LISTS for state in desk_list.states]
        assert sorted(states) == sorted(S)

    @pytest.mark.parametrize("state", sorted(set(S) - {S.DRAFT}))
    def test_a_request_is_on_the_list_of_its_state(
        self, desk: Client, resident: Resident, state: RequestState
    ) -> None:
        request = HelpRequestFactory(resident=resident, state=state)
        page = desk.get(reverse("desk"), {"lijst": list_of(request)})
        assert page.context["queue"].rows == [request]
        tab = next(tab for tab in page.context["queue"].tabs if tab.current)
        assert tab.count in (1, None)

    def test_what_was_sent_back_stays_in_sight(self, desk: Client, resident: Resident, clock: Clock) -> None:
        back = HelpRequestFactory(resident=resident, state=S.DRAFT, submitted_at=clock.now())
        assert desk.get(reverse("desk"), {"lijst": "terug"}).context["queue"].rows == [back]

    def test_urgent_is_on_top_then_the_soonest_day_then_the_longest_waiting(
        self, desk: Client, resident: Resident, clock: Clock
    ) -> None:
        old = HelpRequestFactory(resident=resident)
        clock.forward(hours=1)
        new = HelpRequestFactory(resident=resident)
        far = HelpRequestFactory(resident=resident, on_date="2025-06-20")
        near = HelpRequestFactory(resident=resident, on_date="2025-06-05")
        urgent = HelpRequestFactory(resident=resident, urgent=True)
        assert desk.get(reverse("desk")).context["queue"].rows == [urgent, near, far, old, new]

    def test_a_long_list_has_pages(self, desk: Client, resident: Resident) -> None:
        HelpRequestFactory.create_batch(PAGE_SIZE + 1, resident=resident)
        first = desk.get(reverse("desk")).context["queue"]
        assert len(first.rows) == PAGE_SIZE
        second = desk.get(reverse("desk") + "?" + first.more).context["queue"]
        assert len(second.rows) == 1
        assert second.more == ""
        assert {row.pk for row in first.rows}.isdisjoint(row.pk for row in second.rows)

    @pytest.mark.parametrize(
        "query", [{"lijst": "geen"}, {"pagina": "nul"}, {"pagina": "0"}, {"pagina": "9" * 30}]
    )
    def test_a_strange_address_still_gives_a_list(self, desk: Client, query: dict[str, str]) -> None:
        assert desk.get(reverse("desk"), query).status_code == 200

    @pytest.mark.parametrize(
        "words", ["de wit", "WIT boodschappen", "030 1234567", "0301234567", "Wijk", "wit bodschapen"]
    )
    def test_searching_finds_by_name_phone_and_words(
        self, desk: Client, sent: HelpRequest, resident: Resident, words: str
    ) -> None:
        HelpRequestFactory(
            resident=ResidentFactory(
                centre=resident.centre, name="Kees Smit", phone="+31612345678", district=None
            ),
            description="Lamp ophangen",
            category="repairs",
        )
        for page in ("desk", "desk-queue"):
            found = desk.post(reverse(page), {"q": words, "lijst": "nieuw"})
            assert (found.status_code, found.context["queue"].rows) == (200, [sent])

    @pytest.mark.parametrize("words", ["bot", "boodaschapje", "0301234568", "wit hond"])
    def test_searching_forgives_no_more_than_typing_errors(
        self, desk: Client, sent: HelpRequest, words: str
    ) -> None:
        assert desk.post(reverse("desk"), {"q": words}).context["queue"].rows == []

    def test_what_is_searched_for_stands_in_no_address(self, desk: Client, resident: Resident) -> None:
        """Addresses stay in histories and in the logs of proxies."""
        HelpRequestFactory(resident=resident)
        HelpRequestFactory(resident=ResidentFactory(centre=resident.centre))
        assert len(desk.get(reverse("desk"), {"q": resident.name}).context["queue"].rows) == 2
        page = desk.get(reverse("desk")).content.decode()
        form = page[page.index('role="search"') - 80 : page.index("data-desk-search") + 200]
        assert 'method="post"' in form
        assert "csrfmiddlewaretoken" in form
        assert f'hx-post="{reverse("desk-queue")}"' in form
        assert f'hx-get="{reverse("desk-queue")}' not in page

    def test_the_live_part_is_only_the_list(self, desk: Client, sent: HelpRequest) -> None:
        part = desk.get(reverse("desk-queue"), headers=HTMX).content.decode()
        assert "<html" not in part
        assert reverse("desk-request", args=[sent.pk]) in part
        assert 'hx-swap-oob="innerHTML:#desk-tabs"' in part

    def test_the_number_of_queries_does_not_grow(
        self, desk: Client, centre: Centre, django_assert_num_queries: Any
    ) -> None:
        # Session, account; roles, centre, unread for the frame; counts, rows.
        for number in (1, 20):
            while HelpRequest.objects.count() < number:
                HelpRequestFactory(resident=ResidentFactory(centre=centre))
            desk.get(reverse("desk"))
            with django_assert_num_queries(7):
                desk.get(reverse("desk"))
            with django_assert_num_queries(5):
                desk.get(reverse("desk-queue"), headers=HTMX)
            with django_assert_num_queries(5):
                desk.post(reverse("desk-queue"), {"q": "boodschappen"}, headers=HTMX)


class TestPanel:
    def test_the_page_and_the_panel_show_the_same_request(self, desk: Client, sent: HelpRequest) -> None:
        address = reverse("desk-request", args=[sent.pk])
        page, panel = desk.get(address), desk.get(address, headers=HTMX)
        assert "<html" in page.content.decode()
        assert "<html" not in panel.content.decode()
        for response in (page, panel):
            assert response.context["help_request"] == sent
            assert "tel:+31301234567" in response.content.decode()

    def test_going_back_in_history_gives_the_whole_page(self, desk: Client, sent: HelpRequest) -> None:
        headers = HTMX | {"HX-History-Restore-Request": "true"}
        assert "<html" in desk.get(reverse("desk-request", args=[sent.pk]), headers=headers).content.decode()

    @pytest.mark.parametrize("state", sorted(set(S) - {S.DRAFT}))
    def test_only_acts_that_the_table_allows_are_offered(
        self, desk: Client, resident: Resident, state: RequestState
    ) -> None:
        request = HelpRequestFactory(resident=resident, state=state)
        assert desk.get(reverse("desk-request", args=[request.pk])).status_code == 200
        offered = {choice.act.name for choice in choices_for(request)}
        expected: dict[RequestState, set[str]] = {
            S.SUBMITTED: {"open", "send-back", "refer", "unsuitable", "start-intake", "withdraw"},
            S.INTAKE: {"open", "send-back", "refer", "unsuitable", "withdraw"},
            **{state: {"close"} for state in (S.DONE, S.NO_SHOW, S.ENDED)},
            **{state: set() for state in (S.TRIAL, S.RUNNING, S.EVALUATION, S.PAUSED)},
            **{state: set() for state in (S.CLOSED, S.REFERRED, S.UNSUITABLE, S.WITHDRAWN)},
        }
        assert offered == expected.get(state, {"withdraw"})

    def test_other_running_requests_of_the_same_person_are_shown(
        self, desk: Client, sent: HelpRequest, centre: Centre
    ) -> None:
        same_phone = HelpRequestFactory(resident=ResidentFactory(centre=centre))
        other_phone = HelpRequestFactory(resident=ResidentFactory(centre=centre, phone="+31612345678"))
        over = HelpRequestFactory(resident=sent.resident, state=S.CLOSED)
        elsewhere = HelpRequestFactory()
        similar = list(desk.get(reverse("desk-request", args=[sent.pk])).context["similar"])
        assert similar == [same_phone]
        assert not {other_phone, over, elsewhere} & set(similar)

    def test_words_of_danger_are_told(self, desk: Client, resident: Resident) -> None:
        request = HelpRequestFactory(resident=resident, description="Ik wil niet meer leven", urgent=True)
        page = desk.get(reverse("desk-request", args=[request.pk])).content.decode()
        assert "wil niet meer leven" in page
        assert "0800-2000" in page

    def test_the_history_tells_who_did_what(self, desk: Client, coordinator: User, sent: HelpRequest) -> None:
        desk.post(reverse("desk-start-intake", args=[sent.pk]))
        desk.post(reverse("desk-open", args=[sent.pk]), approval())
        HelpRequestFactory(resident=sent.resident)
        history = desk.get(reverse("desk-request", args=[sent.pk])).context["history"]
        assert [line.who for line in history] == [coordinator.name] * 2

    def test_the_first_text_for_volunteers_leaves_out_what_identifies(
        self, desk: Client, resident: Resident
    ) -> None:
        request = HelpRequestFactory(resident=resident, description="Bel mij: 06 12345678. Eén tas.")
        form = desk.get(reverse("desk-request", args=[request.pk])).context["choices"][0].form
        assert form.initial["summary"] == "Bel mij: [telefoonnummer]. Eén tas."

    def test_a_helper_must_speak_what_the_resident_speaks(self, desk: Client, centre: Centre) -> None:
        polish = Language.to_mask([Language.POLISH])
        both = polish | Language.to_mask([Language.DUTCH])
        for languages, wanted in ((polish, polish), (both, 0)):
            request = HelpRequestFactory(resident=ResidentFactory(centre=centre, languages=languages))
            form = desk.get(reverse("desk-request", args=[request.pk])).context["choices"][0].form
            assert form.initial["required_languages"] == wanted

    def test_the_number_of_queries_is_fixed(
        self, desk: Client, sent: HelpRequest, django_assert_num_queries: Any
    ) -> None:
        # Session, account, roles, request, its courses, those on offer, looked lately, other requests,
        # history, its people.
        # The first look leaves a row in the read log.
        desk.get(reverse("desk-request", args=[sent.pk]), headers=HTMX)
        desk.post(reverse("desk-start-intake", args=[sent.pk]))
        for number in (1, 20):
            while HelpRequest.objects.count() < number:
                HelpRequestFactory(resident=sent.resident)
            with django_assert_num_queries(10):
                desk.get(reverse("desk-request", args=[sent.pk]), headers=HTMX)

    @pytest.mark.parametrize("headers", [{}, HTMX])
    def test_a_look_leaves_one_row_in_the_read_log_however_often_it_refreshes(
        self, desk: Client, coordinator: User, sent: HelpRequest, headers: dict[str, str]
    ) -> None:
        looks = AccessLog.objects.filter(reader_id=coordinator.pk, why="request")
        desk.get(reverse("desk"))
        assert not looks.exists()
        for _ in range(3):
            desk.get(reverse("desk-request", args=[sent.pk]), headers=headers)
        assert looks.get().subject_id == sent.resident_id

    def test_who_may_not_look_leaves_no_row(self, desk: Client) -> None:
        elsewhere = HelpRequestFactory()
        assert desk.get(reverse("desk-request", args=[elsewhere.pk])).status_code == 404
        assert not AccessLog.objects.exists()


class TestActs:
    def test_without_javascript_one_is_sent_back_to_the_request(
        self, desk: Client, sent: HelpRequest
    ) -> None:
        done = desk.post(reverse("desk-open", args=[sent.pk]), approval())
        assert done.status_code == 302
        assert done.url == reverse("desk-request", args=[sent.pk])
        sent.refresh_from_db()
        assert (sent.state, sent.dayparts) == (S.OPEN, 3)

    def test_with_htmx_the_panel_and_the_list_are_fresh(self, desk: Client, sent: HelpRequest) -> None:
        done = desk.post(reverse("desk-open", args=[sent.pk]), approval(), headers=HTMX)
        assert done.status_code == 200
        assert "<html" not in done.content.decode()
        assert done.context["help_request"].state == S.OPEN
        assert "sk:desk" in done.headers["HX-Trigger"]
        assert "sk-toast" in done.headers["HX-Trigger"]

    @pytest.mark.parametrize("headers", [{}, HTMX])
    @pytest.mark.parametrize(
        ("act", "data", "field"),
        [
            ("desk-open", approval(summary=""), "summary"),
            ("desk-open", approval(summary="Bel 06 12345678"), "summary"),
            ("desk-open", approval(dayparts=[]), "on_date"),
            ("desk-open", approval(required_skills=["flying"]), "required_skills"),
            ("desk-open", approval(helpers_needed="0"), "helpers_needed"),
            ("desk-send-back", {"note": " "}, "note"),
            ("desk-send-back", {"note": "BSN 111222333"}, "note"),
            ("desk-refer", {"partner": "gp"}, "consent"),
            ("desk-refer", {"partner": "", "consent": "on"}, "partner"),
            ("desk-unsuitable", {"reason": "care", "note": ""}, "note"),
            ("desk-unsuitable", {"reason": "", "note": "Helaas"}, "reason"),
        ],
    )
    def test_what_was_typed_stays_when_it_is_refused(
        self,
        desk: Client,
        sent: HelpRequest,
        headers: dict[str, str],
        act: str,
        data: dict[str, Any],
        field: str,
    ) -> None:
        refused = desk.post(reverse(act, args=[sent.pk]), data, headers=headers)
        assert refused.status_code == 422
        assert ("<html" in refused.content.decode()) is not bool(headers)
        tried = next(choice for choice in refused.context["choices"] if choice.open)
        assert tried.act.url_name == act
        assert field in tried.form.errors
        for name, value in data.items():
            if name != "consent" and isinstance(value, str):
                assert tried.form[name].value() == value
        sent.refresh_from_db()
        assert sent.state == S.SUBMITTED

    @pytest.mark.parametrize(
        ("act", "data", "state"),
        [
            ("desk-send-back", {"note": "Welke winkel?"}, S.DRAFT),
            ("desk-refer", {"partner": "gp", "consent": "on"}, S.REFERRED),
            ("desk-unsuitable", {"reason": "care", "note": "De wijkverpleging helpt."}, S.UNSUITABLE),
            ("desk-start-intake", {}, S.INTAKE),
            ("desk-withdraw", {}, S.WITHDRAWN),
        ],
    )
    def test_each_act_moves_the_request(
        self, desk: Client, sent: HelpRequest, act: str, data: dict[str, Any], state: RequestState
    ) -> None:
        assert desk.post(reverse(act, args=[sent.pk]), data).status_code == 302
        sent.refresh_from_db()
        assert sent.state == state

    def test_who_is_too_late_hears_so_kindly(self, desk: Client, sent: HelpRequest) -> None:
        HelpRequest.objects.filter(pk=sent.pk).update(state=S.WITHDRAWN)
        late = desk.post(reverse("desk-open", args=[sent.pk]), approval())
        assert late.status_code == 409

    def test_closing_what_is_done(self, desk: Client, resident: Resident) -> None:
        done = HelpRequestFactory(resident=resident, state=S.DONE)
        desk.post(reverse("desk-close", args=[done.pk]))
        done.refresh_from_db()
        assert done.state == S.CLOSED


def intake(**other: Any) -> dict[str, Any]:
    return {
        "submission_key": str(uuid4()),
        "name": "Bep Kuiper",
        "phone": "030 7654321",
        "postcode": POSTCODE,
        "house_number": "3",
        "any_screened_volunteer": "no",
        "consent": "on",
        "category": "groceries",
        "description": "Belt: één tas boodschappen.",
        "any_time": "on",
    } | other


class TestPhoneIntake:
    @pytest.fixture(autouse=True)
    def town(self, centre: Centre) -> None:
        PostcodeFactory(district=centre.districts.get())

    def test_a_new_caller_and_the_request_on_one_page(self, desk: Client, coordinator: User) -> None:
        done = desk.post(reverse("phone-intake"), intake())
        made = HelpRequest.objects.get()
        assert done.url == reverse("desk-request", args=[made.pk])
        assert (made.filed_as, made.filed_by, made.state) == (FiledAs.COORDINATOR, coordinator, S.SUBMITTED)
        assert (made.resident.name, made.resident.phone, made.resident.email) == (
            "Bep Kuiper",
            "+31307654321",
            "",
        )
        assert made.resident.user is None
        assert made.dayparts == ALL_DAYPARTS

    @pytest.mark.parametrize(("said", "kept"), [("yes", True), ("no", False)])
    def test_whether_anyone_may_come_is_asked_on_the_phone(self, desk: Client, said: str, kept: bool) -> None:
        field = desk.get(reverse("phone-intake")).context["form"]["any_screened_volunteer"]
        assert not any(option.data["selected"] for option in field)
        desk.post(reverse("phone-intake"), intake(any_screened_volunteer=said))
        assert Resident.objects.get().any_screened_volunteer is kept

    def test_a_known_caller_needs_no_details(self, desk: Client, resident: Resident) -> None:
        new = ("name", "phone", "postcode", "house_number", "any_screened_volunteer", "consent")
        known = intake(resident=str(resident.pk), **dict.fromkeys(new, ""))
        assert desk.post(reverse("phone-intake"), known).status_code == 302
        assert HelpRequest.objects.get().resident == resident

    def test_sending_twice_makes_one_request_and_one_person(self, desk: Client) -> None:
        form = intake()
        first, second = (desk.post(reverse("phone-intake"), form) for _ in range(2))
        assert first.url == second.url
        assert HelpRequest.objects.count() == Resident.objects.count() == 1

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"name": ""}, "name"),
            ({"phone": ""}, "phone"),
            ({"phone": "12"}, "phone"),
            ({"postcode": "9999ZZ"}, "postcode"),
            ({"house_number": ""}, "house_number"),
            ({"consent": ""}, "consent"),
            ({"any_screened_volunteer": ""}, "any_screened_volunteer"),
            ({"any_screened_volunteer": "perhaps"}, "any_screened_volunteer"),
            ({"category": ""}, "category"),
            ({"description": ""}, "description"),
            ({"description": "Haar BSN is 111222333"}, "description"),
            ({"any_time": ""}, "on_date"),
            ({"resident": "geen"}, "resident"),
        ],
    )
    def test_what_is_missing_is_told_and_the_rest_stays(
        self, desk: Client, wrong: dict[str, str], field: str
    ) -> None:
        refused = desk.post(reverse("phone-intake"), intake(**wrong))
        assert refused.status_code == 422
        assert list(refused.context["form"].errors) == [field]
        assert not HelpRequest.objects.exists()
        assert not Resident.objects.exists()

    def test_another_centre_s_resident_cannot_be_chosen(self, desk: Client) -> None:
        stranger = ResidentFactory()
        refused = desk.post(reverse("phone-intake"), intake(resident=str(stranger.pk)))
        assert list(refused.context["form"].errors) == ["resident"]

    @pytest.mark.parametrize(
        "search",
        ["wit", "Anna de", "Nana de wit", "030-1234567", "+31 30 123 45 67", POSTCODE, "3431 ab wit"],
    )
    def test_callers_are_found_by_name_phone_and_postcode(
        self, desk: Client, resident: Resident, search: str
    ) -> None:
        ResidentFactory(centre=resident.centre, name="Kees", phone="+31612345678", address=None)
        ResidentFactory(name="Anna de Wit elders")
        found = desk.post(reverse("phone-intake-callers"), {"caller": search}, headers=HTMX)
        assert [caller for caller, _phone in found.context["callers"]] == [resident]

    @pytest.mark.parametrize(
        "search", ["", "   ", "Onbekend", "0612345670", "123456789012345678901234567890"]
    )
    def test_nobody_is_found_for_nothing(self, desk: Client, resident: Resident, search: str) -> None:
        found = desk.post(reverse("phone-intake-callers"), {"caller": search}, headers=HTMX)
        assert found.context["callers"] == []

    @pytest.mark.parametrize("search", ["0612345678", "Bewoner"])
    def test_of_many_callers_the_newest_are_shown(
        self, desk: Client, coordinator: User, resident: Resident, clock: Clock, search: str
    ) -> None:
        made = []
        for _number in range(MOST_SHOWN + 2):
            clock.forward(minutes=1)
            made.append(ResidentFactory(centre=resident.centre, name="Bewoner", phone="+31612345678"))
        found = desk.post(reverse("phone-intake-callers"), {"caller": search}, headers=HTMX)
        assert [caller for caller, _phone in found.context["callers"]] == made[:1:-1]

    def test_finding_without_javascript_keeps_what_was_typed(self, desk: Client, resident: Resident) -> None:
        typed = intake(caller="wit", find="1", any_time="")
        page = desk.post(reverse("phone-intake"), typed)
        assert page.status_code == 200
        assert [caller for caller, _phone in page.context["callers"]] == [resident]
        assert "één tas boodschappen" in page.content.decode()
        assert typed["submission_key"] in page.content.decode()
        assert not HelpRequest.objects.exists()


def test_an_open_request_has_a_place_for_candidates(desk: Client, resident: Resident) -> None:
    opened = OpenRequestFactory(resident=resident)
    page = desk.get(reverse("desk-request", args=[opened.pk])).content.decode()
    assert 'id="candidates"' in page
    waiting = HelpRequestFactory(resident=resident)
    assert 'id="candidates"' not in desk.get(reverse("desk-request", args=[waiting.pk])).content.decode()
