"""Raw answers of form B1 become the score that decides the income leg."""

from datetime import date

import pyarrow as pa
import pytest

from hoaban.base.law import Law, Value
from hoaban.measure.scored import REGIONS, scored
from hoaban.measure.tables import Tables
from hoaban.record.scorecard import NoSuchOption

AT = date(2026, 11, 24)
DAY = date(2026, 1, 1)


def law() -> Law:
    values = dict(zip(REGIONS, ("town", "hills"), strict=True))
    return Law({n: (Value(n, v, "", DAY, None, "test", "assumed"),) for n, v in values.items()})


def tables(*answers: tuple[str, str, str], points: dict[str, int] | None = None) -> Tables:
    rows = [
        {"id": f"{region}-{option}", "region": region, "item": "roof", "option": option}
        | {"points": more + (0 if region == "hills" else 1), "valid_from": DAY, "valid_to": None}
        for region in ("town", "hills")
        for option, more in (points if points is not None else {"tile": 30, "leaf": 5}).items()
    ]
    texts = [(name, pa.string()) for name in ("id", "region", "item", "option")]
    days = [(name, pa.date32()) for name in ("valid_from", "valid_to")]
    table = pa.schema([*texts, ("points", pa.int64()), *days])
    asked = [
        {"household": h, "round": 2026, "item": item, "option": option}
        for h, item, option in answers
    ]
    names = [(n, pa.string()) for n in ("household", "item", "option")]
    reviews = {
        "household": ["a", "b", "c"],
        "village": ["up", "down", "up"],
        "round": [2026, 2026, 2026],
        "completed_on": [DAY, DAY, DAY],
        "points_a": pa.array([None, None, 99], pa.int64()),
    }
    villages = {"id": ["up", "down"], "rural": [True, False]}
    lasting = {name: pa.nulls(2, pa.date32()) for name in ("valid_from", "valid_to")}
    return Tables.of(
        {
            "scorecard": pa.Table.from_pylist(rows, schema=table),
            "scorecard_answers": pa.Table.from_pylist(
                asked, schema=pa.schema([*names, ("round", pa.int64())])
            ),
            "reviews": pa.table(reviews),
            "villages": pa.table({**villages, **lasting}),
        }
    )


def test_a_score_is_the_sum_under_the_table_of_the_villages_region() -> None:
    asked = (("a", "roof", "tile"), ("b", "roof", "leaf"), ("c", "roof", "leaf"))
    found = scored(tables(*asked), law(), AT).arrow("reviews")["points_a"].to_pylist()
    assert found == [30, 6, 99]  # what an office wrote down stays


def test_without_answers_or_a_table_the_tables_stay_as_they_are() -> None:
    for given in (tables(), tables(("a", "roof", "tile"), points={})):
        assert scored(given, law(), AT) is given


def test_an_answer_the_table_does_not_know_names_the_nearest() -> None:
    with pytest.raises(NoSuchOption, match="tile"):
        scored(tables(("a", "roof", "tiles")), law(), AT)
