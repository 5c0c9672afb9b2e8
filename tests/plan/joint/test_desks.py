"""T5 under any set of works: birth is digitised, death is not, in four villages."""

from dataclasses import replace
from datetime import date

import pyarrow as pa

from hoaban.plan.joint.desks import DesksPart
from hoaban.plan.works import Work
from tests.measure import world
from tests.plan import small
from tests.plan.effects.test_applying import BRIDGE, work
from tests.plan.joint.ready import basis, column, disagreements, programmes, truth

VILLAGES = ("0001", "0002", "0003", "0004")


def desk(*villages: str, share: float = 1.0) -> Work:
    """A desk where a share of the procedures comes into use."""
    return work("deploys", *villages, form="helped", take_up=share)


def online(*procedures: str) -> Work:
    """Procedures put online, deployed nowhere by that."""
    return work("deploys", *procedures, form="self", take_up=0.0, digital=True)


MANY = (
    desk("0001", "0002", share=0.3),
    desk("0002", "0003", share=0.3),
    desk("0003", "0004", share=0.25),
    desk("0004", share=0.9),
    online("p00", "p01", "p02"),
    online(*(f"p{n:02d}" for n in range(2, 12))),
    BRIDGE,
)


def catalogue() -> pa.Table:
    """Forty procedures, half of them digitised, one in five not basic."""
    rows = [
        {"id": f"p{n:02d}", "code": f"p{n:02d}", "basic": n % 5 > 0, "digital": n % 2 > 0}
        for n in range(40)
    ]
    table = world.table("procedures", rows)
    return table.append_column("name", table["code"])


def used(procedure: str, village: str, **more: object) -> dict[str, object]:
    """A procedure in use in a village, with a case completed last month."""
    row: dict[str, object] = {
        "procedure": procedure,
        "village": village,
        "area": f"11/00002/{village}/",
    }
    row |= {"form": "helped", "completed_12m": 2}
    days = {"since": date(2026, 1, 5), "last_completed_on": date(2026, 10, 20)}
    return {**row, **days, **more}


def deployments() -> pa.Table:
    """Procedures in use, and some that only seem to be."""
    rows = [
        *(used(f"p{n:02d}", village) for village in VILLAGES[1:3] for n in range(0, 30, 3)),
        used("p01", "0004", valid_to=date(2026, 11, 1)),
        used("p03", "0004", since=date(2026, 12, 1)),
        used("p07", "0004", last_completed_on=date(2024, 5, 1)),
        used("p09", "0004", completed_12m=0),
        used("p11", "0004", last_completed_on=date(2026, 12, 1)),
        used("p13", "9999"),
    ]
    return world.table("deployments", rows)


def test_a_procedure_counts_where_it_is_both_digitised_and_used() -> None:
    part = DesksPart(basis(desk("0002", "0003"), online("death")))

    assert part.pairs == 8
    assert part.start(()).live.tolist() == part.start((1,)).live.tolist() == [0, 0, 0, 0]
    assert part.start((0,)).live.tolist() == [0, 1, 1, 0]
    assert part.start((0, 1)).live.tolist() == [0, 2, 2, 0]


def test_desks_in_one_village_add_up_their_shares_and_no_more() -> None:
    works = [desk("0002", share=0.5), desk("0002", share=0.5), desk("0002", share=0.5)]
    part = DesksPart(basis(*works, tables=small.tables(procedures=catalogue())))
    whole = sum(1 for n in range(40) if n % 5 and n % 2)

    assert 0 < part.start((0,)).live[1] < whole
    assert part.start((0, 1)).live.tolist() == [0, whole, 0, 0]
    assert part.start((0, 1, 2)).live.tolist() == [0, whole, 0, 0]


def test_two_desks_of_one_work_add_up_too() -> None:
    one = desk("0002", share=0.5)
    both = replace(one, effects=one.effects * 2)
    of = basis(both, tables=small.tables(procedures=catalogue()))

    live = DesksPart(of).start((0,)).live.tolist()
    assert live == column(truth(of, (0,)), "procedures_live") == [0, 16, 0, 0]


def test_villages_are_as_measured_for_any_set() -> None:
    given = small.tables(procedures=catalogue(), deployments=deployments())
    of = basis(*MANY, tables=given)
    part, seen = DesksPart(of), set()
    for chosen in programmes(len(MANY), 14, seed=6):
        live = part.start(chosen).live
        measured = truth(of, chosen)
        assert live.tolist() == column(measured, "procedures_live")
        assert part.pairs == measured.targets["T5"]["parts"]["pairs"]
        seen.add(int(live.sum()))
    assert len(seen) > 5


def test_a_step_further_or_back_is_the_whole_counted_again() -> None:
    given = small.tables(procedures=catalogue(), deployments=deployments())
    assert disagreements(DesksPart(basis(*MANY, tables=given)), len(MANY)) == []


def test_a_work_on_something_else_changes_nothing() -> None:
    part = DesksPart(basis(BRIDGE, desk("nowhere"), desk("0001"), online("nothing")))
    state = part.start(())

    assert part.touches.tolist() == [False, False, True, False]
    assert part.after(state, (), [(0,), (1, 3)]) == [state, state]


def test_groups_name_the_desks_of_a_village_and_what_puts_online() -> None:
    part = DesksPart(basis(desk("0001", "0002"), desk("0002"), online("death")))

    assert part.groups() == [(0,), (0, 1), (2,)]
