"""The lever for investment: next year's allocation, proposed, never this year's payment.

Investment is not paid by result. The national rules say that yearly central money follows what
was disbursed the year before, and that a counterpart share not paid in is deducted from the next
plan (QĐ 39/2021/QĐ-TTg for the ethnic-minority programme; the 2026–2030 rule keeps that yearly
funds depend on past disbursement). Neither gives a formula. The one here — points of the
allocation rule times the disbursed share, between hold-harmless and a greatest rise — is a
proposal: the people's council decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hoaban.account.terms import projection
from hoaban.account.terms.scores import exact
from hoaban.base.law import Law
from hoaban.base.problems import Problem
from hoaban.base.text import Text

WHOLE = 10_000
FLOOR, CEILING = "floor", "ceiling"
PRINCIPLE = Text(
    "Vốn đầu tư không chi theo kết quả; vốn năm sau căn cứ mức giải ngân năm trước, phần đối ứng "
    "còn thiếu bị trừ (QĐ 39/2021/QĐ-TTg). Công thức là đề xuất; HĐND quyết định.",
    "Investment is not paid by result; next year's funds follow what was disbursed, and a missing "
    "counterpart is deducted (QĐ 39/2021/QĐ-TTg). The formula is a proposal; the council decides.",
)


class DisbursedMoreThanAllocated(Problem):
    vi = "{commune}: giải ngân {disbursed} đồng, nhiều hơn vốn giao {allocated} đồng; hãy sửa."
    en = "{commune}: {disbursed} đồng disbursed, more than the {allocated} allocated; mend it."


@dataclass(frozen=True, slots=True)
class Past:
    """A commune's investment of last year, whole đồng. ``owed_vnd``: counterpart not paid in."""

    allocated_vnd: int
    disbursed_vnd: int
    owed_vnd: int = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """One commune's proposed investment money of next year, with every factor of it.

    ``disbursed`` is last year's disbursed share in ten-thousandths (all of it where nothing was
    allocated); ``deducted_vnd`` is the missing counterpart taken off. ``held`` says which limit
    decided before that: ``floor``, ``ceiling``, "" for neither.
    """

    amount_vnd: int
    points: int
    disbursed: int
    deducted_vnd: int
    held: str = ""


@dataclass(frozen=True, slots=True)
class NextYear:
    """The proposals by commune path; with ``reserve_vnd``, what was deducted, they are the pool."""

    pool_vnd: int
    proposals: Mapping[str, Proposal]
    reserve_vnd: int
    principle: Text = PRINCIPLE


def propose(
    pool_vnd: int, points: Mapping[str, int], past: Mapping[str, Past], law: Law, at: date
) -> NextYear:
    """Next year's investment by commune, exact to the đồng.

    ``points`` of the allocation rule by path, whole. In proportion to points · disbursed share,
    never under (1 − hold-harmless) of last year's nor over (1 + rise) of it, less the counterpart
    owed (not below 0). Disbursing more never gets less. Raises `DisbursedMoreThanAllocated`.
    """
    share = {path: _share(path, past.get(path)) for path in points}
    limits = projection.bounds(
        {path: past[path].allocated_vnd for path in points if path in past},
        {},
        pool_vnd,
        harmless=exact(law.number("agreement.hold_harmless", at)),
        rise=exact(law.number("agreement.rise_max", at)),
    )
    given = projection.project({p: points[p] * share[p] for p in points}, limits, pool_vnd)
    owed = {p: min(past[p].owed_vnd, given[p]) if p in past else 0 for p in points}
    return NextYear(
        pool_vnd,
        {
            p: Proposal(
                given[p] - owed[p], points[p], share[p], owed[p], _held(given[p], limits, p)
            )
            for p in points
        },
        sum(owed.values()),
    )


def _held(given: int, limits: Mapping[str, projection.Between], path: str) -> str:
    limit = limits.get(path, projection.Between())
    if limit.low and given == limit.low:
        return FLOOR
    return CEILING if given == limit.high else ""


def _share(path: str, past: Past | None) -> int:
    if past is None or past.allocated_vnd <= 0:
        return WHOLE
    if past.disbursed_vnd > past.allocated_vnd:
        raise DisbursedMoreThanAllocated(
            commune=path, disbursed=past.disbursed_vnd, allocated=past.allocated_vnd
        )
    return past.disbursed_vnd * WHOLE // past.allocated_vnd
