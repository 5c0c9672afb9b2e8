"""Checking the checkers: a tenth of the findings is looked at again by another body.

The findings are locked under a digest first, and a seed of its own is drawn in public after, so
that no verifier can know which of their findings will be repeated. The second body's word stands.
Where both bodies looked at the same claims, the first body's error rate for the whole sample can
be put right (double sampling, Tenenbein 1970).
"""

import hashlib
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from hoaban.account.checks.verification import error_interval
from hoaban.base.problems import Problem


class FindingsChanged(Problem):
    vi = "Kết quả kiểm chứng đã thay đổi sau khi khoá; hãy khoá lại rồi mới rút mẫu đối chứng."
    en = "The findings changed after they were locked; lock them again before drawing."
    status = 409


@dataclass(frozen=True, slots=True)
class Pair:
    """One claim with the word of both bodies. ``body`` is the first."""

    claim: str
    body: str
    first: bool  # upheld
    second: bool  # upheld


@dataclass(frozen=True, slots=True)
class Overturned:
    """How many findings of a body the second one overturned, with the exact 95 % interval.

    ``size`` is all findings of the body; shares are 0–1.
    """

    body: str
    size: int
    seen: int
    overturned: int
    low: float
    high: float


def lock(findings: Mapping[str, bool]) -> str:
    """The digest (SHA-256, hex) of findings: claim → upheld. Their order does not matter."""
    lines = sorted(f"{claim}\t{int(upheld)}\n" for claim, upheld in findings.items())
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def draw(
    findings: Mapping[str, bool], *, seed: int, share: float, digest: str | None = None
) -> list[str]:
    """The claims to be looked at by another body, in order of id: ``share`` (0–1) of all.

    At least one where there is any. Each has a number of its own from seed and id, so that one
    finding more or less moves no other. Raises `FindingsChanged` against ``digest``.
    """
    if digest is not None and digest != lock(findings):
        raise FindingsChanged
    size = math.ceil(round(share * len(findings), 9))
    by_chance = sorted(findings, key=lambda claim: (_number(seed, claim), claim))
    return sorted(by_chance[: max(size, min(1, len(findings)))])


def _number(seed: int, claim: str) -> bytes:
    return hashlib.blake2b(f"{seed}/counter/{claim}".encode(), digest_size=8).digest()


def overturned(sizes: Mapping[str, int], pairs: Iterable[Pair]) -> list[Overturned]:
    """How the findings of each body fared, the body most often overturned first.

    ``sizes``: all findings by body. Raises `verification.SampleTooLarge` when more pairs are
    given than the body has findings.
    """
    listed = list(pairs)
    rows = []
    for body, size in sizes.items():
        own = [pair for pair in listed if pair.body == body]
        wrong = sum(pair.first != pair.second for pair in own)
        low, high = error_interval(size, len(own), wrong)
        rows.append(Overturned(body, size, len(own), wrong, low, high))
    return sorted(rows, key=lambda row: (-(row.overturned / row.seen if row.seen else 0), row.body))


def corrected(seen: int, wrong: int, pairs: Collection[Pair]) -> float | None:
    """The share of claims not upheld, put right by the second body; 0–1.

    The first body found ``wrong`` of ``seen``. Each half (found right, found wrong) counts with
    the share that the second body found wrong in it; a half without a pair stands as the first
    body said. None when nothing was seen. Method: Tenenbein 1970, double sampling.
    """
    if not seen:
        return None
    of_right, of_wrong = (
        _wrong([pair for pair in pairs if pair.first is upheld], otherwise)
        for upheld, otherwise in ((True, 0.0), (False, 1.0))
    )
    return ((seen - wrong) * of_right + wrong * of_wrong) / seen


def _wrong(pairs: Collection[Pair], otherwise: float) -> float:
    return sum(not pair.second for pair in pairs) / len(pairs) if pairs else otherwise
