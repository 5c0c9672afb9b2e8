"""Which claims somebody from outside goes to look at, and what their finding says of the rest.

A claim is one result in one village. Claims are locked under a digest first; the seed of the
draw comes after, so that nobody can know the sample while claims are written. The random
stratum gives the error rate (simple random sampling, size n0 = z²p(1−p)/e² with the correction
for a finite number, Cochran 1977); the risk stratum, drawn in proportion to the money at stake
(Efraimidis and Spirakis 2006), deters and is never used for the rate. What the findings do to
pay is `effect_on_pay`, who looks again after a wet season `lasting`, who checks the checkers
`counter`.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from hoaban.account.drafting.agreements import ALL_POINTS, Draft, split
from hoaban.base.law import Law
from hoaban.base.problems import Problem


class ClaimsChanged(Problem):
    vi = "Danh sách kết quả báo cáo đã thay đổi sau khi khoá; hãy khoá lại rồi mới rút mẫu."
    en = "The claims changed after they were locked; lock them again before drawing."
    status = 409


class SampleTooLarge(Problem):
    vi = "Không thể có {wrong} sai trong {drawn} mẫu của {size}; hãy kiểm tra lại số liệu."
    en = "{wrong} wrong of {drawn} drawn from {size} cannot be; check the numbers."


@dataclass(frozen=True, slots=True)
class Claimed:
    """What claims are made from: an agreement's money at stake, points by result, villages."""

    id: str
    commune: str  # area path
    performance_vnd: int
    points: Mapping[str, int]
    villages: tuple[str, ...]  # area paths


@dataclass(frozen=True, slots=True)
class Claim:
    """One result that one village is said to have. ``stake_vnd`` is the money that hangs on it."""

    id: str  # agreement/result/village
    agreement: str
    promise: str
    commune: str  # area path
    village: str  # area path
    stake_vnd: int


@dataclass(frozen=True, slots=True)
class Sample:
    """The ids of a draw, each stratum in order of id, out of ``size`` claims."""

    random: tuple[str, ...]
    risk: tuple[str, ...]
    size: int

    @property
    def ids(self) -> list[str]:
        """All ids to be verified, in order."""
        return sorted((*self.random, *self.risk))


def claims(drafts: Iterable[Draft]) -> list[Claim]:
    """One claim for each result and village of each draft agreement, in order of id."""
    return claims_of(
        Claimed(
            id=agreed.id,
            commune=agreed.commune,
            performance_vnd=agreed.performance_vnd,
            points={goal.name: goal.points for goal in agreed.goals},
            villages=agreed.villages,
        )
        for agreed in drafts
    )


def claims_of(agreements: Iterable[Claimed]) -> list[Claim]:
    """One claim for each result and village of each agreement, in order of id.

    The stake is the result's points of the performance part, spread evenly over the villages;
    points that are not at stake in this commune belong to no claim.
    """
    found = []
    for agreed in agreements:
        idle = ALL_POINTS - sum(agreed.points.values())
        by_promise = split(agreed.performance_vnd, {**agreed.points, "": idle})
        del by_promise[""]
        for promise, vnd in by_promise.items():
            stakes = split(vnd, dict.fromkeys(agreed.villages, 1))
            found += [
                Claim(
                    id=f"{agreed.id}/{promise}/{village.split('/')[2]}",
                    agreement=agreed.id,
                    promise=promise,
                    commune=agreed.commune,
                    village=village,
                    stake_vnd=stake,
                )
                for village, stake in stakes.items()
            ]
    return sorted(found, key=lambda claim: claim.id)


def lock(claims: Collection[Claim]) -> str:
    """The digest (SHA-256, hex) under which these claims stand; their order does not matter."""
    lines = sorted(f"{c.id}\t{c.village}\t{c.stake_vnd}\n" for c in claims)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def sample_size(size: int, *, error: float, z: float, share: float) -> int:
    """How many of ``size`` claims are needed for a rate within ± ``error``, never more than all.

    ``share`` is the rate expected (0.5 asks for most); ``z`` the normal quantile of the
    confidence.
    """
    if size <= 0:
        return 0
    n0 = z * z * share * (1 - share) / (error * error)
    return min(size, math.ceil(round(n0 / (1 + (n0 - 1) / size), 9)))


def public_seed(drawn: str, digest: str) -> int:
    """The seed that follows from a number drawn in public after the lock (say a lottery's).

    The digest of what was locked is mixed in, so that nobody who chose the day of the lottery
    could have chosen the sample. 0 to 2^60 − 1; white space in ``drawn`` does not matter.
    """
    said = "".join(drawn.split())
    return int(hashlib.sha256(f"{said}/{digest}".encode()).hexdigest()[:15], 16)


