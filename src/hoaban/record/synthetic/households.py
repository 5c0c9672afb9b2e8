"""Synthetic households: how many people, and the class and income of five review rounds.

Sizes follow the census classes of each commune, tilted (exponentially, the least change that
moves the mean) until people sum to the commune's population. A household keeps a latent
through the years, so it changes class as real ones do: seldom, and mostly near the line.
Classes are counted, not drawn: in each commune and round the wanted number of households
stands at or below the income line, and of these the wanted number lacks three or more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from hoaban.base.problems import Problem
from hoaban.record.province import Province
from hoaban.record.synthetic import draws
from hoaban.record.synthetic.calibrate import Classes, largest_remainder
from hoaban.record.synthetic.draws import Floats, Whole

Flags: TypeAlias = NDArray[np.bool_]

POOR, NEAR_POOR, OTHER = 0, 1, 2
_PER_VILLAGE = 100_000  # draw keys of households: village code and place in the village


class SizesCannotFit(Problem):
    vi = "{commune}: {people} người không chia được vào {households} hộ; hãy kiểm tra dữ liệu."
    en = "{commune}: {people} people do not fit into {households} households; check the data."


class IncomeCannotFit(Problem):
    vi = "Thu nhập bình quân {mean} đồng năm {year} ({kind}) thấp hơn chuẩn; hãy sửa income."
    en = "A mean income of {mean} VND in {year} ({kind}) is below the line; mend income."


@dataclass(frozen=True, slots=True)
class Homes:
    """Villages as their people need them, one item a village (the order of the villages list).

    ``path`` is the area path; ``languages`` the codes spoken there, the main one first;
    ``number`` keys draws; ``commune`` is the position among the province's communes;
    ``remoteness`` is 0 (at the seat) to 1; ``difficult`` is 1 in especially difficult ones.
    """

    code: tuple[str, ...]
    path: tuple[str, ...]
    languages: tuple[tuple[str, ...], ...]
    number: Whole
    commune: Whole
    households: Whole
    remoteness: Floats
    difficult: Floats


@dataclass(frozen=True, slots=True)
class Frame:
    """Households in the order of villages, one number each.

    ``village`` and ``commune`` are positions; ``key`` keys draws; ``kind`` is the position
    of the commune's kind in ``kinds``; ``leaning`` is the village's to poverty (mean 0).
    """

    village: Whole
    commune: Whole
    kind: Whole
    kinds: tuple[str, ...]
    rural: Flags
    key: Whole
    members: Whole
    remoteness: Floats
    leaning: Floats

    def __len__(self) -> int:
        return len(self.key)


@dataclass(frozen=True, slots=True)
class Round:
    """One review round, one number a household.

    ``standing`` is POOR, NEAR_POOR or OTHER; ``income`` is VND a head and month; ``lack``
    is a score: of two households in one class, the higher one lacks more.
    """

    year: int
    standing: Whole
    income: Whole
    lack: Floats


# A round with the day it was completed and its answers by name (see `answers.ANSWERS`).
Reviewed: TypeAlias = tuple[date, Round, dict[str, Flags]]


def frame(seed: int, province: Province, homes: Homes, people: Mapping[str, Any]) -> Frame:
    """All households of all villages with their sizes; people sum to each population."""
    village = np.repeat(np.arange(len(homes.number)), homes.households)
    first = np.cumsum(homes.households) - homes.households
    place = np.arange(len(village)) - first[village]
    key = homes.number[village] * _PER_VILLAGE + place
    commune = homes.commune[village]
    kinds = tuple(dict.fromkeys(c.kind for c in province.communes))
    kind = np.array([kinds.index(c.kind) for c in province.communes])[commune]
    rural = np.array([c.rural for c in province.communes])[commune]
    leaning = _leaning(seed, homes, people["latent"])
    score = leaning[village], draws.normal(seed, "household.size", key)
    members = _members(province, commune, *score, people["sizes"])
    return Frame(
        village,
        commune,
        kind,
        kinds,
        rural,
        key,
        members,
        homes.remoteness[village],
        leaning[village],
    )


def _leaning(seed: int, homes: Homes, latent: Mapping[str, Any]) -> Floats:
    own = draws.normal(seed, "household.village", homes.number)
    far = homes.remoteness - homes.remoteness.mean() + 0.5 * homes.difficult
    return np.asarray(own + float(latent["remoteness"]) * (far - far.mean()))


def _members(
    province: Province, commune: Whole, leaning: Floats, own: Floats, sizes: Mapping[str, Any]
) -> Whole:
    """Sizes: the commune's counts given out in the order of a score tied to the leaning."""
    tie = float(sizes["poverty"])
    score = tie * leaning + np.sqrt(1 - tie**2) * own
    count = np.bincount(commune, minlength=len(province.communes))
    given = [
        np.repeat(
            np.arange(1, int(sizes["largest"]) + 1),
            size_counts(
                census_sizes(province, unit.code, int(sizes["largest"])),
                int(count[at]),
                unit.population,
                unit.name,
            ),
        )
        for at, unit in enumerate(province.communes)
    ]
    members = np.empty(len(own), dtype=np.int64)
    members[np.lexsort((score, commune))] = np.concatenate(given)
    return members


