"""A year is settled from what is stored: only what was checked, by the province alone."""

from fractions import Fraction
from typing import Any

import pytest

from hoaban.account import operations
from hoaban.account.models import Agreement
from hoaban.account.payments import settling
from hoaban.account.terms.scores import Found, Trust
from hoaban.base.models import Area, User
from tests.account.test_operations import AT, CONDITIONS, draft, store

POOL = 2005
STAKE = Fraction(450, 3) + Fraction(1, 3)


@pytest.fixture
def two(areas: dict[str, Area], an: User, linh: User) -> Agreement:
    """Mường Phăng's agreement checked, Nà Tấu's still a draft, of one pool."""
    one: dict[str, Any] = {"pool_vnd": POOL, "gates": {"accounts": ""}}
    papers = dict.fromkeys(CONDITIONS, "QĐ 1")
    store(
        draft(conditions=papers, stake=STAKE, **one),
        draft(id="2027-00105", commune="11/00105/", mode="shadow", villages=(), works=(), **one),
    )
    kept = Agreement.objects.get(area=areas["11/00104/"])
    operations.propose(agreement=kept.pk, user=an, at=AT)
    operations.check(agreement=kept.pk, user=linh, at=AT)
    return kept


def document_gate(kept: Agreement, linh: User) -> None:
    operations.document(agreement=kept.pk, condition="accounts", paper="BC 9", user=linh, at=AT)


def test_a_year_is_settled_to_the_dong(two: Agreement, an: User, linh: User) -> None:
    document_gate(two, linh)
    operations.declare(agreement=two.pk, reached={"linked": 0.6}, user=an, at=AT)
    found = {"2027-00104": {"linked": Found(0.55, 0.0)}}
    said = settling.settle(year=2027, user=linh, found=found)
    # 50 points are no goal here and linked is half done: ⌊150⅓ · 0.625⌋ = 93
    assert said["totals"] == {
        "pool_vnd": POOL,
        "paid_vnd": 850 + 93,
        "held_vnd": 0,
        "help_vnd": 57 + 5,
        "waiting_vnd": 1000,
    }
    (only,) = said["statements"]
    assert (only["name"], only["results"][0]["declared"]) == ("Mường Phăng", 0.6)
    assert said["help"]["from"] == {"2027-00104": 57}


def test_the_province_s_marks_reach_the_payment_and_its_statement(
    two: Agreement, linh: User
) -> None:
    document_gate(two, linh)
    found = {"2027-00104": {"linked": Found(0.6, 0.08)}}
    kind = Trust(Fraction(8, 100), Fraction(10, 100), Fraction(20, 100))

    usual = settling.settle(year=2027, user=linh, found=found)
    kinder = settling.settle(year=2027, user=linh, found=found, trust=kind)

    # 50 points are no goal here: ⌊150⅓ · (50 + 25 · 0.84) / 100⌋ and ⌊150⅓ · 0.75⌋
    assert [s["totals"]["paid_vnd"] for s in (usual, kinder)] == [850 + 106, 850 + 112]
    rows = [s["statements"][0]["results"][0] for s in (usual, kinder)]
    assert [row["trust"] for row in rows] == [0.84, 1.0]
    assert [row["earned_vnd"] for row in rows] == [31, 37]


def test_a_gate_without_its_paper_shuts_the_performance_part(two: Agreement, linh: User) -> None:
    found = {"2027-00104": {"linked": Found(0.6, 0.0)}}
    before = settling.settle(year=2027, user=linh, found=found)
    document_gate(two, linh)
    after = settling.settle(year=2027, user=linh, found=found)
    assert [s["totals"]["paid_vnd"] for s in (before, after)] == [850, 850 + 112]


def test_terms_are_read_back_exactly(two: Agreement) -> None:
    two.refresh_from_db()
    terms = settling.terms(two)
    assert terms.stake == STAKE
    assert terms.goals == draft().goals
    assert settling.certain(2027) == {"11/00104/": 850}
    assert settling.certain(2026) == {}


def test_only_the_province_settles_and_only_what_was_checked(
    two: Agreement, an: User, linh: User
) -> None:
    with pytest.raises(operations.NotYourPart):
        settling.settle(year=2027, user=an, found={})
    with pytest.raises(settling.NothingToSettle, match="2028"):
        settling.settle(year=2028, user=linh, found={})


def test_agreements_of_different_pools_are_refused(two: Agreement, linh: User) -> None:
    other = Agreement.objects.exclude(pk=two.pk).get()
    other.data = {**other.data, "pool_vnd": 7}
    other.save(update_fields=["data"])
    with pytest.raises(settling.PoolsDiffer, match="7, 2005"):
        settling.settle(year=2027, user=linh, found={})
    said = settling.settle(year=2027, user=linh, found={}, pool_vnd=3000)
    assert said["totals"]["pool_vnd"] == 3000
