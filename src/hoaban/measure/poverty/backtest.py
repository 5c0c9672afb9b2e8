"""Forecast past years from the years before them, and say how that went.

Each round is forecast one year ahead from the round before it, with a chain learnt from the
moves up to that round alone. Beside it stands the plainest forecast there is: the rate falls by
as much as it fell the year before.
"""

from typing import Any

import numpy as np

from hoaban.measure.poverty import fan
from hoaban.measure.poverty.fan import Draws, Moves
from hoaban.measure.poverty.markov import Floats

BAND = (0.1, 0.9)  # between which four of five years should fall
LEAST = 2  # yearly moves that a chain is learnt from


def test(moves: Moves, draws: Draws, spread: float) -> dict[str, Any]:
    """What was foreseen of each past year and what was seen, ready for JSON.

    ``years`` holds ``year, mid, low, high, seen, inside, straight`` of the province (shares of
    households; ``straight`` is the plainest forecast) and ``communes``, ``communes_inside`` (how
    many were reviewed, and the share of them that fell into their own band). ``coverage`` and
    ``communes_coverage`` are over all years, ``error`` and ``error_straight`` mean absolute
    errors; all None where no year has two moves before it. ``band`` is what coverage should be.
    """
    years = [_one(moves, year, draws, spread) for year in moves.years if _known(moves, year)]
    communes = sum(one["communes"] for one in years)
    inside = sum(one["communes"] * (one["communes_inside"] or 0) for one in years)
    return {
        "years": years,
        "band": round(BAND[1] - BAND[0], 3),
        "coverage": _mean([float(one["inside"]) for one in years]),
        "communes_coverage": inside / communes if communes else None,
        "error": _mean([abs(one["mid"] - one["seen"]) for one in years]),
        "error_straight": _mean([abs(one["straight"] - one["seen"]) for one in years]),
    }


def _known(moves: Moves, year: int) -> bool:
    return sum(y < year for y in moves.years) >= LEAST and year - 2 in moves.stocks


def _one(moves: Moves, year: int, draws: Draws, spread: float) -> dict[str, Any]:
    chain = fan.fit(moves.before(year), spread)
    ahead = fan.run(chain, moves.stocks[year - 1], draws.short(1))[0]
    seen = moves.stocks[year]
    low, mid, high = np.quantile(rate(ahead.sum(axis=0)), [BAND[0], 0.5, BAND[1]])
    is_, was, before = (
        float(rate(moves.stocks[y].sum(axis=0)).item()) for y in (year, year - 1, year - 2)
    )
    own = seen.sum(axis=1) > 0
    under, over = np.quantile(rate(ahead[own]), BAND, axis=1)
    within = (rate(seen[own]) >= under) & (rate(seen[own]) <= over)
    return {
        "year": year,
        "mid": round(float(mid), 6),
        "low": round(float(low), 6),
        "high": round(float(high), 6),
        "seen": round(is_, 6),
        "inside": bool(low <= is_ <= high),
        "straight": round(2 * was - before, 6),
        "communes": int(own.sum()),
        "communes_inside": round(float(within.mean()), 6) if own.any() else None,
    }


def rate(households: Any) -> Floats:
    """The poor among households (..., 4) by state; 0 where there are none."""
    n = np.asarray(households, float)
    whole = n.sum(axis=-1)
    poor = n[..., fan.POOR]
    found: Floats = np.divide(poor, whole, out=np.zeros_like(poor), where=whole > 0)
    return found


def _mean(values: list[float]) -> float | None:
    return round(sum(values) / len(values), 6) if values else None
