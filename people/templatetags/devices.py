"""What people call the device that a browser says it runs on."""

from django import template
from django.utils.translation import gettext as _

from common.devices import browser_and_system

register = template.Library()


@register.filter
def device(user_agent: str) -> str:
    """Return "Firefox on Windows"; what is not known is left out, and nothing known is a device."""
    browser, system = browser_and_system(user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A device")


@register.filter
def device_icon(user_agent: str) -> str:
    """The drawing: one holds it in one's hand, or sits at it."""
    return "digital" if any(mark in user_agent for mark in ("iPhone", "iPad", "Android")) else "desk"
