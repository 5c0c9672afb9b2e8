"""Households counted by group and by what they lack: all that a poverty index needs.

What a household lacks is one bit mask. How many households of each group have each mask is
enough for every weight and cut-off (Alkire and Foster 2011), and such counts are merged by
adding: shards, communes, rounds. A new weight or cut-off costs milliseconds at any size.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import add
from typing import Any, Literal

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import scipy.sparse as sp

from hoaban.base.problems import Problem
from hoaban.measure.poverty.survey import Bools, Floats, Ints, whole, whole_points

Weight = Literal["households", "people"]
_DENSE = 1 << 16  # masks below this are their own column, without a search for the distinct ones


class MaskTooWide(Problem):
    vi = "Mẫu thiếu hụt {mask} phải từ 0 và không có nhiều chỉ số hơn {indicators} điểm đã cho."
    en = (
        "Pattern {mask} must be 0 or more and hold no more indicators than the {indicators} points."
    )


def mask(t: ir.Table, names: Sequence[str]) -> ir.IntegerColumn:
    """What each row lacks: bit j is set where the 0/1 or boolean column ``names[j]`` is 1.

    A missing answer sets no bit (see `missing`). int64, so at most 62 names.
    """
    return _bits([_yes(t[name]) for name in names])


def missing(t: ir.Table, names: Sequence[str]) -> ir.IntegerColumn:
    """What each row leaves unanswered: bit j is set where ``names[j]`` is missing. int64."""
    return _bits([t[name].isnull() for name in names])


def _yes(column: ir.Column) -> ir.BooleanColumn:
    return column if column.type().is_boolean() else column == 1


def _bits(said: Sequence[ir.BooleanColumn]) -> ir.IntegerColumn:
    return reduce(add, [yes.ifelse(1 << j, 0) for j, yes in enumerate(said)]).cast("int64")


def histogram(t: ir.Table, by: Sequence[str], *, mask: str, **sums: str) -> ir.Table:
    """How many rows of each group have each mask.

    t
        One row a household (or person); ``by`` are the columns that make a group, ``mask``
        the column that holds the bit mask.
    sums
        Further sums by name, e.g. ``people="members"``.

    Returns ``*by, <mask>, households`` and the named sums (int64; 0 where all are missing),
    one row a group and mask that occur, in no order. The expression names no engine.
    """
    found = {name: t[column].sum().fill_null(0).cast("int64") for name, column in sums.items()}
    return t.group_by([*by, mask]).agg(households=t.count(), **found)


@dataclass(frozen=True, eq=False)
class Patterns:
    """Counts by group and mask; c cells, each pair of group and mask at most once.

    group
        (c,) position in ``groups``.
    mask
        (c,) what the households of the cell lack, bit j for indicator j.
    households, people
        (c,) how many; whole numbers, or sums of survey weights.
    groups
        The names of the groups.
    """

    group: Ints
    mask: Ints
    households: npt.NDArray[Any]
    people: npt.NDArray[Any]
    groups: tuple[Hashable, ...]

    @classmethod
    def of(
        cls,
        found: pa.Table,
        by: Sequence[str],
        *,
        mask: str = "mask",
        households: str = "households",
        people: str | None = "people",
    ) -> "Patterns":
        """From a `histogram` that was run. Groups are sorted; of several columns, tuples.

        Rows that differ only in columns not named here are added up. ``people=None`` counts
        households alone.
        """
        groups, group = _encoded([found[name] for name in by])
        numbers = {name: np.asarray(found[name]) for name in {households, people} if name}
        own, masks = numbers[households], np.asarray(found[mask])
        return _gathered(groups, group, masks, own, numbers[people] if people else own)

    @classmethod
    def count(
        cls,
        group: npt.ArrayLike,
        mask: npt.ArrayLike,
        people: npt.ArrayLike | None = None,
        households: npt.ArrayLike | None = None,
    ) -> "Patterns":
        """From rows: the group and mask of each household, (n,); people and households are 1."""
        groups, at = _encoded([pa.array(group)])
        masks = np.asarray(mask, np.int64)
        own = np.ones(len(masks), np.int64) if households is None else np.asarray(households)
        return _gathered(groups, at, masks, own, own if people is None else np.asarray(people))

    def __add__(self, other: "Patterns") -> "Patterns":
        """Both together; groups of the same name are one group."""
        group = np.concatenate([self.group, other.group + len(self.groups)])
        masks = np.concatenate([self.mask, other.mask])
        households = np.concatenate([self.households, other.households])
        people = np.concatenate([self.people, other.people])
        return _gathered((*self.groups, *other.groups), group, masks, households, people)

    def together(self, name: Hashable = "all") -> "Patterns":
        """The same households as one group."""
        return self.regroup([name] * len(self.groups))

    def regroup(self, names: Sequence[Hashable]) -> "Patterns":
        """The same households in coarser groups: ``names[i]`` takes in group i."""
        return _gathered(names, self.group, self.mask, self.households, self.people)

    @cached_property
    def _columns(self) -> tuple[Ints, npt.NDArray[np.int32]]:
        """The masks that may occur, and where each cell's mask stands among them."""
        top = int(self.mask.max(initial=0))
        if top < _DENSE:
            return np.arange(top + 1, dtype=np.int64), self.mask.astype(np.int32)
        masks, at = np.unique(self.mask, return_inverse=True)
        return masks, at.astype(np.int32)

    @cached_property
    def _order(self) -> tuple[Ints, npt.NDArray[np.int32]]:
        """Cells in order of group, and where each group's begin."""
        counts = np.bincount(self.group, minlength=len(self.groups))
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        return np.argsort(self.group, kind="stable"), starts

    def table(self, weight: Weight, among: Bools | None = None) -> tuple[Ints, sp.csr_array]:
        """The masks that may occur (m,), and group × mask of households or people, (g, m)."""
        masks, at = self._columns
        order, starts = self._order
        held = self.households if weight == "households" else self.people
        held = held if among is None else held * among
        shape = (len(self.groups), len(masks))
        return masks, sp.csr_array((held[order], at[order], starts), shape=shape)


