"""The choice of works as a frozen problem and a frozen answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hoaban.plan.envelopes import Pool

METHOD = "additive"


@dataclass(frozen=True, slots=True)
class Item:
    """A work as the choice sees it. Money in whole đồng.

    ``shares`` is what it closes of the gap of each target, >= 0; ``equity`` > 0 what that counts
    in its place. Built within ``build_years`` years from its start, then kept up (``upkeep`` a
    year, recurrent money) to the last year of the plan. ``sources`` are tried in order.
    """

    id: str
    cost: int
    shares: Mapping[str, float]
    money: str
    sources: tuple[str, ...]
    equity: float = 1.0
    upkeep: int = 0
    carry_over: bool = False
    build_years: int = 1
    requires: tuple[str, ...] = ()
    rival: str = ""


@dataclass(frozen=True, slots=True)
class Instance:
    """The frozen problem: items with unique ids, the money by (year, kind, source), the years.

    ``weights`` are those of the targets. Shares of a target count up to its ``caps`` only (1, the
    whole gap, when it is not named): what a target does not need earns nothing.
    """

    items: tuple[Item, ...]
    pools: Mapping[Pool, int]
    years: tuple[int, ...]
    weights: Mapping[str, float]
    caps: Mapping[str, float] = field(default_factory=dict)

    def cap(self, target: str) -> float:
        """Up to what sum of shares a target counts."""
        return self.caps.get(target, 1.0)

    def worth(self, items: Iterable[Item]) -> float:
        """The worth of some works together: each target filled up to its cap, equity first."""
        some = sorted(items, key=lambda item: (-item.equity, item.id))
        found = 0.0
        for target, weight in sorted(self.weights.items()):
            room = self.cap(target)
            for item in some:
                counted = min(item.shares.get(target, 0.0), room)
                found += weight * item.equity * counted
                room -= counted
        return found


@dataclass(frozen=True, slots=True)
class Chosen:
    """One work chosen: when it starts, when it is finished, and what it takes from which pool."""

    id: str
    year: int
    finished: int
    built: Mapping[Pool, int]
    kept_up: Mapping[Pool, int]

    @property
    def spent(self) -> int:
        """All the money this work takes within the plan, upkeep included."""
        return sum(self.built.values()) + sum(self.kept_up.values())


@dataclass(frozen=True, slots=True)
class Result:
    """The frozen answer. ``unpaid`` are works under way that the money does not finish."""

    chosen: tuple[Chosen, ...]
    spent: int
    objective: float
    bound: float
    unpaid: tuple[str, ...]
    left: Mapping[Pool, int]
    method: str = METHOD

    @property
    def gap(self) -> float:
        """Share of the bound that this choice does not reach; 0 means proven best."""
        return 0.0 if self.bound <= 0 else max(0.0, 1 - self.objective / self.bound)
