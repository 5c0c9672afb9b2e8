"""Sharing money to the đồng: by weight, and by weight between floors and ceilings.

`split` is the method of largest remainders (Hare–Niemeyer). `project` finds the one factor that,
applied to every amount and cut at its floor and ceiling, makes them add up to the total
(bounded scaling; the sum grows with the factor, so bisection over its corners is exact), then
rounds by largest remainders. `bounds` holds everybody harmless: nobody under a part of last
year's money, nobody above a rise that could not be spent well. `concentration` is the
concentration index of health economics (Kakwani, Wagstaff and van Doorslaer 1997), by which
the equity of a sharing is shown. All whole numbers and fractions: no float reaches a đồng.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from hoaban.base.problems import Problem


class DoesNotFit(Problem):
    vi = (
        "Tổng {total} đồng nằm ngoài khoảng từ {low} (tổng mức sàn) đến {high} (tổng mức trần); "
        "hãy sửa tham số giữ mức và tăng tối đa."
    )
    en = (
        "The total of {total} đồng lies outside {low} (the floors) to {high} (the ceilings); "
        "mend the parameters of hold-harmless and of the greatest rise."
    )


class FloorOverCeiling(Problem):
    vi = "Mức sàn {low} của {name} cao hơn mức trần {high}; hãy sửa lại."
    en = "The floor {low} of {name} is above its ceiling {high}; mend one of them."


@dataclass(frozen=True, slots=True)
class Between:
    """The least and most that somebody may get, whole đồng; ``high`` None: no ceiling."""

    low: int = 0
    high: int | None = None


def split(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Whole đồng by weight, summing to ``total`` exactly (largest remainders; ties by name).

    Weights are whole and not negative; equal parts when all of them are 0. More weight never
    earns less, and the order of the names does not matter.
    """
    if not weights:
        return {}
    if not any(weights.values()):
        weights = dict.fromkeys(weights, 1)
    whole = sum(weights.values())
    parts = {name: total * weight // whole for name, weight in weights.items()}
    left = total - sum(parts.values())
    by_remainder = sorted(weights, key=lambda name: (-(total * weights[name] % whole), name))
    for name in by_remainder[:left]:
        parts[name] += 1
    return parts


def project(wanted: Mapping[str, int], limits: Mapping[str, Between], total: int) -> dict[str, int]:
    """Whole đồng in proportion to ``wanted`` between each one's limits, summing to ``total``.

    ``wanted`` is whole and not negative; who wants nothing gets more than their floor only when
    everybody else is at the ceiling. Whoever is not in ``limits`` has none. Raises
    `FloorOverCeiling` for limits that cross and `DoesNotFit` when no factor can make the sum.
    """
    held = {name: _closed(name, limits.get(name, Between()), total) for name in wanted}
    low, high = (sum(pair[end] for pair in held.values()) for end in (0, 1))
    if not low <= total <= high:
        raise DoesNotFit(total=total, low=low, high=high)
    some = {name: amount for name, amount in wanted.items() if amount}
    none = {name: 1 for name, amount in wanted.items() if not amount}
    exact = _scaled(some, held, total - sum(held[name][0] for name in none))
    exact |= _scaled(none, held, total - sum(exact.values()))
    return _rounded(exact, total)


def _closed(name: str, given: Between, total: int) -> tuple[int, int]:
    high = max(total, given.low) if given.high is None else given.high
    if given.low > high:
        raise FloorOverCeiling(name=name, low=given.low, high=high)
    return given.low, high


def _scaled(
    wanted: Mapping[str, int], held: Mapping[str, tuple[int, int]], room: int | Fraction
) -> dict[str, Fraction]:
    """Everybody's cut amount under the factor that makes ``room``; all ceilings if that is less."""
    corners = sorted({Fraction(end, wanted[name]) for name in wanted for end in held[name]})

    def at(factor: Fraction) -> dict[str, Fraction]:
        return {
            name: min(max(factor * amount, Fraction(held[name][0])), Fraction(held[name][1]))
            for name, amount in wanted.items()
        }

    first = _first(corners, lambda factor: sum(at(factor).values()) >= room)
    if first == len(corners):
        return at(corners[-1] if corners else Fraction(0))
    return at(_between(corners, first, at, room))


def _first(corners: list[Fraction], enough: Callable[[Fraction], bool]) -> int:
    """The place of the first corner that is enough (a monotone test); their number when none."""
    low, high = 0, len(corners)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(corners[middle]) else (middle + 1, high)
    return low


def _between(
    corners: list[Fraction],
    first: int,
    at: Callable[[Fraction], dict[str, Fraction]],
    room: int | Fraction,
) -> Fraction:
    """The factor between a corner and the one before it at which a straight line meets ``room``."""
    if first == 0:
        return corners[0]
    left, right = corners[first - 1], corners[first]
    below, above = (sum(at(end).values()) for end in (left, right))
    return left + (right - left) * (room - below) / (above - below)


def _rounded(exact: Mapping[str, Fraction], total: int) -> dict[str, int]:
    """Whole đồng: the floor of each, and one more for the largest remainders (ties by name)."""
    parts = {name: int(amount) for name, amount in exact.items()}
    left = total - sum(parts.values())
    for name in sorted(exact, key=lambda name: (parts[name] - exact[name], name))[:left]:
        parts[name] += 1
    return parts


def bounds(
    last_year: Mapping[str, int],
    least: Mapping[str, int],
    total: int,
    *,
    harmless: Fraction,
    rise: Fraction,
) -> dict[str, Between]:
    """Floors and ceilings of everybody who is in ``last_year`` or ``least``, whole đồng.

    At least 1 − ``harmless`` of last year's money and at least ``least`` (whichever is more);
    at most 1 + ``rise`` of last year's, never under the floor. Who had nothing last year has no
    ceiling. Where the total is below all floors together, all of them are lowered in the same
    proportion; where it is above all ceilings, they are lifted so: a pool that shrinks or grows
    by more than the rules allow is felt by everybody alike.
    """
    names = sorted({*last_year, *least})
    low = {
        name: max(-int(-(1 - harmless) * last_year.get(name, 0) // 1), least.get(name, 0))
        for name in names
    }
    whole = sum(low.values())
    if whole > total:
        low = {name: amount * total // whole for name, amount in low.items()}
    high = {
        name: max(int((1 + rise) * had), low[name]) for name, had in last_year.items() if had > 0
    }
    top = sum(high.values())
    if set(high) == set(names) and 0 < top < total:
        high = {name: -(-amount * total // top) for name, amount in high.items()}
    return {name: Between(low[name], high.get(name)) for name in names}


def concentration(
    amounts: Mapping[str, int], people: Mapping[str, int], burden: Mapping[str, int]
) -> Fraction | None:
    """How money per person lies along the ranking from the poorest commune to the least poor.

    Between −1 (all with the poorest) and 1; 0 when everybody has the same a head. ``burden`` is
    what is lacked by the poor (any unit, whole), ranked per person; communes of equal rank share
    their place. Grouped formula: 2/μ · cov(money a head, rank) weighted by people. None where
    nobody lives or nothing is shared.
    """
    whole, money = sum(people.values()), sum(amounts.values())
    if whole <= 0 or money <= 0:
        return None
    by_rank: dict[Fraction, list[str]] = {}
    for name, count in people.items():
        if count:
            by_rank.setdefault(-Fraction(burden.get(name, 0), count), []).append(name)
    before, found = 0, Fraction(0)
    for _, names in sorted(by_rank.items()):
        here = sum(people[name] for name in names)
        middle = Fraction(2 * before + here, 2 * whole)
        found += 2 * middle * sum(amounts.get(name, 0) for name in names) / money
        before += here
    return found - 1