def _encoded(columns: Sequence[Any]) -> tuple[list[Hashable], Ints]:
    """The groups that some columns make, and which of them each row is in."""
    at = np.zeros(len(columns[0]), np.int64)
    names: list[tuple[Any, ...]] = [()]
    for column in columns:
        own = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        coded = own.dictionary_encode(null_encoding="encode")
        at = at * len(coded.dictionary) + np.asarray(coded.indices)
        names = [(*name, value) for name in names for value in coded.dictionary.to_pylist()]
    here, at = np.unique(at, return_inverse=True)
    groups = [names[i] for i in here.tolist()]
    return [g[0] for g in groups] if len(columns) == 1 else list(groups), at


def _gathered(
    names: Sequence[Hashable],
    group: Ints,
    masks: npt.NDArray[Any],
    households: npt.NDArray[Any],
    people: npt.NDArray[Any],
) -> Patterns:
    """Groups of the same name made one and sorted by name; cells of the same mask added up."""
    groups = tuple(sorted(set(names), key=_rank))
    place = {name: i for i, name in enumerate(groups)}
    group = np.array([place[name] for name in names], np.int64)[group]
    masks = masks.astype(np.int64, copy=False)
    order = np.lexsort((masks, group))
    group, masks = group[order], masks[order]
    new = np.ones(len(group), bool)
    new[1:] = (np.diff(group) != 0) | (np.diff(masks) != 0)
    at = np.flatnonzero(new)
    own, of = _wide(households)[order], _wide(people)[order]
    if len(at):
        own, of = np.add.reduceat(own, at), np.add.reduceat(of, at)
    return Patterns(group[at], masks[at], own, of, groups)


