"""The enumerated things of places."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PostcodeSource(TextChoices):
    """Where the point of a postcode comes from."""

    MEASURED = "measured", _("from an official file")
    DISTRICT = "district", _("centre of the district")
    INVENTED = "invented", _("invented for the demonstration")


class Precision(TextChoices):
    """How precisely a geocoder has found an address."""

    ADDRESS = "address", _("the address itself")
    POSTCODE = "postcode", _("the postcode with letters")
    AREA = "area", _("only the area")
