"""The page and the API of the daily proposal: what a coordinator sees and does, also without JavaScript."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.html import escape

from matching import explanations, services
from matching.enums import OfferState, PairState
from matching.models import DailyProposal, Offer, ProposedPair
from people.models import Volunteer
from tests.factories.matching import Town, open_request
from tests.factories.people import CoordinatorFactory, RoleGrantFactory
from tests.matching.webtools import HTMX, browser, text, url

pytestmark = pytest.mark.django_db


class Morning:
    """A town with a proposal and the coordinator's browser."""

    def __init__(self, requests: int = 1, volunteers: int = 2, **fields: Any) -> None:
        self.town = Town(volunteers=volunteers, **fields)
        for _ in range(requests - 1):
            open_request(self.town.centre)
        self.proposal = services.make_proposal(self.town.centre, by=self.town.coordinator)
        self.page = browser(self.town.coordinator)

    @property
    def pairs(self) -> list[ProposedPair]:
        return list(self.proposal.pairs.select_related("volunteer__user").order_by("pk"))

    def press(self, pair: ProposedPair, verb: str, data: Any = None, **headers: str) -> Any:
        return self.page.post(url("desk-answer-pair", pair, verb), data or {}, headers=headers)


def triggers(response: Any) -> dict[str, Any]:
    return json.loads(response["HX-Trigger"])


def test_the_page_shows_each_pair_with_its_reasons_and_nobody_has_been_asked(clock):
    morning = Morning(requests=2, volunteers=3)
    said = text(morning.page.get(url("desk-proposal")))
    assert "2 to answer · 0 asked" in said
    with translation.override("en"):
        assert explanations.compared(morning.proposal) in said
    for pair in morning.pairs:
        assert escape(pair.volunteer.user.name) in said
        opened = text(morning.page.get(url("desk-pair", pair)))
        with translation.override("en"):
            assert escape(explanations.told(pair.reasons)) in opened
        assert f"Ask {escape(pair.volunteer.user.name)}" in opened
    assert not Offer.objects.exists()


def test_the_panel_tells_nothing_of_the_resident(clock):
    morning = Morning()
    resident = morning.town.request.resident
    shown = morning.page.get(url("desk-pair", morning.pairs[0]), headers=HTMX).content.decode()
    for private in (resident.name, resident.phone, resident.address["street"], "Ik kan even niet zelf"):
        assert private not in shown


def test_the_fragments_are_the_same_as_in_the_page(clock):
    morning = Morning()
    pair = morning.pairs[0]
    whole = text(morning.page.get(url("desk-pair", pair)))
    assert text(morning.page.get(url("desk-pair", pair), headers=HTMX)).strip() in whole
    overview = text(morning.page.get(url("desk-proposal"), headers=HTMX)).strip()
    front = text(morning.page.get(url("desk-proposal")))
    assert overview in front
    assert text(morning.page.get(url("desk-proposal-list"))).strip() in front


def test_asking_opens_the_next_and_can_be_undone(clock):
    morning = Morning(requests=2)
    listed = text(morning.page.get(url("desk-proposal-list")))
    first, second = sorted(morning.pairs, key=lambda pair: listed.index(str(pair.pk)))
    answer = morning.press(first, "vraag", **HTMX)
    assert answer["HX-Push-Url"] == url("desk-pair", second)
    assert f"Ask {escape(second.volunteer.user.name)}" in text(answer)
    told = triggers(answer)
    assert told["sk-toast"]["undo"] == url("desk-answer-pair", first, "terug")
    assert "sk:desk" in told
    assert morning.page.post(told["sk-toast"]["undo"]).status_code == 302
    assert Offer.objects.get().state == OfferState.CANCELLED
    assert {pair.state for pair in morning.pairs} == {PairState.PROPOSED}


