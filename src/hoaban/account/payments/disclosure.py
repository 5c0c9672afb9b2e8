"""What anybody may read of a year's verification: digests, draws, rates and totals, no claim.

With the digest, the string drawn in public, the parameters and the communes drawn twice, whoever
holds the list of claims makes the draw again and sees whether the list is the one locked.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hoaban.account.checks import rechecking, rounds, verification
from hoaban.account.checks.checking import Rate
from hoaban.account.checks.rounds import Standing
from hoaban.account.clock import local_day
from hoaban.account.models import Agreement, Round
from hoaban.account.payments import paying
from hoaban.account.payments.effect_on_pay import Effect
from hoaban.base.law import Law, Value
from hoaban.base.models import Area, Event, User

SIZED_BY = ("error", "z", "share_expected", "risk_share")
WRONG = (0.05, 0.1, 0.2)  # shares of wrong claims for which is told what the sample would miss


@dataclass(frozen=True, slots=True)
class Taken:
    """What verification takes of all agreements together, whole đồng.

    ``worst_vnd`` and ``best_vnd`` add up the ends of each agreement's interval: all of them at
    the same end is rarer than 5 %.
    """

    agreements: int
    declared_vnd: int
    earned_vnd: int
    worst_vnd: int
    best_vnd: int

    @property
    def taken_vnd(self) -> int:
        """What goes to the help line."""
        return self.declared_vnd - self.earned_vnd


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A round in public. ``twice`` names the communes drawn twice.

    ``corrected`` is the error rate put right by the other body (0–1, None before it found),
    ``taken`` None before anything was found.
    """

    standing: Standing
    kept: Round
    rules: tuple[Value, ...]
    twice: tuple[str, ...]
    rate: Rate
    corrected: float | None
    taken: Taken | None


def years() -> list[int]:
    """Years with checked agreements, the newest first: how many are checked is public."""
    found = Agreement.objects.filter(status="checked").values_list("year", flat=True)
    return sorted(set(found), reverse=True)


def disclosed(year: int, law: Law, at: date) -> Disclosed | None:
    """The round of a year as it stands; None before its claims are locked.

    ``law`` and ``at`` value the effect on pay; the sample's rules are those of the day of draw.
    """
    kept = Round.objects.filter(year=year).select_related("area").first()
    if kept is None:
        return None
    whole = User(area=kept.area)  # reads as the province does, for totals alone; never kept
    second = rechecking.countered(year, whole)
    effects = paying.effects(year, whole, law, at) if second.rate.found else []
    now = rounds.standing(year, whole)
    return Disclosed(
        standing=now,
        kept=kept,
        rules=sized_by(law, local_day(kept.drawn_at) if kept.drawn_at else at),
        twice=_twice(kept),
        rate=second.rate,
        corrected=second.corrected if now.looks["counter"].found else None,
        taken=taken(effects) if effects else None,
    )


def sized_by(law: Law, at: date) -> tuple[Value, ...]:
    """The dated, cited values from which the size of the sample follows, as far as they exist."""
    found = (law.find(f"verification.{name}", at) for name in SIZED_BY)
    return tuple(value for value in found if value is not None)


def size_of_sample(size: int, law: Law, at: date) -> tuple[int, int]:
    """How many of ``size`` claims are drawn by chance and how many more by risk."""
    error, z, share, risk = (law.number(f"verification.{name}", at) for name in SIZED_BY)
    drawn = verification.sample_size(size, error=error, z=z, share=share)
    return drawn, min(size - drawn, math.ceil(round(risk * drawn, 9)))


def missed(size: int, drawn: int, allowed: float) -> list[tuple[float, float]]:
    """For each share of wrong claims, the chance that the sample shows ``allowed`` or less.

    Exact (`verification.pass_probability`). ``allowed`` is a share 0–1 of the ``drawn``.
    """
    most = math.floor(round(allowed * drawn, 9))
    return [
        (share, verification.pass_probability(size, math.ceil(share * size), drawn, most))
        for share in WRONG
    ]


def taken(effects: Sequence[Effect]) -> Taken:
    """The sums of `paying.effects`."""
    return Taken(
        agreements=len(effects),
        declared_vnd=sum(one.declared_vnd for one in effects),
        earned_vnd=sum(one.earned_vnd for one in effects),
        worst_vnd=sum(one.worst_vnd for one in effects),
        best_vnd=sum(one.best_vnd for one in effects),
    )


def _twice(kept: Round) -> tuple[str, ...]:
    """Names of the communes whose sample was doubled, as told when it was drawn."""
    told = Event.objects.filter(name="account.drawn", subject=f"Round:{kept.pk}").first()
    paths = told.data.get("twice", []) if told is not None else []
    names = Area.objects.filter(path__in=paths, valid_to=None).order_by("path")
    return tuple(names.values_list("name", flat=True))
