"""A table that travels with its page, so that nobody has to find the file again: pressed, and within bounds.

As it is, a table of letters with accents would grow threefold on its way back, past what a form may hold.
"""

import base64
import binascii
import zlib

from common.uploads import MAX_TEXT_BYTES

MOST_CARRIED = 1_000_000
"""Signs of a pressed table; all of a form together may be ``DATA_UPLOAD_MAX_MEMORY_SIZE`` bytes."""


def pack(text: str) -> str | None:
    """Return the text as a word of letters, digits, - and _; ``None`` when that is too long to carry."""
    content = text.encode()
    if len(content) >= MAX_TEXT_BYTES:  # it came in a narrower writing; it would not unfold again
        return None
    packed = base64.urlsafe_b64encode(zlib.compress(content, 9)).decode().rstrip("=")
    return packed if len(packed) <= MOST_CARRIED else None


def unpack(packed: str) -> str:
    """Return the text again. Raises ``ValueError`` for what ``pack`` did not make, or unfolds too far."""
    try:
        pressed = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        unfolding = zlib.decompressobj()
        content = unfolding.decompress(pressed, MAX_TEXT_BYTES)
    except (binascii.Error, zlib.error):
        raise ValueError(packed[:20]) from None
    if unfolding.unconsumed_tail or not unfolding.eof:
        raise ValueError(packed[:20])
    return content.decode()
