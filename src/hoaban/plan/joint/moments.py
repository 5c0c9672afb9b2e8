"""Drawn storms for roads in every state: which are shut just after each storm, and for how long.

Items are the roads of the ground and, after them, the states that works can give some of them
(`road_states`). A state is drawn as a road of its own with the key of the road that it is, so it
shuts in storms in which that road shuts, only in fewer of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from hoaban.measure import network
from hoaban.measure.compiled import kernel
from hoaban.measure.forecast import outlook, passage, storms
from hoaban.measure.forecast import roads as exposure
from hoaban.measure.forecast.fit import Posterior
from hoaban.measure.forecast.roads import Roads
from hoaban.measure.forecast.storms import Narrow, Quarters, Ranks
from hoaban.measure.network import RANK
from hoaban.plan.joint.basis import Basis
from hoaban.plan.joint.parts import Flags, Ints

_TOGETHER = 256  # moments judged together
LEFT = 16  # bits of a number of quarter-hours


@dataclass(frozen=True, eq=False)
class Moments:
    """Just after each storm. The items shut after storm s are ``item[first[s]:first[s + 1]]``, for
    ``left`` quarter-hours more; an item may be named twice and the longer counts. ``gap``
    (storms,) quarter-hours until the next storm of the year; ``items`` how many there are.
    """

    first: Ints
    item: Narrow
    left: Quarters
    gap: Narrow
    items: int

    @classmethod
    def drawn(
        cls, basis: Basis, posterior: Posterior, mode: str, *, years: int, seed: int
    ) -> "Moments":
        """Of drawn years, for one mode. Raises what `forecast.outlook` raises."""
        found = storms.draw(
            posterior,
            _exposed(basis, posterior),
            years=years,
            seed=seed,
            wet_days=outlook.wet_days(basis.place.wet_months),
        )
        of_year = np.repeat(found.first[:-1], np.diff(found.first))
        first, item, left = _shut_after(
            of_year, found.when, found.begin, found.road, found.lasts, found.passes, RANK[mode]
        )
        items = len(basis.roads.ground.roads) + len(basis.roads.road)
        return cls(first, item, left, passage.gaps(found), items)

    def __len__(self) -> int:
        """How many storms there are."""
        return len(self.gap)

    @property
    def shut(self) -> Flags:
        """(items,) which are ever shut."""
        found = np.zeros(self.items, bool)
        found[self.item] = True
        return found

    @cached_property
    def by_item(self) -> tuple[Ints, Ints]:
        """Storm and quarter-hours as one number (`LEFT` bits), and where those of each item begin,
        (items + 1,).
        """
        storm = np.repeat(np.arange(len(self)), np.diff(self.first))
        order = np.argsort(self.item, kind="stable")
        code = (storm << LEFT | self.left)[order]
        return code, np.searchsorted(self.item[order], np.arange(self.items + 1))

    def apart(self, one: int, other: int) -> Ints:
        """The storms after which two items are shut for different times."""
        code, begin = self.by_item
        mine, theirs = (code[begin[item] : begin[item + 1]] for item in (one, other))
        return np.unique(np.setxor1d(mine, theirs) >> LEFT)


def blocks(lanes: Ints) -> Iterator[Ints]:
    """Moments in parts that are judged together."""
    for at in range(0, len(lanes), _TOGETHER):
        yield lanes[at : at + _TOGETHER]


def _exposed(basis: Basis, posterior: Posterior) -> Roads:
    """How weak the roads are, and after them their states."""
    states, prior = basis.roads, posterior.prior
    base = exposure.read(basis.tables, network.lay(basis.tables, basis.at), prior, basis.at)
    x, y = base.x[states.road], base.y[states.road]
    more = exposure.of(states.table, prior, x=x, y=y)
    return replace(
        base,
        key=np.concatenate([base.key, base.key[states.road]]),
        x=np.concatenate([base.x, x]),
        y=np.concatenate([base.y, y]),
        weakness=np.concatenate([base.weakness, more.weakness]),
        grade=np.concatenate([base.grade, more.grade]),
        ford=np.concatenate([base.ford, more.ford]),
    )


@kernel
def _shut_after(  # noqa: PLR0917
    of_year: Ints,
    when: Narrow,
    begin: Ints,
    road: Narrow,
    lasts: Quarters,
    passes: Ranks,
    rank: int,
) -> tuple[Ints, Narrow, Quarters]:
    """For each storm the roads that a closure of the year so far still shuts, and how long."""
    first = np.zeros(len(when) + 1, np.int64)
    item, left = np.empty(2 * len(road) + 16, np.int32), np.empty(2 * len(road) + 16, np.uint16)
    end = 0
    for now in range(len(when)):
        for storm in range(of_year[now], now + 1):
            ago = np.int64(when[now]) - np.int64(when[storm])
            for c in range(begin[storm], begin[storm + 1]):
                rest = np.int64(lasts[c]) - ago
                if rest <= 0 or passes[c] >= rank:
                    continue
                if end == len(item):
                    item = np.concatenate((item, np.empty_like(item)))
                    left = np.concatenate((left, np.empty_like(left)))
                item[end], left[end] = road[c], rest
                end += 1
        first[now + 1] = end
    return first, item[:end].copy(), left[:end].copy()
