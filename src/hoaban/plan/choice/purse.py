"""Payments: an item is paid from the pools its sources allow, whole or not at all."""

from collections.abc import Iterable, Mapping

from hoaban.plan.choice.instance import Chosen, Instance, Item, Pool

UPKEEP = "recurrent"  # upkeep is never paid from investment money


class Purse:
    """What is ``left`` in the pools, with payments that either go through or change nothing.

    Money moves neither between years nor between kinds. A build is paid in its building years
    from its sources in their order; its upkeep in each later year from any recurrent money.
    """

    def __init__(self, instance: Instance) -> None:
        self.years = instance.years
        self._left: dict[Pool, int] = dict(instance.pools)
        self._totals: dict[tuple[str, tuple[str, ...]], int] = {}
        self._sources: dict[str, tuple[str, ...]] = {}
        for _, kind, source in sorted(instance.pools):
            known = self._sources.get(kind, ())
            self._sources[kind] = known if source in known else (*known, source)

    @property
    def left(self) -> dict[Pool, int]:
        """What is left in each pool, whole đồng."""
        return self._left

    @left.setter
    def left(self, left: Mapping[Pool, int]) -> None:
        self._left = dict(left)
        self._totals.clear()

    def could_pay(self, items: Iterable[Item]) -> bool:
        """A quick look: False when the money left, all years together, surely does not reach."""
        wanted: dict[tuple[str, tuple[str, ...]], int] = {}
        for item in items:
            payer = (item.money, item.sources)
            wanted[payer] = wanted.get(payer, 0) + item.cost
        for (kind, sources), cost in wanted.items():
            if len(wanted) > 1:
                cost = sum(
                    other
                    for (like, some), other in wanted.items()
                    if like == kind and set(some) <= set(sources)
                )
            if cost > self._total(kind, sources):
                return False
        return True

    def _total(self, kind: str, sources: tuple[str, ...]) -> int:
        key = (kind, sources)
        if key not in self._totals:
            left = self._left
            self._totals[key] = sum(left.get((y, kind, s), 0) for s in sources for y in self.years)
        return self._totals[key]

    def pay_all(
        self, items: Iterable[Item], chosen: Mapping[str, Chosen]
    ) -> dict[str, Chosen] | None:
        """Pay items in this order; all of them or, giving None, none.

        Each starts no earlier than what it requires, among these items or those ``chosen``.
        """
        before = dict(self._left)
        paid: dict[str, Chosen] = {}
        for item in items:
            found = self.pay(item, self.earliest(item, paid, chosen))
            if found is None:
                self.left = before
                return None
            paid[item.id] = found
        return paid

    def would_pay(self, items: Iterable[Item], chosen: Mapping[str, Chosen]) -> bool:
        """Whether `pay_all` would pay; nothing is paid."""
        before, totals = dict(self._left), dict(self._totals)
        paid = self.pay_all(items, chosen)
        self._left, self._totals = before, totals
        return paid is not None

    def earliest(self, item: Item, *chosen: Mapping[str, Chosen]) -> int:
        """The first year in which an item may start: not before what it requires."""
        if not item.requires:
            return self.years[0]
        starts = [some[name].year for name in item.requires for some in chosen if name in some]
        return max(starts, default=self.years[0])

    def pay(self, item: Item, not_before: int) -> Chosen | None:
        """Start an item in the first year in which it can be paid; None when it cannot."""
        before = dict(self._left)
        for year in self.years:
            if year < not_before:
                continue
            paid = self._start(item, year)
            if paid is not None:
                self._totals.clear()
                return paid
            self._left = dict(before)
        return None

    def give_back(self, paid: Chosen) -> None:
        """Put back all that an item took."""
        self._move(paid, 1)

    def take_again(self, paid: Chosen) -> None:
        """Take what an item took in another purse with no more money in any pool."""
        self._move(paid, -1)

    def _move(self, paid: Chosen, sign: int) -> None:
        for pools in (paid.built, paid.kept_up):
            for pool, amount in pools.items():
                self._left[pool] += sign * amount
        self._totals.clear()

    def _start(self, item: Item, year: int) -> Chosen | None:
        begun = item.carry_over or item.owed
        span = len(self.years) if begun else item.build_years
        building = [y for y in self.years if year <= y < year + span]
        built = self._draw(item.cost, item.money, item.sources, building)
        if built is None or (built and min(built)[0] > year):
            return None  # it would start later: that start is tried on its own
        finished = max(built)[0] if built else year
        kept_up: dict[Pool, int] = {}
        for later in (y for y in self.years if y > finished):
            drawn = self._draw(item.upkeep, UPKEEP, self._sources.get(UPKEEP, ()), [later])
            if drawn is None:
                return None
            kept_up |= drawn
        return Chosen(item.id, year, finished, built, kept_up)

    def _draw(
        self, amount: int, kind: str, sources: tuple[str, ...], years: list[int]
    ) -> dict[Pool, int] | None:
        """Take an amount from the first pools that hold it; None when they do not."""
        drawn: dict[Pool, int] = {}
        left = self._left
        for pool in ((year, kind, source) for year in years for source in sources):
            if amount == 0:
                break
            take = min(amount, left.get(pool, 0))
            if take > 0:
                drawn[pool] = take
                left[pool] -= take
                amount -= take
        return drawn if amount == 0 else None
