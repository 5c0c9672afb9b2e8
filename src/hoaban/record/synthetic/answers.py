"""The thirteen answers of a review: which deprivations each household has.

Four follow facts and published shares (water, insurance, dependants, waste); the others fill
up to the number that the household's class asks for, the likeliest first. An answer's leaning
belongs to household and indicator and mostly stays from year to year. The thirteen are the
twelve of the standard to 2026 and waste, which the standard of 2027 counts instead of devices.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hoaban.base.problems import Problem
from hoaban.record.synthetic import draws
from hoaban.record.synthetic.draws import Floats, Whole
from hoaban.record.synthetic.households import (
    NEAR_POOR,
    OTHER,
    POOR,
    Flags,
    Frame,
    Round,
    ranks,
)

_FOUND = ("dependants", "insurance", "water")  # counted, and known before the others


class AnswersCannotFit(Problem):
    vi = "Năm {year}: có {count} hộ không đạt đúng số thiếu hụt của hạng; hãy kiểm tra answers."
    en = "In {year}: {count} households miss the deprivations of their class; check answers."


def answer(
    seed: int,
    homes: Frame,
    round_: Round,
    *,
    possible: Mapping[str, Flags],
    people: Mapping[str, Any],
    counted: Sequence[str],
    needed: int,
) -> dict[str, Flags]:
    """Answers by name (True = deprived) and ``water_standard``, one flag a household.

    ``possible`` tells who can have a deprivation at all (somebody of that age);
    ``dependants`` is not chosen but taken from it. A poor household lacks at least
    ``needed`` of the ``counted``, a near-poor one fewer.
    """
    spec = people["answers"]
    found = {"dependants": possible["dependants"]}
    found["water"] = _water(seed, homes, round_, spec)
    found["insurance"] = _insurance(seed, homes, round_, found, people)
    known = np.sum([found[n] for n in _FOUND], axis=0)
    want = np.maximum(_wanted(homes, round_, spec["counts"]) - known, 0)
    free = [n for n in spec["weights"] if n in counted]
    found |= _likeliest(seed, homes, round_, free=free, possible=possible, want=want, spec=spec)
    found["waste"] = _waste(seed, homes, spec["waste"])
    number = np.sum([found[n] for n in counted], axis=0)
    wrong = ((round_.standing == POOR) & (number < needed)) | (
        (round_.standing == NEAR_POOR) & (number >= needed)
    )
    if wrong.any():
        raise AnswersCannotFit(year=round_.year, count=int(wrong.sum()))
    found["water_standard"] = _standard_water(seed, homes, found["water"], spec)
    return found


def _kept(seed: int, name: str, homes: Frame, year: int, share: float) -> Floats:
    """A normal number of which ``share`` of the variance stays from year to year."""
    own = draws.normal(seed, name, homes.key)
    new = draws.normal(seed, name + ".year", (homes.key, year))
    return np.asarray(np.sqrt(share) * own + np.sqrt(1 - share) * new)


def _top(score: Floats, here: Flags, count: int) -> Flags:
    """The ``count`` highest scores among ``here``."""
    found = np.zeros(len(score), dtype=bool)
    at = np.flatnonzero(here & np.isfinite(score))
    found[at[np.argsort(-score[at], kind="stable")[:count]]] = True
    return found


def _by_village(seed: int, name: str, homes: Frame) -> Floats:
    """One normal number a village, repeated for its households."""
    return draws.normal(seed, name, homes.key // 100_000)


def _water(seed: int, homes: Frame, round_: Round, spec: Mapping[str, Any]) -> Flags:
    """No clean water: exactly the published percent of households of each kind of unit."""
    score = (
        1.2 * _by_village(seed, "water.village", homes)
        + homes.remoteness
        + 0.5 * round_.lack
        + _kept(seed, "water", homes, round_.year, float(spec["persistence"]))
    )
    found = np.zeros(len(homes), dtype=bool)
    for at, kind in enumerate(homes.kinds):
        here = homes.kind == at
        percent = float(spec["water"][kind]["percents"][round_.year])
        found |= _top(score, here, round(int(here.sum()) * percent / 100))
    return found


def _standard_water(seed: int, homes: Frame, lacking: Flags, spec: Mapping[str, Any]) -> Flags:
    """Water certified to the standard: whole schemes, so it keeps to villages near the seat."""
    score = (
        1.5 * _by_village(seed, "scheme.village", homes)
        - 1.5 * homes.remoteness
        + 0.5 * draws.normal(seed, "scheme", homes.key)
    )
    found = np.zeros(len(homes), dtype=bool)
    for at, kind in enumerate(homes.kinds):
        here = homes.kind == at
        count = round(int(here.sum()) * float(spec["standard_water"][kind]["percent"]) / 100)
        found |= _top(np.where(lacking, -np.inf, score), here, count)
    return found


def _insurance(
    seed: int, homes: Frame, round_: Round, found: Mapping[str, Flags], people: Mapping[str, Any]
) -> Flags:
    """Someone of six or more without a card; as many households as the uncovered fill."""
    spec = people["insurance"]
    uncovered = int(homes.members.sum()) * (1 - float(spec["covered_percent"]) / 100)
    count = round(uncovered / float(spec["uncovered_in_household"]))
    score = _kept(seed, "insurance", homes, round_.year, float(people["answers"]["persistence"]))
    score = score - 0.8 * homes.leaning * (1 - homes.remoteness)
    full = (round_.standing == NEAR_POOR) & found["water"] & found["dependants"]
    return _top(np.where(full, -np.inf, score), np.ones(len(homes), dtype=bool), count)


def _waste(seed: int, homes: Frame, spec: Mapping[str, Any]) -> Flags:
    near = np.array([float(spec[k]["near"]) for k in homes.kinds])[homes.kind]
    far = np.array([float(spec[k]["far"]) for k in homes.kinds])[homes.kind]
    return draws.chance(seed, "waste", homes.key, near + (far - near) * homes.remoteness)


def _wanted(homes: Frame, round_: Round, counts: Mapping[str, Any]) -> Whole:
    """How many of the counted answers each household should have, by its class."""
    want = np.zeros(len(homes), dtype=np.int64)
    groups = {
        "poor": round_.standing == POOR,
        "near_poor": round_.standing == NEAR_POOR,
        "other_rural": (round_.standing == OTHER) & homes.rural,
        "other_urban": (round_.standing == OTHER) & ~homes.rural,
    }
    for name, here in groups.items():
        numbers = np.array([int(n) for n in counts[name]], dtype=np.int64)
        edges = np.cumsum([float(w) for w in counts[name].values()])
        at = np.searchsorted(edges / edges[-1], ranks(round_.lack[here]))
        want[here] = numbers[at]
    return want


def _likeliest(
    seed: int,
    homes: Frame,
    round_: Round,
    *,
    free: Sequence[str],
    possible: Mapping[str, Flags],
    want: Whole,
    spec: Mapping[str, Any],
) -> dict[str, Flags]:
    """The ``want`` likeliest of the free answers that a household can have."""
    score = np.empty((len(homes), len(free)), dtype=np.float32)
    for at, name in enumerate(free):
        lean = 2.0 * np.log(float(spec["weights"][name]))
        own = 1.3 * _kept(seed, name, homes, round_.year, float(spec["persistence"]))
        score[:, at] = np.where(possible.get(name, True), lean + own, -np.inf)
    order = np.argsort(-score, axis=1, kind="stable")
    place = np.empty_like(order)
    np.put_along_axis(place, order, np.arange(len(free))[None, :], axis=1)
    taken = (place < want[:, None]) & np.isfinite(score)
    return {name: taken[:, at] for at, name in enumerate(free)}
