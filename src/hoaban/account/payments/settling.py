"""A year's agreements settled: terms as they stand, payments, statements and the help line."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from hoaban.account.models import Agreement
from hoaban.account.operations import require_role
from hoaban.account.payments import statements
from hoaban.account.terms import pay
from hoaban.account.terms.pay import Terms
from hoaban.account.terms.scores import DEFAULT, Found, Trust, goal_of
from hoaban.base.models import User
from hoaban.base.problems import Problem


class NothingToSettle(Problem):
    vi = "Năm {year} chưa có cam kết kết quả nào được tỉnh kiểm tra; hãy kiểm tra cam kết trước."
    en = "No result agreement of {year} has been checked; check the agreements first."
    status = 409


class PoolsDiffer(Problem):
    vi = "Các cam kết năm {year} ghi các tổng vốn khác nhau ({pools}); hãy nêu tổng vốn đã giao."
    en = "The agreements of {year} name different pools ({pools}); say which was allocated."
    status = 409


def terms(agreement: Agreement) -> Terms:
    """What payment of a stored agreement depends on, as it stands now."""
    data = agreement.data
    return Terms(
        id=data["id"],
        commune=agreement.area.path,
        mode=agreement.mode,
        base_vnd=agreement.base_vnd,
        equity_vnd=agreement.equity_vnd,
        stake=Fraction(data.get("stake") or agreement.performance_vnd),
        goals=tuple(goal_of(goal) for goal in data["goals"]),
        conditions=agreement.conditions,
        gates=data.get("gates", {}),
    )


def certain(year: int) -> dict[str, int]:
    """Base and equity together of a year's checked agreements, đồng by commune path.

    For `agreements.draft`'s ``last_year``; empty when there are none.
    """
    rows = Agreement.objects.filter(year=year, status="checked").select_related("area")
    return {row.area.path: row.base_vnd + row.equity_vnd for row in rows}


def settle(
    *,
    year: int,
    user: User,
    found: Mapping[str, Mapping[str, Found]],
    tranche: Fraction = Fraction(0),
    again: Mapping[str, Mapping[str, Found]] | None = None,
    pool_vnd: int | None = None,
    trust: Trust = DEFAULT,
) -> dict[str, Any]:
    """A year's payment statements of all checked agreements, the help line and the sums.

    ``found`` and ``again`` by agreement id (``2027-00104``), then goal; see `pay.pay`.
    ``trust`` are the province's marks (`scores.Trust.of`). ``pool_vnd`` is the pool allocated;
    without it, the one they were all drafted from. What
    agreements not checked yet would come to is ``waiting_vnd``: paid + held + help + waiting =
    pool. Raises `NothingToSettle`, `PoolsDiffer`, `pay.MoreThanThePool`.
    """
    require_role(user, "province")
    rows = list(
        Agreement.objects.seen_by(user)
        .filter(year=year)
        .select_related("area")
        .order_by("area__path")
    )
    checked = {row.data["id"]: (row, terms(row)) for row in rows if row.status == "checked"}
    if not checked:
        raise NothingToSettle(year=year)
    pool = _pool(rows, year) if pool_vnd is None else pool_vnd
    waiting = sum(_most(row) for row in rows if row.status != "checked")
    settled = pay.settle(
        (one for _, one in checked.values()),
        found,
        pool_vnd=pool - waiting,
        tranche=tranche,
        again=again,
        trust=trust,
    )
    return {
        "year": year,
        "totals": {**statements.totals(settled), "pool_vnd": pool, "waiting_vnd": waiting},
        "help": statements.help_line(settled),
        "statements": [
            statements.statement(
                one,
                settled.payments[name],
                declared=row.data.get("declared", {}),
                found=found.get(name, {}),
                tranche=tranche,
                again=(again or {}).get(name),
                trust=trust,
                name=row.area.name,
                year=year,
            )
            for name, (row, one) in checked.items()
        ],
    }


def _most(row: Agreement) -> int:
    return row.base_vnd + row.performance_vnd + row.equity_vnd


def _pool(rows: list[Agreement], year: int) -> int:
    """The pool that all these agreements were drafted from; their own sum when none is named."""
    pools = sorted({int(row.data.get("pool_vnd") or 0) for row in rows})
    if len(pools) > 1:
        raise PoolsDiffer(year=year, pools=", ".join(map(str, pools)))
    return pools[0] or sum(_most(row) for row in rows)
