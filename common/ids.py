"""Public, unguessable identifiers."""

import secrets
import time
from uuid import UUID


def new_id() -> UUID:
    """Return a random UUIDv7 (RFC 9562, section 5.7).

    48 bits of Unix time in milliseconds keep index inserts local; 74 random bits
    keep it unguessable.
    """
    milliseconds = time.time_ns() // 1_000_000
    random_a = secrets.randbits(12)
    random_b = secrets.randbits(62)
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | random_a << 64 | 0b10 << 62 | random_b
    return UUID(int=value)
