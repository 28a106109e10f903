"""The pages and the API of a what-if: asked, followed, read, and from there on to a vacancy or a training."""

import pytest
from django.urls import reverse

from academy.models import CourseInvitation
from people.enums import OrganisationState, Role
from simulation import services
from simulation.models import WhatIf
from simulation.queries import Found
from simulation.web.chart import chart_of
from tests.factories import people
from tests.factories.academy import CourseFactory
from tests.matching.webtools import browser, text, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_reckons_by_itself(monkeypatch) -> None:
    monkeypatch.setattr("simulation.receivers.hand_over", lambda *of: None)


@pytest.fixture
def coordinator(centre):
    return people.CoordinatorFactory(centre)


@pytest.fixture
def analyst(centre):
    return people.staff(Role.ANALYST, centre)


def filled(centre, **changed) -> dict[str, object]:
    """The form as a browser sends it."""
    usual = {
        "category": "garden",
        "district": centre.districts.get(name="Dichtbij").pk,
        "goal": 95,
        "hours": 48,
    }
    return {"centre": centre.pk} | usual | changed


def reckoned(centre, needed: list[int | None] | None) -> WhatIf:
    """A what-if with an answer; without one it is still being reckoned."""
    district = centre.districts.get(name="Dichtbij")
    what_if = services.ask_what_if(centre, category="garden", district=district, goal=95, hours=48, by=None)
    services.begin_next()
    towns = [[seed, more, 30, 81.0 + seed if more == 0 else 96.0] for more in (0, 4) for seed in range(1, 6)]
    WhatIf.objects.filter(pk=what_if.pk).update(lived=towns)
    if needed is not None:
        services.finish(what_if.pk, 1, needed)
    return WhatIf.objects.get(pk=what_if.pk)


def test_it_is_asked_followed_stopped_and_listed(centre, coordinator, django_assert_num_queries):
    client = browser(coordinator)
    page = client.get(url("what-ifs"))
    assert "Dichtbij" in text(page)
    answer = client.post(url("what-ifs"), filled(centre, hours=72))
    what_if = WhatIf.objects.get()
    assert (answer.status_code, answer["location"]) == (302, url("what-if", what_if))
    assert "every 3s" in text(client.get(url("what-if", what_if)))
    assert "every 3s" in text(client.get(url("what-if-progress", what_if)))
    assert "<h1" not in text(client.get(url("what-if-progress", what_if)))
    assert "gezien=waiting-0" in text(client.get(url("what-if", what_if)))
    seen = {"gezien": "waiting-0"}
    assert client.get(url("what-if-progress", what_if), seen).status_code == 204
    services.begin_next()
    assert "gezien=running-0" in text(client.get(url("what-if-progress", what_if), seen))
    again = client.post(url("what-ifs"), filled(centre, category="transport", goal=90))
    assert again.status_code == 422
    assert "already" in text(again)
    assert 'value="90"' in text(again)
    assert client.post(url("what-if-stop", what_if)).status_code == 302
    stopped = text(client.get(url("what-if", what_if)))
    assert "was stopped" in stopped
    assert "every 3s" not in stopped
    with django_assert_num_queries(10):
        listed = text(client.get(url("what-ifs")))
    assert "Stopped" in listed
    assert '<option value="72" selected' in listed  # filled in as it was asked last


def test_what_was_chosen_stays_when_it_is_wrong(centre, coordinator):
    answer = browser(coordinator).post(url("what-ifs"), filled(centre, goal=101, hours=24))
    assert answer.status_code == 422
    assert 'value="101"' in text(answer)
    assert '<option value="24" selected' in text(answer)
    assert not WhatIf.objects.exists()


@pytest.mark.parametrize(
    ("needed", "said"),
    [
        ([3, 4, 5, 4, 3], ["With 4 more volunteers for “Garden” in Dichtbij about 95 of every 100",
                           "reckon with 3 to 5", "Now it is 84 of every 100", "3, 4, 5, 4, 3"]),
        ([0] * 5, ["Nobody more is needed"]),
        ([3, None, 4, None, 4], ["More volunteers alone do not do it", "In 2 of 5 towns even 64 more"]),
        ([], ["too few requests for “Garden” in Dichtbij"]),
    ],
)  # fmt: skip
def test_what_came_out_is_said_in_plain_words(centre, analyst, needed, said):
    what_if = reckoned(centre, needed)
    page = text(browser(analyst).get(url("what-if", what_if)))
    assert [words for words in said if words not in page] == []
    assert "about 10 active volunteers" in page  # twelve, rounded
    assert "12 active" not in page


