"""The kernel that spreads travel time from cell to cell, in whole ticks, without a heap.

Cells wait in buckets of equal width (Dial 1969; Denardo and Fox 1979). When the width is no
more than the least move, every cell in the lowest bucket is final. With a wider bucket a cell
may be settled twice; the times are exact all the same, for a bucket is worked until it is
empty. What lies beyond the last bucket waits in it and is put forward when its turn comes.
The shortest time in whole ticks is one number, so neither the order of work nor the
machine can change it.

A field is a flat int32 array of a grid with a border of `BORDER` cells on every side:
ticks >= 0, `FAR` where nothing has arrived, `SHUT` where no way goes. `SHUT` is below every
time, so a move onto a barrier never looks like a gain and the border needs no bounds check.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hoaban.measure.compiled import kernel
from hoaban.measure.surface.prefetch import prefetch

Words = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]
Offsets = npt.NDArray[np.uint64]
Places = npt.NDArray[np.uint32]

FAR = 2**31 - 1
SHUT = -1
BORDER = 2

_BITS = np.uint32(6)  # a chunk of the pool holds 64 cells
_INSIDE = np.uint32(63)
_NONE = np.uint32(0)
_ONE = np.uint32(1)
_CHUNKS = 4096  # at first; the pool doubles when it runs short
_PUSHES = 64 * 17  # most cells that the cells of one chunk can improve
_AHEAD = 2  # cells ahead whose rows are fetched


class Queue(NamedTuple):
    """``width`` (power of two, as a shift) and number (power of two) of buckets; ``limit``
    ticks beyond which nothing is kept; whether to ``log`` each write.
    """

    width: int
    buckets: int
    limit: int
    log: bool


@kernel
def spread(  # noqa: C901, PLR0912, PLR0915, PLR0917
    field: Words,
    heights: Words | None,
    walk: Words | None,
    roll: Words | None,
    around: Offsets,
    knights: Offsets | None,
    table: Places,
    level: Ints,
    scale: Ints,
    down: int,
    seeds: Offsets,
    queue: Queue,
) -> tuple[bool, int, Places, Words]:
    """Spread the times of the seeds over the field, in place.

    field
        int32, as above; ``seeds`` (uint64 cells of the field) hold their times already.
    heights, walk, roll
        int32 like ``field``, any number at barriers. Which of them are None says how a move
        from u to v is paid, always in ticks, with sums over the cells the move takes in:
        only ``roll``: ``(sum(roll) * scale[move] + half) >> down``;
        only ``heights``: ``table[level[move] + heights[v] - heights[u]]``;
        all: ``(sum(walk) * table[...] + sum(roll) * scale[move] + half) >> down``.
    around
        uint64 (moves,) from a cell to the cell moved to; 8 or 16, the knight's moves last.
    knights
        uint64 (32,), None with 8 moves: at ``2 * move`` the two cells a knight passes between.
        It moves only where both are passable, and pays the mean of its ends and those two.

    Returns whether anything lay beyond the limit, and the log: how many writes, the cells
    (uint32) and the times they held before (int32), in the order written.
    """
    width, mask, limit = np.uint64(queue.width), np.uint64(queue.buckets - 1), queue.limit
    half, shift = np.int64(1) << np.int64(down - 1), np.int64(down)
    moves, row = len(around), around[6]
    slot = np.zeros(queue.buckets, np.uint32)  # next free place of a bucket's newest chunk
    cells = np.zeros(_CHUNKS * 64, np.uint32)
    link = np.arange(2, _CHUNKS + 2).astype(np.uint32)  # to the chunk before or next free, + 1
    link[_CHUNKS - 1] = 0
    free, left, last = _ONE, _CHUNKS, np.uint64(0)
    written, before, count = np.empty(4096, np.uint32), np.empty(4096, np.int32), 0
    work, later = np.zeros(64 + _AHEAD, np.uint64), np.empty(65, np.uint64)
    won, arrivals = np.empty(17, np.uint64), np.empty(17, np.int64)
    work[:] = seeds[0]
    beyond = False
    now = np.uint64(FAR)
    for seed in seeds:
        now = min(now, np.uint64(field[seed]) >> width)
    for seed in seeds:
        if left == 0:
            link = np.append(link, link)
            cells = np.append(cells, cells)
            left = len(link) // 2
            for fresh in range(left, 2 * left):
                link[fresh] = fresh + 2
            link[2 * left - 1] = free
            free = np.uint32(left + 1)
        bucket = min(np.uint64(field[seed]) >> width, now + mask)
        at = slot[bucket & mask]
        if at & _INSIDE == _NONE:
            chunk = free - _ONE
            free = link[chunk]
            left -= 1
            link[chunk] = at >> _BITS
            at = chunk << _BITS
        cells[at] = seed
        slot[bucket & mask] = at + _ONE
        last = max(last, bucket)
    while now <= last:
        ring = now & mask
        while slot[ring] != _NONE:
            if left < _PUSHES:
                size = len(link)
                link = np.append(link, link)
                cells = np.append(cells, cells)
                for fresh in range(size, 2 * size):
                    link[fresh] = fresh + 2
                link[2 * size - 1] = free
                free = np.uint32(size + 1)
                left += size
            if queue.log and count + _PUSHES > len(written):
                written, before = np.append(written, written), np.append(before, before)
            end = slot[ring]
            chunk = (end - _ONE) >> _BITS
            slot[ring] = link[chunk] << _BITS
            ready, waiting = np.uint64(0), np.uint64(0)
            for place in range(chunk << _BITS, end):
                here = np.uint64(cells[place])
                bucket = np.uint64(field[here]) >> width
                work[ready] = here
                ready += np.uint64(bucket == now)
                later[waiting] = here
                waiting += np.uint64(bucket > now)
            link[chunk] = free
            free = chunk + _ONE
            left += 1
            for place in range(waiting):
                here = later[place]
                bucket = min(np.uint64(field[here]) >> width, now + mask)
                at = slot[bucket & mask]
                if at & _INSIDE == _NONE:
                    chunk = free - _ONE
                    free = link[chunk]
                    left -= 1
                    link[chunk] = at >> _BITS
                    at = chunk << _BITS
                cells[at] = here
                slot[bucket & mask] = at + _ONE
                last = max(last, bucket)
            for place in range(ready):
                ahead = work[place + np.uint64(_AHEAD)]
                prefetch(field, ahead - row)
                prefetch(field, ahead + row)
                if knights is not None:
                    prefetch(field, ahead - row - row)
                    prefetch(field, ahead + row + row)
                if heights is not None:
                    prefetch(heights, ahead)
                    prefetch(heights, ahead - row)
                    prefetch(heights, ahead + row)
                    if knights is not None:
                        prefetch(heights, ahead - row - row)
                        prefetch(heights, ahead + row + row)
                if walk is not None:
                    prefetch(walk, ahead)
                    prefetch(walk, ahead - row)
                    prefetch(walk, ahead + row)
                    if knights is not None:
                        prefetch(walk, ahead - row - row)
                        prefetch(walk, ahead + row + row)
                if roll is not None:
                    prefetch(roll, ahead)
                    prefetch(roll, ahead - row)
                    prefetch(roll, ahead + row)
                    if knights is not None:
                        prefetch(roll, ahead - row - row)
                        prefetch(roll, ahead + row + row)
                here = work[place]
                time = np.int64(field[here])
                gains = np.uint64(0)
                for move in range(8):
                    there = here + around[move]
                    if walk is not None and field[there] <= time:  # worth it before two products
                        continue
                    cost = np.int64(0)
                    if heights is not None:
                        rise = np.int64(heights[there]) - heights[here]
                        cost = np.int64(table[np.uint64(level[move] + rise)])
                        if walk is not None:
                            cost *= np.int64(walk[here]) + walk[there]
                    if roll is not None:
                        cost += (np.int64(roll[here]) + roll[there]) * scale[move]
                        cost = (cost + half) >> shift
                    arrival = time + cost
                    won[gains] = there
                    arrivals[gains] = arrival
                    gains += np.uint64(arrival < field[there])
                if knights is not None:
                    for move in range(8, moves):
                        there = here + around[move]
                        if field[there] <= time:
                            continue
                        near, far = here + knights[2 * move], here + knights[2 * move + 1]
                        cost = np.int64(0)
                        if heights is not None:
                            rise = np.int64(heights[there]) - heights[here]
                            cost = np.int64(table[np.uint64(level[move] + rise)])
                            if walk is not None:
                                part = np.int64(walk[here]) + walk[there] + walk[near]
                                cost *= part + walk[far]
                        if roll is not None:
                            part = np.int64(roll[here]) + roll[there] + roll[near]
                            cost += (part + roll[far]) * scale[move]
                            cost = (cost + half) >> shift
                        arrival = time + cost
                        won[gains] = there
                        arrivals[gains] = arrival
                        legal = (field[near] | field[far]) >= 0
                        gains += np.uint64((arrival < field[there]) & legal)
                for gain in range(gains):
                    arrival = arrivals[gain]
                    if arrival > limit:
                        beyond = True
                        continue
                    there = won[gain]
                    if queue.log:
                        written[count] = there
                        before[count] = field[there]
                        count += 1
                    field[there] = arrival
                    bucket = min(np.uint64(arrival) >> width, now + mask)
                    at = slot[bucket & mask]
                    if at & _INSIDE == _NONE:
                        chunk = free - _ONE
                        free = link[chunk]
                        left -= 1
                        link[chunk] = at >> _BITS
                        at = chunk << _BITS
                    cells[at] = there
                    slot[bucket & mask] = at + _ONE
                    last = max(last, bucket)
        now += np.uint64(1)
    return beyond, count, written, before
