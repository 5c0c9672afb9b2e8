"""A year's settlement as it stands on a day: the sums, every commune, and what is still open."""

from dataclasses import asdict
from datetime import date
from typing import Any

from hoaban.account.checks import rounds
from hoaban.account.payments import disclosure, effect_on_pay, paying, settling
from hoaban.account.terms import scores
from hoaban.base.law import Law
from hoaban.base.models import User


def settled(year: int, user: User, law: Law, at: date) -> dict[str, Any]:
    """`settling.settle` with what was found so far, ready for JSON.

    ``totals`` says what of the paid is base, equity and performance; ``taken`` and ``effects``
    what verification takes. ``unfinished`` is what is to be done before the findings are final:
    until it is empty the payments are provisional. Raises what `settling.settle` and
    `Law.number` raise.
    """
    found = paying.found(year, user, law, at)
    said = settling.settle(
        year=year,
        user=user,
        found=found,
        again=paying.found_again(year, user, law, at) or None,
        tranche=scores.exact(law.number("agreement.tranche_share", at)),
        trust=scores.Trust.of(law, at),
    )
    rows = said["statements"]
    base, equity = (sum(row[part] for row in rows) for part in ("base_vnd", "equity_vnd"))
    totals = {
        **said["totals"],
        "base_vnd": base,
        "equity_vnd": equity,
        "performance_vnd": said["totals"]["paid_vnd"] - base - equity,
        "earned_vnd": sum(row["performance_earned_vnd"] for row in rows),
    }
    effects = paying.effects(year, user, law, at)
    sums = disclosure.taken(effects)
    return {
        **said,
        "at": at.isoformat(),
        "totals": totals,
        "taken": {**asdict(sums), "taken_vnd": sums.taken_vnd},
        "effects": [effect_on_pay.as_json(one) for one in effects],
        "unfinished": [
            {"vi": one.vi, "en": one.en} for one in rounds.standing(year, user).unfinished
        ],
    }
