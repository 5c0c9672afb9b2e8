"""Lock, then seed, then draw; and nobody verifies their own work."""

from datetime import date, timedelta

import pytest

from hoaban.account import operations
from hoaban.account.checks import checking, verification
from hoaban.account.drafting.agreements import Draft, Goal
from hoaban.account.models import Agreement, Claim, Round, Verification
from hoaban.base.law import Law, Value
from hoaban.base.models import Area, Event, User, tell
from hoaban.base.text import Text
from tests import highland
from tests.highland import instant

AT = instant("2027-12-10 08:00")
LATER = AT + timedelta(hours=1)
LAW = Law(
    {
        f"verification.{name}": (Value(name, value, "", date(2025, 7, 1), None, "x", "assumed"),)
        for name, value in {
            "error": 0.05,
            "z": 1.96,
            "share_expected": 0.5,
            "risk_share": 0.2,
        }.items()
    }
)


@pytest.fixture
def checked(areas: dict[str, Area], an: User, linh: User) -> Agreement:
    """Mường Phăng's shadow agreement, two results in one village, checked by Linh."""
    goals = tuple(
        Goal(name, "roads", Text("Kết quả", "Result"), 25, "visit", 12, 0.5, 5, 10, 0.6, False)
        for name in ("linked", "register")
    )
    draft = Draft(
        "2027-00104",
        "11/00104/",
        "Mường Phăng",
        2027,
        "shadow",
        800,
        150,
        50,
        goals,
        {},
        (),
        ("11/00104/0001/",),
    )
    operations.store([draft], snapshot="s", plan="", user=None, at=AT)
    pk = Agreement.objects.get().pk
    operations.propose(agreement=pk, user=an, at=AT)
    return operations.check(agreement=pk, user=linh, at=AT)


@pytest.fixture
def locked(checked: Agreement, linh: User) -> Round:
    return checking.lock_claims(year=2027, user=linh, at=AT)


@pytest.fixture
def drawn(locked: Round, linh: User) -> verification.Sample:
    return checking.draw_sample(year=2027, seed=42, seed_at=LATER, law=LAW, user=linh, at=LATER)


@pytest.fixture
def ha(areas: dict[str, Area]) -> User:
    """A verifier from outside."""
    return highland.user("hà", "verifier", areas["11/"])


def test_locking_keeps_every_claim_under_a_digest(locked: Round) -> None:
    keys = list(Claim.objects.order_by("key").values_list("key", flat=True))
    assert keys == ["2027-00104/linked/0001", "2027-00104/register/0001"]
    assert (locked.size, len(locked.digest), locked.area.path) == (2, 64, "11/")
    assert Event.objects.get(name="account.locked").data["digest"] == locked.digest


def test_claims_are_locked_once_and_only_when_something_was_checked(
    locked: Round, linh: User
) -> None:
    with pytest.raises(checking.LockedAlready):
        checking.lock_claims(year=2027, user=linh, at=LATER)
    with pytest.raises(checking.NothingToLock):
        checking.lock_claims(year=2028, user=linh, at=LATER)


def test_the_commune_cannot_lock(checked: Agreement, an: User) -> None:
    with pytest.raises(operations.NotYourPart):
        checking.lock_claims(year=2027, user=an, at=AT)


def test_nothing_is_drawn_before_the_lock(checked: Agreement, linh: User) -> None:
    with pytest.raises(checking.NotLocked):
        checking.draw_sample(year=2027, seed=1, seed_at=AT, law=LAW, user=linh, at=AT)


def test_a_seed_known_before_the_lock_is_refused(locked: Round, linh: User) -> None:
    with pytest.raises(checking.SeedTooSoon):
        checking.draw_sample(year=2027, seed=1, seed_at=AT, law=LAW, user=linh, at=LATER)
    assert Round.objects.get().drawn_at is None


def test_a_sample_is_drawn_once_and_marks_its_claims(
    drawn: verification.Sample, linh: User
) -> None:
    assert drawn.ids == ["2027-00104/linked/0001", "2027-00104/register/0001"]
    assert set(Claim.objects.values_list("stratum", flat=True)) == {"random"}
    assert Event.objects.get(name="account.drawn").data["seed"] == "42"
    with pytest.raises(checking.DrawnAlready):
        checking.draw_sample(year=2027, seed=2, seed_at=LATER, law=LAW, user=linh, at=LATER)


def test_claims_changed_after_the_lock_are_not_drawn(locked: Round, linh: User) -> None:
    Claim.objects.filter(promise="linked").update(stake_vnd=1)
    with pytest.raises(verification.ClaimsChanged):
        checking.draw_sample(year=2027, seed=1, seed_at=LATER, law=LAW, user=linh, at=LATER)


KEY = "2027-00104/linked/0001"
BODY = "Kiểm toán"


