"""Checking in at the door: a code to scan that is signed, bound to one event and short-lived.

Whoever sees to the door shows (or prints) the code; people scan it with their own phone, are signed in there,
and confirm. The code opens nothing by itself: it says only "I am where this event is". For whoever has no
phone there is the list, on which the organiser ticks names. How an app uses it (the academy, for sessions)::

    token = make_token("academy.session", session.pk, until=session.ends_at)   # on the page at the door
    address = request.build_absolute_uri(reverse("session-check-in", args=[token]))
    context["qr"] = qr_svg(address, title=_("Scan to check in"))

    session_id = read_token("academy.session", token)                           # at that address
    seat = ENROLMENTS.seat_of(session, volunteer); ENROLMENTS.check_in(seat, by=request.user)
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from io import BytesIO
from uuid import UUID

import segno
from django.core.signing import BadSignature, Signer
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from common import clock
from common.errors import DomainError


class CodeNotValid(DomainError):
    """The code is not ours, is of something else, or its time is over."""

    code = "code-not-valid"
    message = _("This code is not valid (any more). Ask the organiser to tick your name on the list.")


def make_token(kind: str, event_id: UUID, *, until: datetime) -> str:
    """Return a code for an address: 16 bytes of id and 5 of time, signed. Valid before ``until``.

    ``kind`` ("app.what") keeps the code of one kind of event from opening another.
    """
    packed = event_id.bytes + int(until.timestamp()).to_bytes(5, "big")
    return _signer(kind).sign(urlsafe_b64encode(packed).decode())


def read_token(kind: str, token: str) -> UUID:
    """Return the id of the event that a code is of.

    Raises:
        CodeNotValid: it was changed, is of another kind, or its time is over.
    """
    try:
        packed = urlsafe_b64decode(_signer(kind).unsign(token))
    except (BadSignature, ValueError):
        raise CodeNotValid from None
    if clock.now().timestamp() >= int.from_bytes(packed[16:], "big"):
        raise CodeNotValid
    return UUID(bytes=packed[:16])


def qr_svg(text: str, *, title: str) -> SafeString:
    """Return ``text`` as a QR code: an SVG element without script or style, that scales with its box.

    ``title`` is what a screen reader says. Dark on light in every theme: scanners want it so.
    """
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=False,
        omitsize=True,
        nl=False,
        svgclass="qr",
        lineclass=None,
        light="#fff",
        border=4,
    )
    drawn = out.getvalue().decode()
    named = drawn.replace("<svg ", f'<svg role="img" aria-label="{escape(title)}" ', 1)
    return mark_safe(named)  # noqa: S308  (made here; the only text of others is escaped)


def _signer(kind: str) -> Signer:
    return Signer(salt=f"common.checkin:{kind}", sep="~")
