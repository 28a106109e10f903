"""Pointing a vacancy or one of its dates out to a volunteer: once, to who may hear it, and what came."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation

from common import clock as the_clock
from common.errors import NotFound
from events.models import EventRecord
from events.worker import Worker
from matching.errors import NotEligible
from matching.models import VacancyTip
from matching.services import point_out
from notifications.models import Notice
from people.models import User, Volunteer
from people.rights import Subject, erase, tell
from places.cells import cell_of
from safeguarding.enums import ScreeningState
from tests.factories.people import LAT, LON, CoordinatorFactory, ScreeningFactory, VolunteerFactory
from tests.factories.shifts import ShiftTown
from tests.matching.webtools import url
from vacancies import services
from vacancies.enums import ApplicationState
from vacancies.models import Application, Shift, Vacancy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_dutch():
    with translation.override("nl"):
        yield


@pytest.fixture
def town(clock) -> ShiftTown:
    return ShiftTown(lat=LAT, lon=LON)


@pytest.fixture(params=["vacancy", "shift"])
def both(request, town) -> tuple[Vacancy, Shift | None]:
    """A vacancy, and the shift of it that is pointed out, if one is."""
    return town.vacancy, town.shift() if request.param == "shift" else None


def change(vacancy: Vacancy, **fields) -> Vacancy:
    Vacancy.objects.filter(pk=vacancy.pk).update(**fields)
    return Vacancy.objects.select_related("organisation", "centre").get(pk=vacancy.pk)


def page(user: User, address: str) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def press(user: User, what: Vacancy | Shift, volunteer: Volunteer) -> str:
    """Press the button; return what the page says then, or the status of a refusal."""
    client = Client()
    client.force_login(user)
    name = "shift-tip" if isinstance(what, Shift) else "vacancy-tip"
    answer = client.post(url(name, what, volunteer), follow=True)
    return " ".join(answer.content.decode().split()) if answer.status_code == 200 else str(answer.status_code)


def call(user: User, what: Vacancy | Shift, volunteer: Volunteer, **headers):
    """The same over the API."""
    client = Client()
    client.force_login(user)
    kind = "shifts" if isinstance(what, Shift) else "vacancies"
    return client.post(
        f"/api/v1/{kind}/{what.pk}/point-out",
        {"volunteerId": str(volunteer.pk)},
        content_type="application/json",
        headers={"accept-language": "nl", **headers},
    )


def pointed_out(user: User, what: Vacancy | Shift) -> list[dict]:
    client = Client()
    client.force_login(user)
    kind = "shifts" if isinstance(what, Shift) else "vacancies"
    return client.get(f"/api/v1/{kind}/{what.pk}/pointed-out").json()["items"]


def told_on(shown: str) -> str:
    """The part of the page about who was told."""
    return shown.partition("Wie je op deze")[2].partition("</details>")[0]


def told() -> int:
    """How many messages went."""
    Worker().run_due()
    return Notice.objects.filter(kind__in=["vacancy_tip", "shift_tip"]).count()


# --- On the page ----------------------------------------------------------------------------------


def test_a_vacancy_is_pointed_out_once(town, mailoutbox):
    volunteer = town.volunteer()
    assert "Wijs op deze vacature" in page(town.coordinator, url("vacancy-fitting", town.vacancy))
    for _twice in range(2):
        shown = press(town.coordinator, town.vacancy, volunteer)
        assert f"{volunteer.user.name} krijgt er bericht van." in shown
        assert "Gewezen op 3 juni" in shown
        assert "Wijs op deze vacature" not in shown
        assert told() == 1
    tip = VacancyTip.objects.get()
    assert (tip.volunteer, tip.vacancy, tip.shift) == (volunteer, town.vacancy, None)
    assert tip.tipped_by == town.coordinator
    inbox = page(volunteer.user, "/berichten/")
    assert "denkt dat deze vacature bij je past" in inbox
    assert town.vacancy.title in inbox
    [mail] = [each for each in mailoutbox if each.to == [volunteer.user.email]]
    assert town.vacancy.title in mail.body
    assert url("vacancy", town.vacancy) in mail.body


@pytest.mark.parametrize(
    ("language", "said", "subject", "line"),
    [
        ("nl", "dinsdag 10 juni, van 14:00 tot 16:00 uur", "Kun je helpen op dinsdag 10 juni?", "dinsdag"),
        ("en", "Tuesday 10 June, from 14:00 to 16:00", "Can you help on Tuesday 10 June?", "Tuesday"),
    ],
)
def test_a_date_is_pointed_out_once_and_named_in_the_volunteers_language(
    town, mailoutbox, language, said, subject, line
):
    volunteer, shift = town.volunteer(user__language=language), town.shift()
    assert "Wijs op deze datum" in page(town.coordinator, url("shift-fitting", shift))
    for _twice in range(2):
        shown = press(town.coordinator, shift, volunteer)
        assert "Gewezen op 3 juni" in shown
        assert "Wijs op deze datum" not in shown
        assert told() == 1
    assert VacancyTip.objects.get().shift == shift
    client = Client(headers={"accept-language": language})
    client.force_login(volunteer.user)
    inbox = " ".join(client.get("/berichten/").content.decode().split())
    assert f"{town.vacancy.title}, {line} 10 " in inbox
    assert "14:00 – 16:00" in inbox
    answer = client.get(f"/berichten/{Notice.objects.get().pk}/")
    assert answer.url == f"/vacatures/{town.vacancy.pk}/diensten/#dienst-{shift.pk}"
    assert f'id="dienst-{shift.pk}"' in client.get(answer.url).content.decode()
    [mail] = [each for each in mailoutbox if each.to == [volunteer.user.email]]
    assert said in mail.body
    assert town.vacancy.title in mail.body
    assert answer.url in mail.body
    assert mail.subject == subject


def test_the_desk_sees_who_was_told_and_what_they_did(town):
    shift = town.shift()
    silent, answered, signed, gave_up = (town.volunteer() for _ in range(4))
    for volunteer in (silent, answered):
        point_out(town.vacancy, volunteer, by=town.coordinator)
    for volunteer in (silent, signed, gave_up):
        point_out(town.vacancy, volunteer, shift=shift, by=town.coordinator)
    assert "Wie je op deze vacature" not in page(town.coordinator, url("shift-fitting", shift))
    answer = services.send_application(town.vacancy, message="Graag!", by=answered.user)
    services.sign_up(shift, signed, by=signed.user)
    services.give_up(services.sign_up(shift, gave_up, by=gave_up.user), by=gave_up.user)
    shown = told_on(page(town.coordinator, url("vacancy-fitting", town.vacancy)))
    assert [shown.count(each.user.name) for each in (silent, answered, signed)] == [1, 1, 0]
    assert url("applicant", answer) in shown
    assert shown.count("Nog niet") == 1
    shown = told_on(page(town.coordinator, url("shift-fitting", shift)))
    assert [shown.count(each.user.name) for each in (silent, answered, signed, gave_up)] == [1, 0, 1, 1]
    assert "Heeft een plek" in shown
    assert "Afgemeld" in shown
    for what, done in ((town.vacancy, {answered}), (shift, {signed, gave_up})):
        rows = pointed_out(town.coordinator, what)
        assert {row["volunteerId"] for row in rows if row["answeredAt"]} == {str(each.pk) for each in done}
        assert all(row["pointedOutAt"] for row in rows)
        assert any(row["answeredAt"] is None for row in rows)


def test_an_answer_from_before_is_no_answer_to_it(town, clock):
    volunteer = town.volunteer()
    old = Application.objects.create(
        vacancy=town.vacancy, user=volunteer.user, organisation=town.organisation, centre=town.centre
    )
    with pytest.raises(NotEligible):
        point_out(town.vacancy, volunteer, by=town.coordinator)
    old.delete()
    clock.forward(days=1)
    point_out(town.vacancy, volunteer, by=town.coordinator)
    old.save(force_insert=True)
    assert [row["answeredAt"] for row in pointed_out(town.coordinator, town.vacancy)] == [None]


def test_the_page_costs_as_much_however_many_were_told(town, django_assert_num_queries):
    client = Client()
    client.force_login(town.coordinator)
    shift = town.shift()
    for number in range(3):
        for _each in range(2):
            volunteer = town.volunteer()
            point_out(town.vacancy, volunteer, by=town.coordinator)
            point_out(town.vacancy, volunteer, shift=shift, by=town.coordinator)
        for address, queries in (
            (url("vacancy-fitting", town.vacancy), 14),
            (url("shift-fitting", shift), 18),
        ):
            client.get(address)  # brings the index of this process up to date
            with django_assert_num_queries(queries):
                assert client.get(address).content.decode().count("Nog niet") == 2 * number + 2


# --- Who hears nothing ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"paused_until": date(2025, 12, 31)}, "Is niet actief of heeft pauze."),
        ({"monthly_ask_cap": 0}, "Is deze maand al zo vaak gevraagd als de vrijwilliger wil."),
        ({"consented_at": None}, "Is hiervoor niet meer beschikbaar."),
        ({"adult": False}, "Is te jong hiervoor."),
    ],
)
def test_who_wants_peace_or_does_not_fit_hears_nothing(town, both, fields, said):
    change(town.vacancy, minimum_age=18)
    volunteer = town.volunteer(**fields)
    what = both[1] or both[0]
    assert said in press(town.coordinator, what, volunteer)
    refused = call(town.coordinator, what, volunteer)
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    assert (refused.json()["code"], refused.json()["detail"]) == ("not-eligible", said)
    assert not VacancyTip.objects.exists()


def test_who_is_barred_or_has_said_no_hears_nothing(town, both):
    vacancy, shift = both
    barred, declined = town.volunteer(), town.volunteer()
    ScreeningFactory(volunteer=barred, state=ScreeningState.BLOCKED)
    Application.objects.create(
        vacancy=vacancy,
        user=declined.user,
        organisation=town.organisation,
        centre=town.centre,
        state=ApplicationState.WITHDRAWN,
    )
    refused = [barred, declined]
    if shift is not None:
        refused.append(town.volunteer())
        services.give_up(services.sign_up(shift, refused[-1], by=refused[-1].user), by=refused[-1].user)
    for volunteer in refused:
        with pytest.raises(NotEligible):
            point_out(vacancy, volunteer, shift=shift, by=town.coordinator)
    assert told() == 0


def withdraws_consent(volunteer: Volunteer, _town: ShiftTown) -> None:
    Volunteer.objects.filter(pk=volunteer.pk).update(consented_at=None)


def is_barred(volunteer: Volunteer, _town: ShiftTown) -> None:
    ScreeningFactory(volunteer=volunteer, state=ScreeningState.BLOCKED)


def is_over(_volunteer: Volunteer, town: ShiftTown) -> None:
    change(town.vacancy, state="closed")


@pytest.mark.parametrize("meanwhile", [withdraws_consent, is_barred, is_over])
def test_what_happens_before_the_message_goes_counts(town, both, mailoutbox, meanwhile):
    vacancy, shift = both
    stays, goes = town.volunteer(), town.volunteer()
    point_out(vacancy, goes, shift=shift, by=town.coordinator)
    meanwhile(goes, town)
    assert told() == 0
    assert not mailoutbox
    if meanwhile is not is_over:
        point_out(vacancy, stays, shift=shift, by=town.coordinator)
        assert told() == 1


def test_nothing_that_is_over_is_pointed_out(town, clock):
    volunteer, shift = town.volunteer(), town.shift()
    clock.forward(days=8)
    with pytest.raises(NotEligible, match="Voor deze datum kan nu niemand"):
        point_out(town.vacancy, volunteer, shift=shift, by=town.coordinator)
    change(town.vacancy, state="paused")
    with pytest.raises(NotEligible, match="Op deze vacature kan nu niemand"):
        point_out(town.vacancy, volunteer, by=town.coordinator)


def test_online_is_pointed_out_however_far_and_the_table_holds_once(town, both):
    vacancy, shift = both
    far = town.volunteer(lat=LAT + 0.5, cell=cell_of(LAT + 0.5, LON))
    with pytest.raises(NotEligible):
        point_out(vacancy, far, shift=shift, by=town.coordinator)
    change(vacancy, online=True)
    tip = point_out(vacancy, far, shift=shift, by=town.coordinator)
    assert point_out(vacancy, far, shift=shift, by=town.coordinator) == tip
    assert (
        EventRecord.objects.filter(type__in=["matching.vacancy_tipped", "matching.shift_tipped"]).count() == 1
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        VacancyTip.objects.create(vacancy=vacancy, shift=shift, volunteer=far)


def test_a_vacancy_and_each_of_its_dates_are_things_of_their_own(town):
    volunteer, shifts = town.volunteer(), [town.shift(), town.shift(days=8)]
    for shift in (None, *shifts):
        point_out(town.vacancy, volunteer, shift=shift, by=town.coordinator)
    assert told() == 3


# --- Who may, and over the API --------------------------------------------------------------------


def test_only_the_desk_of_the_centre_points_out_and_only_its_volunteers(town, both):
    vacancy, shift = both
    what, volunteer = shift or vacancy, town.volunteer()
    for user, status in ((town.contact, 403), (volunteer.user, 403), (CoordinatorFactory(), 404)):
        assert press(user, what, volunteer) == str(status)
        assert call(user, what, volunteer).status_code == 404
    foreign = VolunteerFactory()
    assert press(town.coordinator, what, foreign) == "404"
    assert call(town.coordinator, what, foreign).json()["code"] == "not-found"
    with pytest.raises(NotFound):
        point_out(vacancy, volunteer, shift=shift, by=town.contact)
    assert not VacancyTip.objects.exists()


def test_the_api_points_out_once_however_often_it_is_called(town, both):
    vacancy, shift = both
    what, volunteer = shift or vacancy, town.volunteer()
    answers = [call(town.coordinator, what, volunteer) for _twice in range(2)]
    answers += [call(town.coordinator, what, volunteer, **{"idempotency-key": "k1"}) for _twice in range(2)]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert answers[0].json() == answers[-1].json()
    assert answers[0].json()["volunteerId"] == str(volunteer.pk)
    assert timezone.datetime.fromisoformat(answers[0].json()["pointedOutAt"]) == the_clock.now()
    assert told() == 1
    malformed = Client()
    malformed.force_login(town.coordinator)
    kind = "vacancies" if shift is None else "shifts"
    answer = malformed.post(f"/api/v1/{kind}/{what.pk}/point-out", {}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-fields")


def test_what_was_pointed_out_is_told_to_the_volunteer_and_erased_with_them(town):
    mine, other, shift = town.volunteer(), town.volunteer(), town.shift()
    for each in (mine, other):
        point_out(town.vacancy, each, by=town.coordinator)
    point_out(town.vacancy, mine, shift=shift, by=town.coordinator)
    rows = {section.key: section.rows for section in tell(Subject(mine.user, mine))}["vacancy_tips"]
    expected = {"vacancy": town.vacancy.title, "at": the_clock.now()}
    assert sorted(rows, key=lambda row: row["starts_at"] is not None) == [
        expected | {"starts_at": None},
        expected | {"starts_at": shift.starts_at},
    ]
    assert erase(Subject(mine.user, mine))["matching_vacancytip"] == 2
    assert VacancyTip.objects.get().volunteer == other
