"""The pages of recognition: one tap on a phone, nothing shown that was not chosen, the same for programs."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from common import clock as time
from common.encryption import digest
from common.errors import InvalidInput
from events.worker import Worker
from notifications.enums import NoticeKind
from notifications.models import Notice
from people.enums import HelpCategory
from people.models import User
from recognition import services
from recognition.enums import ClaimKind, ClaimState, HoursState, RefusalReason, Source, Warmth
from recognition.models import Claim, HourEntry, Passport, Thanks
from recognition.services import ClaimDetails, Shows
from tests.factories.academy import CourseFactory, train
from tests.factories.matching import Town
from tests.factories.people import UserFactory, VolunteerFactory
from tests.factories.recognition import done_task, hours, organisation_with_contact, started_work
from tests.factories.schools import SchoolTown
from vacancies.models import Student

pytestmark = pytest.mark.django_db
TODAY = date(2025, 6, 3)


@pytest.fixture
def town(clock) -> Town:
    return Town(volunteers=1)


@pytest.fixture
def user(town) -> User:
    return town.volunteers[0].user


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "nl"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def words(response) -> str:
    return " ".join(response.content.decode().split())


def asked(user: User, town: Town) -> HourEntry:
    return hours(
        user,
        town,
        source=Source.TASK,
        state=HoursState.PROPOSED,
        planned_minutes=60,
        minutes=60,
        category=HelpCategory.GARDEN,
    )


def test_hours_are_confirmed_with_one_tap_or_another_length(town, user):
    client = signed_in(user)
    first, second, third = (asked(user, town) for _ in range(3))
    page = words(client.get(reverse("my-hours")))
    assert "Klopt dit?" in page
    assert "1 uur" in page
    client.post(reverse("hours-confirm", args=[first.pk]))
    client.post(reverse("hours-confirm", args=[first.pk]))  # a double click is harmless
    client.post(reverse("hours-confirm", args=[second.pk]), {"minutes": "90"})
    client.post(reverse("hours-withdraw", args=[third.pk]))
    states = {entry.pk: (entry.state, entry.minutes) for entry in HourEntry.objects.all()}
    assert states == {
        first.pk: (HoursState.APPROVED, 60),
        second.pk: (HoursState.WAITING, 90),
        third.pk: (HoursState.WITHDRAWN, 60),
    }
    assert "2025: 1 uur" in words(client.get(reverse("my-hours")))


def test_own_hours_are_entered_for_each_place_and_what_is_wrong_keeps_what_was_typed(town, user):
    organisation, _contact = organisation_with_contact(town)
    work = started_work(user, organisation, "Gastheer aan de balie")
    client, page = signed_in(user), reverse("hours-add")
    assert "Gastheer aan de balie" in words(client.get(page))
    tomorrow = {"where": "centre", "day": "2025-06-04", "minutes": "90", "note": "Soep gekookt"}
    wrong = client.post(page, tomorrow)
    assert wrong.status_code == 422
    assert "Soep gekookt" in words(wrong)
    assert "Deze dag moet nog komen" in words(wrong)
    for where in ("centre", str(work.pk), str(organisation.pk)):
        assert client.post(page, {**tomorrow, "where": where, "day": "2025-06-02"}).status_code == 302
    assert client.post(page, {**tomorrow, "where": str(work.pk), "day": "2025-06-02"}).status_code == 422
    made = {(each.source, each.organisation_id, each.role) for each in HourEntry.objects.all()}
    assert made == {
        (Source.OWN, None, ""),
        (Source.OWN, organisation.pk, ""),
        (Source.ROLE, organisation.pk, work.vacancy.title),
    }


def test_who_helps_nowhere_is_invited_to_join(town):
    response = signed_in(UserFactory()).get(reverse("my-hours"))
    assert response.status_code == 302
    assert response["Location"] == reverse("join")


def test_an_organisation_signs_one_or_all_that_is_ticked_and_says_why_not(town, user):
    organisation, contact = organisation_with_contact(town)
    one, two, three, four = (
        hours(user, town, organisation=organisation, day=TODAY - timedelta(days=days)) for days in range(4)
    )
    elsewhere = hours(user, town)
    client, page = signed_in(contact), reverse("hours-to-sign")
    assert words(client.get(page)).count("Teken<") == 4
    # One button signs its own line, whatever is ticked.
    client.post(page, {"one": str(one.pk), "ticked": [str(two.pk), str(three.pk)]})
    client.post(page, {"ticked": [str(two.pk), str(elsewhere.pk), "nonsense"]})
    refuse = reverse("hours-refuse", args=[three.pk])
    assert client.post(refuse, {}).status_code == 422
    client.post(refuse, {"reason": "other_length"})
    states = {entry.pk: entry.state for entry in HourEntry.objects.all()}
    assert states == {
        one.pk: HoursState.APPROVED,
        two.pk: HoursState.APPROVED,
        three.pk: HoursState.REFUSED,
        four.pk: HoursState.WAITING,
        elsewhere.pk: HoursState.WAITING,
    }
    own = signed_in(user)
    assert "De duur of het bedrag klopt niet" in words(own.get(reverse("my-hours")))
    mend = reverse("hours-correct", args=[three.pk])
    assert own.get(mend).status_code == 200
    own.post(mend, {"day": "2025-06-01", "minutes": "45"})
    three.refresh_from_db()
    assert (three.state, three.minutes) == (HoursState.WAITING, 45)


def test_the_lists_ask_the_database_as_often_for_many_as_for_one(town, user, django_assert_num_queries):
    organisation, contact = organisation_with_contact(town)
    signer, own = signed_in(contact), signed_in(user)

    def fill(number: int) -> None:
        for days in range(number):
            day = TODAY - timedelta(days=days)
            hours(user, town, organisation=organisation, day=day, minutes=5)
            asked(user, town)
            details = ClaimDetails(ClaimKind.COSTS, day, amount=Decimal(5), organisation=organisation)
            services.submit_claim(user, details, by=user)

    for number in (1, 9):
        fill(number)
        for client, name, queries in (
            (signer, "hours-to-sign", 7),
            (signer, "claims-to-decide", 9),
            (own, "my-hours", 12),
            (own, "my-claims", 10),
        ):
            with django_assert_num_queries(queries):
                assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize(
    ("shows", "seen", "hidden"),
    [
        (Shows(), ["Zoë Bloem", "Gastheer", "2025", "Veilig tillen"], []),
        (
            Shows(full_name=False, shows_hours=False),
            ["Zoë", "Gastheer", "Veilig tillen"],
            ["Bloem", "Uren<", "2 uur"],
        ),
        (
            Shows(shows_roles=False, shows_trainings=False),
            ["Zoë Bloem", "2 uur"],
            ["Wat ik deed", "Veilig tillen"],
        ),
    ],
)
def test_a_passport_shows_what_was_chosen_and_no_more_until_it_is_taken_back(town, user, shows, seen, hidden):
    User.objects.filter(pk=user.pk).update(name="Zoë Bloem")
    user.refresh_from_db()
    hours(user, town, state=HoursState.APPROVED, role="Gastheer", source=Source.ROLE, note="Geheim")
    train(town.volunteers[0], CourseFactory(title_nl="Veilig tillen"))
    passport = services.share_passport(user, shows, by=user)
    address = reverse("passport", args=[passport.token])
    response = Client(headers={"accept-language": "nl"}).get(address)
    page = words(response)
    assert all(each in page for each in seen)
    assert not any(each in page for each in (*hidden, user.email, "Geheim", "+3161"))
    assert "noindex" in response["X-Robots-Tag"]
    pdf = signed_in(user).get(reverse("passport-pdf", args=[passport.pk]))
    text = " ".join(PdfReader(BytesIO(pdf.content)).pages[0].extract_text().split())
    assert all(each in text for each in seen)
    assert address[:30] in text
    assert not any(each in text for each in hidden if "<" not in each)
    signed_in(user).post(reverse("passport-revoke", args=[passport.pk]))
    assert Client().get(address).status_code == 404
    assert signed_in(user).get(reverse("passport-pdf", args=[passport.pk])).status_code == 404


WHOLE, SHORT = "Zoë de Bloem", "Zoë B."


@pytest.mark.parametrize(
    ("who", "by_itself", "by_choice"),
    [
        ({"adult": True}, WHOLE, WHOLE),
        ({"adult": False}, SHORT, WHOLE),
        ({"born": date(2009, 5, 1)}, SHORT, WHOLE),  # sixteen since this month
        ({"born": date(2009, 6, 1)}, SHORT, SHORT),  # fifteen, or perhaps just sixteen
        ({"adult": True, "born": date(2009, 6, 1)}, SHORT, SHORT),
        ({}, SHORT, WHOLE),  # helped for one day: how old is not known
    ],
)
def test_the_whole_name_of_a_minor_stands_there_by_their_own_choice_only(
    clock, town, who, by_itself, by_choice
):
    person, may_choose = UserFactory(name=WHOLE), by_choice == WHOLE
    if "adult" in who:
        VolunteerFactory(user=person, centre=town.centre, adult=who["adult"])
    if "born" in who:
        Student.objects.create(user=person, school_class=SchoolTown().school_class, born=who["born"])
    hours(person, town, state=HoursState.APPROVED, role="Tuin", source=Source.ACTION)

    def says(passport: Passport) -> str:
        page = words(Client().get(reverse("passport", args=[passport.token])))
        return WHOLE if WHOLE in page else SHORT if SHORT in page else ""

    mine = signed_in(person)
    form = mine.get(reverse("my-passport"))
    assert ("full_name" in form.context["form"].fields) is may_choose
    assert form.context["form"].initial.get("full_name", False) is (by_itself == WHOLE)
    assert ("zestien bent" in words(form)) is not may_choose
    assert says(services.share_passport(person, Shows(), by=person)) == by_itself
    mine.post(reverse("my-passport"), {"full_name": "on", "shows_hours": "on"})
    chosen = Passport.objects.get(shows_roles=False)
    assert says(chosen) == by_choice
    if not may_choose:
        with pytest.raises(InvalidInput):
            services.share_passport(person, Shows(full_name=True), by=person)
    # What was shared before there was a rule, or while they were thought to be an adult: ticked for them.
    Passport.objects.update(full_name=True, name_chosen=False)
    assert says(chosen) == by_itself
    page = words(mine.get(reverse("my-passport")))
    assert ("als je dat zelf aanvinkt" in page) is (by_itself == SHORT and may_choose)
    assert page.count("voornaam en eerste letter") == (2 if by_itself == SHORT else 0)
    answer = mine.get("/api/v1/passports").json()["items"]
    assert {each["showsWholeName"] for each in answer} == {by_itself == WHOLE}


@pytest.mark.django_db(transaction=True)
def test_passports_of_before_the_rule_show_no_whole_name_of_who_never_chose_it(clock):
    """From the old state of the table to the new one, with rows of both kinds of people."""
    run = MigrationExecutor(connection)
    try:
        run.migrate([("recognition", "0004_short_names")])
        old = run.loader.project_state([("recognition", "0004_short_names")]).apps
        people = {adult: UserFactory(name=WHOLE) for adult in (True, False)}
        for adult, person in people.items():
            VolunteerFactory(user=person, adult=adult)
            kept = {"user_id": person.pk, "token": f"oud{adult}", "token_digest": digest(f"oud{adult}")}
            old.get_model("recognition", "Passport").objects.create(full_name=True, **kept)
    finally:
        run = MigrationExecutor(connection)
        run.migrate([key for key in run.loader.graph.leaf_nodes() if key[0] == "recognition"])
    for adult in people:
        page = words(Client().get(reverse("passport", args=[f"oud{adult}"])))
        assert (WHOLE in page, SHORT in page) == (adult, not adult)


def test_an_address_cannot_be_guessed_or_read_from_the_table_and_ten_are_enough(town, user):
    for _ in range(10):
        signed_in(user).post(reverse("my-passport"), {"full_name": "on"})
    assert Passport.objects.count() == 10
    signed_in(user).post(reverse("my-passport"), {"full_name": "on"})
    assert Passport.objects.count() == 10
    passport = Passport.objects.first()
    assert len(passport.token) == 64
    raw = Passport.objects.extra(select={"raw": "token"}).values_list("raw", "token_digest")
    assert not any(passport.token in text for row in raw for text in row)
    assert Client().get(reverse("passport", args=[passport.token_digest])).status_code == 404
    assert not passport.shows_hours
    User.objects.filter(pk=user.pk).update(suspended_at=time.now())
    assert Client().get(reverse("passport", args=[passport.token])).status_code == 404


def test_thank_you_takes_one_tap_and_too_much_is_asked_back_kindly(town):
    assignment = done_task(town)
    client, page = signed_in(town.resident_user), reverse("thank", args=[assignment.pk])
    assert words(client.get(page)).count('name="sentence"') == len(Warmth)
    wrong = client.post(page, {"sentence": "happy", "words": "Bel 06 12345678"})
    assert wrong.status_code == 422
    assert "Bel 06 12345678" in words(wrong)
    assert client.post(page, {"sentence": "boos"}).status_code == 422
    assert client.post(page, {"sentence": "happy", "words": "Tot gauw"}).status_code == 302
    assert client.post(page, {"sentence": "time"}).status_code == 302
    assert Thanks.objects.get().sentence == Warmth.HAPPY
    assert "Tot gauw" in words(client.get(page))
    own = signed_in(assignment.volunteer.user)
    assert "Tot gauw" in words(own.get(reverse("my-hours")))
    assert Thanks.objects.get().seen_at is not None
    link = reverse("thank", args=[assignment.pk])
    assert link in words(client.get(reverse("request-match", args=[assignment.request_id])))


def test_a_claim_is_made_decided_and_taken_away_as_a_file(town, user):
    organisation, contact = organisation_with_contact(town)
    client, page = signed_in(user), reverse("claim-add")
    ride = {"kind": "kilometres", "day": "2025-06-02", "note": "=cmd()", "organisation": organisation.pk}
    assert client.post(page, ride).status_code == 422
    assert client.post(page, {**ride, "kilometres": "12,5"}).status_code == 302
    claim = Claim.objects.get()
    assert claim.amount == Decimal("2.88")
    payer = signed_in(contact)
    assert "€ 2,88" in words(payer.get(reverse("claims-to-decide")))
    payer.post(reverse("claims-to-decide"), {"ticked": [str(claim.pk)]})
    claim.refresh_from_db()
    assert claim.state == ClaimState.APPROVED
    export = payer.get(reverse("claims-export", args=[2025, "csv"])).content.decode("utf-8-sig")
    assert "2,88" in export
    assert "'=cmd()" in export
    assert len(payer.get(reverse("claims-export", args=[2025, "xlsx"])).content) > 1000
    assert payer.get(reverse("claims-export", args=[2025, "exe"])).status_code == 404
    assert "2,88" not in signed_in(town.coordinator).get(
        reverse("claims-export", args=[2025, "csv"])
    ).content.decode("utf-8-sig")


def test_the_warning_reaches_the_volunteer_and_who_pays_and_says_which_years_amounts_are_used(
    town, user, clock
):
    organisation, contact = organisation_with_contact(town)
    details = ClaimDetails(ClaimKind.ALLOWANCE, TODAY, amount=Decimal("211.00"), organisation=organisation)
    services.submit_claim(user, details, by=user)
    Worker().run_due()
    assert {each.kind for each in Notice.objects.filter(user=user)} == {NoticeKind.LIMIT_OVER}
    assert {each.kind for each in Notice.objects.filter(user=contact)} == {
        NoticeKind.CLAIM_WAITING,
        NoticeKind.LIMIT_OVER_PAYER,
    }
    client, payer = signed_in(user), signed_in(contact)
    page = words(client.get(reverse("my-claims")))
    assert "Je zit boven een grens" in page
    assert "€ 211,00 van € 210,00" in page
    assert "rekenen we met die van" not in page
    assert "Over de grens" in words(payer.get(reverse("claims-to-decide")))
    for who, browser in ((user, client), (contact, payer)):
        for notice in Notice.objects.filter(user=who):
            assert browser.get(reverse("notice", args=[notice.pk]), follow=True).status_code == 200
    clock.forward(days=400)
    assert "rekenen we met die van 2025" in words(signed_in(user).get(reverse("my-claims")))


def test_what_waits_is_told_once_until_it_is_read_and_what_is_refused_each_time(town, user):
    organisation, contact = organisation_with_contact(town)
    for days in range(3):
        day = TODAY - timedelta(days=days)
        services.enter_hours(user, day=day, minutes=60, organisation=organisation, by=user)
    Worker().run_due()
    waiting = Notice.objects.filter(user=contact, kind=NoticeKind.HOURS_WAITING)
    assert waiting.count() == 1
    assert not Notice.objects.filter(user=town.coordinator, kind=NoticeKind.HOURS_WAITING).exists()
    for entry in HourEntry.objects.all()[:2]:
        services.refuse_hours(entry, RefusalReason.DOUBLE, by=contact)
    Worker().run_due()
    assert Notice.objects.filter(user=user, kind=NoticeKind.HOURS_REFUSED).count() == 2


def test_programs_do_the_same(town, user):
    organisation, contact = organisation_with_contact(town)
    client, signer = signed_in(user), signed_in(contact)
    body = {"day": "2025-06-02", "minutes": 90, "organisation": str(organisation.pk)}
    made = client.post("/api/v1/hour-entries", body, content_type="application/json")
    assert made.status_code == 201
    assert made.json()["state"] == "waiting"
    entry = made.json()["id"]
    signed = signer.post("/api/v1/hour-entries/approve", {"ids": [entry]}, content_type="application/json")
    assert signed.json() == {"count": 1}
    listed = client.get("/api/v1/hour-entries?state=approved").json()["items"]
    assert [each["id"] for each in listed] == [entry]
    ride = {"kind": "kilometres", "day": "2025-06-02", "kilometres": "10"}
    claim = client.post("/api/v1/reimbursements", ride, content_type="application/json").json()
    assert (claim["amount"], claim["rate"]) == ("2.30", "0.230")
    assert signer.get(f"/api/v1/reimbursements/{claim['id']}").status_code == 404
    assignment = done_task(town)
    thanks = {"assignment": str(assignment.pk), "sentence": "happy"}
    resident = signed_in(town.resident_user)
    assert resident.post("/api/v1/thanks", thanks, content_type="application/json").status_code == 201
    assert resident.post("/api/v1/thanks", thanks, content_type="application/json").status_code == 409
    assert client.post("/api/v1/thanks", thanks, content_type="application/json").status_code == 404
