"""Makes a school with a class, a teacher, a place at a vacancy and students, by way of the services."""

from datetime import date
from typing import Any

from common import clock
from people.models import User
from tests.factories.people import UserFactory
from tests.factories.shifts import ShiftTown
from vacancies import services
from vacancies.models import Placement, Student


class SchoolTown(ShiftTown):
    """A town of shifts with a school: a confirmed teacher, one class, one place for students."""

    def __init__(self, **vacancy_fields: Any) -> None:
        super().__init__(**vacancy_fields)
        self.school = services.add_school(self.centre, name="Oosterlicht College", by=self.coordinator)
        self.teacher: User = UserFactory()
        contact = services.join_school(self.school.code, by=self.teacher)
        services.confirm_contact(contact, by=self.coordinator)
        self.school_class = services.add_class(
            self.school,
            name="3 havo B",
            ends_on=date(clock.today().year + 1, 7, 1),
            hours_required=30,
            lesson_hours=6,
            by=self.teacher,
        )
        self.spot = services.keep_spot(
            self.vacancy,
            places=3,
            supervisor_name="Ria de Boer",
            supervisor_email="ria@buurthuis.example",
            is_open=True,
            by=self.contact,
        )

    def student(self, born: date, *, agreed: bool = True, **answer: Any) -> Student:
        """A student of the class; with a parent who has agreed, where one is needed."""
        user = UserFactory()
        student = services.join_class(
            self.school_class.code, born=born, parent_email="ouder@voorbeeld.nl", by=user
        )
        consent = student.consents.first()
        if agreed and consent is not None:
            services.answer_for_child(
                services.parent_token(consent), **{"name": "A. Jansen", "agrees": True, **answer}
            )
        return student

    def placement(self, student: Student) -> Placement:
        """A placement that the organisation has agreed to."""
        asked = services.ask_placement(student, self.spot, motivation="Ik help graag.", by=student.user)
        return services.agree_placement(asked, by=self.contact)
