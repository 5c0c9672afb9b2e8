"""A memory answers as the joint itself does, and asks it once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hoaban.plan.choice.instance import Standing
from hoaban.plan.choice.remembered import Remembered
from tests.plan.choice.tables import Table, alone, tables


def test_a_gain_is_asked_for_once_whichever_way_the_set_is_reached_again() -> None:
    table = alone(1.0, 2.0, 3.0)
    memory = Remembered(table)
    for _ in range(3):
        standing = memory.start([0])
        standing.add((1,))
        assert standing.gains([(2,), (2,)]).tolist() == [3.0, 3.0]

    assert table.asked == 1


def test_a_standing_with_something_taken_out_leaves_the_other_as_it_was() -> None:
    first = Remembered(alone(1.0, 2.0, 4.0)).start([0, 1])

    second = first.without((1,))
    second.add((2,))

    assert (first.worth, second.worth) == (3.0, 5.0)


@settings(max_examples=100, deadline=None)
@given(tables(8), st.data())
def test_a_memory_never_answers_otherwise_than_the_joint(table: Table, data: st.DataObject) -> None:
    memory = Remembered(table)
    moves = st.sets(st.integers(0, 7), min_size=1, max_size=3).map(lambda some: tuple(sorted(some)))
    for _ in range(3):
        begin = data.draw(st.sets(st.integers(0, 7), max_size=2))
        both: list[Standing] = [memory.start(begin), table.start(begin)]
        for move in data.draw(st.lists(moves, max_size=40)):
            gone = data.draw(st.booleans()) and data.draw(st.booleans())
            if gone:
                both = [one.without(move) for one in both]
            asked = data.draw(st.lists(moves, max_size=3))
            assert both[0].gains(asked).tolist() == both[1].gains(asked).tolist()
            for one in both:
                one.add(move)
        assert both[0].worth == both[1].worth
