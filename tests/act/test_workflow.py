"""Limits, votes and states, worked by hand."""

from datetime import date, datetime

import pytest

from hoaban.act import workflow
from hoaban.act.workflow import Limit, Majority
from tests.highland import instant

LABEL = {"vi": "Bước", "en": "Step"}
# reported --confirm--> confirmed --clear--> open
#     \------dismiss------> wrong
SPEC = {
    "first": "reported",
    "states": dict.fromkeys(("reported", "confirmed", "open", "wrong"), LABEL),
    "steps": {
        "confirm": {
            "label": LABEL,
            "from": ["reported"],
            "to": "confirmed",
            "by": ["commune"],
            "within": {"hours": 2, "from": "opened", "source": "assumed"},
        },
        "dismiss": {"label": LABEL, "from": ["reported"], "to": "wrong", "by": ["commune"]},
        "clear": {
            "label": LABEL,
            "from": ["confirmed"],
            "to": "open",
            "by": ["village", "commune"],
            "within": {"days": 3, "from": "confirm", "source": "assumed"},
        },
    },
}


@pytest.mark.parametrize(
    ("limit", "since", "end"),
    [
        (Limit(2, "hours", "opened", "x"), "2026-08-01 23:00", "2026-08-02 01:00"),
        (Limit(3, "days", "opened", "x"), "2026-08-01 06:00", "2026-08-05 00:00"),
        # Thursday; Friday, Monday, Tuesday are the three working days
        (Limit(3, "working_days", "opened", "x"), "2026-09-17 08:00", "2026-09-23 00:00"),
        # Wednesday 29 April; 30 April and 1 May are holidays, then a weekend
        (Limit(1, "working_days", "opened", "x"), "2026-04-29 16:00", "2026-05-05 00:00"),
        # half past midnight here is still the day before in UTC: the local day counts
        (Limit(1, "days", "opened", "x"), "2026-08-02 00:30", "2026-08-04 00:00"),
    ],
)
def test_a_limit_ends_with_its_last_day(limit: Limit, since: str, end: str) -> None:
    holidays = {date(2026, 4, 30), date(2026, 5, 1)}
    assert limit.end(instant(since), holidays) == instant(end)


@pytest.mark.parametrize(
    ("agreeing", "attending", "holds"),
    [(20, 40, True), (20, 41, False), (0, 0, False), (41, 40, False), (1, 1, True)],
)
def test_exactly_half_carries_a_meeting(agreeing: int, attending: int, holds: bool) -> None:
    majority = Majority("agreeing", "attending", 0.5, "x")
    assert majority.holds({"agreeing": agreeing, "attending": attending}) is holds


def test_the_buttons_depend_on_state_and_role() -> None:
    flow = workflow.read(SPEC, "road_closure")
    assert [s.name for s in flow.open_to("commune", "reported")] == ["confirm", "dismiss"]
    assert flow.open_to("village", "reported") == ()
    assert [s.name for s in flow.open_to("village", "confirmed")] == ["clear"]
    assert [flow.final(state) for state in ("reported", "open", "wrong")] == [False, True, True]


def test_a_case_is_due_at_the_first_deadline_of_its_next_steps() -> None:
    flow = workflow.read(SPEC, "road_closure")
    taken = {"opened": instant("2026-08-01 06:00")}
    assert flow.due("reported", taken, ()) == instant("2026-08-01 08:00")
    taken["confirm"] = instant("2026-08-01 07:00")
    assert flow.due("confirmed", taken, ()) == instant("2026-08-05 00:00")
    assert flow.due("open", taken, ()) is None


def test_a_limit_whose_start_never_happened_does_not_run() -> None:
    flow = workflow.read(SPEC, "road_closure")
    assert flow.due("confirmed", {"opened": datetime(2026, 8, 1)}, ()) is None  # noqa: DTZ001


def test_a_state_nobody_can_reach_is_refused() -> None:
    spec = {**SPEC, "states": {**SPEC["states"], "lost": LABEL}}  # type: ignore[dict-item]
    with pytest.raises(workflow.NeverReached, match="lost"):
        workflow.read(spec, "road_closure")