def census_sizes(province: Province, code: str, largest: int) -> Floats:
    """Census households of a commune by size 1 … ``largest``; the open class is spread.

    The open last class (7 and more) falls geometrically, with the mean that the census
    population leaves for it (kept between half a person and four above its lower end).
    """
    old = [o for o in province.old_communes if o.new_code == code]
    table = np.array([[o.share * n for n in o.sizes] for o in old]).sum(axis=0)
    people = sum(o.population_2019 * o.share for o in old)
    last = len(table)
    in_last = people - float((table[:-1] * np.arange(1, last)).sum())
    above = float(np.clip(in_last / max(table[-1], 1e-9) - last, 0.5, 4.0))
    tail = (above / (1 + above)) ** np.arange(largest - last + 1)
    return np.concatenate([table[:-1], table[-1] * tail / tail.sum()])


def size_counts(weights: Floats, households: int, people: int, commune: str) -> Whole:
    """Households by size 1, 2, … that sum to ``households`` and hold ``people``.

    ``weights`` (n sizes) are tilted by exp(t * size) with the one t that gives the mean, then
    made whole; the few people that rounding leaves are moved by single steps in size.
    """
    size = np.arange(1, len(weights) + 1)
    if not households * size[0] <= people <= households * size[-1]:
        raise SizesCannotFit(commune=commune, people=people, households=households)
    if households == 0:
        return np.zeros(len(weights), dtype=np.int64)
    low, high = -20.0, 20.0
    tilted = weights
    for _ in range(80):
        tilt = (low + high) / 2
        power = tilt * size
        tilted = (weights + 1e-9) * np.exp(power - power.max())
        mean = float((tilted * size).sum() / tilted.sum())
        low, high = (tilt, high) if mean < people / households else (low, tilt)
    counts = largest_remainder(tilted, households)
    while (off := people - int((counts * size).sum())) != 0:
        step = 1 if off > 0 else -1
        movable = np.where((size + step >= 1) & (size + step <= size[-1]), counts, 0)
        at = int(movable.argmax())
        some = min(abs(off), max(1, int(movable[at]) // 10))
        counts[at] -= some
        counts[at + step] += some
    return counts


def latent(seed: int, homes: Frame, dependants: Floats, parts: Mapping[str, Any]) -> Floats:
    """What a household keeps of its leaning to poverty from year to year (one number each).

    ``dependants`` is 1 where children and the old are more than half of the members.
    """
    own = draws.normal(seed, "household.latent", homes.key)
    size = (homes.members - homes.members.mean()) / max(float(homes.members.std()), 1e-9)
    return np.asarray(
        np.sqrt(float(parts["village"])) * homes.leaning
        + np.sqrt(float(parts["household"])) * own
        + float(parts["size"]) * size
        + float(parts["dependants"]) * (dependants - dependants.mean())
    )


def review(
    seed: int,
    year: int,
    homes: Frame,
    *,
    kept: Floats,
    classes: Classes,
    people: Mapping[str, Any],
    lines: Mapping[str, int],
) -> Round:
    """The round of one year: classes exactly as counted, and incomes that agree with them.

    ``lines`` is the income line (VND a head and month) by kind of unit.
    """
    keys = (homes.key, year)
    now = kept + np.sqrt(float(people["latent"]["year"])) * draws.normal(seed, "year", keys)
    own, new = draws.normal(seed, "lack", homes.key), draws.normal(seed, "lack.year", keys)
    lack = 0.5 * now + own + 0.4 * new
    both = (classes.poor[year] + classes.near_poor[year])[homes.commune]
    place = _place(homes.commune, -now)
    below = place < both
    among = _place(homes.commune, np.where(below, -lack, np.inf))
    poor = below & (among < classes.poor[year][homes.commune])
    standing = np.where(poor, POOR, np.where(below, NEAR_POOR, OTHER))
    above = _above(homes, place, both)
    own, new = draws.normal(seed, "income", homes.key), draws.normal(seed, "income.year", keys)
    above += float(people["income"]["noise"]) * (0.8 * own + 0.6 * new)
    income = _income(year, homes, above, below, spec=people["income"], lines=lines)
    return Round(year, standing, income, lack)


def _above(homes: Frame, place: Whole, both: Whole) -> Floats:
    """How far a household stands above the line, in standard deviations of its commune."""
    count = np.bincount(homes.commune)[homes.commune]
    share = np.clip(both / count, 0.5 / count, 1 - 0.5 / count)
    return np.asarray(ndtri((place + 0.5) / count) - ndtri(share))


def _income(
    year: int,
    homes: Frame,
    above: Floats,
    below: Flags,
    *,
    spec: Mapping[str, Any],
    lines: Mapping[str, int],
) -> Whole:
    """Incomes of all households, kind by kind."""
    income = np.zeros(len(homes), dtype=np.int64)
    for at, kind in enumerate(homes.kinds):
        here = homes.kind == at
        mean = int(spec[kind]["means"][year])
        found = _incomes(
            above[here],
            below[here],
            homes.members[here],
            line=int(lines[kind]),
            mean=mean,
            deepest=float(spec["deepest_share"]),
            skew=float(spec[kind]["skew"]),
        )
        if found is None:
            raise IncomeCannotFit(mean=mean, year=year, kind=kind)
        income[here] = found
    return income


def _place(group: Whole, score: Floats) -> Whole:
    """The place of each row in its group by rising score, from 0."""
    order = np.lexsort((score, group))
    first = np.searchsorted(group[order], np.arange(group.max() + 1 if len(group) else 0))
    place = np.empty(len(group), dtype=np.int64)
    place[order] = np.arange(len(group)) - first[group[order]]
    return place


def ranks(score: Floats) -> Floats:
    """The rank of each score as a share of all, strictly between 0 and 1."""
    place = np.empty(len(score))
    place[np.argsort(score, kind="stable")] = np.arange(len(score))
    return (place + 0.5) / max(1, len(score))


def _incomes(
    above: Floats,
    below: Flags,
    members: Whole,
    *,
    line: int,
    mean: int,
    deepest: float,
    skew: float,
) -> Whole | None:
    """Incomes in whole thousands: at most the line where ``below``, more than it elsewhere.

    Below, they fall from the line to its ``deepest`` share; above, they are the line plus an
    exponential amount (to the power ``skew``) scaled so that the mean over people comes out.
    """
    income = np.zeros(len(above))
    income[below] = line * (1 - (1 - deepest) * (1 - ranks(above[below])) ** 1.5)
    rest = ~below
    extra = (-np.log1p(-ranks(above[rest]))) ** skew
    people = members[rest].astype(np.float64)
    wanted = mean * float(members.sum()) - float((income * members).sum())
    room = wanted - line * float(people.sum())
    if len(extra) and room <= 0:
        return None
    scale = room / float((extra * people).sum()) if len(extra) else 0.0
    income[rest] = np.maximum(line + 1000, line + scale * extra)
    return np.asarray(np.floor(income / 1000) * 1000, dtype=np.int64)
