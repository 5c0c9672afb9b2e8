"""The first findings are locked; another body looks at some, and somebody at all that must last."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

import pytest

from hoaban.account import operations
from hoaban.account.checks import checking, rechecking
from hoaban.account.drafting.agreements import Draft, Goal
from hoaban.account.models import Agreement, Round, Verification
from hoaban.account.payments import paying, settling
from hoaban.account.payments.effect_on_pay import NoSuchEnd
from hoaban.account.terms.scores import Found
from hoaban.base.law import Law, Value
from hoaban.base.models import Area, Event, User
from hoaban.base.text import Text
from tests import highland
from tests.highland import instant

AT = instant("2027-12-10 08:00")
LATER = AT + timedelta(hours=1)
WET = (5, 6, 7, 8, 9)
DAY = date(2027, 12, 20)
ROADS = [f"2027-00104/linked/{n:04}" for n in (1, 3)]
WATER = [f"2027-00104/water/{n:04}" for n in (1, 3)]


def law(**given: object) -> Law:
    values = {
        "error": 0.05,
        "z": 1.96,
        "share_expected": 0.5,
        "risk_share": 0.2,
        "counter_share": 0.5,
        "least_claims": 1,
        "trust_whole_to": 0.05,
        "trust_none_from": 0.1,
        "twice_from": 0.2,
        "discrepancy_at": "low",
        **given,
    }
    return Law(
        {
            f"verification.{name}": (Value(name, said, "", date(2025, 7, 1), None, "x", "assumed"),)
            for name, said in values.items()
        }
    )


def draft() -> Draft:
    """Two results in two villages: the road must last a year, the water need not."""
    label = Text("Kết quả", "Result")
    goals = (
        Goal("linked", "roads", label, 25, "visit", 12, 0.0, 0, 10, 1.0, False),
        Goal("water", "water", label, 75, "visit", 0, 0.0, 0, 10, 1.0, False),
    )
    return Draft(
        "2027-00104",
        "11/00104/",
        "Mường Phăng",
        2027,
        "pilot",
        800,
        400,
        50,
        goals,
        {"condition": "QĐ 1"},
        (),
        ("11/00104/0001/", "11/00104/0003/"),
    )


@pytest.fixture
def checked(areas: dict[str, Area], an: User, linh: User) -> Agreement:
    highland_village(areas["11/00104/"])
    operations.store([draft()], snapshot="s", plan="", user=None, at=AT)
    pk = Agreement.objects.get().pk
    operations.propose(agreement=pk, user=an, at=AT)
    operations.check(agreement=pk, user=linh, at=AT)
    reached = {"linked": 1.0, "water": 1.0}
    return operations.declare(agreement=pk, reached=reached, user=an, at=AT)


def highland_village(commune: Area) -> Area:
    return Area.objects.create(
        path=f"{commune.path}0003/",
        code="0003",
        name="Bản Phăng",
        kind="village",
        valid_from=date(2025, 7, 1),
        origin="synthetic",
    )


@pytest.fixture
def drawn(checked: Agreement, linh: User) -> Round:
    checking.lock_claims(year=2027, user=linh, at=AT)
    checking.draw_sample(year=2027, seed=42, seed_at=LATER, law=law(), user=linh, at=LATER)
    return Round.objects.get()


@pytest.fixture
def ha(areas: dict[str, Area]) -> User:
    return highland.user("hà", "verifier", areas["11/"])


@pytest.fixture
def minh(areas: dict[str, Area]) -> User:
    return highland.user("minh", "verifier", areas["11/"])


def see(claims: list[str], upheld: bool, ha: User, linh: User) -> None:
    """First findings of Hà, of the audit office."""
    for claim in claims:
        checking.assign(claim=claim, verifier=ha, body="Kiểm toán", user=linh, at=LATER)
        checking.record(claim=claim, upheld=upheld, evidence="BB", user=ha, at=LATER)


@pytest.fixture
def seen(drawn: Round, ha: User, linh: User) -> Round:
    """All four claims found upheld but one road."""
    see([*ROADS[:1], *WATER], True, ha, linh)
    see(ROADS[1:], False, ha, linh)
    return drawn


def hours(n: int) -> Iterator[timedelta]:
    return (timedelta(hours=2 + i) for i in range(n))


def counter_drawn(linh: User) -> list[str]:
    lock, seed, draw = hours(3)
    rechecking.lock_findings(year=2027, user=linh, at=AT + lock)
    return rechecking.draw_counter(
        year=2027, seed=7, seed_at=AT + seed, law=law(), user=linh, at=AT + draw
    )


def test_findings_are_locked_only_when_every_drawn_claim_has_one(
    drawn: Round, ha: User, linh: User
) -> None:
    see(ROADS, True, ha, linh)
    with pytest.raises(rechecking.FindingsOpen, match=r"2027-00104/water/0001"):
        rechecking.lock_findings(year=2027, user=linh, at=LATER)
    see(WATER, True, ha, linh)
    kept = rechecking.lock_findings(year=2027, user=linh, at=LATER)
    assert len(kept.counter_digest) == 64
    with pytest.raises(checking.LockedAlready):
        rechecking.lock_findings(year=2027, user=linh, at=LATER)


def test_the_counter_seed_comes_after_the_findings_are_locked(seen: Round, linh: User) -> None:
    with pytest.raises(checking.NotLocked):
        rechecking.draw_counter(year=2027, seed=7, seed_at=AT, law=law(), user=linh, at=LATER)
    rechecking.lock_findings(year=2027, user=linh, at=LATER)
    with pytest.raises(checking.SeedTooSoon):
        rechecking.draw_counter(year=2027, seed=7, seed_at=LATER, law=law(), user=linh, at=LATER)


def test_a_share_of_the_findings_waits_for_another_body_and_is_drawn_once(
    seen: Round, linh: User
) -> None:
    ids = counter_drawn(linh)
    waiting = Verification.objects.filter(stage="counter", verifier=None)
    assert len(ids) == 2
    assert sorted(look.claim.key for look in waiting) == ids
    assert Event.objects.get(name="account.counter_drawn").data == {"seed": "7", "n": 2}
    with pytest.raises(checking.DrawnAlready):
        rechecking.draw_counter(year=2027, seed=8, seed_at=LATER, law=law(), user=linh, at=LATER)


def test_a_commune_draws_nothing(seen: Round, an: User) -> None:
    with pytest.raises(operations.NotYourPart):
        rechecking.lock_findings(year=2027, user=an, at=LATER)
    with pytest.raises(operations.NotYourPart):
        rechecking.look_again(year=2027, wet_months=WET, user=an, at=LATER)


def test_nothing_is_locked_before_a_sample_was_drawn(checked: Agreement, linh: User) -> None:
    with pytest.raises(rechecking.NothingDrawn):
        rechecking.lock_findings(year=2027, user=linh, at=LATER)


def test_the_counter_verifier_is_another_person_of_another_body(
    seen: Round, ha: User, minh: User, linh: User
) -> None:
    claim = counter_drawn(linh)[0]
    for verifier, body in ((ha, "Thanh tra"), (minh, " kiểm  TOÁN ")):
        with pytest.raises(checking.SameBody):
            checking.assign(
                claim=claim, verifier=verifier, body=body, user=linh, at=LATER, stage="counter"
            )
    kept = checking.assign(
        claim=claim, verifier=minh, body="Thanh tra", user=linh, at=LATER, stage="counter"
    )
    assert (kept.verifier, kept.body) == (minh, "Thanh tra")


def test_the_other_body_has_the_last_word(seen: Round, minh: User, linh: User) -> None:
    claim = counter_drawn(linh)[0]
    first = {look.claim.key: said for look, said in rechecking.last_words(2027, linh)}
    checking.assign(
        claim=claim, verifier=minh, body="Thanh tra", user=linh, at=LATER, stage="counter"
    )
    checking.record(
        claim=claim,
        upheld=not first[claim],
        evidence="BB-9",
        user=minh,
        at=LATER,
        stage="counter",
    )

    last = {look.claim.key: said for look, said in rechecking.last_words(2027, linh)}
    found = rechecking.countered(2027, linh)

    assert {key for key in last if last[key] != first[key]} == {claim}
    assert (found.rate.value, found.rate.found) == (0.25, 4)
    assert [(one.body, one.size, one.seen, one.overturned) for one in found.bodies] == [
        ("Kiểm toán", 4, 1, 1)
    ]


def test_what_stood_and_must_last_is_due_after_the_rains(seen: Round, linh: User) -> None:
    made = rechecking.look_again(year=2027, wet_months=WET, user=linh, at=LATER)
    assert [(look.claim.key, look.due_on) for look in made] == [(ROADS[0], date(2028, 12, 10))]
    assert rechecking.look_again(year=2027, wet_months=WET, user=linh, at=LATER) == []
    assert rechecking.due_again(2027, linh, date(2028, 12, 9)) == []
    due = rechecking.due_again(2027, linh, date(2028, 12, 10))
    assert [one.claim for one in due] == [ROADS[0]]


def test_nobody_looks_again_before_the_day(seen: Round, ha: User, linh: User) -> None:
    rechecking.look_again(year=2027, wet_months=WET, user=linh, at=LATER)
    checking.assign(
        claim=ROADS[0], verifier=ha, body="Kiểm toán", user=linh, at=LATER, stage="again"
    )
    with pytest.raises(checking.TooEarly, match="2028-12-10"):
        checking.record(
            claim=ROADS[0], upheld=True, evidence="BB", user=ha, at=LATER, stage="again"
        )


def look(claim: str, lasted: bool, ha: User, linh: User) -> None:
    """The second look at a road, after the rains of 2028."""
    checking.assign(claim=claim, verifier=ha, body="Kiểm toán", user=linh, at=LATER, stage="again")
    at = instant("2028-12-11 08:00")
    checking.record(claim=claim, upheld=lasted, evidence="BB", user=ha, at=at, stage="again")


@pytest.mark.parametrize(("lasted", "paid"), [(True, 1250), (False, 1220)])
def test_the_tranche_is_paid_once_the_result_has_lasted_and_goes_to_help_when_it_is_lost(
    drawn: Round, ha: User, linh: User, *, lasted: bool, paid: int
) -> None:
    see([*ROADS, *WATER], True, ha, linh)
    tranche = Fraction(3, 10)
    found = paying.found(2027, linh, law(), DAY)
    before = settling.settle(year=2027, user=linh, found=found, tranche=tranche)["totals"]
    rechecking.look_again(year=2027, wet_months=WET, user=linh, at=LATER)
    for claim in ROADS:
        assert paying.found_again(2027, linh, law(), DAY) == {}
        look(claim, lasted, ha, linh)

    left = paying.found_again(2027, linh, law(), DAY)
    after = settling.settle(year=2027, user=linh, found=found, tranche=tranche, again=left)

    assert (before["paid_vnd"], before["held_vnd"], before["help_vnd"]) == (1220, 30, 0)
    said = after["totals"]
    assert (said["paid_vnd"], said["held_vnd"], said["help_vnd"]) == (paid, 0, 1250 - paid)
    lost = [one.claim for one in rechecking.lost(2027, linh)]
    assert lost == ([] if lasted else ROADS)


def test_a_result_found_wrong_at_first_is_not_looked_at_again(
    seen: Round, ha: User, linh: User
) -> None:
    rechecking.look_again(year=2027, wet_months=WET, user=linh, at=LATER)
    look(ROADS[0], True, ha, linh)
    assert paying.found_again(2027, linh, law(), DAY) == {"2027-00104": {"linked": Found(0.5, 0.5)}}
    with pytest.raises(checking.NoSuchClaim):
        look(ROADS[1], True, ha, linh)


def test_findings_take_from_pay_and_the_range_is_said(seen: Round, linh: User) -> None:
    (one,) = paying.effects(2027, linh, law(), DAY)
    assert (one.declared_vnd, one.earned_vnd, one.taken_vnd) == (400, 300, 100)
    assert (one.best_vnd, one.worst_vnd) == (300, 300)  # everything was seen
    assert paying.audited_twice(2027, linh, law(), DAY) == ["11/00104/"]


def test_the_province_s_marks_decide_what_findings_take(seen: Round, linh: User) -> None:
    kind = law(trust_whole_to=0.5, trust_none_from=0.5, twice_from=0.6)

    (one,) = paying.effects(2027, linh, kind, DAY)

    # half of the roads stand, and nothing is taken off that half: 100 · 0.5 of 100
    assert (one.earned_vnd, one.twice) == (350, False)
    assert paying.audited_twice(2027, linh, kind, DAY) == []


def test_who_may_not_see_the_commune_sees_nothing_of_it(seen: Round, pao: User) -> None:
    assert paying.effects(2027, pao, law(), DAY) == []
    assert paying.found(2027, pao, law(), DAY) == {}


def test_a_wrong_parameter_is_refused(seen: Round, linh: User) -> None:
    with pytest.raises(NoSuchEnd):
        paying.found(2027, linh, law(discrepancy_at="middle"), DAY)
