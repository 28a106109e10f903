"""The fixed vocabularies of safe working."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.enums import HelpCategory, MaskChoices


class Requirement(MaskChoices):
    """What a role may require of a person before they may act in it."""

    TALK = "talk", _("Introductory talk")
    REFERENCES = "references", _("References")
    CODE_OF_CONDUCT = "code_of_conduct", _("Code of conduct")
    VOG = "vog", _("Certificate of conduct (VOG)")
    ID_SEEN = "id_seen", _("Identity seen")


class ScreeningState(models.TextChoices):
    """Where one requirement of one person stands. Expiring and expired follow from the last valid day."""

    REQUIRED = "required", _("Required")
    IN_PROGRESS = "in_progress", _("In progress")
    VALID = "valid", _("Valid")
    EXPIRING = "expiring", _("Expiring")
    EXPIRED = "expired", _("Expired")
    REFUSED = "refused", _("Refused")
    BLOCKED = "blocked", _("Blocked")


# Between these a coordinator moves a step. Refused and blocked take a coordinator and the confidential
# officer together, there and back.
STEPS_BY_ONE = frozenset({ScreeningState.REQUIRED, ScreeningState.IN_PROGRESS, ScreeningState.VALID})
STEPS_BY_TWO = frozenset({ScreeningState.REFUSED, ScreeningState.BLOCKED})


_BASE = Requirement.to_mask([Requirement.TALK, Requirement.CODE_OF_CONDUCT])
_WITH_VOG = _BASE | Requirement.to_mask([Requirement.VOG])

# What the centre asks when it has set nothing of its own: a VOG wherever a helper is alone
# with a vulnerable person, in their home, their papers or their car.
DEFAULT_REQUIREMENTS: dict[str, int] = {
    HelpCategory.TRANSPORT: _WITH_VOG,
    HelpCategory.GROCERIES: _BASE,
    HelpCategory.COMPANY: _WITH_VOG,
    HelpCategory.GARDEN: _BASE,
    HelpCategory.PAPERWORK: _WITH_VOG,
    HelpCategory.DIGITAL: _WITH_VOG,
    HelpCategory.LANGUAGE: _BASE,
    HelpCategory.REPAIRS: _WITH_VOG,
    HelpCategory.MOVING: _BASE,
    HelpCategory.PETS: _BASE,
    HelpCategory.TUTORING: _WITH_VOG,
    HelpCategory.RESPITE: _WITH_VOG | Requirement.to_mask([Requirement.REFERENCES]),
    HelpCategory.OUTING: _WITH_VOG,
    HelpCategory.MEALS: _BASE,
    HelpCategory.HOUSEHOLD: _WITH_VOG,
    HelpCategory.PHONE_CIRCLE: _BASE,
}
