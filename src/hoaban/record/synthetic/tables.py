"""Tables of households, reviews and people from their arrays, in the shape of the pack's lists."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from hoaban.record.answers import ANSWERS
from hoaban.record.province import Province
from hoaban.record.synthetic import columns, draws
from hoaban.record.synthetic.benefits import ALLOWANCES, DISABILITIES, Benefits
from hoaban.record.synthetic.draws import Whole
from hoaban.record.synthetic.households import Flags, Frame, Homes, Reviewed
from hoaban.record.synthetic.people import GROUPS, STAGES, Lives, People


def household_keys(homes: Frame) -> Any:
    """``H000001`` … in the order of villages (wider where there are a million and more)."""
    return columns.numbered("H", np.arange(len(homes)) + 1, max(6, len(str(len(homes)))))


def households(
    homes: Frame,
    villages: Homes,
    last: Reviewed,
    *,
    ethnicity: Any,
    valid_from: date,
    source: str,
) -> pa.Table:
    """The households list: what the last completed round found, and the household's group."""
    _, found, answers = last
    return columns.table(
        key=household_keys(homes),
        area=columns.taken(villages.path, homes.village),
        source=source,
        valid_from=valid_from,
        columns={
            "village": columns.taken(villages.code, homes.village),
            "members": pa.array(homes.members),
            "income_per_head_vnd": pa.array(found.income),
            **_answers(answers),
            "ethnicity": ethnicity,
        },
    )


def reviews(
    homes: Frame,
    villages: Homes,
    rounds: Sequence[Reviewed],
    source: str,
    *,
    decided: Mapping[int, Any],
) -> pa.Table:
    """The reviews list, round by round: what each found, the day it was completed, and the
    class that was ``decided`` (by year, one text or null a household)."""
    area = columns.taken(villages.path, homes.village)
    village = columns.taken(villages.code, homes.village)
    household, count = household_keys(homes), len(homes)
    width = len(household[0].as_py()) - 1 if count else 6
    parts = [
        columns.table(
            key=columns.numbered("H", np.arange(count) + 1, width, f"-{found.year}"),
            area=area,
            source=source,
            valid_from=completed_on,
            columns={
                "household": household,
                "village": village,
                "round": pa.array(np.full(count, found.year)),
                "completed_on": columns.days(completed_on, np.zeros(count)),
                "members": pa.array(homes.members),
                "income_per_head_vnd": pa.array(found.income),
                **_answers(answers),
                "points_a": pa.nulls(count, pa.int64()),
                "decided": decided[found.year],
            },
        )
        for completed_on, found, answers in rounds
    ]
    return pa.concat_tables(parts).combine_chunks()


def people(
    persons: People,
    lives: Lives,
    has: Benefits,
    homes: Frame,
    villages: Homes,
    *,
    valid_from: date,
    at: date,
    source: str,
) -> pa.Table:
    """The people list, household by household; the year of birth is that of the age at ``at``."""
    number = np.arange(len(persons.age)) + 1
    return columns.table(
        key=columns.numbered("P", number, max(7, len(str(len(number))))),
        area=columns.taken(villages.path, homes.village[persons.household]),
        source=source,
        valid_from=valid_from,
        columns={
            "household": household_keys(homes).take(pa.array(persons.household)),
            "birth_year": pa.array(at.year - persons.age),
            "sex": columns.taken(["m", "f"], persons.female.astype(np.int64)),
            "school_stage": columns.taken(STAGES, lives.stage),
            "insured": pa.array(lives.insured),
            "insurance_group": columns.taken(GROUPS, lives.group),
            "works": pa.array(lives.works),
            "insured_until": pa.array(has.until, mask=np.isnat(has.until)),
            "allowance": columns.taken(ALLOWANCES, has.allowance),
            "pension_vnd": pa.array(has.pension),
            "disability": columns.taken(DISABILITIES, has.disability),
            "without_caregiver": pa.array(has.alone),
            "merit": pa.array(has.merit),
        },
    )


def _answers(answers: Mapping[str, Flags]) -> dict[str, Any]:
    return {n: pa.array(answers[n].astype(np.int8)) for n in (*ANSWERS, "water_standard")}


def ethnicity(
    seed: int, homes: Frame, villages: Homes, province: Province, spec: Mapping[str, Any]
) -> Any:
    """The group that mostly speaks the village's first language, or a group of the province.

    Drawn last and read by nothing else here: permuting it changes no other column.
    """
    codes = [language.code for language in province.languages]
    first = [codes.index(f[0]) if f and f[0] in codes else -1 for f in villages.languages]
    shares = np.array([language.share or 0.05 for language in province.languages])
    main: Whole = np.array(first, dtype=np.int64)[homes.village]
    stays = draws.chance(seed, "group.main", homes.key, float(spec["main"])) & (main >= 0)
    other = draws.choice(seed, "group.other", homes.key, shares)
    names = [str(spec["names"].get(code, code)) for code in codes]
    return columns.taken(names, np.where(stays, main, other))
