"""What the matrix of access needs of the academy: lessons half-way, a meeting, a certificate."""

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from PIL import Image

from academy.enums import VersionState
from academy.models import (
    ArticlePicture,
    BadgeKey,
    Certificate,
    Course,
    Enrolment,
    Learning,
    LessonPicture,
    Session,
)
from academy.services import (
    TOKEN,
    add_article_picture,
    add_picture,
    begin,
    draft_of,
    enrol,
    picture_line,
    renew_key,
)
from common import clock
from common.checkin import make_token
from common.uploads import clean_picture
from people.models import Centre, User, Volunteer
from tests.factories.academy import CourseFactory, learn, lesson, session_of
from tests.factories.knowledge import write_article

PREFIXES = (
    "kennis/beeld",
    "leren",
    "trainingen",
    "trainer",
    "bijeenkomsten",
    "certificaten",
    "badges",
    "inchecken",
)


@dataclass
class Academy:
    """Everything belongs to the helper; the meeting to the trainer's centre."""

    course: Course
    learning: Learning
    session: Session
    seat: Enrolment
    certificate: Certificate
    key: BadgeKey
    centre: Centre
    picture: LessonPicture
    shown: ArticlePicture

    def arguments(self, route: str) -> dict[str, Any]:
        """The parameters of the academy's own routes."""
        if not route.startswith(PREFIXES):
            return {}
        return {
            "slug": self.centre.slug if route.startswith("badges") else self.course.slug,
            "session_id": self.session.pk,
            "seat_id": self.seat.pk,
            "certificate_id": self.certificate.pk,
            "key_id": self.key.pk,
            "picture_id": self.shown.pk if route.startswith("kennis") else self.picture.pk,
            "step_id": self.course.versions.get(state=VersionState.DRAFT).steps.first().pk,
            "number": 0 if route.startswith("badges") else 1,
            "kind": "csv",
            "tick": "aanwezig",
            "to": "weg",
            "token": make_token(TOKEN, self.session.pk, until=self.session.ends_at + timedelta(days=1)),
        }

    def ids(self) -> dict[str, Any]:
        """The ids in the API."""
        return {
            "learnings": self.learning.pk,
            "course-sessions": self.session.pk,
            "enrolments": self.seat.pk,
            "certificates": self.certificate.pk,
        }


def build_academy(course: Course, helper: Volunteer, trainer: User) -> Academy:
    """Make it: the course has lessons with a draft beside them, and a meeting next week."""
    done = CourseFactory()
    lesson(done, question=False)
    learn(helper.user, done)
    lesson(course)
    learning = begin(course, helper.user, by=helper.user)
    draft_of(course, by=None)
    starts_at = clock.now() + timedelta(days=10)
    drawn = io.BytesIO()
    Image.new("RGB", (4, 4), "green").save(drawn, "PNG")
    drawn.seek(0)
    made = clean_picture(drawn)
    shown = add_article_picture(made, by=trainer)
    write_article("Met een foto", picture_line(shown, "Gras"))
    session = session_of(course, helper.centre, trainer=trainer, starts_at=starts_at)
    return Academy(
        course=course,
        learning=learning,
        session=session,
        seat=enrol(session, helper.user, by=helper.user),
        certificate=Certificate.objects.get(course=done),
        key=renew_key(),
        centre=helper.centre,
        picture=add_picture(course, made, by=trainer),
        shown=shown,
    )
