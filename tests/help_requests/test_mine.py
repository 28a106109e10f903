"""The resident's own pages: only theirs, where it stands in plain words, changing and taking back."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.ids import new_id
from help_requests import services
from help_requests.enums import ENDED, TASK_TRANSITIONS, RequestKind, RequestState
from help_requests.models import HelpRequest
from help_requests.queries import SESSION_KEY
from help_requests.web.asking.draft import SESSION_KEY as DRAFT_KEY
from help_requests.web.progress import LASTING_TITLES, NOW, TITLES, steps_of
from people.enums import ALL_DAYPARTS
from people.models import Centre, Representative, Resident, User
from tests.conftest import Clock
from tests.factories.help_requests import HelpRequestFactory, OpenRequestFactory
from tests.factories.people import PostcodeFactory, RepresentativeFactory, ResidentFactory, UserFactory
from tests.help_requests.asking import answer, send, walk

S = RequestState
PAGES = ("my-request", "edit-my-request", "withdraw-my-request")


@pytest.fixture
def mine(resident: Resident) -> HelpRequest:
    return HelpRequestFactory(resident=resident)


@pytest.fixture
def me(client: Client, resident: Resident) -> Client:
    client.force_login(resident.user)
    return client


@pytest.mark.parametrize("page", PAGES)
def test_the_resident_and_a_representative_see_it_others_do_not(
    client: Client, mine: HelpRequest, page: str, clock: Clock
) -> None:
    address = reverse(page, args=[mine.pk])
    represented = RepresentativeFactory(resident=mine.resident)
    for user, status in ((mine.resident.user, 200), (represented.user, 200), (UserFactory(), 404)):
        client.force_login(user)
        assert client.get(address).status_code == status
    Representative.objects.update(ended_at=clock.now())
    client.force_login(represented.user)
    assert client.get(address).status_code == 404
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_absent_and_foreign_look_alike(me: Client, page: str) -> None:
    foreign = HelpRequestFactory()
    for wanted in (foreign.pk, new_id()):
        assert me.get(reverse(page, args=[wanted])).status_code == 404
        assert me.post(reverse("withdraw-my-request", args=[wanted])).status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == S.SUBMITTED


def test_the_list_holds_ones_own_running_and_past(me: Client, resident: Resident) -> None:
    running, past = (
        OpenRequestFactory(resident=resident),
        HelpRequestFactory(resident=resident, state=S.CLOSED),
    )
    HelpRequestFactory(resident__centre=resident.centre)
    page = me.get(reverse("my-requests"))
    assert page.context["running"] == [running]
    assert page.context["ended"] == [past]


def test_the_empty_list_says_what_to_do(client: Client, db: None) -> None:
    page = client.get(reverse("my-requests")).content.decode()
    assert reverse("ask-help") in page
    assert reverse("account_login") in page


def test_what_was_sent_without_signing_in_is_seen_in_that_session_until_claimed(
    client: Client, centre: Centre
) -> None:
    PostcodeFactory(district=centre.districts.get())
    walk(client)
    send(client)
    made = HelpRequest.objects.get()
    address = reverse("my-request", args=[made.pk])
    assert client.get(reverse("my-requests")).context["running"] == [made]
    assert client.get(address).status_code == 200
    Resident.objects.update(user=UserFactory())
    assert client.get(address).status_code == 404


@pytest.fixture
def sent_anonymously(client: Client, centre: Centre, clock: Clock) -> HelpRequest:
    PostcodeFactory(district=centre.districts.get())
    walk(client, look=False, bereikbaar={"phone": "", "email": "truus@voorbeeld.nl"})
    send(client)
    return HelpRequest.objects.get()


def test_a_session_knows_what_was_sent_for_one_day(
    client: Client, sent_anonymously: HelpRequest, clock: Clock
) -> None:
    address = reverse("my-request", args=[sent_anonymously.pk])
    clock.forward(hours=23, minutes=59)
    assert client.get(address).status_code == 200
    clock.forward(minutes=1)
    assert client.get(address).status_code == 404
    assert client.get(reverse("my-requests")).context["running"] == []


def test_who_signs_in_after_another_does_not_see_what_they_sent(
    client: Client, sent_anonymously: HelpRequest
) -> None:
    client.force_login(UserFactory())
    assert SESSION_KEY not in client.session
    assert client.get(reverse("my-requests")).context["running"] == []
    assert client.get(reverse("my-request", args=[sent_anonymously.pk])).status_code == 404


def test_who_signs_in_with_the_address_they_gave_keeps_it(
    client: Client, sent_anonymously: HelpRequest
) -> None:
    client.force_login(UserFactory(email="truus@voorbeeld.nl"))
    assert client.get(reverse("my-requests")).context["running"] == [sent_anonymously]


def test_a_shared_computer_can_forget(client: Client, sent_anonymously: HelpRequest) -> None:
    forget = reverse("forget-my-requests")
    answer(client, "naam", {"name": "Half Ingevuld"})
    assert forget in client.get(reverse("my-requests")).content.decode()
    assert client.get(forget).status_code == 405
    assert client.post(forget).url == reverse("my-requests")
    assert not {SESSION_KEY, DRAFT_KEY} & client.session.keys()
    assert client.get(reverse("my-request", args=[sent_anonymously.pk])).status_code == 404
    assert HelpRequest.objects.get() == sent_anonymously
    assert forget not in client.get(reverse("my-requests")).content.decode()


def test_who_is_signed_in_has_nothing_to_forget_and_leaves_nothing(client: Client, centre: Centre) -> None:
    PostcodeFactory(district=centre.districts.get())
    client.force_login(UserFactory())
    walk(client, look=False)
    send(client)
    assert SESSION_KEY not in client.session
    assert reverse("forget-my-requests") not in client.get(reverse("my-requests")).content.decode()


def test_a_forged_session_id_list_gives_only_unclaimed_requests(client: Client, mine: HelpRequest) -> None:
    session = client.session
    session["sent_requests"] = [str(mine.pk)]
    session.save()
    assert client.get(reverse("my-request", args=[mine.pk])).status_code == 404


def test_htmx_gets_only_the_part_that_changes_and_the_back_button_the_whole(
    me: Client, mine: HelpRequest
) -> None:
    address = reverse("my-request", args=[mine.pk])
    part = me.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert mine.description in part
    whole = me.get(address, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in whole.content.decode()


@pytest.mark.parametrize("state", list(S))
def test_every_state_has_a_page(me: Client, resident: Resident, state: RequestState) -> None:
    request = HelpRequestFactory(resident=resident, state=state, note_to_resident="Een woord.")
    assert me.get(reverse("my-request", args=[request.pk])).status_code == 200


@pytest.mark.parametrize("state", list(S))
def test_the_steps_never_go_back_when_the_request_goes_on(state: RequestState) -> None:
    kind = RequestKind.TASK if state in TASK_TRANSITIONS else RequestKind.BUDDY
    done_at = "2025-06-03" if state == S.CLOSED else None
    steps = steps_of(HelpRequest(kind=kind, state=state, done_at=done_at))
    if state not in NOW:
        assert steps == []
        assert state in ENDED | {S.NO_SHOW}
        return
    looks = [step.look for step in steps]
    assert len(looks) == len(TITLES if kind == RequestKind.TASK else LASTING_TITLES)
    assert looks == sorted(looks, key=["done", "now", ""].index)
    assert looks.count("now") == (0 if state in (S.DONE, S.ENDED, S.CLOSED) else 1)


def test_a_request_that_was_closed_without_being_done_shows_no_steps() -> None:
    assert steps_of(HelpRequest(state=S.CLOSED)) == []


def edited(**other: Any) -> dict[str, Any]:
    bits = [str(bit) for bit in range(21)]
    return {"description": "Twee tassen, bij de winkel op het plein.", "dayparts": bits} | other


def test_a_question_is_answered_and_the_request_sent_again(
    me: Client, mine: HelpRequest, coordinator: User
) -> None:
    services.send_back(mine, by=coordinator, note="Welke winkel is het?")
    assert "Welke winkel is het?" in me.get(reverse("my-request", args=[mine.pk])).content.decode()
    done = me.post(reverse("edit-my-request", args=[mine.pk]), edited())
    assert done.url == reverse("my-request", args=[mine.pk])
    mine.refresh_from_db()
    assert (mine.state, mine.note_to_resident) == (S.SUBMITTED, "")
    assert mine.description.startswith("Twee tassen")


def test_a_change_before_approval_does_not_send_it_twice(me: Client, mine: HelpRequest) -> None:
    page = me.post(reverse("edit-my-request", args=[mine.pk]), edited(), follow=True).content.decode()
    mine.refresh_from_db()
    assert (mine.state, mine.dayparts) == (S.SUBMITTED, ALL_DAYPARTS)
    assert "Wij hebben uw wijziging bewaard." in page
    assert "is verstuurd" not in page


MONDAY, WEDNESDAY = "2025-06-09", "2025-06-11"
MORNING = 0b001


@pytest.mark.parametrize(
    ("before", "ticked", "after"),
    [
        (MORNING, [0], MORNING << 6),  # left alone: Monday morning becomes Wednesday morning
        (MORNING, [1], 0b010),  # chosen anew: as it was chosen
        (MORNING | MORNING << 3, [0, 3], MORNING | MORNING << 3),  # more than that day: not ours to move
    ],
)
def test_the_part_of_the_day_goes_along_with_the_day(
    me: Client, mine: HelpRequest, clock: Clock, before: int, ticked: list[int], after: int
) -> None:
    HelpRequest.objects.filter(pk=mine.pk).update(on_date=MONDAY, dayparts=before)
    me.post(reverse("edit-my-request", args=[mine.pk]), edited(dayparts=ticked, on_date=WEDNESDAY))
    mine.refresh_from_db()
    assert (str(mine.on_date), mine.dayparts) == (WEDNESDAY, after)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"description": ""}, "description"),
        ({"description": "Bel 06 12345678"}, "description"),
        ({"dayparts": []}, "on_date"),
        ({"on_date": "2020-01-01"}, "on_date"),
        ({"start_time": "half drie"}, "start_time"),
    ],
)
def test_a_wrong_change_is_told_and_kept_on_the_page(
    me: Client, mine: HelpRequest, wrong: dict[str, Any], field: str
) -> None:
    page = me.post(reverse("edit-my-request", args=[mine.pk]), edited(**wrong))
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    mine.refresh_from_db()
    assert "Twee tassen" not in mine.description


def test_a_change_of_an_approved_request_is_read_again_first(me: Client, resident: Resident) -> None:
    request = OpenRequestFactory(resident=resident, summary="Boodschappen voor een buur.")
    address = reverse("edit-my-request", args=[request.pk])
    assert "lezen wij uw vraag eerst opnieuw" in me.get(address).content.decode()
    page = me.post(address, edited(), follow=True)
    assert "vragen daarna opnieuw vrijwilligers" in page.content.decode()
    request.refresh_from_db()
    assert request.description.startswith("Twee tassen")
    assert (request.state, request.summary, request.opened_at) == (S.INTAKE, "", None)


def test_an_agreed_request_is_not_changed(me: Client, resident: Resident) -> None:
    request = HelpRequestFactory(resident=resident, state=S.MATCHED)
    page = me.post(reverse("edit-my-request", args=[request.pk]), edited())
    assert page.status_code == 409
    request.refresh_from_db()
    assert "Twee tassen" not in request.description
    assert "Er is een afspraak" in me.get(reverse("my-request", args=[request.pk])).content.decode()


def test_taking_back_asks_first(me: Client, mine: HelpRequest) -> None:
    address = reverse("withdraw-my-request", args=[mine.pk])
    assert me.get(address).status_code == 200
    mine.refresh_from_db()
    assert mine.state == S.SUBMITTED
    me.post(address)
    mine.refresh_from_db()
    assert mine.state == S.WITHDRAWN
    assert me.get(address).status_code == 409


def test_the_number_of_queries_does_not_grow(
    me: Client, resident: Resident, django_assert_num_queries: Any
) -> None:
    for number in (1, 20):
        while HelpRequest.objects.count() < number:
            HelpRequestFactory(resident=resident)
        me.get(reverse("my-requests"))
        with django_assert_num_queries(LIST_QUERIES):
            me.get(reverse("my-requests"))
    one = HelpRequest.objects.first()
    assert one is not None
    with django_assert_num_queries(DETAIL_QUERIES):
        me.get(reverse("my-request", args=[one.pk]))


# Session, account; roles, centre, unread for the frame; the requests.
LIST_QUERIES = 6
DETAIL_QUERIES = 6


def test_strangers_cannot_list_a_foreign_resident(me: Client) -> None:
    HelpRequestFactory(resident=ResidentFactory())
    assert me.get(reverse("my-requests")).context["running"] == []
