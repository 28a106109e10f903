"""The pictures of docs/matching.md: ``python -m bench.figures``, written to docs/figures.

The funnel and the scores are what the engine answers about a made-up town; the rounds are drawn by hand.
"""

from collections.abc import Mapping
from pathlib import Path

from bench.charts import Stretch, bar_chart, stacked_chart, timeline_chart
from bench.population import TODAY, demands, population
from matching.engine import Demand, SupplyIndex, Term, explain

FOLDER = Path(__file__).parent.parent / "docs" / "figures"
VOLUNTEERS = 400
QUESTION = 32
"""A question with a screening, at which people drop out at most steps."""

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "funnel": "Who can be asked for one request",
        "funnel sentence": "Of 400 volunteers {left} pass every rule. Each bar: how many are left after the"
        " rule beside it and all rules above it.",
        "volunteers": "volunteers",
        "everyone": "all volunteers",
        "ACTIVE": "active",
        "SCREENING": "screening",
        "TRAINING": "training",
        "SKILLS": "skills",
        "DAYPARTS": "time",
        "REACH": "distance",
        "LANGUAGE": "language",
        "ASKS_CAP": "asks this month",
        "RUNNING_CAP": "agreements",
        "BLOCKED": "block",
        "ASKED": "asked before",
        "AGE": "age",
        "CENTRE": "centre",
        "score": "Who is asked first",
        "score sentence": "The score of five volunteers for the same request, made up of its parts. Whoever"
        " lives nearest is not always the first.",
        "candidate": "volunteer {letter}, {km:.1f} km",
        "PROXIMITY": "near by",
        "PREFERRED_SKILLS": "useful skills",
        "DAYPARTS part": "times that fit",
        "LANGUAGE part": "shared language",
        "REST": "rested",
        "ROOM": "has room",
        "NEWCOMER": "first task",
        "CONTINUITY": "has met before",
        "DISLIKES": "same dislikes",
        "WAITING": "request waits",
        "rounds": "Asking goes in rounds",
        "rounds sentence": "One at a time. Anna says not now after 40 minutes and Bea is asked at once. Bea"
        " is silent for four hours; then it is Carl's turn. Carl says yes.",
        "minutes": "minutes since the first question",
        "not now": "not now",
        "silent": "time is over",
        "yes": "yes",
    },
    "nl": {
        "funnel": "Wie er gevraagd kan worden voor één hulpvraag",
        "funnel sentence": "Van 400 vrijwilligers voldoen er {left} aan elke regel. Elke balk: hoeveel er"
        " over zijn na de regel ernaast en alle regels erboven.",
        "volunteers": "vrijwilligers",
        "everyone": "alle vrijwilligers",
        "ACTIVE": "actief",
        "SCREENING": "screening",
        "TRAINING": "training",
        "SKILLS": "vaardigheid",
        "DAYPARTS": "tijd",
        "REACH": "afstand",
        "LANGUAGE": "taal",
        "ASKS_CAP": "vragen deze maand",
        "RUNNING_CAP": "afspraken",
        "BLOCKED": "blokkade",
        "ASKED": "al gevraagd",
        "AGE": "leeftijd",
        "CENTRE": "centrale",
        "score": "Wie er het eerst gevraagd wordt",
        "score sentence": "De score van vijf vrijwilligers voor dezelfde hulpvraag, opgebouwd uit delen. Wie"
        " het dichtstbij woont, is niet altijd de eerste.",
        "candidate": "vrijwilliger {letter}, {km:.1f} km",
        "PROXIMITY": "dichtbij",
        "PREFERRED_SKILLS": "handige vaardigheid",
        "DAYPARTS part": "tijden die passen",
        "LANGUAGE part": "gedeelde taal",
        "REST": "uitgerust",
        "ROOM": "heeft ruimte",
        "NEWCOMER": "eerste taak",
        "CONTINUITY": "kennen elkaar",
        "DISLIKES": "zelfde afkeer",
        "WAITING": "hulpvraag wacht",
        "rounds": "Uitvragen gaat in rondes",
        "rounds sentence": "Eén tegelijk. Anna zegt na 40 minuten: nu niet. Bea wordt meteen gevraagd. Bea"
        " reageert vier uur lang niet; dan is Carl aan de beurt. Carl zegt ja.",
        "minutes": "minuten sinds de eerste vraag",
        "not now": "nu niet",
        "silent": "tijd is om",
        "yes": "ja",
    },
}
LANGUAGES = tuple(WORDS)


def main() -> None:
    """Write every picture in every language."""
    FOLDER.mkdir(exist_ok=True)
    for name, picture in pictures().items():
        (FOLDER / name).write_text(picture)
        print(f"docs/figures/{name}")


def pictures() -> dict[str, str]:
    """Return every picture by the name of its file."""
    people = population(VOLUNTEERS)
    index = SupplyIndex.from_columns(people.ids, people.raw, people.trained)
    demand = demands(QUESTION + 1, people)[QUESTION]
    made = {}
    for language in LANGUAGES:
        suffix = "" if language == "en" else f".{language}"
        words = WORDS[language]
        made[f"funnel{suffix}.svg"] = _funnel(index, demand, words)
        made[f"score{suffix}.svg"] = _scores(index, demand, words)
        made[f"rounds{suffix}.svg"] = _rounds(words)
    return made


def _funnel(index: SupplyIndex, demand: Demand, words: Mapping[str, str]) -> str:
    funnel = index.funnel(demand, today=TODAY)
    bars = {words["everyone"]: float(funnel.total)}
    bars |= {words[step.filter.name or ""]: float(step.remaining) for step in funnel.steps}
    sentence = words["funnel sentence"].format(left=funnel.remaining)
    return bar_chart(words["funnel"], sentence, words["volunteers"], bars, strong=words["CENTRE"])


def _scores(index: SupplyIndex, demand: Demand, words: Mapping[str, str]) -> str:
    bars: dict[str, dict[str, float]] = {}
    for letter, candidate in zip("ABCDE", index.best(demand, 5, today=TODAY), strict=True):
        name = words["candidate"].format(letter=letter, km=candidate.distance_m / 1000)
        parts = {reason.term: 100 * reason.value * reason.weight for reason in explain(candidate, demand)}
        bars[name] = {_part(term, words): parts[term] for term in Term if term in parts}
    return stacked_chart(words["score"], words["score sentence"], bars)


def _part(term: Term, words: Mapping[str, str]) -> str:
    return words.get(f"{term.name} part") or words[term.name]


def _rounds(words: Mapping[str, str]) -> str:
    lanes = {
        "Anna": [Stretch(0, 40, words["not now"])],
        "Bea": [Stretch(40, 280, words["silent"])],
        "Carl": [Stretch(280, 320, words["yes"], strong=True)],
    }
    return timeline_chart(words["rounds"], words["rounds sentence"], words["minutes"], lanes)


if __name__ == "__main__":
    main()
