"""The trainings of the demonstration town: what they are, who has done them, who is invited."""

from datetime import timedelta
from random import Random

from academy.enums import Theme
from academy.models import Completion, Course
from academy.services import (
    CourseDetails,
    accept_invitation,
    add_course,
    complete_course,
    invite_to_course,
    last_valid_day,
    load_starter_content,
    require_course_for,
)
from common import clock
from help_requests.enums import ASKABLE
from help_requests.models import HelpRequest
from help_requests.services import require_courses
from people.enums import HelpCategory
from people.models import Centre, User, Volunteer

SEED = 64
# Open requests in which a helper must know about dementia, and of which kinds.
WITH_DEMENTIA = 8
TOGETHER = frozenset({HelpCategory.COMPANY, HelpCategory.OUTING})
COURSES = (
    CourseDetails(
        slug="omgaan-met-dementie",
        theme=Theme.DEMENTIA,
        audiences=5,
        title_nl="Omgaan met dementie",
        title_en="Living with dementia",
        summary_nl="Je leert wat dementie met iemand doet, en hoe je rustig contact maakt. Eén avond.",
        summary_en="What dementia does to a person, and how to make calm contact. One evening.",
        valid_months=24,
    ),
    CourseDetails(
        slug="veilig-tillen",
        theme=Theme.LIFTING,
        audiences=5,
        title_nl="Veilig tillen",
        title_en="Lifting safely",
        summary_nl="Je oefent hoe je zwaar tilt zonder je rug te bezeren. Eén ochtend.",
        summary_en="How to lift heavy things and spare your back. One morning.",
        valid_months=36,
        needs_session=True,
    ),
    CourseDetails(
        slug="veilig-op-weg",
        theme=Theme.ROAD,
        audiences=1,
        title_nl="Samen veilig op weg",
        title_en="Safe on the road together",
        summary_nl="Je leert iemand met een rollator of rolstoel in en uit de auto te helpen. Eén middag.",
        summary_en="Helping someone with a walker or wheelchair in and out of a car. One afternoon.",
        valid_months=None,
    ),
    CourseDetails(
        slug="grenzen-stellen",
        theme=Theme.BOUNDARIES,
        audiences=1,
        title_nl="Grenzen stellen",
        title_en="Setting boundaries",
        summary_nl="Wat doe je wel en wat doe je niet? Je oefent om vriendelijk nee te zeggen. Eén avond.",
        summary_en="What you do and what you do not do, and how to say no kindly. One evening.",
        valid_months=24,
    ),
)
# Which kinds of help ask for a course, and how many of those who give such help have done it.
NEEDED = {
    "omgaan-met-dementie": ((HelpCategory.RESPITE,), 0.8),
    "veilig-tillen": ((HelpCategory.MOVING,), 0.85),
    "veilig-op-weg": ((), 0.5),
    "grenzen-stellen": ((), 0.6),
}


def teach(
    centre: Centre, helpers: list[Volunteer], stars: list[Volunteer], asking: list[HelpRequest], by: User
) -> None:
    """Make the courses and articles, let people have done them, and let some open requests ask for one."""
    chance = Random(SEED)
    load_starter_content()
    courses = [_course(centre, details) for details in COURSES]
    rows = [
        row for course in courses for helper in helpers if (row := _completion(course, helper, by, chance))
    ]
    Completion.objects.bulk_create(rows, batch_size=500)
    dementia, _lifting, road, boundaries = courses
    together = [each for each in asking if each.category in TOGETHER and each.state in ASKABLE]
    for request in together[:WITH_DEMENTIA]:
        require_courses(request, by=by, courses=[dementia])
    _teach_the_stars(stars, dementia, road, boundaries, by)


def _course(centre: Centre, details: CourseDetails) -> Course:
    known = Course.objects.filter(slug=details["slug"]).first()
    course = known or add_course(by=None, **(details | {"published": True}))
    for category in NEEDED[course.slug][0]:
        require_course_for(category, course, centre, by=None)
    return course


def _completion(course: Course, helper: Volunteer, by: User, chance: Random) -> Completion | None:
    """Most of those who give the help that asks for it; of the others one in ten."""
    categories, share = NEEDED[course.slug]
    gives = not categories or helper.skills & HelpCategory.to_mask(categories)
    if chance.random() > (share if gives else 0.1):
        return None
    # Some have lapsed by now, and some do soon.
    done = clock.today() - timedelta(days=chance.randint(10, 30 * 26))
    return Completion(
        volunteer=helper,
        course=course,
        completed_on=done,
        valid_until=last_valid_day(course, done),
        recorded_by=by,
    )


def _teach_the_stars(
    stars: list[Volunteer], dementia: Course, road: Course, boundaries: Course, by: User
) -> None:
    """Something to see for who signs in: done, lapsing soon, and an invitation that opens more."""
    today = clock.today()
    first, second = stars
    for course, days_ago in ((road, 200), (boundaries, 690)):
        complete_course(first, course, completed_on=today - timedelta(days=days_ago), by=by)
    invite_to_course(dementia, first, by=by)
    accept_invitation(invite_to_course(dementia, second, by=by), by=second.user)
