"""What is packed comes out again, in few bytes."""

import random

from hypothesis import given
from hypothesis import strategies as st

from monitoring.samples import packing

values = st.lists(st.one_of(st.none(), st.integers(-(2**62), 2**62)))


@given(values, values)
def test_packed_values_come_out_again_also_when_some_were_put_behind(first, more):
    data, last = packing.pack(first)
    assert packing.unpack(data) == first
    data, _last = packing.append(data, last, more)
    assert packing.unpack(data) == first + more


@given(st.dictionaries(st.integers(0, 2**31), st.integers(-(2**62), 2**62)))
def test_a_frame_comes_out_again(values):
    assert packing.unpack_frame(packing.pack_frame(values)) == values


def test_a_frame_is_read_only_as_far_as_needed():
    data = packing.pack_frame({3: 1, 9: 2, 12: 3})
    assert packing.unpack_frame(data, 9) == {3: 1, 9: 2}


def test_a_month_of_hours_costs_little():
    draw = random.Random(1)
    still, busy = [4200] * 720, [4200 + 100 * draw.randrange(-20, 20) for _ in range(720)]
    assert len(packing.pack(still)[0]) < 30
    assert len(packing.pack(busy)[0]) < 1200


def test_what_is_kept_of_several_values():
    assert packing.mean([1, None, 3]) == 2 and packing.mean([None]) is None
    assert packing.latest([1, None]) == 1 and packing.latest([]) is None
