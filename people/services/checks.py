"""What every service of people checks of what it is given."""

from enum import Enum

from django.utils.translation import gettext_lazy as _

from common.errors import InvalidInput
from people.enums import ALL_DAYPARTS, Dislike, HelpCategory, Language, MaskChoices, Need, Skill, Transport
from people.errors import ConsentNeeded


def _all_of(*kinds: type[MaskChoices]) -> int:
    mask = 0
    for kind in kinds:
        mask |= kind.to_mask(kind.values)
    return mask


class Allowed(Enum):
    """The bits that a mask field may hold."""

    SKILLS = _all_of(HelpCategory, Skill)
    CATEGORIES = _all_of(HelpCategory)
    DISLIKES = _all_of(Dislike)
    LANGUAGES = _all_of(Language)
    TRANSPORT = _all_of(Transport)
    NEEDS = _all_of(Need)
    DAYPARTS = ALL_DAYPARTS


MASK_FIELDS: dict[str, Allowed] = {
    "skills": Allowed.SKILLS,
    "dislikes": Allowed.DISLIKES,
    "languages": Allowed.LANGUAGES,
    "transport": Allowed.TRANSPORT,
    "needs": Allowed.NEEDS,
    "dayparts": Allowed.DAYPARTS,
}


def check_mask(field: str, mask: int) -> None:
    """Raise ``InvalidInput`` unless every bit of ``mask`` means something in ``field``."""
    if mask < 0 or mask & ~MASK_FIELDS[field].value:
        raise InvalidInput(str(_("This is not one of the choices.")), field=field)


def check_between(field: str, value: float, low: float, high: float) -> None:
    """Raise ``InvalidInput`` unless ``low <= value <= high``."""
    if not low <= value <= high:
        sentence = _("Choose a number from %(low)g to %(high)g.") % {"low": low, "high": high}
        raise InvalidInput(str(sentence), field=field)


def check_consent(consented: bool) -> None:
    """Raise ``ConsentNeeded`` unless the person has agreed."""
    if not consented:
        raise ConsentNeeded
