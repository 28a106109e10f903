"""Wherever people read each other's words in the vacancy bank they can say that something is wrong there."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from common.clock import today
from common.errors import Forbidden, NotFound
from people.enums import Role, Why
from people.models import AccessLog, Suspension, User
from people.queries import accounts_in_scope
from people.services import reinstate_user, suspend_user
from recognition.models import Claim, HourEntry, Thanks
from safeguarding.enums import CLOSED_FOR, ReportKind, ReportOutcome, ReportReason
from safeguarding.models import Report
from safeguarding.queries import reports_at_desk
from safeguarding.services import file_report, settle_report, take_report
from tests.factories.people import (
    AdministratorFactory,
    CoordinatorFactory,
    RoleGrantFactory,
    UserFactory,
    VolunteerFactory,
    staff,
)
from tests.factories.schools import SchoolTown
from tests.factories.shifts import ShiftTown
from tests.factories.vacancies import Bank, make_bank, published
from vacancies import services
from vacancies.models import ApplicationNote, ShiftSeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank(clock) -> Bank:
    return make_bank()


@pytest.fixture
def answer(bank):
    """Someone who is no volunteer of any centre answered, and both sides wrote."""
    found = services.send_application(
        published(bank), message="Ik kom graag", by=UserFactory(name="Noor Vos")
    )
    services.add_note(found, text="Kom maar eens langs.", by=bank.manager)
    services.add_note(found, text="Leen je mij wat?", by=found.user)
    return found


def browser(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def ways_on(page: str) -> list[str]:
    """What can be reported from a page: kind and id."""
    return re.findall(r'href="(/melden/[^"]+)"', page)


def notes_of(*authors) -> list[ApplicationNote]:
    """The note of each."""
    return [ApplicationNote.objects.get(author=author) for author in authors]


def tell(reader, kind: ReportKind, thing: object) -> Report:
    return file_report(kind, thing.pk, reason=ReportReason.RUDE, by=reader)


class TestFromThePageWhereItStands:
    def test_what_everybody_reads(self, bank):
        vacancy, visitor = published(bank), UserFactory()
        organisation = bank.organisation
        for kind, thing, name, page in (
            ("vacancy", vacancy, vacancy.title, reverse("vacancy", args=[vacancy.pk])),
            (
                "organisation",
                organisation,
                organisation.name,
                reverse("organisation", args=[organisation.pk]),
            ),
        ):
            way = reverse("report-it", args=[kind, thing.pk])
            assert way in ways_on(Client().get(page).content.decode())
            assert Client().get(way).status_code == 302  # to sign in, and back
            asked = browser(visitor).get(way).content.decode()
            assert f"<strong>{name}</strong>" in asked
            assert asked.index('name="reason"') < asked.index("tel:112")  # about a thing: not in the way
            assert browser(visitor).post(way, {"reason": "false"}).status_code == 302
        told = Report.objects.filter(reporter=visitor)
        assert {each.organisation for each in told} == {bank.organisation}
        assert {each.path for each in told} == {
            reverse("desk-vacancy", args=[vacancy.pk]),
            reverse("review-organisation", args=[bank.organisation.pk]),
        }
        for report in told:  # the desk opens what it is about
            assert browser(bank.coordinator).get(report.path).status_code == 200

    def test_an_answer_and_each_word_by_the_other_side(self, bank, answer):
        from_them, from_her = notes_of(bank.manager, answer.user)
        mine = browser(answer.user).get(reverse("my-application", args=[answer.pk])).content.decode()
        assert ways_on(mine) == [f"/melden/note/{from_them.pk}/", f"/melden/answer/{answer.pk}/"]
        theirs = browser(bank.manager).get(reverse("applicant", args=[answer.pk])).content.decode()
        assert ways_on(theirs) == [f"/melden/note/{from_her.pk}/", f"/melden/answer/{answer.pk}/"]
        told = tell(bank.manager, ReportKind.NOTE, from_her)
        assert (told.person, told.organisation, told.centre) == (answer.user, None, bank.centre)
        back = tell(answer.user, ReportKind.NOTE, from_them)
        assert (back.person, back.organisation) == (bank.manager, bank.organisation)

    def test_words_of_thanks(self, bank):
        volunteer = VolunteerFactory(centre=bank.centre)
        said = Thanks.objects.create(
            user=volunteer.user, giver="organisation", given_by=bank.manager, organisation=bank.organisation,
            sentence="great", words="Top, schat",
        )  # fmt: skip
        page = browser(volunteer.user).get(reverse("my-hours")).content.decode()
        assert ways_on(page) == [f"/melden/thanks/{said.pk}/"]
        assert tell(volunteer.user, ReportKind.THANKS, said).person == bank.manager

    def test_who_comes_on_a_date(self, clock):
        town = ShiftTown()
        volunteer = town.volunteer()
        shift = town.shift()
        services.sign_up(shift, volunteer, by=volunteer.user)
        seat = ShiftSeat.objects.get()
        page = browser(town.contact).get(reverse("shift-roster", args=[shift.pk])).content.decode()
        assert ways_on(page) == [f"/melden/person/{volunteer.user_id}/"]
        told = tell(town.contact, ReportKind.PERSON, volunteer.user)
        assert (told.volunteer, told.person) == (seat.holder, volunteer.user)

    def test_words_of_a_student_and_who_comes_as_one(self, clock):
        town = SchoolTown()
        student = town.student(date(2009, 3, 1), agreed=True)
        placement = services.ask_placement(
            student, town.spot, motivation="Ik houd van koffie", by=student.user
        )
        desk, way = reverse("placements-desk"), f"/melden/placement/{placement.pk}/"
        assert way in ways_on(browser(town.contact).get(desk).content.decode())
        told = tell(town.contact, ReportKind.PLACEMENT, placement)
        assert (told.person, told.volunteer, told.path) == (student.user, None, desk)
        for nobody in (student.user, make_bank().manager, VolunteerFactory().user):
            with pytest.raises(NotFound):
                tell(nobody, ReportKind.PLACEMENT, placement)
        services.agree_placement(placement, by=town.contact)
        comes = ways_on(browser(town.contact).get(desk).content.decode())
        assert comes == [f"/melden/person/{student.user_id}/"]
        assert browser(town.coordinator).get(told.path).status_code == 200

    def test_words_with_hours_and_costs(self, bank):
        volunteer = VolunteerFactory(centre=bank.centre)
        given = {"user": volunteer.user, "centre": bank.centre, "organisation": bank.organisation}
        given |= {"day": today(), "note": "Bel me maar, schat"}
        hours = HourEntry.objects.create(**given, minutes=60, state="waiting")
        plain = HourEntry.objects.create(**given | {"note": ""}, minutes=30, state="waiting")
        costs = Claim.objects.create(**given, kind="costs", amount=5)
        for kind, thing, page in (("hours", hours, "hours-to-sign"), ("claim", costs, "claims-to-decide")):
            shown = browser(bank.manager).get(reverse(page)).content.decode()
            assert ways_on(shown) == [f"/melden/{kind}/{thing.pk}/"]
            told = tell(bank.manager, ReportKind(kind), thing)
            assert (told.person, told.volunteer, told.path) == (volunteer.user, volunteer, reverse(page))
            for nobody in (volunteer.user, make_bank().manager, UserFactory()):
                with pytest.raises(NotFound):
                    tell(nobody, ReportKind(kind), thing)
        with pytest.raises(NotFound):  # no words
            tell(bank.manager, ReportKind.HOURS, plain)


class TestWhoKnowsOfNothing:
    def test_neither_strangers_nor_others_nor_oneself(self, bank, answer):
        note, own = notes_of(bank.manager, answer.user)
        aside = services.add_note(answer, text="Voor ons", shared=False, by=bank.manager)
        draft = services.draft_vacancy(bank.organisation, title="Nog niet", by=bank.manager)
        foreign = make_bank().manager
        volunteer = VolunteerFactory().user
        for kind, thing, reader in (
            (ReportKind.NOTE, note, foreign),
            (ReportKind.NOTE, note, volunteer),
            (ReportKind.NOTE, own, answer.user),
            (ReportKind.NOTE, aside, answer.user),
            (ReportKind.ANSWER, answer, foreign),
            (ReportKind.VACANCY, draft, foreign),
            (ReportKind.PERSON, answer.user, foreign),
            (ReportKind.PERSON, answer.user, volunteer),
        ):
            with pytest.raises(NotFound):
                tell(reader, kind, thing)

    def test_whose_words_they_are_never_see_the_report(self, bank, answer):
        note = ApplicationNote.objects.filter(author=bank.manager).get()
        report = tell(answer.user, ReportKind.NOTE, note)
        both = CoordinatorFactory(bank.centre)
        assert report in reports_at_desk(both)
        RoleGrantFactory(user=both, role=Role.ORGANISATION, centre=None, organisation=bank.organisation)
        both = type(both).objects.get(pk=both.pk)
        assert report not in reports_at_desk(both)
        assert not both.has_perm("safeguarding.handle_report", report)
        assert report not in reports_at_desk(CoordinatorFactory())


def looks_of(account) -> list[tuple[str, str]]:
    """Who used a report to reach the account, and for what, in order."""
    rows = AccessLog.objects.filter(subject_id=account.pk).order_by("pk")
    assert {row.why for row in rows} <= {Why.SAFETY}
    names = dict(User.objects.values_list("pk", "email"))
    return [(names[row.reader_id], row.act) for row in rows]


class TestAnAccountWithoutAnotherTie:
    """Who answered has no record with the centre: the report itself is what it has to do with them."""

    @pytest.fixture
    def report(self, bank, answer) -> Report:
        return tell(bank.manager, ReportKind.ANSWER, answer)

    @pytest.fixture
    def settled(self, bank, report) -> Report:
        take_report(report, by=bank.coordinator)
        return settle_report(report, ReportOutcome.TALKED, by=bank.coordinator)

    def test_is_closed_from_the_report_and_opened_with_a_reason(self, bank, answer, clock):
        desk, address = browser(bank.coordinator), reverse("suspension", args=[answer.user_id])
        assert desk.get(address).status_code == 404
        report = tell(bank.manager, ReportKind.ANSWER, answer)
        shown = desk.get(reverse("report", args=[report.pk])).content.decode()
        way = re.search(f'href="({address}[^"]*)"', shown)[1]
        form = desk.get(way).content.decode()
        ticked = re.findall(r"<input[^>]*\bchecked\b[^>]*>", form)
        assert len(ticked) == 1
        assert f'value="{CLOSED_FOR[ReportReason(report.reason)]}"' in ticked[0]
        hers, me = browser(answer.user), bank.coordinator.email
        assert desk.get(address).status_code == 200
        assert desk.post(address, {"reason": "other", "note": ""}).status_code == 302
        assert hers.get(reverse("my-applications")).status_code == 302
        assert address not in desk.get(reverse("report", args=[report.pk])).content.decode()
        clock.forward(days=800)  # however old the report: whose centre closed it opens it
        desk = browser(bank.coordinator)
        assert answer.user.name in desk.get(reverse("suspensions")).content.decode()
        assert desk.post(address, {"note": ""}).status_code == 422  # not without why
        assert desk.post(address, {"note": "Een misverstand."}).status_code == 302
        answer.user.refresh_from_db()
        assert answer.user.is_active
        assert Suspension.objects.get().lifted_why == "Een misverstand."
        assert looks_of(answer.user) == [(me, act) for act in ("read", "closed", "read", "opened")]
        shown = browser(answer.user).get(reverse("my-rights")).content.decode()
        assert bank.coordinator.name in shown  # whoever it is about sees who looked

    def test_is_reached_by_who_decides_reports_only(self, bank, answer, report):
        officer = staff(Role.CONFIDENTIAL_OFFICER, bank.centre)
        for nobody in (
            officer,
            bank.manager,
            CoordinatorFactory(),
            VolunteerFactory(centre=bank.centre).user,
        ):
            assert not accounts_in_scope(nobody).filter(pk=answer.user_id).exists()
            with pytest.raises(Forbidden):
                suspend_user(answer.user, by=nobody)
        assert accounts_in_scope(AdministratorFactory(bank.centre)).filter(pk=answer.user_id).exists()
        assert looks_of(answer.user) == []

    def test_is_reached_by_nobody_through_a_report_of_their_own(self, bank, answer):
        tell(bank.coordinator, ReportKind.ANSWER, answer)
        assert not accounts_in_scope(bank.coordinator).filter(pk=answer.user_id).exists()
        assert accounts_in_scope(CoordinatorFactory(bank.centre)).filter(pk=answer.user_id).exists()

    def test_is_reached_for_a_month_after_it_was_settled(self, bank, answer, settled, clock, settings):
        page, api = reverse("suspension", args=[answer.user_id]), "/api/v1/suspensions"
        clock.forward(days=settings.REPORT_SCOPE_DAYS, seconds=-1)
        desk = browser(bank.coordinator)
        assert desk.get(page).status_code == 200
        clock.forward(seconds=1)
        assert desk.get(page).status_code == 404
        assert desk.post(page, {"reason": "other"}).status_code == 404
        told = {"user": str(answer.user_id), "reason": "other"}
        assert desk.post(api, told, content_type="application/json").status_code == 404
        with pytest.raises(Forbidden):
            suspend_user(answer.user, by=bank.coordinator)
        assert Report.objects.get() == settled  # kept for years, and opens nothing

    def test_of_another_centre_is_not_opened_by_this_one(self, bank, answer, report):
        home = VolunteerFactory(user=answer.user).centre
        theirs, ours = CoordinatorFactory(home), browser(bank.coordinator)
        suspend_user(answer.user, by=theirs, note="Van ons")
        assert looks_of(answer.user) == []
        assert ours.get(reverse("suspension", args=[answer.user_id])).status_code == 404
        assert answer.user.name not in ours.get(reverse("suspensions")).content.decode()
        assert ours.get("/api/v1/suspensions").json()["items"] == []
        with pytest.raises(Forbidden):
            reinstate_user(answer.user, by=bank.coordinator, note="Toch maar")
        reinstate_user(answer.user, by=theirs, note="Kan weer")
        suspend_user(answer.user, by=bank.coordinator)  # but what this one closed, home sees and opens
        assert [row["note"] for row in ours.get("/api/v1/suspensions").json()["items"]] == [""]
        reinstate_user(answer.user, by=theirs, note="Kan weer")
        assert [act for _who, act in looks_of(answer.user)] == ["closed", "read"]
