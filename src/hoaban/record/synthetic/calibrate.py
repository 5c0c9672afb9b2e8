"""Household and class counts by commune that reproduce what is published, to the household.

Published totals are data (``people:`` of a province's ``synthetic.yaml``); this module finds
whole numbers that meet them. Between communes nothing but a few rates is published, so the
rest follows an assumed model (zone, border, distance from the centre, size of households)
shifted until the totals come out: a logit shift, which keeps every share between 0 and 1
and the order of communes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit, logit

from hoaban.base.problems import Problem
from hoaban.record.province import Province
from hoaban.record.synthetic.draws import Floats, Whole


class CannotCalibrate(Problem):
    vi = "Không có số nguyên nào khớp các số đã công bố của {what}; hãy kiểm tra synthetic.yaml."
    en = "No whole numbers meet the published figures of {what}; check synthetic.yaml."


@dataclass(frozen=True, slots=True)
class Classes:
    """Households, and poor and near-poor households by year, one number a commune.

    ``codes`` gives the order of communes; every array follows it.
    """

    codes: tuple[str, ...]
    households: Whole
    poor: dict[int, Whole]
    near_poor: dict[int, Whole]


def classes(province: Province, people: Mapping[str, Any]) -> Classes:
    """Class counts of every commune and review round that meet all published totals."""
    households = household_counts(province, people)
    count = np.array([households[c.code] for c in province.communes], dtype=np.int64)
    rounds: dict[int, dict[str, Any]] = {int(y): r for y, r in people["rounds"].items()}
    base = next((y for y, r in rounds.items() if "groups" in r), max(rounds))
    both, poor = _base_round(province, people, rounds[base], count)
    found_poor, found_near = {base: poor}, {base: both - poor}
    for year, target in rounds.items():
        if year != base:
            found_poor[year], found_near[year] = _other_round(target, count, both, poor)
    codes = tuple(c.code for c in province.communes)
    return Classes(codes, count, found_poor, found_near)


def household_counts(province: Province, people: Mapping[str, Any]) -> dict[str, int]:
    """Households by commune code: published group totals, shares from the last census.

    A commune with a published rate gets the nearest count at which some whole number of
    households gives that rate to 0.01 point; the others share what is left.
    """
    census = _census(province)
    found: dict[str, int] = {}
    for kind, group in people["households"].items():
        members = [c.code for c in province.communes if c.kind == kind]
        total, weight = int(group["total"]), {code: census[code] for code in members}
        named = _named_percents(people, members)
        scale = total / sum(weight.values())
        fixed = {
            code: reachable(round(weight[code] * scale), percent) for code, percent in named.items()
        }
        rest = [code for code in members if code not in fixed]
        shares = np.array([weight[code] for code in rest], dtype=np.float64)
        counts = largest_remainder(shares, total - sum(fixed.values()))
        found |= fixed | dict(zip(rest, counts.tolist(), strict=True))
    return {c.code: found[c.code] for c in province.communes}


def reachable(count: int, percent: float) -> int:
    """The count nearest to ``count`` of which some whole part is ``percent`` to 0.01 point."""
    for step in range(10_000):
        for near in (count - step, count + step):
            if near > 0 and _is(round(near * percent / 100), near, percent):
                return near
    raise CannotCalibrate(what=f"{percent} %")


def largest_remainder(weights: Floats, total: int, limits: Whole | None = None) -> Whole:
    """Whole numbers in proportion to ``weights`` that sum to ``total``; ties go to the first.

    ``limits`` (one a weight) are never passed where the total leaves room below them.
    """
    if total == 0 or len(weights) == 0 or weights.sum() == 0:
        return np.zeros(len(weights), dtype=np.int64)
    exact = weights * (total / weights.sum())
    counts = np.floor(exact + 1e-9).astype(np.int64)
    if limits is not None:
        counts = np.minimum(counts, limits)
    while (left := total - int(counts.sum())) > 0:
        open_ = np.ones(len(counts), dtype=bool) if limits is None else counts < limits
        if not open_.any():
            raise CannotCalibrate(what=str(total))
        order = np.argsort(np.where(open_, counts - exact, np.inf), kind="stable")
        counts[order[: min(left, int(open_.sum()))]] += 1
    return np.asarray(counts)


def shares_that_sum(leaning: Floats, size: Whole, total: float, cap: float = 1.0) -> Floats:
    """Shares ``cap * expit(leaning + shift)`` with one shift, so that Σ share * size = total."""
    if len(size) == 0:
        return np.zeros(0)
    if not 0 <= total <= cap * size.sum():
        raise CannotCalibrate(what=f"{total} / {size.sum()}")
    low, high = -60.0, 60.0
    for _ in range(100):
        middle = (low + high) / 2
        if (cap * expit(leaning + middle) * size).sum() < total:
            low = middle
        else:
            high = middle
    return np.asarray(cap * expit(leaning + high))


def published_counts(total: int, target: Mapping[str, Any]) -> tuple[int, int]:
    """Poor and near-poor households of a year that give its published percents (2 digits).

    Where poor, near-poor and their sum were rounded apart (21.29 + 11.96, sum 33.24), the
    difference is spread over the three, which keeps each inside its rounding.
    """
    if "poor" in target:
        return int(target["poor"]), int(target["near_poor"])
    poor, near = float(target["poor_percent"]), float(target["near_poor_percent"])
    third = (poor + near - float(target.get("both_percent", poor + near))) / 3
    counts = round(total * (poor - third) / 100), round(total * (near - third) / 100)
    rounded = [("poor_percent", counts[0]), ("near_poor_percent", counts[1])]
    for name, count in [*rounded, ("both_percent", sum(counts))]:
        fine = total >= 10_000  # below that, 0.01 point is less than half a household
        if fine and name in target and not _is(count, total, float(target[name])):
            raise CannotCalibrate(what=f"{name} {target[name]}")
    return counts


def _is(part: int, whole: int, percent: float) -> bool:
    """Whether a part prints as this percent with two digits (half-up ties aside)."""
    return abs(100 * part / whole - percent) < 0.005


def _census(province: Province) -> dict[str, int]:
    found = dict.fromkeys((c.code for c in province.communes), 0)
    for old in province.old_communes:
        found[old.new_code] += round(old.households_2019 * old.share)
    return found


def _named_percents(people: Mapping[str, Any], members: list[str]) -> dict[str, float]:
    return {
        code: float(named["both_percent"])
        for target in people["rounds"].values()
        for code, named in target.get("communes", {}).items()
        if code in members and "both_percent" in named
    }


def leanings(province: Province, model: Mapping[str, Any]) -> Floats:
    """How far each commune leans to poverty, in logits: the assumed model of the differences."""
    census = _census(province)
    people = dict.fromkeys(census, 0.0)
    for old in province.old_communes:
        people[old.new_code] += old.population_2019 * old.share
    size = np.array([people[c] / max(1, census[c]) for c in census])
    centre = next(c for c in province.communes if c.code == province.centre)
    far = np.array([np.hypot(c.lon - centre.lon, c.lat - centre.lat) for c in province.communes])
    zone = np.array([float(model["zone"][c.zone]) for c in province.communes])
    border = np.array([float(c.border) for c in province.communes])
    return np.asarray(
        zone
        + float(model["border"]) * border
        + float(model["distance"]) * far / max(far.max(), 1e-9)
        + float(model["household_size"]) * (size - size.mean())
    )


def _base_round(
    province: Province, people: Mapping[str, Any], target: Mapping[str, Any], count: Whole
) -> tuple[Whole, Whole]:
    """Poor plus near-poor, and poor, by commune in the round published in most detail."""
    total = published_counts(int(count.sum()), target)
    leaning = leanings(province, people["model"])
    groups = _groups(province, target)
    sums = _group_sums(groups, target, count, total)
    both, poor = np.zeros_like(count), np.zeros_like(count)
    for kind, at in groups.items():
        named = [target.get("communes", {}).get(province.communes[i].code, {}) for i in at]
        cap = float(people["model"]["cap_share"])
        fixed = [_both(n, int(count[i])) for n, i in zip(named, at, strict=True)]
        both[at] = _filled(fixed, sums[kind][0], leaning[at], count[at], cap)
        lean = float(people["model"]["poor_of_both"]) * leaning[at]
        poor[at] = _filled([n.get("poor") for n in named], sums[kind][1], lean, both[at], 1.0)
    return both, poor


def _groups(province: Province, target: Mapping[str, Any]) -> dict[str, Whole]:
    """Positions of communes by group: their kind where groups are published, else all."""
    kinds = [c.kind if c.kind in target.get("groups", {}) else "" for c in province.communes]
    return {k: np.flatnonzero([kind == k for kind in kinds]) for k in dict.fromkeys(kinds)}


def _group_sums(
    groups: Mapping[str, Whole],
    target: Mapping[str, Any],
    count: Whole,
    total: tuple[int, int],
) -> dict[str, tuple[int, int]]:
    """Poor plus near-poor, and poor, by group; one group may leave each of them open."""
    given = target.get("groups", {})
    both = {k: given.get(k, {}).get("both") for k in groups}
    poor: dict[str, int | None] = {}
    for kind, at in groups.items():
        percent = given.get(kind, {}).get("poor_percent")
        poor[kind] = None if percent is None else round(int(count[at].sum()) * percent / 100)
    found_both, found_poor = _closed(both, sum(total)), _closed(poor, total[0])
    for kind, at in groups.items():
        near = found_both[kind] - found_poor[kind]
        percent = given.get(kind, {}).get("near_poor_percent")
        if near < 0 or (percent is not None and not _is(near, int(count[at].sum()), percent)):
            raise CannotCalibrate(what=kind)
    return {k: (found_both[k], found_poor[k]) for k in groups}


def _closed(parts: Mapping[str, int | None], total: int) -> dict[str, int]:
    """The parts, the single unknown one being what is left of the total."""
    left = total - sum(p for p in parts.values() if p is not None)
    missing = [k for k, p in parts.items() if p is None]
    if len(missing) > 1 or (not missing and left != 0) or left < 0:
        raise CannotCalibrate(what=", ".join(parts))
    return {k: left if p is None else p for k, p in parts.items()}


def _both(named: Mapping[str, Any], households: int) -> int | None:
    if "both_percent" in named:
        return round(households * float(named["both_percent"]) / 100)
    if "poor" in named and "near_poor" in named:
        return int(named["poor"]) + int(named["near_poor"])
    return named.get("both")


def _filled(fixed: list[int | None], total: int, leaning: Floats, size: Whole, cap: float) -> Whole:
    """Fixed counts where published, the model for the rest of the total."""
    counts = np.array([0 if f is None else f for f in fixed], dtype=np.int64)
    free = np.flatnonzero([f is None for f in fixed])
    left = total - int(counts.sum())
    shares = shares_that_sum(leaning[free], size[free], left, cap)
    counts[free] = largest_remainder(shares * size[free], left, size[free])
    if int(counts.sum()) != total:
        raise CannotCalibrate(what=str(total))
    return counts


def _other_round(
    target: Mapping[str, Any], count: Whole, both: Whole, poor: Whole
) -> tuple[Whole, Whole]:
    """Poor and near-poor of another year: the base year's communes, shifted to the totals."""
    total_poor, total_near = published_counts(int(count.sum()), target)
    shares = shares_that_sum(logit((both + 0.5) / (count + 1)), count, total_poor + total_near)
    now = largest_remainder(shares * count, total_poor + total_near, count)
    of_both = shares_that_sum(logit((poor + 0.5) / (both + 1)), now, total_poor)
    found = largest_remainder(of_both * now, total_poor, now)
    return found, now - found
