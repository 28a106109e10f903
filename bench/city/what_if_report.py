"""The answer to a what-if in plain words, English and Dutch."""

from pathlib import Path

from django.utils import translation

from people.enums import HelpCategory
from simulation.town.what_if import MOST, Answer, Question, rounded_up

_SENTENCES = {
    "en": {
        "title": "How many more volunteers does it take?",
        "now": "{place}, {kind}: {filled:.0f}% of the requests have a yes within {hours} hours.",
        "none": "  That is enough: the goal is {goal:.0f}%.",
        "some": "  {mean} more volunteers for this who live there make it {goal:.0f}% ({low} to {high}).",
        "never": "  Even {most} more volunteers do not make it {goal:.0f}%: asking earlier helps more.",
        "how": (
            "Computed for {name} with {seeds} simulated towns of {days} days each; the range is the 95% "
            "interval over them. New volunteers have the screening and every skill these requests ask for. "
            "Read it as a direction, not as a promise."
        ),
    },
    "nl": {
        "title": "Hoeveel vrijwilligers zijn er nog nodig?",
        "now": "{place}, {kind}: op {filled:.0f}% van de vragen zegt binnen {hours} uur iemand ja.",
        "none": "  Dat is genoeg: het doel is {goal:.0f}%.",
        "some": "  Met {mean} vrijwilligers erbij in de wijk wordt het {goal:.0f}% ({low} tot {high}).",
        "never": "  Ook {most} vrijwilligers erbij zijn te weinig voor {goal:.0f}%: eerder vragen helpt.",
        "how": (
            "Berekend voor {name} met {seeds} nagebootste plaatsen van elk {days} dagen; de marge is het "
            "95%-interval daarover. Nieuwe vrijwilligers hebben de screening en kunnen alles wat deze "
            "vragen nodig hebben. Zie het als richting, niet als belofte."
        ),
    },
}


def text(question: Question, answers: list[Answer]) -> str:
    """Return the answer in both languages. The same seeds give the same bytes."""
    return "\n".join(_in(language, question, answers) for language in _SENTENCES)


def write(question: Question, answers: list[Answer], folder: Path) -> Path:
    """Write the answer, and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "what-if.md"
    path.write_text(text(question, answers))
    return path


def _in(language: str, question: Question, answers: list[Answer]) -> str:
    say = _SENTENCES[language]
    lines = [f"# {say['title']}"]
    for answer in answers:
        spot = answer.spot
        with translation.override(language):
            kind = str(HelpCategory(spot.category).label).lower()
        place = question.facts.places[spot.place].name
        lines.append(say["now"].format(place=place, kind=kind, filled=spot.filled, hours=question.hours))
        lines.append(_sentence(say, question, answer))
    how = say["how"].format(name=question.facts.name, seeds=len(question.seeds), days=question.days)
    return "\n".join([*lines, "", how, ""])


def _sentence(say: dict[str, str], question: Question, answer: Answer) -> str:
    interval = answer.interval
    if interval is None:
        return say["never"].format(most=MOST, goal=question.goal)
    if not any(answer.needed):
        return say["none"].format(goal=question.goal)
    mean, low, high = rounded_up(interval)
    return say["some"].format(mean=mean, low=low, high=high, goal=question.goal)
