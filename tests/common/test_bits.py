"""Bit masks and the numbers in them."""

from hypothesis import given
from hypothesis import strategies as st

from common.bits import bits_of, mask_of


@given(st.sets(st.integers(0, 62)))
def test_out_and_back(bits):
    assert set(bits_of(mask_of(bits))) == bits


@given(st.integers(0, 2**63 - 1))
def test_back_and_out_lowest_first(mask):
    bits = list(bits_of(mask))
    assert mask_of(bits) == mask
    assert bits == sorted(set(bits))


def test_the_same_bit_twice_counts_once():
    assert mask_of([0, 3, 3]) == 0b1001


def test_nothing():
    assert mask_of([]) == 0
    assert list(bits_of(0)) == []
