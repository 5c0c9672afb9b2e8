"""The forecast of a snapshot: from its tables and the province's parameters to `Forecast`."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from hoaban.base.law import Law
from hoaban.measure import network
from hoaban.measure.forecast import fit, prior, roads, spells, storms
from hoaban.measure.forecast.communes import Communes, by_commune
from hoaban.measure.forecast.critical import Critical, critical
from hoaban.measure.forecast.fit import Posterior
from hoaban.measure.forecast.spells import Forecast
from hoaban.measure.network import MODES, Ground, Ints
from hoaban.measure.tables import Tables

TABLES = ("road_nodes", "roads", "paths", "closures")
METHOD = "storms-2"  # draws by storm, their number in doubt, conjugate fit, least worst wait
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, eq=False)
class Outlook:
    """A forecast with what it rests on. Roads and nodes are numbered as in ``ground``."""

    ground: Ground = field(repr=False)
    posterior: Posterior
    forecast: Forecast

    def communes(self, mode: str, of: Ints, communes: int) -> Communes:
        """By commune, numbered 0 to communes - 1 in ``of`` (places,), -1 for none."""
        found = self.forecast
        return by_commune(found.modes[mode], found.people, of, communes, found.storms.worlds)

    def critical(self, mode: str, most: int = 20) -> Critical:
        """The roads of a mode that most isolation hangs on, the first of them first."""
        return critical(self.forecast, mode, most=most)

    def as_json(self) -> dict[str, Any]:
        """What the forecast rests on, for a page or ``--json``."""
        posterior, drawn = self.posterior, self.forecast.storms
        low, high = posterior.rate_interval
        return {
            "method": METHOD,
            "years": drawn.years,
            "storms": len(drawn.when),
            "closures_drawn": len(drawn.road),
            "closures_recorded": posterior.closures,
            "years_recorded": posterior.years,
            "witnesses": round(posterior.witnesses, 1),
            "rate": [round(posterior.rate, 4), round(low, 4), round(high, 4)],
        }


def learnt(tables: Tables, law: Law, at: date) -> Posterior:
    """What is believed after the closures recorded up to the end of a day, on the day's roads.

    Raises what `prior.read` and `roads.read` raise.
    """
    ground = network.lay(tables, at)
    assumed = prior.read(law, at)
    exposed = roads.read(tables, ground, assumed, at)
    columns = ["road", "started_at", "ended_at", "kind", "passable_by", "source"]
    seen = fit.recorded(tables.arrow("closures", columns), ground.roads, at)
    return fit.fit(assumed, exposed, seen)


def wet_days(wet_months: tuple[int, ...]) -> int:
    """How many days the wet season has, at least 1; storms fall in it."""
    return max(1, sum(_MONTH_DAYS[month - 1] for month in wet_months))


def outlook(
    tables: Tables,
    law: Law,
    *,
    at: date,
    wet_months: tuple[int, ...],
    centre: int,
    places: Ints,
    people: Ints,
    posterior: Posterior | None = None,
    seed: int = 1,
    years: int | None = None,
    threads: int = 2,
) -> Outlook:
    """What a year is expected to bring, on the network and the records of a day.

    wet_months
        The months in which storms fall, 1–12.
    centre, places, people
        As `spells.forecast` takes them; node numbers of `network.lay`.
    posterior
        What is believed of closures (`learnt`); None: learnt of these very tables. A what-if that
        mends a road takes the snapshot's own, for it changes the road and not what happened.
    years
        How many to draw; None for ``closures.scenarios``.

    Equal tables, law and seed give equal bytes. Raises what `prior.read`, `roads.read` and
    `spells.forecast` raise.
    """
    ground = network.lay(tables, at)
    posterior = learnt(tables, law, at) if posterior is None else posterior
    assumed = posterior.prior
    exposed = roads.read(tables, ground, assumed, at)
    drawn = storms.draw(
        posterior,
        exposed,
        years=years or assumed.years,
        seed=seed,
        wet_days=wet_days(wet_months),
        threads=threads,
    )
    ways = {mode: network.ways(tables, at, mode, "wet") for mode in MODES}
    found = spells.forecast(
        ways,
        drawn,
        centre=centre,
        places=np.asarray(places, np.int64),
        people=np.asarray(people, np.int64),
        roads=len(ground.roads),
        threads=threads,
    )
    return Outlook(ground, posterior, found)
