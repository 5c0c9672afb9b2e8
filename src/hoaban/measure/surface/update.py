"""Try a road, a bridge or a station on times that are there, exactly, and take it back.

Only what gets nearer is worked over again: the cells whose moves got faster and their
neighbours are put into the queue with the times they have, and the same kernel runs on. A
closure makes things slower; that is a run of its own (or, for many, the road network's).
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from hoaban.base.problems import Problem
from hoaban.measure.surface import integers
from hoaban.measure.surface.prepared import BadSize, NegativePace, Surface, editions
from hoaban.measure.surface.rates import limit_of, queue, rates
from hoaban.measure.surface.spread import BORDER, FAR, SHUT
from hoaban.measure.surface.travel import Times, TooFar, check_range, run, starts

Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Paces = npt.ArrayLike | None

_MOST = 2**28  # a pace must stay below, so that sums of four times a cost fit 64 bits


class Uniform(Problem):
    vi = "Mặt phẳng này có chi phí đồng nhất nên không sửa được; hãy cho walk và roll theo ô."
    en = "This surface is uniform and cannot be improved; give it walk and roll by cell."


class NotFaster(Problem):
    vi = "{count} ô không nhanh hơn trước, ô đầu tiên là {first}; hãy bỏ các ô đó ra."
    en = "{count} cells are not faster than before, first {first}; leave those cells out."


class TooSlow(Problem):
    vi = "{name} = {given} s/m chậm hơn mức {most} s/m mà mặt phẳng này giữ được; hãy lập lại."
    en = "{name} = {given} s/m is slower than the {most} s/m this surface can hold; prepare anew."


class BothNeeded(Problem):
    vi = "Mặt phẳng này gộp walk và roll; khi sửa hãy cho cả hai."
    en = "This surface holds walk and roll as one; give both to change it."


class NoHeight(Problem):
    vi = "Có ô không có độ cao nên không mở được; hãy bổ sung độ cao."
    en = "A cell without a height cannot be opened; give it a height."


class OutOfOrder(Problem):
    vi = "Thời gian đi và mặt phẳng không cùng một lần sửa; hãy hoàn tác theo thứ tự ngược lại."
    en = "The times and the surface are not of one edition; undo changes in reverse order."
    status = 409


@dataclass(eq=False)
class Change:
    """What an improvement changed: flat cell ``cells`` (each once, in no order) and their
    ticks ``before`` (`FAR`: nothing had arrived) and ``after``.
    """

    cells: Ints
    before: Words
    after: Words
    _surface: Surface = field(repr=False)
    _times: Times = field(repr=False)
    _places: npt.NDArray[Any] = field(repr=False)
    _ground: "_Ground" = field(repr=False)
    _editions: tuple[int, int] = field(repr=False)  # of the surface, before and after
    _improved: int = field(repr=False)  # of the times, after

    def undo(self) -> None:
        """Put the surface and the times back, byte for byte. Raises `OutOfOrder`."""
        surface, times = self._surface, self._times
        if (surface.edition, times.improved) != (self._editions[1], self._improved):
            raise OutOfOrder
        times.field[self._places] = self.before
        self._ground.restore(surface, times)
        surface.edition = times.edition = self._editions[0]
        times.improved -= 1


@dataclass(frozen=True, eq=False)
class _Ground:
    """What some places of a surface were before."""

    places: Ints
    walk: Words | None
    roll: Words | None
    shut: Flags
    most: float

    @classmethod
    def of(cls, surface: Surface, places: Ints) -> "_Ground":
        walk, roll = (
            None if layer is None else layer[places] for layer in (surface.walk, surface.roll)
        )
        return cls(places, walk, roll, surface.shut[places], surface.most)

    def restore(self, surface: Surface, times: Times) -> None:
        if surface.walk is not None and self.walk is not None:
            surface.walk[self.places] = self.walk
        if surface.roll is not None and self.roll is not None:
            surface.roll[self.places] = self.roll
        surface.shut[self.places] = self.shut
        surface.most = self.most
        times.field[self.places[self.shut]] = SHUT


def improve(
    surface: Surface,
    times: Times,
    *,
    cells: npt.ArrayLike = (),
    walk: Paces = None,
    roll: Paces = None,
    sources: npt.ArrayLike = (),
) -> Change:
    """Make some cells faster, or add sources, and bring the times up to date, in place.

    cells
        flat cell numbers, each once; barriers among them are opened.
    walk, roll
        the new seconds per metre there, one number or (cells,); None keeps what a cell has
        (0 at an opened barrier). No move may get slower by it, on any slope.
    sources
        flat cell numbers that become sources as well.

    The times are then what `travel.travel` would give on the changed surface, byte for byte.
    Other times over the same surface are out of date until the change is undone. Raises
    `NotFaster`, `Uniform`, `BothNeeded`, `TooSlow`, `OutOfOrder` and what `travel.travel` raises.
    """
    if times.edition != surface.edition:
        raise OutOfOrder
    places = surface.places(cells)
    ground = _Ground.of(surface, places)
    if len(places):
        _put(surface, places, _gain(surface, times, places, walk, roll))
        times.field[places[ground.shut]] = FAR
    try:
        added = starts(surface, sources) if np.size(sources) else np.zeros(0, np.int64)
    except Problem:
        ground.restore(surface, times)
        raise
    return _run(surface, times, ground, added)


def faster(
    surface: Surface, times: Times, cells: npt.ArrayLike, *, walk: Paces = None, roll: Paces = None
) -> Flags:
    """Whether each cell may take the paces: no move gets slower, and something changes."""
    places = surface.places(cells)
    new = _whole(surface, places, walk, roll)
    layers = (surface.walk, surface.roll)
    same = [
        layer[places] == paces
        for layer, paces in zip(layers, new, strict=True)
        if layer is not None
    ]
    changed = ~np.logical_and.reduce(same) | surface.shut[places]
    allowed: Flags = ~_slower(surface, times, places, new) & changed
    return allowed


def _run(surface: Surface, times: Times, ground: _Ground, added: Ints) -> Change:
    edition = surface.edition
    if len(ground.places):
        surface.edition = times.edition = next(editions)
    times.improved += 1
    gained = added[times.field[added] > 0]
    old = times.field[gained]
    times.field[gained] = 0
    beyond, places, before, after = _spread(surface, times, ground.places, gained)
    everywhere = np.concatenate([gained, places])
    change = Change(
        cells=surface.cells(everywhere),
        before=np.concatenate([old, before]),
        after=np.concatenate([np.zeros(len(gained), np.int32), after]),
        _surface=surface,
        _times=times,
        _places=everywhere,
        _ground=ground,
        _editions=(edition, surface.edition),
        _improved=times.improved,
    )
    try:
        if beyond:
            check_range(surface, times)
    except TooFar:
        change.undo()
        raise
    return change


def _spread(
    surface: Surface, times: Times, places: Ints, gained: Ints
) -> tuple[bool, npt.NDArray[np.uint32], Words, Words]:
    seeds = _seeds(surface, times, places, gained)
    if not len(seeds):
        return False, np.zeros(0, np.uint32), np.zeros(0, np.int32), np.zeros(0, np.int32)
    limit = limit_of(times.per_second, times.cut_off_s)
    buckets = queue(surface, times.per_second, limit, log=True)
    beyond, writes, written, before = run(surface, times, seeds, buckets)
    return beyond, *integers.first_writes(times.field, written, before, writes)


def _seeds(surface: Surface, times: Times, places: Ints, gained: Ints) -> Ints:
    """The cells from which a move may have got faster and that have a time."""
    reach = 1 if surface.neighbours == 8 else BORDER
    step = np.arange(-reach, reach + 1)
    around = (step[:, None] * surface.stride + step).ravel()
    near = np.unique(np.concatenate([(places[:, None] + around).ravel(), gained]))
    found = times.field[near]
    seeds: Ints = near[(found >= 0) & (found < FAR)]
    return seeds


def _gain(
    surface: Surface, times: Times, places: Ints, walk: Paces, roll: Paces
) -> tuple[Words, Words]:
    """The new paces as whole numbers, when no move gets slower by them."""
    new = _whole(surface, places, walk, roll)
    unknown = surface.no_height is not None and bool(surface.no_height[places].any())
    if unknown:
        raise NoHeight
    slower = _slower(surface, times, places, new)
    if slower.any():
        first = int(surface.cells(places[slower][:1])[0])
        raise NotFaster(count=int(slower.sum()), first=first)
    return new


def _whole(surface: Surface, places: Ints, walk: Paces, roll: Paces) -> tuple[Words, Words]:
    if surface.roll is None:
        raise Uniform
    if surface.walk is not None:
        return (
            _paces(surface, "walk", places, walk, surface.walk[places]),
            _paces(surface, "roll", places, roll, surface.roll[places]),
        )
    both = np.zeros(len(places), np.int32)
    for name, given, uniform, factor in zip(
        ("walk", "roll"), (walk, roll), surface.uniform, (surface.gentle, 1.0), strict=True
    ):
        if given is None and uniform is None:
            raise BothNeeded
        kept = uniform if given is None else given
        both += _paces(surface, name, places, kept, None, factor)
    return np.zeros(len(places), np.int32), both


def _paces(  # noqa: PLR0917
    surface: Surface, name: str, places: Ints, given: Any, held: Words | None, factor: float = 1.0
) -> Words:
    if given is None and held is not None:
        return held
    paces = np.rint(_seconds(name, given, places) * (factor * surface.units))
    if (paces >= _MOST).any():
        most, slowest = _MOST / surface.units, float(paces.max()) / surface.units
        raise TooSlow(name=name, given=f"{slowest:g}", most=f"{most:g}")
    return paces.astype(np.int32)


def _seconds(name: str, given: Paces, places: Ints) -> npt.NDArray[np.float64]:
    """Seconds per metre for each place; as float32, as `prepared.prepare` takes all paces."""
    paces = np.asarray(0.0 if given is None else given, np.float32).astype(np.float64)
    if paces.ndim and paces.shape != places.shape:
        raise BadSize(name=name, shape=str(paces.shape), wanted=str(places.shape))
    bad = int((~((paces >= 0) & (paces < np.inf))).sum())
    if bad:
        raise NegativePace(name=name, count=bad)
    return np.broadcast_to(paces, places.shape)


def _slower(surface: Surface, times: Times, places: Ints, new: tuple[Words, Words]) -> Flags:
    """Whether a move at a place may get slower: it does not when it does not on the gentlest
    and on the steepest slope, for what a move costs is linear in the slope's cost. A barrier
    can only gain.
    """
    walked, rolled = (paces.astype(np.int64) for paces in new)
    held_walk = 0 if surface.walk is None else surface.walk[places]
    held_roll = 0 if surface.roll is None else surface.roll[places]
    slower = np.zeros(len(places), bool)
    for scale, *grades in rates(surface, times.per_second, times.toward).ends:
        for grade in grades:
            slower |= (walked - held_walk) * grade + (rolled - held_roll) * scale > 0
    slower &= ~surface.shut[places]
    return slower


def _put(surface: Surface, places: Ints, new: tuple[Words, Words]) -> None:
    walk, roll = new
    if surface.walk is not None:
        surface.walk[places] = walk
    if surface.roll is not None:
        surface.roll[places] = roll
    surface.shut[places] = False
    slowest = float((walk * surface.steep + roll).max()) / surface.units
    surface.most = max(surface.most, slowest)