def test_the_picture_lies_within_its_frame_and_tells_the_same(centre):
    chart = chart_of(Found(reckoned(centre, [3, 4, 5, 4, 3])))
    assert len(chart.dots) == 10
    assert all(
        chart.left <= dot.x <= chart.right and chart.top <= dot.y <= chart.bottom for dot in chart.dots
    )
    start, width = chart.band
    assert chart.left < start < start + width <= chart.right
    low, high = (sorted(dot.y for dot in chart.dots)[at] for at in (-1, 0))
    assert high < chart.goal < low


def test_a_coordinator_goes_on_to_a_vacancy_that_has_been_begun(centre, coordinator, analyst):
    what_if = reckoned(centre, [3, 4, 5, 4, 3])
    ours = people.OrganisationFactory(centre=centre, state=OrganisationState.APPROVED, name="De Tuinploeg")
    theirs = people.OrganisationFactory(state=OrganisationState.APPROVED)
    client = browser(coordinator)
    assert "De Tuinploeg" in text(client.get(url("what-if", what_if)))
    answer = client.get(url("what-if-vacancy", what_if), {"organisation": ours.pk})
    form = text(client.get(answer["location"]))
    assert 'value="Garden, Dichtbij"' in form
    assert '<option value="nature" selected' in form
    assert client.get(url("what-if-vacancy", what_if), {"organisation": theirs.pk}).status_code == 404
    reader = browser(analyst)
    assert "De Tuinploeg" not in text(reader.get(url("what-if", what_if)))
    assert reader.get(url("what-if-vacancy", what_if), {"organisation": ours.pk}).status_code == 404


def test_a_coordinator_invites_who_lives_there_and_does_not_give_this_help_yet_first(
    centre, coordinator, analyst
):
    what_if = reckoned(centre, [3, 4, 5, 4, 3])
    course = CourseFactory()
    district = centre.districts.get(name="Dichtbij")
    living = list(centre.volunteers.filter(district=district).select_related("user"))
    new = people.VolunteerFactory(centre=centre, district=district, skills=1, user__name="Zoë Nieuw")
    far = people.VolunteerFactory(centre=centre, district=centre.districts.get(name="Verweg"))
    address, client = url("what-if-invite", what_if), browser(coordinator)
    page = text(client.get(address))
    assert page.index("Zoë Nieuw") < min(page.index(each.user.name) for each in living)
    assert client.post(address, {"course": course.pk, "volunteers": [far.pk]}).status_code == 422
    assert client.post(address, {"course": course.pk}).status_code == 422
    for said in ("1 volunteer is invited.", "Nobody new is invited"):
        answer = client.post(address, {"course": course.pk, "volunteers": [new.pk]}, follow=True)
        assert said in text(answer)
    assert [each.volunteer_id for each in CourseInvitation.objects.all()] == [new.pk]
    assert browser(analyst).get(address).status_code == 404


def test_another_centre_sees_nothing(centre):
    what_if = reckoned(centre, [3, 4, 5, 4, 3])
    client = browser(people.CoordinatorFactory(people.CentreFactory()))
    for name in ("what-if", "what-if-progress", "what-if-invite", "what-if-vacancy"):
        assert client.get(url(name, what_if)).status_code == 404
    assert client.post(url("what-if-stop", what_if)).status_code == 404
    assert client.post(url("what-ifs"), filled(centre)).status_code == 422
    assert client.get(reverse("api:what-if-detail", args=[what_if.pk])).status_code == 404
    assert WhatIf.objects.count() == 1


def test_programs_ask_follow_and_stop(centre, analyst, clock):
    client = browser(analyst)
    district = centre.districts.get(name="Dichtbij")
    asked = {"centreId": str(centre.pk), "district": district.code, "category": "garden", "goal": 90}
    listing = reverse("api:what-if-list")
    made = client.post(listing, asked, content_type="application/json")
    assert made.status_code == 201, made.content
    answer = made.json()
    assert (answer["state"], answer["outcome"], answer["hours"]) == ("waiting", None, 48)
    assert (answer["volunteers"], answer["requests"]) == (10, 10)
    assert client.post(listing, asked, content_type="application/json").status_code == 409
    wrong = client.post(listing, asked | {"district": "WK000000"}, content_type="application/json")
    assert wrong.status_code == 422
    stopped = client.post(reverse("api:what-if-stop", args=[answer["id"]]))
    assert stopped.json()["state"] == "stopped"
    what_if = reckoned(centre, [3, 4, 5, 4, 3])
    found = client.get(reverse("api:what-if-detail", args=[what_if.pk])).json()
    assert (found["outcome"], found["people"], found["least"], found["most"]) == ("more", 4, 3, 5)
    assert found["trials"][1] == {"more": 4, "requests": 150, "filled": [96.0] * 5, "mean": 96.0}
    assert len(client.get(listing).json()["items"]) == 2
