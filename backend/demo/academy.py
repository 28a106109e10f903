"""The academy of the demonstration town: lessons, meetings in every state, what people said of them."""

from datetime import datetime, time, timedelta
from random import Random

from django.utils import timezone

from academy.enums import StepKind, TrainedRole, VersionState
from academy.models import Article, Course, Evaluation, Session
from academy.services import (
    StepDetails,
    add_step,
    begin,
    call_off_session,
    do_step,
    draft_of,
    enrol,
    give_feedback,
    plan_session,
    publish_version,
    set_required_of,
    settle,
)
from common import clock
from common.seating import SeatState
from people.models import Centre, User, Volunteer
from places.models import MeetingPlace

SEED = 66
PLACES = 10
WORDS = (
    "Heldere uitleg, en veel kunnen oefenen.",
    "Fijn dat er ruimte was voor eigen verhalen.",
    "Mocht van mij een half uur langer duren.",
    "",
)
# Written for the courses that come without lessons of their own.
LESSON: tuple[StepDetails, ...] = (
    StepDetails(
        kind=StepKind.TEXT,
        minutes=4,
        title={"nl": "Waar gaat het om?", "en": "What is it about?"},
        body={
            "nl": "Je staat naast iemand, niet erboven. **Vraag eerst, help dan.**\n\n"
            "- Stel je voor, ook de tweede keer.\n- Zeg wat je gaat doen.\n- Neem de tijd.",
            "en": "You stand beside someone, not above. **Ask first, then help.**\n\n"
            "- Introduce yourself, the second time too.\n- Say what you are about to do.\n- Take your time.",
        },
    ),
    StepDetails(
        kind=StepKind.QUESTION,
        minutes=2,
        title={"nl": "Mevrouw zegt: dat kan ik zelf", "en": "She says: I can do that myself"},
        body={
            "nl": "Je wilt haar jas aangeven. Wat doe je?",
            "en": "You want to hand her the coat.",
        },
        choices=[
            {
                "key": "a",
                "text": {"nl": "Toch even helpen, dat gaat sneller.", "en": "Help anyway, that is quicker."},
                "right": False,
                "why": {
                    "nl": "Sneller is het wel. Maar wat iemand zelf kan, geeft zelfvertrouwen.",
                    "en": "Quicker it is. But what people can do themselves gives confidence.",
                },
            },
            {
                "key": "b",
                "text": {"nl": "Wachten, en in de buurt blijven.", "en": "Wait, and stay near."},
                "right": True,
                "why": {
                    "nl": "Zo houdt zij de regie, en ben jij er als het nodig is.",
                    "en": "She stays in charge, and you are there if it is needed.",
                },
            },
        ],
    ),
)


def fill_academy(centre: Centre, stars: list[Volunteer], helpers: list[Volunteer], trainer: User) -> None:
    """Give every course lessons, plan and hold meetings, and let people say how they were."""
    for course in Course.objects.filter(retired_at=None, published=True):
        if not course.versions.filter(state=VersionState.PUBLISHED).exists():
            _write(course)
    courses = {course.slug: course for course in Course.objects.filter(retired_at=None)}
    learners = [each.user for each in helpers[:60]]
    place = MeetingPlace.objects.filter(district__in=centre.districts.all()).order_by("name").first()
    where = (
        {"place": place, "room": "Zaal 1"} if place else {"call_url": "https://bellen.demo.example/zaal-1"}
    )
    lifting, dementia = courses["veilig-tillen"], courses["omgaan-met-dementie"]
    _held(_planned(lifting, centre, trainer, days=3, capacity=PLACES, **where), learners[:9])
    coming = _planned(dementia, centre, trainer, days=9, capacity=PLACES, **where)
    _fill(coming, [stars[1].user, *learners[10:24]])
    soon = _planned(lifting, centre, trainer, days=1, capacity=PLACES, **where)
    _fill(soon, [stars[0].user, *learners[24:29]])
    call = _planned(
        courses["grenzen-stellen"],
        centre,
        trainer,
        days=16,
        capacity=20,
        call_url="https://bellen.demo.example/grenzen",
    )
    _fill(call, learners[29:33])
    call_off_session(
        _fill(_planned(dementia, centre, trainer, days=4, capacity=8, **where), learners[33:36]), by=trainer
    )
    _half_way(courses["veilig-op-weg"], stars[1].user)
    draft_of(dementia, by=trainer)


def ask_roles(centre: Centre, trainer: User) -> None:
    """Buddies and trainers are asked to know their boundaries; the trainer of the town does."""
    boundaries = Course.objects.get(slug="grenzen-stellen")
    _learned(boundaries, trainer)
    set_required_of(boundaries, centre, [TrainedRole.BUDDY, TrainedRole.TRAINER], by=None)


def keep_knowledge(trainer: User) -> None:
    """One article has come back to its owner, and readers said what they think of it."""
    article = Article.objects.get(slug="waarderen", language="nl")
    Article.objects.filter(pk=article.pk).update(owner=trainer, review_on=clock.today() - timedelta(days=2))
    for word in ("", "", "Fijn, die korte lijstjes.", ""):
        give_feedback(article, helpful=True, word=word)
    give_feedback(article, helpful=False, word="Ik zocht iets over een jubileum.")


def _write(course: Course) -> None:
    draft = draft_of(course, by=None)
    for details in LESSON:
        add_step(draft, by=None, **details)
    publish_version(draft, by=None)


def _planned(course: Course, centre: Centre, trainer: User, *, days: int, **details: object) -> Session:
    day = clock.today() + timedelta(days=days)
    starts_at = timezone.make_aware(datetime.combine(day, time(19, 30)))
    moments = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2)}
    return plan_session(course, centre, by=None, trainer=trainer, **moments, **details)  # type: ignore[arg-type]


def _fill(session: Session, people: list[User]) -> Session:
    for person in people:
        enrol(session, person, by=None)
    return session


def _held(session: Session, people: list[User]) -> None:
    """A meeting of three weeks ago: planned then, and written down as it went."""
    chance, course = Random(SEED), session.course
    _fill(session, people)
    back = timedelta(days=24)
    begun, ended = session.starts_at - back, session.ends_at - back
    session.seats.update(state=SeatState.ATTENDED, checked_in_at=begun)
    session.seats.filter(holder=people[-1]).update(state=SeatState.NO_SHOW, checked_in_at=None)
    Session.objects.filter(pk=session.pk).update(starts_at=begun, ends_at=ended, closed_at=ended)
    session.refresh_from_db()
    for number, person in enumerate(people[:-1]):
        _learned(course, person)
        settle(person, course, session=session)
        if number < 6:
            words = WORDS[number % len(WORDS)]
            said = {"rating": chance.randint(3, 5), "usable": True, "words": words, "at": ended}
            Evaluation.objects.create(user=person, course=course, session=session, **said)


def _learned(course: Course, user: User) -> None:
    """Do every step, each question right."""
    learning = begin(course, user, by=None)
    for step in learning.version.steps.all():
        right = next((choice["key"] for choice in step.choices if choice["right"]), "")
        do_step(learning, step, choice=right, by=None)


def _half_way(course: Course, user: User) -> None:
    learning = begin(course, user, by=None)
    first = learning.version.steps.first()
    if first is not None and not first.choices:
        do_step(learning, first, by=None)