def sample(
    claims: Collection[Claim],
    *,
    seed: int,
    law: Law,
    at: date,
    digest: str | None = None,
    twice: Collection[str] = (),
) -> Sample:
    """The draw for a seed: the same claims and seed give the same sample, in any order.

    With ``digest``, refuses claims that are not those locked (`ClaimsChanged`). Each claim has
    a number of its own from seed and id, so that one claim more or less moves no other. In the
    communes ``twice`` (area paths; too much was wrong there last year) as many claims again as
    were drawn are drawn by risk.
    """
    if digest is not None and digest != lock(claims):
        raise ClaimsChanged
    size = sample_size(
        len(claims),
        error=law.number("verification.error", at),
        z=law.number("verification.z", at),
        share=law.number("verification.share_expected", at),
    )
    by_chance = sorted(claims, key=lambda claim: (_number(seed, "random", claim.id), claim.id))
    random, rest = by_chance[:size], by_chance[size:]
    more = math.ceil(round(law.number("verification.risk_share", at) * size, 9))
    waiting = sorted(rest, key=lambda claim: (_waiting(seed, claim), claim.id))
    at_risk, left = waiting[:more], waiting[more:]
    again = _again([*random, *at_risk], left, twice)
    return Sample(
        random=tuple(sorted(claim.id for claim in random)),
        risk=tuple(sorted(claim.id for claim in (*at_risk, *again))),
        size=len(claims),
    )


def _again(drawn: Iterable[Claim], left: Collection[Claim], twice: Collection[str]) -> list[Claim]:
    """As many of ``left``, the first in each commune, as were drawn in the communes ``twice``."""
    open_places = Counter(claim.commune for claim in drawn if claim.commune in twice)
    found = []
    for claim in left:
        if open_places[claim.commune] > 0:
            open_places[claim.commune] -= 1
            found.append(claim)
    return found


def draw(
    claims: Collection[Claim], *, seed: int, law: Law, at: date, digest: str | None = None
) -> list[str]:
    """The ids of `sample`, both strata together, in order."""
    return sample(claims, seed=seed, law=law, at=at, digest=digest).ids


def _number(seed: int, stratum: str, claim: str) -> float:
    """A number in (0, 1) that belongs to this seed, stratum and claim alone."""
    digest = hashlib.blake2b(f"{seed}/{stratum}/{claim}".encode(), digest_size=7).digest()
    return (int.from_bytes(digest, "big") + 0.5) / 2**56


def _waiting(seed: int, claim: Claim) -> float:
    """An exponential time whose rate is the money at stake: the soonest are drawn first."""
    if claim.stake_vnd <= 0:
        return math.inf
    return -math.log(_number(seed, "risk", claim.id)) / claim.stake_vnd


def pass_probability(size: int, wrong: int, drawn: int, allowed: int) -> float:
    """The chance that at most ``allowed`` of ``drawn`` claims turn out wrong (hypergeometric).

    ``wrong`` of all ``size`` claims are. The operating characteristic of a lot sampling rule.
    """
    if not 0 <= wrong <= size or not 0 <= drawn <= size:
        raise SampleTooLarge(wrong=wrong, drawn=drawn, size=size)
    ways = _samples(size, wrong, drawn, range(min(allowed, wrong, drawn) + 1))
    return ways / math.comb(size, drawn)


def error_interval(
    size: int, drawn: int, wrong: int, *, alpha: float = 0.05
) -> tuple[float, float]:
    """The exact interval (low, high) of the share wrong among all claims, at 1 − ``alpha``.

    Those numbers of wrong claims that neither tail of the hypergeometric refuses at alpha/2.
    Raises `SampleTooLarge` for counts that cannot be; (0, 1) when nothing was drawn.
    """
    if not 0 <= wrong <= drawn <= size:
        raise SampleTooLarge(wrong=wrong, drawn=drawn, size=size)
    if not drawn:
        return 0.0, 1.0
    first, last = wrong, size - (drawn - wrong)  # what has been seen is certain
    # whole numbers of samples, so that a tail of exactly alpha/2 is on the same side everywhere
    least = Fraction(str(alpha)) / 2 * math.comb(size, drawn)
    low = _least(first, last, lambda n: _samples(size, n, drawn, range(wrong, drawn + 1)) > least)
    over = _least(first, last + 1, lambda n: _samples(size, n, drawn, range(wrong + 1)) <= least)
    return low / size, (over - 1) / size


def _samples(size: int, bad: int, drawn: int, seen: range) -> int:
    """How many samples of ``drawn`` show one of the numbers ``seen`` of ``bad`` claims."""
    return sum(math.comb(bad, k) * math.comb(size - bad, drawn - k) for k in seen)


def _least(first: int, last: int, holds: Callable[[int], bool]) -> int:
    """The least number from ``first`` for which ``holds``, which stays true; else ``last``."""
    while first < last:
        middle = (first + last) // 2
        first, last = (first, middle) if holds(middle) else (middle + 1, last)
    return first
