"""Who may be put on the list of a meeting by name, and how the trainer finds them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from rapidfuzz.distance import OSA

from academy.models import Enrolment, Session
from common.search import fold
from people.enums import INVITED_BY, Role, VolunteerState
from people.models import Centre, Representative, Resident, RoleGrant, User, Volunteer

SHOWN = 8
SHORTEST = 2
WORKING = frozenset({*INVITED_BY, Role.ORGANISATION})


@dataclass(frozen=True)
class AtTheDoor:
    """Who was found: ``near`` when nobody has exactly this name, ``more`` when not all are shown."""

    people: list[User]
    near: bool = False
    more: bool = False


def known_by_name(centre: Centre) -> QuerySet[User]:
    """Return whom the trainers of a centre may look up by name.

    Its volunteers, who works for it or its organisations, and who was at a meeting of it before. Not who is
    helped: that somebody asks for help is not for a trainer to find.
    """
    helps = Volunteer.objects.filter(user=OuterRef("pk"), centre=centre).exclude(state=VolunteerState.LEFT)
    held = RoleGrant.objects.filter(user=OuterRef("pk"), ended_at=None, role__in=WORKING)
    works = held.filter(Q(centre=centre) | Q(organisation__centre=centre))
    came = Enrolment.objects.filter(holder=OuterRef("pk"), event__centre=centre)
    return _who_may(Q(Exists(helps)) | Q(Exists(works)) | Q(Exists(came)))


def known_at(centre: Centre) -> QuerySet[User]:
    """Return whom trainers may put on a list: by name, or, of who is helped, by their whole address."""
    helped = Resident.objects.filter(user=OuterRef("pk"), centre=centre)
    acts = Representative.objects.filter(user=OuterRef("pk"), resident__centre=centre, ended_at=None)
    by_address = _who_may(Q(Exists(helped)) | Q(Exists(acts)))
    return _who_may(Q(pk__in=known_by_name(centre).values("pk")) | Q(pk__in=by_address.values("pk")))


def found_at_door(session: Session, asked: str) -> AtTheDoor:
    """Return who is meant by a name, or the beginning of one, or a whole e-mail address.

    Accents and capitals make no difference. When nobody has the name, those come who differ from it by one
    typing error in a word of four letters, two from eight. Of fewer than two letters nobody is found.
    """
    asked = asked.strip()
    if "@" in asked:
        return AtTheDoor(list(known_at(session.centre).filter(email__iexact=asked)[:1]))
    words = [word for word in map(fold, asked.split()) if word]
    if sum(map(len, words)) < SHORTEST:
        return AtTheDoor([])
    names = [
        (user_id, _folded(name))
        for user_id, name in known_by_name(session.centre).order_by("name", "pk").values_list("pk", "name")
    ]
    found = [user_id for user_id, name in names if _begins(words, name)]
    near = not found
    if near:
        found = [user_id for user_id, name in names if _resembles(words, name)]
    rows = User.objects.in_bulk(found[:SHOWN])
    return AtTheDoor([rows[each] for each in found[:SHOWN]], near and bool(found), len(found) > SHOWN)


def hint_of(person: User) -> str:
    """Return so much of an address as tells two people of one name apart, and no more."""
    name, _at, domain = person.email.partition("@")
    return f"{name[:1]}…@{domain}"


def _who_may(known: Q) -> QuerySet[User]:
    return User.objects.filter(known, is_active=True, suspended_at=None)


def _folded(name: str) -> list[str]:
    return [fold(word) for word in name.split()]


def _begins(words: Iterable[str], name: list[str]) -> bool:
    """Every word is the beginning of one of the name."""
    return all(any(part.startswith(word) for part in name) for word in words)


def _resembles(words: Iterable[str], name: list[str]) -> bool:
    """Every word is one of the name, with a slip of the finger."""
    return all(any(_slips(word, part) for part in name) for word in words)


def _slips(word: str, part: str) -> bool:
    allowed = 0 if len(word) < 4 else 1 if len(word) < 8 else 2
    return bool(OSA.distance(word, part, score_cutoff=allowed) <= allowed)
