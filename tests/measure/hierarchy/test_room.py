"""Answers that do not fit into memory are refused before the work."""

import numpy as np
import pytest

from hoaban.measure import memory
from hoaban.measure.hierarchy import times, waits, words
from hoaban.measure.hierarchy.skeleton import Skeleton

SIZE = 2**18
NONE = np.zeros(0, np.int64)


@pytest.fixture(scope="module")
def skeleton() -> Skeleton:
    """Many nodes without links: what is asked of it is small, the answers are not."""
    return Skeleton.of(SIZE, NONE, NONE)


def test_a_matrix_too_large_is_refused(skeleton: Skeleton) -> None:
    metric = times.customise(skeleton, np.zeros(0, np.int32))
    for toward in (True, False):
        with pytest.raises(memory.TooLarge, match="GB"):
            times.matrix(metric, np.tile(np.arange(SIZE), 2), toward=toward)
    assert times.matrix(metric, np.arange(2), toward=True, at=np.arange(2)).shape == (2, 2)


def test_too_many_scenarios_are_refused(skeleton: Skeleton) -> None:
    open_ = np.zeros((0, 2**24), np.uint64)
    with pytest.raises(memory.TooLarge):
        words.reaching(skeleton, open_, NONE)
    with pytest.raises(memory.TooLarge):
        words.reaching_own(skeleton, open_, np.full(SIZE, -1))
    with pytest.raises(memory.TooLarge):
        waits.waits(skeleton, np.zeros((0, 2**24), np.uint16), NONE)
