"""The choice of works as a frozen problem and a frozen answer, and what it asks of a worth."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Pool = tuple[int, str, str]  # year, kind (investment, recurrent), source
Move = tuple[int, ...]  # items, by their number, taken together or not at all


class Standing(Protocol):
    """A set of items with its worth, to which moves may be added."""

    @property
    def worth(self) -> float: ...

    def gains(self, moves: Sequence[Move]) -> Floats:
        """(moves,) by how much each would raise the worth if it were added now. Exact."""
        ...

    def add(self, move: Move) -> None:
        """Add a move for good."""
        ...

    def without(self, move: Move) -> "Standing":
        """Another standing with the same items but some; this one stays as it is."""
        ...


class Joint(Protocol):
    """The exact joint worth of sets of items, 0 for the empty set and never falling."""

    def start(self, chosen: Collection[int]) -> Standing: ...


@dataclass(frozen=True, slots=True)
class Item:
    """A work as the choice sees it. Money in whole đồng; items are numbered by their place.

    Built within ``build_years`` years from its start, then kept up (``upkeep`` a year, recurrent
    money) to the last year of the plan. ``sources`` are tried in order. ``owed`` and
    ``carry_over`` are paid before anything new, in this order. At most one of a ``rival`` group;
    none without all it ``requires``. ``forced``: True is in whatever it costs (after what is owed
    and under way), False is out (a work under way too, a debt never), None is free.
    """

    id: str
    cost: int
    money: str
    sources: tuple[str, ...]
    commune: str = ""
    upkeep: int = 0
    owed: bool = False
    carry_over: bool = False
    build_years: int = 1
    requires: tuple[str, ...] = ()
    rival: str = ""
    forced: bool | None = None


@dataclass(frozen=True, slots=True)
class Instance:
    """The frozen problem: items with unique ids, the money by (year, kind, source), the years.

    ``bundles`` are moves of several items tried besides each single item with what it requires.
    ``least`` and ``most`` are đồng of new works by commune (build cost, all years); a commune
    that is not named is free.
    """

    items: tuple[Item, ...]
    pools: Mapping[Pool, int]
    years: tuple[int, ...]
    bundles: tuple[Move, ...] = ()
    least: Mapping[str, int] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chosen:
    """One item chosen: when it starts, when it is finished, and what it takes from which pool."""

    id: str
    year: int
    finished: int
    built: Mapping[Pool, int]
    kept_up: Mapping[Pool, int]

    @property
    def spent(self) -> int:
        """All the money this item takes within the plan, upkeep included."""
        return sum(self.built.values()) + sum(self.kept_up.values())


@dataclass(frozen=True, slots=True)
class Step:
    """One move of the search: what was added, what it gained, what it took, the worth after."""

    items: tuple[str, ...]
    gain: float
    spent: int
    worth: float


@dataclass(frozen=True, slots=True)
class Result:
    """The frozen answer. ``unpaid`` are items owed or under way that the money does not finish.

    ``worth`` is exact and joint; ``bound`` is at least the worth of every choice that the money
    and the rules allow. ``steps`` are the steps in order, those of swaps last and those
    that lost an item to a swap left out; ``tried`` counts exact evaluations.
    """

    chosen: tuple[Chosen, ...]
    spent: int
    worth: float
    bound: float
    unpaid: tuple[str, ...]
    left: Mapping[Pool, int]
    steps: tuple[Step, ...] = ()
    tried: int = 0
    method: str = "joint"

    @property
    def gap(self) -> float:
        """Share of the bound that this choice does not reach; 0 means proven best."""
        return 0.0 if self.bound <= 0 else max(0.0, 1 - self.worth / self.bound)
