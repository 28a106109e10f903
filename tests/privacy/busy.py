"""A town in which three people have used everything, with a mark in every field that takes words."""

from datetime import date, time, timedelta
from decimal import Decimal

from allauth.account.models import EmailAddress

from academy.models import Enrolment
from academy.services import begin, enrol, evaluate, invite_to_course
from common import clock
from common.seating import SeatState
from matching.models import Assignment
from matching.services.advice import ask_talk, note_talk, take_talk
from notifications.models import PushSubscription
from people.enums import Role, SaidYes, SharedFor, SuspensionReason
from people.models import Organisation, Resident, User, Volunteer
from people.services import (
    Address,
    move_resident,
    new_calendar_link,
    reinstate_user,
    share_record,
    suspend_user,
    update_resident,
    update_volunteer,
)
from people.services.invitations import invite
from recognition import services as recognition
from recognition.enums import ClaimKind, Warmth
from safeguarding.enums import ReportKind, ReportOutcome, ReportReason
from safeguarding.services import block, file_report, settle_report, take_report
from tests.factories.academy import CourseFactory, learn, lesson, session_of
from tests.factories.matching import Town, open_request
from tests.factories.people import (
    CentreFactory,
    CoordinatorFactory,
    PostcodeFactory,
    ResidentFactory,
    UserFactory,
)
from tests.factories.schools import SchoolTown
from vacancies import services as vacancies
from vacancies.enums import DeclineReason
from vacancies.models import Placement, PlacementSpot, Student

# Fourteen: too young to help without the word of a parent. The clock stands in June 2025.
BORN = date(2011, 4, 1)
SATURDAY = date(2025, 5, 31)


