"""From a year's findings to what `settling.settle` takes: found, found again, and their effect."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from hoaban.account.checks import lasting, rechecking
from hoaban.account.models import Agreement, Claim
from hoaban.account.payments import effect_on_pay, settling
from hoaban.account.payments.effect_on_pay import Discrepancy, Effect, Finding, Rules
from hoaban.account.terms.scores import Found, Trust
from hoaban.base.law import Law
from hoaban.base.models import User


def found(year: int, user: User, law: Law, at: date) -> dict[str, dict[str, Found]]:
    """What verification lets stand of a year, by agreement id and goal, for `settling.settle`.

    Only checked agreements that declared something; a goal not declared earns nothing.
    """
    shares, rules = _shares(year, user, law, at), _rules(law, at)
    return {
        name: effect_on_pay.found(_declared(row), shares[name], rules)
        for name, row in _agreements(year, user).items()
        if name in shares
    }


def found_again(year: int, user: User, law: Law, at: date) -> dict[str, dict[str, Found]]:
    """What was left after a wet season, by agreement id and goal (`lasting.again`)."""
    lasts = {
        name: [goal["name"] for goal in row.data["goals"] if goal["lasts_months"]]
        for name, row in _agreements(year, user).items()
    }
    looks = rechecking.again_looks(year, user)
    return lasting.again(found(year, user, law, at), lasts, looks) if looks else {}


def effects(year: int, user: User, law: Law, at: date) -> list[Effect]:
    """What verification takes from each agreement of a year, in order of id."""
    shares, rules = _shares(year, user, law, at), _rules(law, at)
    return [
        effect_on_pay.effect(settling.terms(row), _declared(row), shares[name], rules)
        for name, row in sorted(_agreements(year, user).items())
        if name in shares
    ]


def audited_twice(year: int, user: User, law: Law, at: date) -> list[str]:
    """Paths of the communes where so much was wrong that next year's sample is doubled."""
    return sorted(one.commune for one in effects(year, user, law, at) if one.twice)


def _rules(law: Law, at: date) -> Rules:
    return Rules(
        end=law.number("verification.discrepancy_at", at),
        least=int(law.number("verification.least_claims", at)),
        trust=Trust.of(law, at),
    )


def _shares(year: int, user: User, law: Law, at: date) -> dict[str, dict[str, Discrepancy]]:
    """The discrepancy of every goal of every agreement with claims in the year's round."""
    sizes: dict[str, dict[str, int]] = {}
    for name, promise in _claims(year, user):
        goals = sizes.setdefault(name, {})
        goals[promise] = goals.get(promise, 0) + 1
    findings: dict[str, list[Finding]] = {name: [] for name in sizes}
    for look, upheld in rechecking.last_words(year, user):
        claim = look.claim
        name = claim.agreement.data["id"]
        findings[name].append(Finding(claim.key, name, claim.promise, claim.stratum, upheld))
    least = _rules(law, at).least
    return {
        name: effect_on_pay.discrepancies(goals, findings[name], least=least)
        for name, goals in sizes.items()
    }


def _claims(year: int, user: User) -> list[tuple[str, str]]:
    rows = Claim.objects.seen_by(user).filter(round__year=year)
    return list(rows.values_list("agreement__data__id", "promise"))


def _agreements(year: int, user: User) -> dict[str, Agreement]:
    rows = Agreement.objects.seen_by(user).filter(year=year, status="checked")
    return {row.data["id"]: row for row in rows.select_related("area")}


def _declared(row: Agreement) -> Mapping[str, Any]:
    said: Mapping[str, Any] = row.data.get("declared", {})
    return said