def test_without_javascript_every_answer_leads_back_to_the_page(clock):
    morning = Morning(volunteers=3)
    pair = morning.pairs[0]
    other = Volunteer.objects.exclude(pk=pair.volunteer_id)[0]
    changed = morning.press(pair, "wijzig", {"volunteer": str(other.pk)})
    new = ProposedPair.objects.get(instead_of=pair)
    assert changed.url == url("desk-pair", new)
    assert f"{other.user.name} is proposed now." in text(morning.page.get(changed.url))
    rejected = morning.press(new, "wijs-af", {"reason": "busy"})
    assert rejected.url == url("desk-proposal")
    opened = text(morning.page.get(url("desk-pair", new)))
    assert "This volunteer has enough to do now" in opened
    assert "Take back" in opened
    assert morning.press(new, "terug").url == url("desk-pair", new)
    assert morning.press(new, "vraag").url == url("desk-proposal")
    assert Offer.objects.get().volunteer == other
    assert "no answer yet" in text(morning.page.get(url("desk-pair", new)))


def test_a_reason_that_is_no_code_is_told_in_the_form(clock):
    morning = Morning()
    answer = morning.press(morning.pairs[0], "wijs-af", {"reason": "mood"})
    assert answer.status_code == 422
    assert morning.pairs[0].state == PairState.PROPOSED


def test_what_is_no_longer_possible_says_why_and_offers_the_others(clock):
    morning = Morning()
    pair = morning.pairs[0]
    Volunteer.objects.filter(pk=pair.volunteer_id).update(paused_until=date(2025, 7, 1))
    answer = morning.press(pair, "vraag", **HTMX)
    assert triggers(answer)["sk-toast"] == {
        "text": f"{pair.volunteer.user.name}: Is not active or takes a break.",
        "undo": None,
    }
    other = Volunteer.objects.exclude(pk=pair.volunteer_id)[0]
    assert f'name="volunteer" value="{other.pk}"' in answer.content.decode()
    assert "No longer possible" in text(morning.page.get(url("desk-proposal-list")))


def test_choosing_someone_who_may_not_be_asked_is_a_plain_sentence(clock):
    morning = Morning()
    unscreened = morning.town.volunteer(screened=False)
    answer = morning.press(morning.pairs[0], "wijzig", {"volunteer": str(unscreened.pk)}, **HTMX)
    assert "A screening that this needs is missing" in triggers(answer)["sk-toast"]["text"]
    for wrong in ("nobody", str(CoordinatorFactory().pk)):
        assert morning.press(morning.pairs[0], "wijzig", {"volunteer": wrong}).status_code == 404
    assert [pair.state for pair in morning.pairs] == [PairState.PROPOSED]


def test_everyone_is_asked_at_once_with_the_result_of_each(clock):
    morning = Morning(requests=3, volunteers=3)
    spoilt = morning.pairs[0]
    Volunteer.objects.filter(pk=spoilt.volunteer_id).update(state="paused")
    answer = morning.page.post(url("desk-confirm-all", morning.proposal), headers=HTMX)
    assert triggers(answer)["sk-toast"]["text"] == "2 volunteers have been asked. 1 is no longer possible."
    listed = text(morning.page.get(url("desk-proposal-list")))
    assert "0 to answer · 2 asked" in listed
    assert listed.count("sk-badge--success") == 2


def test_asking_many_is_confirmed_first_with_their_number(clock):
    morning = Morning(requests=11, volunteers=11)
    said = text(morning.page.get(url("desk-proposal")))
    assert 'hx-confirm="Ask 11 volunteers now?"' in said


def test_the_page_says_that_the_brake_is_on_and_asks_nobody(clock):
    morning = Morning()
    warned = "asking works only after the brake has been released"
    assert warned not in text(morning.page.get(url("desk-proposal")))
    services.halt_asking(morning.town.centre, by=morning.town.coordinator)
    for address in (url("desk-proposal"), url("desk-proposal-list"), url("desk-pair", morning.pairs[0])):
        assert warned in text(morning.page.get(address))
    morning.page.post(url("desk-confirm-all", morning.proposal))
    assert not Offer.objects.exists()


