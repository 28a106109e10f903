"""Sets of small enumerated things as integer bit masks."""

from collections.abc import Iterable, Iterator


def mask_of(bits: Iterable[int]) -> int:
    """Return the mask in which exactly the given bit numbers are set."""
    mask = 0
    for bit in bits:
        mask |= 1 << bit
    return mask


def bits_of(mask: int) -> Iterator[int]:
    """Yield the numbers of the bits set in ``mask``, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