def _rank(name: Hashable) -> tuple[Any, ...]:
    """Sorts the names of groups, tuples among them, the missing last."""
    return tuple((part is None, part) for part in (name if isinstance(name, tuple) else (name,)))


def _wide(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return values.astype(np.float64 if values.dtype.kind == "f" else np.int64, copy=False)


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Alkire–Foster measures of g groups; the last of the g + 1 rows is everybody together.

    size, H, A, M0
        (g + 1,) households or people, headcount ratio, intensity, adjusted headcount ratio.
        A is NaN where nobody is poor, all are NaN where there is nobody.
    uncensored, censored
        (g + 1, d) shares that lack each thing: of all, and being poor.
    absolute, relative
        (g + 1, d) each indicator's part in M0, and its share of M0 (NaN where M0 is 0).
    """

    groups: tuple[Hashable, ...]
    size: npt.NDArray[Any]
    H: Floats
    A: Floats
    M0: Floats
    uncensored: Floats
    censored: Floats
    absolute: Floats
    relative: Floats

    def share_of_groups(self) -> Floats:
        """(g,) each group's share of the M0 of all."""
        part = self.size[:-1] * self.M0[:-1]
        return np.asarray(np.where(self.size[:-1] > 0, part, 0) / (self.size[-1] * self.M0[-1]))

    def row(self, at: int = -1) -> dict[str, Any]:
        """One group's measures (all together unless told) as plain numbers and lists."""
        names = ("size", "H", "A", "M0", "uncensored", "censored", "absolute", "relative")
        return {name: getattr(self, name)[at].tolist() for name in names}


def index(
    patterns: Patterns,
    points: Iterable[Any],
    cutoff: int,
    *,
    weight: Weight = "households",
    among: Bools | None = None,
) -> Index:
    """Every Alkire–Foster measure of every group, for any whole points and cut-off.

    points
        (d,) whole points, one a bit of the mask. A household is poor when what it lacks is
        worth at least ``cutoff`` points: compared as whole numbers, so exact at the cut-off.
    among
        (c,) the cells that may count as poor at all, e.g. the poor under the law; all when
        not given.

    Raises `NotWholePoints`, `MaskTooWide`.
    """
    values = list(points)
    worth, least = whole_points(values, [str(j) for j in range(len(values))]), whole(cutoff)
    least_mask = int(patterns.mask.min(initial=0))
    if least_mask < 0:
        raise MaskTooWide(mask=least_mask, indicators=len(worth))
    masks, held = patterns.table(weight)
    if len(masks) and masks[-1] >> len(worth):
        raise MaskTooWide(mask=int(masks[-1]), indicators=len(worth))
    lacks = (masks[:, None] >> np.arange(len(worth))) & 1
    poor = lacks @ worth >= least
    everybody = held @ np.column_stack([np.ones(len(masks), np.int64), lacks])
    if among is not None:
        held = patterns.table(weight, among)[1]
    them = held @ np.column_stack([poor.astype(np.int64), lacks * poor[:, None]])
    return _measures(patterns.groups, worth, _with_all(everybody), _with_all(them))


def _with_all(rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.vstack([rows, rows.sum(axis=0)])


def _measures(
    groups: tuple[Hashable, ...],
    worth: Ints,
    everybody: npt.NDArray[Any],
    them: npt.NDArray[Any],
) -> Index:
    """Measures from counts (g + 1, 1 + d): of everybody and of the poor; lacking each thing."""
    size, whole_worth = everybody[:, 0], worth.sum()
    parts = them[:, 1:] * worth
    burden = parts.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return Index(
            groups,
            size,
            H=them[:, 0] / size,
            A=burden / (them[:, 0] * whole_worth),
            M0=burden / (size * whole_worth),
            uncensored=everybody[:, 1:] / size[:, None],
            censored=them[:, 1:] / size[:, None],
            absolute=parts / (size * whole_worth)[:, None],
            relative=parts / burden[:, None],
        )
