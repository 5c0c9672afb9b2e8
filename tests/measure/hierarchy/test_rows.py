"""Rows of lanes and the files that are compiled with them."""

from hashlib import sha256
from pathlib import Path

import numpy as np

from hoaban.measure.hierarchy import lanes, rows, trials


def test_kernels_are_compiled_anew_when_the_operations_on_rows_change() -> None:
    """When this fails, write the new hash where `MADE_WITH` stands: the caches then renew."""
    found = sha256(Path(rows.__file__).read_bytes()).hexdigest()[:12]

    assert (found, found) == (lanes.MADE_WITH, trials.MADE_WITH)


def test_rows_begin_at_a_whole_multiple_of_their_bytes() -> None:
    for kind, many in ((np.int32, 16), (np.uint64, 8), (np.uint16, 32)):
        assert rows.lanes_of(kind) == many
        array = rows.aligned(3, 2 * many, kind)

        assert array.shape == (3, 2 * many)
        assert array.dtype == kind
        assert array.ctypes.data % rows.BYTES == 0
        assert array.flags.c_contiguous
