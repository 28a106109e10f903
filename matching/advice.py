"""What suits me? Eight playful questions, the table that turns answers into advice, and why.

Pure data and arithmetic: what there is to choose from comes in, with what suits comes out. Nothing of a
person is in it but what they tapped. The table stands in docs/recognition.md as well; a test holds the two
equal.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from common.bits import mask_of
from people.enums import DayPart, HelpCategory, Skill, Weekday, daypart_bit
from vacancies.enums import VacancyCategory, VacancyKind

H, V = HelpCategory, VacancyCategory
Topic = TypeVar("Topic", HelpCategory, VacancyCategory)
# What a moment or a rhythm that fits adds to a vacancy whose work suits.
MOMENT_FITS = 2
RHYTHM_FITS = 2
WEEKDAYS = tuple(Weekday)[:5]
WEEKEND = tuple(Weekday)[5:]


def _moments(days: Iterable[Weekday], *parts: DayPart) -> int:
    return mask_of(daypart_bit(day, part) for day in days for part in parts)


@dataclass(frozen=True)
class Choice:
    """One answer: a picture and a word, why it tells something, and the points it gives.

    ``because`` completes "This suits you:"; ``help`` and ``roles`` are points per kind of help and kind of
    vacancy, 3 for what it is about, 2 for what fits, 1 for what touches it.
    """

    slug: str
    icon: str
    label: Any
    because: Any
    help: Mapping[HelpCategory, int] = field(default_factory=dict)
    roles: Mapping[VacancyCategory, int] = field(default_factory=dict)
    skills: tuple[Skill, ...] = ()
    dayparts: int = 0
    rhythm: VacancyKind | None = None


@dataclass(frozen=True)
class Question:
    """One screen."""

    slug: str
    title: Any
    choices: tuple[Choice, ...]

    def choice(self, slug: str) -> Choice | None:
        """The answer of that name, or ``None``."""
        return next((choice for choice in self.choices if choice.slug == slug), None)


QUESTIONS: tuple[Question, ...] = (
    Question(
        "energie",
        _("What gives you energy?"),
        (
            Choice(
                "mensen",
                "people",
                _("Being with people"),
                _("people give you energy"),
                {H.COMPANY: 3, H.PHONE_CIRCLE: 2, H.OUTING: 2},
                {V.COMPANY: 3, V.CARE: 2},
            ),
            Choice(
                "maken",
                "repairs",
                _("Making something"),
                _("you like to make things"),
                {H.REPAIRS: 3, H.HOUSEHOLD: 1},
                {V.REPAIRS: 3, V.CULTURE: 1},
            ),
            Choice(
                "buiten",
                "garden",
                _("Being outside"),
                _("you like to be outside"),
                {H.GARDEN: 3, H.PETS: 2, H.OUTING: 1},
                {V.NATURE: 3, V.ANIMALS: 2, V.SPORTS: 1},
            ),
            Choice(
                "uitzoeken",
                "search",
                _("Finding things out"),
                _("you like to find things out"),
                {H.PAPERWORK: 3, H.DIGITAL: 2},
                {V.ADVICE: 3, V.OFFICE: 3, V.BOARD: 2},
            ),
        ),
    ),
    Question(
        "gezelschap",
        _("Who do you like to be with?"),
        (
            Choice(
                "een",
                "person",
                _("One person"),
                _("you like to be with one person"),
                {H.COMPANY: 3, H.LANGUAGE: 2, H.OUTING: 1, H.PAPERWORK: 1},
                {V.COMPANY: 3, V.LANGUAGE: 1, V.ADVICE: 1},
            ),
            Choice(
                "groep",
                "people",
                _("A group"),
                _("you like to be in a group"),
                {H.MEALS: 2, H.OUTING: 2},
                {V.EVENTS: 3, V.SPORTS: 2, V.FOOD: 2, V.CULTURE: 2},
            ),
            Choice(
                "alleen",
                "sun",
                _("Quiet, on my own"),
                _("you like to work in peace"),
                {H.GARDEN: 2, H.REPAIRS: 2, H.HOUSEHOLD: 1},
                {V.OFFICE: 2, V.NATURE: 2, V.MEDIA: 2},
            ),
            Choice(
                "dieren",
                "pets",
                _("Animals"),
                _("you like animals"),
                {H.PETS: 3},
                {V.ANIMALS: 3},
            ),
        ),
    ),
    Question(
        "wie",
        _("Whom would you like to help?"),
        (
            Choice(
                "kinderen",
                "tutoring",
                _("Children"),
                _("you like to help children"),
                {H.TUTORING: 3},
                {V.YOUTH: 3, V.SPORTS: 1},
            ),
            Choice(
                "ouderen",
                "heart",
                _("Older people"),
                _("you like to help older people"),
                {H.COMPANY: 2, H.GROCERIES: 2, H.TRANSPORT: 2, H.PHONE_CIRCLE: 1, H.RESPITE: 1},
                {V.CARE: 3, V.COMPANY: 1},
            ),
            Choice(
                "nieuwkomers",
                "globe",
                _("People who are new here"),
                _("you like to help people who are new here"),
                {H.LANGUAGE: 3, H.PAPERWORK: 1},
                {V.LANGUAGE: 3},
            ),
            Choice(
                "iedereen",
                "home",
                _("The whole neighbourhood"),
                _("you like to do something for the whole neighbourhood"),
                {H.MEALS: 1, H.GARDEN: 1},
                {V.EVENTS: 2, V.SHOP: 2, V.BOARD: 1, V.NATURE: 1},
            ),
        ),
    ),
    Question(
        "kunnen",
        _("What are you good at?"),
        (
            Choice(
                "luisteren",
                "phone_circle",
                _("Listening"),
                _("you are good at listening"),
                {H.COMPANY: 3, H.PHONE_CIRCLE: 3, H.RESPITE: 2},
                {V.COMPANY: 2, V.CARE: 2},
            ),
            Choice(
                "uitleggen",
                "tutoring",
                _("Explaining"),
                _("you are good at explaining"),
                {H.DIGITAL: 3, H.TUTORING: 2, H.LANGUAGE: 2},
                {V.DIGITAL: 3, V.YOUTH: 2, V.LANGUAGE: 2},
                skills=(Skill.TEACHING,),
            ),
            Choice(
                "rijden",
                "transport",
                _("Driving a car"),
                _("you can drive"),
                {H.TRANSPORT: 3, H.GROCERIES: 2},
                {V.TRANSPORT: 3},
                skills=(Skill.DRIVING_LICENCE,),
            ),
            Choice(
                "klussen",
                "repairs",
                _("Odd jobs"),
                _("you are handy"),
                {H.REPAIRS: 3, H.MOVING: 2, H.GARDEN: 1},
                {V.REPAIRS: 3, V.NATURE: 1},
                skills=(Skill.TOOLS,),
            ),
            Choice(
                "koken",
                "meals",
                _("Cooking"),
                _("you can cook"),
                {H.MEALS: 3, H.GROCERIES: 1},
                {V.FOOD: 3},
                skills=(Skill.COOKING,),
            ),
            Choice(
                "regelen",
                "list",
                _("Arranging things"),
                _("you are good at arranging things"),
                {H.PAPERWORK: 2, H.PHONE_CIRCLE: 1},
                {V.BOARD: 3, V.OFFICE: 2, V.EVENTS: 2},
            ),
        ),
    ),
    Question(
        "plek",
        _("Where do you feel at home?"),
        (
            Choice(
                "thuis",
                "home",
                _("At someone's home"),
                _("you like to come to people's homes"),
                {H.COMPANY: 2, H.HOUSEHOLD: 2, H.PAPERWORK: 2, H.REPAIRS: 1, H.RESPITE: 1},
                {V.COMPANY: 1},
            ),
            Choice(
                "buiten",
                "sun",
                _("Outside"),
                _("you feel at home outside"),
                {H.GARDEN: 2, H.PETS: 2, H.OUTING: 2, H.TRANSPORT: 1},
                {V.NATURE: 2, V.SPORTS: 2, V.ANIMALS: 1},
            ),
            Choice(
                "gebouw",
                "building",
                _("In a lively building"),
                _("you like a lively place"),
                {H.MEALS: 1},
                {V.SHOP: 3, V.CULTURE: 2, V.FOOD: 1, V.EVENTS: 1},
            ),
            Choice(
                "scherm",
                "digital",
                _("At my own computer or phone"),
                _("you like to do something from home"),
                {H.DIGITAL: 2, H.PHONE_CIRCLE: 2, H.PAPERWORK: 1},
                {V.MEDIA: 3, V.OFFICE: 2, V.DIGITAL: 2, V.BOARD: 1},
            ),
        ),
    ),
    Question(
        "vaak",
        _("How often would you like to do something?"),
        (
            Choice(
                "keer",
                "task",
                _("Once, to try"),
                _("you can do it just once"),
                rhythm=VacancyKind.ONE_OFF,
            ),
            Choice(
                "soms",
                "monthly",
                _("Now and then"),
                _("you can do it now and then"),
                rhythm=VacancyKind.ONE_OFF,
            ),
            Choice(
                "week",
                "weekly",
                _("Every week"),
                _("it comes back every week"),
                rhythm=VacancyKind.RECURRING,
            ),
            Choice("weet-niet", "info", _("I do not know yet"), ""),
        ),
    ),
    Question(
        "wanneer",
        _("When do you have time?"),
        (
            Choice(
                "ochtend",
                "sun",
                _("In the morning"),
                _("it is in the morning"),
                dayparts=_moments(WEEKDAYS, DayPart.MORNING),
            ),
            Choice(
                "middag",
                "clock",
                _("In the afternoon"),
                _("it is in the afternoon"),
                dayparts=_moments(WEEKDAYS, DayPart.AFTERNOON),
            ),
            Choice(
                "avond",
                "star",
                _("In the evening"),
                _("it is in the evening"),
                dayparts=_moments(WEEKDAYS, DayPart.EVENING),
            ),
            Choice(
                "weekend",
                "calendar",
                _("At the weekend"),
                _("it is at the weekend"),
                dayparts=_moments(WEEKEND, *DayPart),
            ),
            Choice("wisselt", "weekly", _("That varies"), ""),
        ),
    ),
    Question(
        "leren",
        _("Would you like to learn something?"),
        (
            Choice("ja", "tutoring", _("Yes, please"), _("you would like to learn something")),
            Choice("misschien", "info", _("Perhaps, if it is useful"), ""),
            Choice("nee", "check", _("No, I just want to begin"), ""),
        ),
    ),
)
BY_SLUG = {question.slug: question for question in QUESTIONS}
Answers = Mapping[str, str]


def sound(answers: Mapping[Any, Any]) -> dict[str, str]:
    """Return the answers that are answers; what else was handed in is left out."""
    return {
        question.slug: answers[question.slug]
        for question in QUESTIONS
        if isinstance(answers.get(question.slug), str) and question.choice(answers[question.slug])
    }


def choices_of(answers: Answers) -> list[Choice]:
    """Return the choices that were made, in the order of the questions."""
    made = (question.choice(answers.get(question.slug, "")) for question in QUESTIONS)
    return [choice for choice in made if choice is not None]


def first_open(answers: Answers) -> Question | None:
    """Return the first question without an answer, or ``None``."""
    return next((question for question in QUESTIONS if question.slug not in answers), None)


@dataclass(frozen=True)
class Fit:
    """How well something suits, and why: the answers that gave points, the most telling first."""

    points: int
    reasons: tuple[Any, ...]


def _fit(points: list[tuple[int, Any]]) -> Fit:
    given = sorted((each for each in points if each[0]), key=lambda each: -each[0])
    return Fit(sum(each[0] for each in given), tuple(each[1] for each in given if each[1]))


def help_that_suits(answers: Answers) -> dict[HelpCategory, Fit]:
    """Return the kinds of help with points, the most first; equal ones in their fixed order."""
    made = choices_of(answers)
    fits = {
        category: _fit([(choice.help.get(category, 0), choice.because) for choice in made]) for category in H
    }
    return _best(fits)


def roles_that_suit(answers: Answers) -> dict[VacancyCategory, Fit]:
    """Return the kinds of vacancies with points, the most first; equal ones in their fixed order."""
    made = choices_of(answers)
    fits = {
        category: _fit([(choice.roles.get(category, 0), choice.because) for choice in made]) for category in V
    }
    return _best(fits)


def _best(fits: dict[Topic, Fit]) -> dict[Topic, Fit]:
    order = sorted(fits, key=lambda topic: -fits[topic].points)
    return {topic: fits[topic] for topic in order if fits[topic].points}


def moment_fit(answers: Answers, dayparts: int, kind: str) -> list[tuple[int, Any]]:
    """Return the points for moments and rhythm; a vacancy that names no moments fits any."""
    points: list[tuple[int, Any]] = []
    for choice in choices_of(answers):
        if choice.dayparts and (not dayparts or choice.dayparts & dayparts):
            points.append((MOMENT_FITS, choice.because if dayparts else ""))
        if choice.rhythm == kind:
            points.append((RHYTHM_FITS, choice.because))
    return points


def with_moment(fit: Fit, points: list[tuple[int, Any]]) -> Fit:
    """Return a fit with the points of the moment added."""
    reasons = (*fit.reasons, *(because for _number, because in points if because))
    return Fit(fit.points + sum(number for number, _because in points), reasons)


def dayparts_of(answers: Answers) -> int:
    """Return the moments that were chosen, as a mask."""
    mask = 0
    for choice in choices_of(answers):
        mask |= choice.dayparts
    return mask


def skills_of(answers: Answers) -> list[Skill]:
    """Return the skills that were told of."""
    return [skill for choice in choices_of(answers) for skill in choice.skills]


def wants_to_learn(answers: Answers) -> bool | None:
    """Return whether one wants to learn; ``None`` for perhaps."""
    return {"ja": True, "nee": False}.get(answers.get("leren", ""))
