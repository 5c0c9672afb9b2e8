"""A forecast by commune: how much of its people is cut off, and how likely at one time a year."""

from dataclasses import dataclass

import numpy as np

from hoaban.measure.forecast.spells import DAY, Spells, interval
from hoaban.measure.network import Floats, Ints

HALF = 0.5  # of a commune's joined people, cut off for a day or more in the same year


@dataclass(frozen=True, eq=False)
class Communes:
    """What one mode can expect of a year, by commune. Arrays are (communes,).

    ``people`` who have a way with every road open; ``unjoined`` who have none, and of whom the
    rest says nothing. ``probability`` 0–1 that in one year at least half of ``people`` are cut
    off for a day or more; ``people_cut_off`` expected number of people cut off for a day or
    more in a year; ``days`` expected days cut off a year a head, with ``days_low`` and
    ``days_high`` as in `spells.Spells`; ``longest_days`` mean longest spell of a year, a head.
    nan where ``people`` is 0.
    """

    people: Ints
    unjoined: Ints
    probability: Floats
    people_cut_off: Floats
    days: Floats
    days_low: Floats
    days_high: Floats
    longest_days: Floats


def by_commune(spells: Spells, people: Ints, of: Ints, communes: int, worlds: int) -> Communes:
    """Sums over the places of each commune; places are cut off together in the same storms.

    people, of
        (places,) people, and the number of the commune, 0 to communes - 1 (-1: of none).
    worlds
        `storms.Storms.worlds` of the draws.
    """
    years = spells.quarters.shape[1]
    yearly, struck = np.zeros((2, communes, years), np.int64)  # person-quarter-hours; persons
    for commune in range(communes):
        rows = np.flatnonzero(spells.joined & (of == commune))
        quarters = spells.quarters[rows].astype(np.int64)
        yearly[commune] = people[rows] @ quarters
        struck[commune] = people[rows] @ (quarters >= DAY)
    heads, longest = np.zeros(communes, np.int64), np.zeros(communes)
    unjoined = np.zeros(communes, np.int64)
    joined, apart = spells.joined & (of >= 0), ~spells.joined & (of >= 0)
    np.add.at(heads, of[joined], people[joined])
    np.add.at(longest, of[joined], people[joined] * spells.longest_days[joined])
    np.add.at(unjoined, of[apart], people[apart])
    some = heads > 0
    each = np.where(some, heads, 1)
    low, high = interval(yearly / each[:, None], worlds)
    every = [
        (struck >= HALF * heads[:, None]).mean(axis=1),
        struck.mean(axis=1),
        yearly.sum(axis=1) / (each * years * DAY),
        low,
        high,
        longest / each,
    ]
    return Communes(heads, unjoined, *[np.where(some, figures, np.nan) for figures in every])
