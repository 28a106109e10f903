"""What people call the device that a browser says it runs on."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()

# The first that is named counts: others call themselves Chrome and Safari too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


@register.filter
def device(user_agent: str) -> str:
    """Return "Firefox on Windows"; what is not known is left out, and nothing known is a device."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A device")


@register.filter
def device_icon(user_agent: str) -> str:
    """The drawing: one holds it in one's hand, or sits at it."""
    return "digital" if any(mark in user_agent for mark in ("iPhone", "iPad", "Android")) else "desk"