def test_a_verifier_from_outside_is_assigned_and_records_once(
    drawn: verification.Sample, linh: User, ha: User
) -> None:
    checking.assign(claim=KEY, verifier=ha, body=BODY, user=linh, at=LATER)
    found = checking.record(claim=KEY, upheld=False, evidence="BB-07", user=ha, at=LATER)

    assert (found.upheld, found.evidence, found.found_at) == (False, "BB-07", LATER)
    assert Event.objects.get(name="account.verified").data["claim"] == KEY
    with pytest.raises(checking.FoundAlready):
        checking.record(claim=KEY, upheld=True, evidence="BB-08", user=ha, at=LATER)
    with pytest.raises(checking.FoundAlready):
        checking.assign(claim=KEY, verifier=ha, body=BODY, user=linh, at=LATER)


def test_whoever_had_a_hand_in_it_may_not_verify(
    drawn: verification.Sample, linh: User, an: User, ha: User, areas: dict[str, Area]
) -> None:
    own = highland.user("own", "verifier", areas["11/00104/"])
    busy = highland.user("busy", "verifier", areas["11/"])
    tell("act.moved", at=AT, actor=busy, area=areas["11/00104/0001/"], subject="Case:1")
    an.role = "verifier"
    an.save()
    for somebody, why in (
        (linh, "không phải là người kiểm chứng"),
        (an, "đã tham gia lập cam kết"),
        (own, "thuộc chính xã này"),
        (busy, "đã tham gia thực hiện"),
    ):
        with pytest.raises(checking.NotIndependent, match=why):
            checking.assign(claim=KEY, verifier=somebody, body=BODY, user=linh, at=LATER)
    assert not Verification.objects.exists()


def test_a_verifier_who_joined_the_work_after_being_assigned_records_nothing(
    drawn: verification.Sample, linh: User, ha: User, areas: dict[str, Area]
) -> None:
    checking.assign(claim=KEY, verifier=ha, body=BODY, user=linh, at=LATER)
    tell("act.moved", at=LATER, actor=ha, area=areas["11/00104/0001/"], subject="Case:1")

    with pytest.raises(checking.NotIndependent, match="đã tham gia thực hiện"):
        checking.record(claim=KEY, upheld=True, evidence="BB-07", user=ha, at=LATER)
    assert Verification.objects.get().found_at is None


def test_whoever_wrote_down_what_was_reached_may_not_verify(
    drawn: verification.Sample, linh: User, ha: User, areas: dict[str, Area]
) -> None:
    tell("account.declared", at=AT, actor=ha, area=areas["11/00104/"], subject="Agreement:1")
    with pytest.raises(checking.NotIndependent, match="đã tham gia lập cam kết"):
        checking.assign(claim=KEY, verifier=ha, body=BODY, user=linh, at=LATER)


def test_the_body_of_the_verifier_is_named(
    drawn: verification.Sample, linh: User, ha: User
) -> None:
    with pytest.raises(checking.NoBody):
        checking.assign(claim=KEY, verifier=ha, body=" ", user=linh, at=LATER)
    checking.assign(claim=KEY, verifier=ha, body=BODY, user=linh, at=LATER)
    kept = Verification.objects.get()
    assert (kept.body, kept.stage, kept.verifier) == (BODY, "first", ha)


def test_nothing_waits_for_another_stage_of_its_own_accord(
    drawn: verification.Sample, linh: User, ha: User
) -> None:
    for stage in ("counter", "again"):
        with pytest.raises(checking.NoSuchClaim):
            checking.assign(claim=KEY, verifier=ha, body=BODY, user=linh, at=LATER, stage=stage)


def test_work_in_the_next_commune_does_not_bar_a_verifier(
    drawn: verification.Sample, linh: User, ha: User, areas: dict[str, Area]
) -> None:
    tell("act.moved", at=AT, actor=ha, area=areas["11/00105/"], subject="Case:2")
    assert checking.assign(claim=KEY, verifier=ha, body=BODY, user=linh, at=LATER).verifier == ha


def test_only_the_assigned_verifier_records(
    drawn: verification.Sample, linh: User, ha: User, areas: dict[str, Area]
) -> None:
    checking.assign(claim=KEY, verifier=ha, body=BODY, user=linh, at=LATER)
    other = highland.user("other", "verifier", areas["11/"])
    with pytest.raises(checking.NoSuchClaim):
        checking.record(claim=KEY, upheld=True, evidence="", user=other, at=LATER)


def test_only_drawn_claims_are_verified(locked: Round, linh: User, ha: User) -> None:
    with pytest.raises(checking.NoSuchClaim):
        checking.assign(claim=KEY, verifier=ha, body=BODY, user=linh, at=LATER)


def test_the_error_rate_comes_with_its_interval(
    drawn: verification.Sample, linh: User, ha: User
) -> None:
    assert checking.error_rate(2027, linh) == checking.Rate(None, 0.0, 1.0, 0, 2)
    checking.assign(claim=KEY, verifier=ha, body=BODY, user=linh, at=LATER)
    checking.record(claim=KEY, upheld=False, evidence="BB-07", user=ha, at=LATER)
    rate = checking.error_rate(2027, linh)
    assert (rate.value, rate.found, rate.size) == (1.0, 1, 2)
    assert (rate.low, rate.high) == (0.5, 1.0)
