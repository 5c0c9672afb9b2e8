"""How much of a service each place can count on: two-step floating catchment areas.

Step 1 gives each station its capacity for each person who can reach it in time; step 2 gives
each place the sum over the stations it can reach (Luo and Wang 2003, Environment and Planning B
30, 865-884). With weights that fall with time it is the enhanced method (Luo and Qi 2009,
Health & Place 15, 1100-1107). Both steps look at the way from the place to the station, for it is
people who travel: with times that differ by direction the other way round is a wrong number.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hoaban.base.problems import Problem
from hoaban.measure.network import Floats, Ints


class BadCatchment(Problem):
    vi = "Không tính được vùng phục vụ: {name} phải {wanted}, nhưng gặp {found}; hãy sửa số liệu."
    en = "No catchment can be found: {name} must be {wanted_en}, but {found} is there; mend it."


@dataclass(frozen=True, eq=False)
class Catchment:
    """What stations offer to a person, and what places can count on. Unknown is nan, never 0.

    ``demand`` (stations,) weighted people in reach. ``ratio`` (stations,) capacity for each of
    them; nan where the capacity or the people of a place in reach are unknown, and where nobody
    is in reach. ``access`` (places,) capacity a person, 0 where no station is in reach, nan where
    the ratio of one in reach is unknown; ``least`` (places,) the part of it that is known.
    ``stations`` (places,) how many are in reach.
    """

    demand: Floats
    ratio: Floats
    access: Floats
    least: Floats
    stations: Ints


def find(
    minutes: Floats, people: Floats, capacity: Floats, steps: Sequence[tuple[float, float]]
) -> Catchment:
    """The catchments of stations.

    minutes
        (places, stations) from each place to each station, >= 0; inf where no way is.
    people
        (places,) >= 0; nan where unknown.
    capacity
        (stations,) >= 0, in whatever the sector counts (doctors, beds, places); nan where unknown.
    steps
        Pairs of minutes and a weight from 0 to 1, minutes rising: a station at most so far away
        counts with that weight, one beyond the last not at all. ``[(60, 1)]`` is the method of
        2003; 60 means <= 60.

    Raises `BadCatchment`.
    """
    _check(minutes, people, capacity, steps)
    weight = _weights(minutes, steps)
    reached = weight > 0
    uncounted = (reached & np.isnan(people)[:, None]).any(axis=0)
    demand = np.where(uncounted, np.nan, weight.T @ np.nan_to_num(people))
    ratio = capacity / np.where(demand > 0, demand, np.nan)
    known = ~np.isnan(ratio)
    least = weight @ np.where(known, ratio, 0.0)
    lost = (reached & ~known).any(axis=1)
    return Catchment(
        demand=demand,
        ratio=ratio,
        access=np.where(lost, np.nan, least),
        least=least,
        stations=reached.sum(axis=1),
    )


def _weights(minutes: Floats, steps: Sequence[tuple[float, float]]) -> Floats:
    limits = np.array([limit for limit, _ in steps])
    weights = np.array([*(weight for _, weight in steps), 0.0])
    found: Floats = weights[np.searchsorted(limits, minutes, side="left")]
    return found


def _check(
    minutes: Floats, people: Floats, capacity: Floats, steps: Sequence[tuple[float, float]]
) -> None:
    shape = (len(people), len(capacity))
    if minutes.shape != shape:
        _refuse("minutes", f"có kích thước {shape}", f"of shape {shape}", minutes.shape)
    for name, values in (("people", people), ("capacity", capacity), ("minutes", minutes)):
        bad = values[(values < 0) | (values == np.inf)] if name != "minutes" else values[values < 0]
        if len(bad):
            _refuse(name, "là số từ 0 trở lên", "a number of 0 or more", bad[0])
    if np.isnan(minutes).any():
        _refuse("minutes", "biết được, hoặc vô cùng khi không có đường", "known, or inf", "nan")
    limits, weights = [s[0] for s in steps], [s[1] for s in steps]
    if not steps or sorted(set(limits)) != limits or not all(0 < w <= 1 for w in weights):
        wanted = "gồm các mốc phút tăng dần, trọng số trên 0 đến 1"
        _refuse("steps", wanted, "minutes that rise, with weights above 0 and up to 1", list(steps))


def _refuse(name: str, wanted: str, wanted_en: str, found: object) -> None:
    raise BadCatchment(name=name, wanted=wanted, wanted_en=wanted_en, found=found)
