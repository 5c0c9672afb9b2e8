"""Claims in words: which result of which village, how it is verified, who is sent to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings

from hoaban.account.drafting import agreements as drafting
from hoaban.account.models import Agreement, Claim
from hoaban.base.text import Text
from hoaban.web import words

STAGES: dict[str, Text] = {
    "first": Text("Kiểm chứng lần đầu", "First look"),
    "counter": Text("Đối chứng", "Counter-verification"),
    "again": Text("Xem lại sau mùa mưa", "Looked at again after a wet season"),
}
STRATA: dict[str, Text] = {
    "random": Text("Ngẫu nhiên", "By chance"),
    "risk": Text("Theo rủi ro", "By risk"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One drawn claim ready to be shown. ``first_body`` looked first; "" and None: nobody yet."""

    key: str
    result: Text
    village: str
    commune: str
    stake_vnd: int
    stratum: Text
    first_body: str
    verifier: str
    body: str
    due_on: date | None


def rows(claims: Iterable[Claim], stage: str) -> list[Row]:
    """Rows of claims for a stage; claims come with agreement, areas and looks fetched."""
    return [_row(claim, stage) for claim in claims]


def _row(claim: Claim, stage: str) -> Row:
    looks = {look.stage: look for look in claim.verification_set.all()}
    first, own = looks.get("first"), looks.get(stage)
    return Row(
        key=claim.key,
        result=result(claim.agreement, claim.promise),
        village=claim.area.name,
        commune=claim.agreement.area.name,
        stake_vnd=claim.stake_vnd,
        stratum=words.label(STRATA, claim.stratum),
        first_body=first.body if first is not None else "",
        verifier=own.verifier.username if own is not None and own.verifier else "",
        body=own.body if own is not None else "",
        due_on=own.due_on if own is not None else None,
    )


def fetched(claims: Any) -> Any:
    """A query set of claims with all that `rows` reads."""
    return claims.select_related("area", "agreement__area").prefetch_related(
        "verification_set__verifier"
    )


def result(agreement: Agreement, promise: str) -> Text:
    """The words of a result as its agreement has them."""
    return words.label({goal["name"]: Text(**goal["label"]) for goal in goals(agreement)}, promise)


def goals(agreement: Agreement) -> list[dict[str, Any]]:
    """The goals of an agreement as they are kept."""
    found: list[dict[str, Any]] = agreement.data["goals"]
    return found


def how(agreement: Agreement, promise: str) -> Text:
    """How a result is verified, as the packs say it."""
    code = next((str(g["how"]) for g in goals(agreement) if g["name"] == promise), "")
    return _how().get(promise, Text(code, code))


@lru_cache(maxsize=1)
def _how() -> dict[str, Text]:
    return {one.name: one.how_label for one in drafting.promises(settings.PACKS)}