def test_without_a_proposal_the_page_offers_to_make_one(clock):
    town = Town(volunteers=1)
    page = browser(town.coordinator)
    assert "There is no proposal yet today." in text(page.get(url("desk-proposal")))
    assert page.post(url("desk-make-proposal", town.centre)).url == url("desk-proposal")
    assert DailyProposal.objects.get().made_by == town.coordinator
    assert "1 to answer" in text(page.get(url("desk-proposal")))


def test_nothing_to_ask_is_said_kindly(clock):
    busy = Morning(volunteers=0)
    shown = text(busy.page.get(url("desk-proposal")))
    assert "Nobody can be proposed now." in shown
    assert "For 1 request nobody fits now." in shown
    idle = Morning(state="matched")
    assert "Everything is under way." in text(idle.page.get(url("desk-proposal")))


def test_who_works_at_two_centres_sees_both(clock):
    here, there = Morning(), Morning()
    RoleGrantFactory(user=here.town.coordinator, role="coordinator", centre=there.town.centre)
    shown = text(browser(here.town.coordinator).get(url("desk-proposal")))
    for morning in (here, there):
        assert morning.town.centre.name in shown
        assert url("desk-pair", morning.pairs[0]) in shown


def queries_of(morning: Morning, address: str) -> int:
    morning.page.get(address)
    with CaptureQueriesContext(connection) as queries:
        morning.page.get(address)
    return len(queries)


def test_ten_pairs_take_as_many_queries_as_one(clock):
    one, ten = Morning(requests=1, volunteers=10), Morning(requests=10, volunteers=10)
    assert len(ten.pairs) == 10
    overview = [queries_of(each, url("desk-proposal")) for each in (one, ten)]
    panel = [queries_of(each, url("desk-pair", each.pairs[0])) for each in (one, ten)]
    assert (overview, panel) == ([9, 9], [20, 20])


# --- For programs ------------------------------------------------------------------------------


def call(page: Any, path: str, body: dict[str, Any] | None = None) -> Any:
    if body is None:
        return page.get(f"/api/v1/{path}")
    return page.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")


def test_a_program_does_the_same(clock):
    town = Town(volunteers=3)
    page = browser(town.coordinator)
    proposal = call(page, "daily-proposals", {"centreId": str(town.centre.pk)}).json()
    assert (proposal["helped"], proposal["nearestHelped"]) == (1, 1)
    assert [each["id"] for each in call(page, "daily-proposals").json()["items"]] == [proposal["id"]]
    (pair,) = call(page, f"daily-proposals/{proposal['id']}/pairs").json()["items"]
    assert pair["reasons"][0].keys() == {"term", "value", "weight", "params"}
    found = call(page, f"proposed-pairs/{pair['id']}/candidates").json()["items"]
    other = next(each for each in found if each["volunteerId"] != pair["volunteerId"])
    new = call(page, f"proposed-pairs/{pair['id']}/change", {"volunteerId": other["volunteerId"]}).json()
    assert new["insteadOfId"] == pair["id"]
    rejected = call(page, f"proposed-pairs/{new['id']}/reject", {"reason": "no_fit"}).json()
    assert (rejected["state"], rejected["rejectReason"]) == ("rejected", "no_fit")
    assert call(page, f"proposed-pairs/{new['id']}/take-back", {}).json()["state"] == "proposed"
    (asked,) = call(page, f"daily-proposals/{proposal['id']}/confirm", {}).json()["items"]
    assert (asked["state"], asked["offerId"]) == ("confirmed", str(Offer.objects.get().pk))
    refused = call(page, f"proposed-pairs/{new['id']}/reject", {"reason": "no_fit"})
    assert (refused.status_code, refused.json()["code"]) == (409, "invalid-transition")


def test_a_program_of_another_centre_knows_of_nothing(clock):
    morning, stranger = Morning(), browser(CoordinatorFactory())
    assert call(stranger, "daily-proposals").json()["items"] == []
    assert call(stranger, "daily-proposals", {"centreId": str(morning.town.centre.pk)}).status_code == 404
    assert call(stranger, f"proposed-pairs/{morning.pairs[0].pk}/confirm", {}).status_code == 404
