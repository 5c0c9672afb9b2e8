"""Payments: a work is paid from the pools its sources allow, whole or not at all."""

from hoaban.plan.envelopes import Pool
from hoaban.plan.instance import Chosen, Instance, Item

UPKEEP = "recurrent"  # upkeep is never paid from investment money


class Purse:
    """What is ``left`` in the pools, with payments that either go through or change nothing."""

    def __init__(self, instance: Instance) -> None:
        self.years = instance.years
        self.left = dict(instance.pools)
        self.sources: dict[str, tuple[str, ...]] = {}
        for _, kind, source in sorted(instance.pools):
            known = self.sources.get(kind, ())
            self.sources[kind] = known if source in known else (*known, source)

    def pay(self, item: Item, not_before: int) -> Chosen | None:
        """Start an item in the first year in which it can be paid; None when it cannot."""
        for year in self.years:
            if year < not_before:
                continue
            before = dict(self.left)
            paid = self._start(item, year)
            if paid is not None:
                return paid
            self.left = before
        return None

    def give_back(self, paid: Chosen) -> None:
        """Put back all that a work took."""
        for pools in (paid.built, paid.kept_up):
            for pool, amount in pools.items():
                self.left[pool] += amount

    def _start(self, item: Item, year: int) -> Chosen | None:
        span = len(self.years) if item.carry_over else item.build_years
        building = [y for y in self.years if year <= y < year + span]
        built = self._draw(item.cost, item.money, item.sources, building)
        if built is None or (built and min(built)[0] > year):
            return None  # it would start later: that start is tried on its own
        finished = max(built)[0] if built else year
        kept_up: dict[Pool, int] = {}
        for later in (y for y in self.years if y > finished):
            drawn = self._draw(item.upkeep, UPKEEP, self.sources.get(UPKEEP, ()), [later])
            if drawn is None:
                return None
            kept_up |= drawn
        return Chosen(item.id, year, finished, built, kept_up)

    def _draw(
        self, amount: int, kind: str, sources: tuple[str, ...], years: list[int]
    ) -> dict[Pool, int] | None:
        """Take an amount from the first pools that hold it; None when they do not."""
        drawn: dict[Pool, int] = {}
        allowed = [s for s in sources if s in self.sources.get(kind, ())]
        for pool in ((y, kind, s) for y in years for s in allowed):
            take = min(amount, self.left.get(pool, 0))
            if take > 0:
                drawn[pool] = take
                self.left[pool] -= take
                amount -= take
        return drawn if amount == 0 else None