class BusyTown:
    """A helper who also asks for help, the contact of an organisation, and a student.

    Every word of theirs begins with their mark (``qxbram``, ``qxolea``, ``qxsida``): long enough that no hash
    or token made by chance holds it.
    """

    PHONE = "612340987"

    def __init__(self) -> None:
        self.town = Town(volunteers=1)
        self.centre, self.coordinator = self.town.centre, self.town.coordinator
        PostcodeFactory(district=self.centre.districts.first())
        organisation = Organisation.objects.create(centre=self.centre, name="Buurthuis De Kom")
        self.bank = SchoolTown.of(organisation)
        self.helper = self._helper()
        self._answers()
        self._days()
        self._recognition()
        self._academy()
        self._trust()
        self.contact = self._contact()
        self.student = self._student()

    def _helper(self) -> Volunteer:
        volunteer = self.town.volunteers[0]
        _name(volunteer.user, "qxbram")
        update_volunteer(volunteer, by=volunteer.user, phone="06" + self.PHONE[1:])
        resident = ResidentFactory(centre=self.centre, user=volunteer.user)
        update_resident(resident, by=volunteer.user, name="Qxbramnaam", phone="06" + self.PHONE[1:])
        update_resident(resident, by=volunteer.user, email="qxbrampost@voorbeeld.nl")
        home = Address(street="Qxbramstraat", house_number="7", postcode=resident.address["postcode"])
        move_resident(resident, address=home, by=volunteer.user)
        self.resident = Resident.objects.get(pk=resident.pk)
        PushSubscription.objects.create(
            user=volunteer.user,
            endpoint="https://push.example/qxbramadres",
            p256dh="qxbramsleutel",
            auth="qxbramgeheim",
            device="Qxbramtelefoon",
            session_key="qxbramsessie",
            signed_in_until=clock.now() + timedelta(days=30),
        )
        return Volunteer.objects.select_related("user", "centre").get(pk=volunteer.pk)

    def _answers(self) -> None:
        """Answers to vacancies with words of both sides, one of them turned down; a talk about what suits."""
        me, contact = self.helper.user, self.bank.contact
        said = {"message": "Qxbrambericht", "phone": "06" + self.PHONE[1:]}
        first = vacancies.send_application(self.bank.vacancy, by=me, **said)
        vacancies.note_read(first, by=contact)
        vacancies.add_note(first, text="Qxbramvraag", by=me)
        vacancies.add_note(first, text="Qxbramnaam klinkt goed", shared=False, by=contact)
        vacancies.decline_application(first, reason=DeclineReason.TASK, note="Beste Qxbramnaam", by=contact)
        again = vacancies.send_application(self.bank.vacancy, message="Qxbrambericht", by=me)
        vacancies.start_application(again, by=contact)
        vacancies.save_vacancy(self.bank.vacancy, by=me)
        told = {"name": "Qxbramnaam", "email": "qxbrampost@voorbeeld.nl", "phone": "06" + self.PHONE[1:]}
        talk = ask_talk(self.centre, **told, answers={}, consented=True)  # before signing in
        take_talk(talk, by=self.coordinator)
        note_talk(talk, "Qxbramnaam wil graag.", by=self.coordinator)

    def _days(self) -> None:
        """Shifts with swaps both ways, and a one-day action with a group."""
        me, other = self.helper, self.bank.volunteer()
        vacancies.ask_swap(vacancies.sign_up(self.bank.shift(), me, by=me.user), by=me.user)
        theirs = vacancies.sign_up(self.bank.shift(days=8), other, by=other.user)
        vacancies.take_over(vacancies.ask_swap(theirs, by=other.user), me, by=me.user)
        action = vacancies.draft_action(
            self.bank.organisation, title="Tuin", description="Snoeien.", place="Dorpsstraat",
            on_date=clock.today() + timedelta(1), campaign="", bring="", provided="", by=self.bank.contact,
        )  # fmt: skip
        task = vacancies.add_task(
            action, title="Snoeien", begins=time(10), ends=time(15), capacity=9, by=self.bank.contact
        )
        vacancies.submit_action(action, by=self.bank.contact)
        vacancies.publish_action(action, by=None)
        task.refresh_from_db()
        vacancies.sign_up_for_task(task, size=3, group_name="Familie Qxbramgroep", by=me.user)

    def _recognition(self) -> None:
        """Hours, costs, a passport, and thanks said and had."""
        me = self.helper.user
        day = {"day": clock.today(), "organisation": self.bank.organisation}
        entry = recognition.enter_hours(me, minutes=60, note="Qxbramgekookt", by=me, **day)
        recognition.approve_hours([entry], by=self.bank.contact)
        costs = recognition.ClaimDetails(ClaimKind.COSTS, amount=Decimal(5), note="Qxbrambonnetje", **day)
        recognition.submit_claim(me, costs, by=me)
        recognition.share_passport(me, recognition.Shows(), by=me)
        recognition.thank_volunteer(me, Warmth.HAPPY, words="Dag Qxbramnaam", by=self.bank.contact)
        other = self.town.volunteer()
        done = open_request(self.centre, resident=self.resident, state="closed")
        helped = Assignment.objects.create(request=done, volunteer=other, state="done")
        # The desk passes on what was said on the phone.
        recognition.thank_for_help(helped, Warmth.HAPPY, words="Qxbramdank", by=self.coordinator)

    def _academy(self) -> None:
        """Lessons half-way and done, a meeting with an opinion, invitations."""
        me, done, meeting, halfway = self.helper.user, *(CourseFactory() for _ in range(3))
        for course in (done, halfway):
            lesson(course)
        learn(me, done)
        begin(halfway, me, by=me)
        invite_to_course(CourseFactory(), self.helper, by=self.coordinator)
        seat = enrol(session_of(meeting, self.centre), me, by=me)
        enrol(session_of(CourseFactory(), self.centre, starts_at=clock.now() + timedelta(20)), me, by=me)
        Enrolment.objects.filter(pk=seat.pk).update(state=SeatState.ATTENDED)
        evaluate(meeting, session=seat.event, by=me, rating=4, words="Qxbrammening")

    def _trust(self) -> None:
        """Reports both ways, a block, a closed account, an invitation, another centre that looks."""
        me = self.helper.user
        mine = {"reason": ReportReason.OTHER, "story": "Qxbrammelding"}
        told = file_report(ReportKind.VOLUNTEER, self.helper.pk, by=self.coordinator, **mine)
        colleague = CoordinatorFactory(self.centre)
        take_report(told, by=colleague)
        said = {"answer": "Met Qxbramnaam gesproken", "note": "Qxbramnaam weet het"}
        settle_report(told, ReportOutcome.TALKED, by=colleague, **said)
        block(self.helper, ResidentFactory(centre=self.centre), by=me, note="Qxbramliever niet")
        suspend_user(me, by=self.coordinator, reason=SuspensionReason.OTHER, note="Qxbramklacht")
        me.refresh_from_db()
        reinstate_user(me, by=self.coordinator, note="Qxbramopgelost")
        me.refresh_from_db()
        invite("qxbrampost@voorbeeld.nl", Role.REFERRER, centre=self.centre, by=self.coordinator)
        new_calendar_link(me, by=me)
        elsewhere = CentreFactory()
        share_record(
            elsewhere, reach="qxbrampost@voorbeeld.nl", reason=SharedFor.MOVES, note="Qxbramverhuist",
            said_yes=SaidYes.PHONE, consented=True, by=CoordinatorFactory(elsewhere),
        )  # fmt: skip

    def _contact(self) -> User:
        """Asked for an organisation to take part, is contact of a vacancy, signs hours of students."""
        me = self.bank.contact
        _name(me, "qxolea")
        told = {"name": "Qxoleanaam", "email": "qxoleapost@voorbeeld.nl", "phone": "0612345987"}
        vacancies.request_organisation(
            contact=told, postcode=self.helper.postcode, name="Stichting", email=told["email"],
            about="Wij koken.", by=me,
        )  # fmt: skip
        vacancies.edit_vacancy(
            self.bank.vacancy, by=self.coordinator, postcode=self.helper.postcode,
            contact_name="Qxoleanaam", contact_email=told["email"], contact_phone=told["phone"],
        )  # fmt: skip
        vacancies.keep_spot(
            self.bank.vacancy, places=3, is_open=True, by=me,
            supervisor_name="Qxoleanaam", supervisor_email="Qxoleapost@voorbeeld.nl",
        )  # fmt: skip
        return me

    def _student(self) -> Student:
        """Has had the word of a parent, a place and hours; another parent has been asked since."""
        me = UserFactory()
        _name(me, "qxsida")
        asked = {"born": BORN, "parent_email": "qxsidamoeder@voorbeeld.nl"}
        student = vacancies.join_class(self.bank.school_class.code, by=me, **asked)
        token = vacancies.parent_token(student.consents.get())
        vacancies.answer_for_child(token, name="Qxsidamoeder", agrees=True)
        placement = self._placement(student)
        worked = {"day": SATURDAY, "begins": time(10), "ends": time(12)}
        entry = vacancies.enter_hours(placement, by=me, **worked)
        vacancies.sign_hours(entry, right=True, by=self.contact)
        vacancies.take_consent_back(token)
        vacancies.ask_parent(student, "qxsidavader@voorbeeld.nl", by=me)
        # The helper is asked as a parent too, and has not answered.
        child = {"born": BORN, "parent_email": self.helper.user.email}
        vacancies.join_class(self.bank.school_class.code, by=UserFactory(), **child)
        return student

    def _placement(self, student: Student) -> Placement:
        spot = PlacementSpot.objects.get()
        asked = vacancies.ask_placement(student, spot, motivation="Qxsidawil", by=student.user)
        return vacancies.agree_placement(asked, by=self.contact)


def _name(user: User, mark: str) -> None:
    email = f"{mark}post@voorbeeld.nl"
    User.objects.filter(pk=user.pk).update(email=email, name=f"{mark.title()}naam")
    EmailAddress.objects.filter(user=user).update(email=email)
    user.refresh_from_db()
