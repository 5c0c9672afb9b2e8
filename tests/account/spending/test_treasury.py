"""The treasury's file is read whole or refused by row and column; differences are to the đồng."""

import csv
from pathlib import Path

import pytest

from hoaban.account.operations import NotYourPart
from hoaban.account.spending import reconciling, treasury
from hoaban.account.spending.absorption import Difference
from hoaban.account.spending.treasury import Extract
from hoaban.base.csvfile import MissingColumn, NotReadable, OutOfRange, UnknownCode
from hoaban.base.models import Event, User
from hoaban.base.problems import Problem
from tests.account.spending.test_absorption import TREASURY, YEAR
from tests.highland import instant

AT = instant("2026-12-10 08:00")
HEAD = "fund,kind,year,month,disbursed_vnd"


def lines(text: str) -> list[list[str]]:
    return list(csv.reader(text.splitlines()))


def whole(file: Path = TREASURY) -> str:
    """The sheet of the tests with the column of the year."""
    head, *rest = file.read_text("utf-8").split()
    cells = [head.replace("kind,", "kind,year,")]
    for line in rest:
        fund, kind, more = line.split(",", 2)
        cells.append(f"{fund},{kind},2026,{more}")
    return "\n".join(cells)


def test_a_whole_file_is_read_and_agrees_with_the_register() -> None:
    found = treasury.read("kb.csv", lines(whole()))

    assert (found.year, found.months, len(found.sums)) == (2026, [1, 2, 3, 4, 5], 11)
    assert treasury.differences(YEAR, found) == []


def test_only_the_months_of_the_file_are_compared() -> None:
    found = treasury.read("kb.csv", lines(f"{HEAD}\nlocal,investment,2026,5,41\n\n"))

    assert treasury.differences(YEAR, found) == [
        Difference("local", "investment", 5, 40, 41),
        Difference("local", "recurrent", 5, 15, 0),
        Difference("programme", "investment", 5, 10, 0),
    ]


@pytest.mark.parametrize(
    ("text", "problem", "words"),
    [
        ("fund,kind,month,disbursed_vnd\n", MissingColumn, "year"),
        (f"{HEAD}\nlocal,investment,2026,5,1.5\n", NotReadable, "dòng 2, cột “disbursed_vnd”"),
        (f"{HEAD}\n\nlocal,investment,2026,14,1\n", OutOfRange, "dòng 3, cột “month”"),
        (f"{HEAD}\nlocal,invest,2026,5,1\n", UnknownCode, "dòng 2, cột “kind”.*“investment”"),
        (
            f"{HEAD}\nlocal,investment,2026,5,1\n,,,,\nlocal,recurrent,2025,5,1\n",
            treasury.AnotherYear,
            "dòng 4, cột “year”: năm 2025",
        ),
        (
            f"{HEAD}\nlocal,investment,2026,5,1\n,,,,\nlocal,investment,2026,5,2\n",
            treasury.SumTwice,
            "dòng 4, cột “disbursed_vnd”.*dòng 2",
        ),
        (f"{HEAD}\n,,,,\n", treasury.EmptyExtract, "kb.csv"),
        ("", MissingColumn, "fund"),
    ],
)
def test_a_bad_row_is_refused_by_its_place(text: str, problem: type[Problem], words: str) -> None:
    with pytest.raises(problem, match=words):
        treasury.read("kb.csv", lines(text))


def compared(user: User, extract: Extract) -> Event:
    return reconciling.reconcile(
        YEAR, extract, file="kb.csv", sha256="ab" * 32, snapshot="s", user=user, at=AT
    )


def test_a_comparison_is_told_with_the_file_and_how_many_differ(linh: User) -> None:
    told = compared(linh, Extract(2026, {("local", "investment", 5): 41}))

    assert (told.name, told.subject, told.area.path) == (
        "account.reconciled",
        "treasury:2026",
        "11/",
    )
    assert (told.data["file_sha256"], told.data["differences"]) == ("ab" * 32, 3)
    assert told.data["rows"][0] == {
        "fund": "local",
        "kind": "investment",
        "month": 5,
        "here": 40,
        "treasury": 41,
    }
    assert reconciling.last(linh) == told


def test_many_differences_are_counted_whole_and_the_first_are_kept(linh: User) -> None:
    sums = {(f"fund{n:04}", "investment", 5): 1 for n in range(600)}
    told = compared(linh, Extract(2026, sums))

    assert (told.data["differences"], len(told.data["rows"])) == (603, reconciling.KEPT)


def test_nobody_but_the_province_compares_or_sees_it(linh: User, an: User) -> None:
    extract = Extract(2026, {("local", "investment", 5): 41})
    with pytest.raises(NotYourPart):
        compared(an, extract)
    assert not Event.objects.filter(name=reconciling.TOLD).exists()
    an.role = "province"
    with pytest.raises(NotYourPart):
        compared(an, extract)

    compared(linh, extract)

    assert reconciling.last(an) is None
