"""The audit of one review round: decisions against facts, the form's score, second interviews.

Published, never an input to anybody's class. Groups only sort what was found: no figure but
those by group reads them. Counts under the least number of households that may be published, and
what would tell them, are None.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.measure.poverty import agreement, few, targeting, thresholds
from hoaban.measure.poverty.classes import (
    AVERAGE,
    CANNOT,
    CLASSES,
    MISSING,
    NEAR_POOR,
    NOT_POOR,
    POOR,
    Answers,
    Judged,
    judge,
)
from hoaban.measure.poverty.standards import Standard
from hoaban.record.answers import ANSWERS

Json = dict[str, Any]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

_CODES = {name: code for code, name in CLASSES.items() if code != CANNOT}
_STATES = (POOR, NEAR_POOR, NOT_POOR)
_NEAR = 10  # points on each side of the threshold: 130–150 where it is 140
_ROUND_VND = (100_000, 500_000)
_ROUND_POINTS = 5
_CELLS = ("true_positives", "false_positives", "false_negatives", "true_negatives")
_COUNTED = ("selected", "poor", *_CELLS)
_TELLING = (
    *_COUNTED,
    *("exclusion", "inclusion", "false_positive_rate", "total_error", "cgh_ratio"),
    *("differential", "poverty_weighted_exclusion"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """One review round, a row a household: what the audit needs of it, and nothing else.

    reviews
        ``household``, the answers, ``income_per_head_vnd``, ``points_a`` and ``decided``.
    rural
        (n,) whose line and threshold hold.
    least
        The least number of households that may be published.
    groups, clusters
        (n,) labels to sort by (None: not asked for), and what is drawn as a whole.
    """

    reviews: pa.Table
    rural: Flags
    least: int
    groups: npt.NDArray[Any] | None = None
    clusters: npt.NDArray[Any] | None = None


def of_round(
    found: Round, reinterviews: pa.Table, rule: Standard, *, draws: int = 300, seed: int = 1
) -> Json:
    """Everything that is audited of a round, ready to be written.

    ``reinterviews`` has the columns of the list, of this round. A part that nothing can be said
    of is None. Raises the problems of `Answers.of`.
    """
    answers = _answers(found.reviews, found.rural)
    facts = judge(answers, rule)
    bootstrap = {"draws": draws, "seed": seed}
    return {
        "standard": rule.name,
        "households": len(answers),
        "decided": _decided(found, answers, facts, bootstrap),
        "scorecard": _scorecard(found, answers, facts, bootstrap),
        "reinterviews": _reinterviews(found, facts, reinterviews, bootstrap),
        "thresholds": _thresholds(answers, facts, found.least),
    }


def _answers(table: pa.Table, rural: Flags) -> Answers:
    names = (*ANSWERS, "income_per_head_vnd", "points_a")
    columns = {name: table[name] for name in names if name in table.column_names}
    return Answers.of(columns, rural, ids=table["household"])


def _decided(found: Round, answers: Answers, facts: Judged, bootstrap: Json) -> Json | None:
    """What communes decided beside what the rule finds in the answers they recorded."""
    given = found.reviews["decided"].combine_chunks().dictionary_encode()
    codes = np.array([_CODES[name] for name in given.dictionary.to_pylist()] or [0], np.int64)
    known = given.is_valid().to_numpy(zero_copy_only=False)
    at = given.indices.fill_null(0).to_numpy(zero_copy_only=False)
    decided = np.where(known, codes[at] if len(at) else 0, CANNOT)
    judged = facts.cls != CANNOT
    both = known & judged
    if both.sum() < found.least:
        return None
    table = {
        CLASSES[said]: {
            CLASSES[true]: int(((decided == said) & (facts.cls == true) & both).sum())
            for true in _CODES.values()
        }
        for said in _CODES.values()
    }
    kinds = {}
    for name, lowest in (("poor", POOR), ("multidimensional", NEAR_POOR)):
        audited = targeting.audit(
            decided[both],
            facts.cls[both] >= lowest,
            cutoff=lowest,
            least=found.least,
            low_is_poor=False,
            welfare=_income(answers)[both],
            line=_line(answers, facts.rule)[both],
            groups=_some(found.groups, both),
            clusters=_some(found.clusters, both),
            **bootstrap,
        ).as_json()
        kinds[name] = {**audited["at_line"], "groups": [_without(g) for g in audited["groups"]]}
    counts = {
        "households": int(both.sum()),
        "not_decided": int((~known).sum()),
        "cannot_classify": int((known & ~judged).sum()),
    }
    whole = few.told(counts, found.least)
    told = few.crossed(table, found.least, also=_of_unknown_sum(table, whole["households"]))
    listed = {"poor": ("poor",), "multidimensional": ("poor", "near_poor")}
    for name, classes in listed.items():
        kinds[name] |= _untold(table, told, classes, whole["households"], found.least)
        if whole["households"] is None:
            kinds[name]["groups"] = [_unsized(group) for group in kinds[name]["groups"]]
    return {**whole, "table": told, **kinds}


def _of_unknown_sum(
    table: Mapping[str, Mapping[str, int]], households: int | None
) -> list[tuple[str, str]]:
    """The largest cell of a table whose sum must not be had from it."""
    if households is not None:
        return []
    cells = {(a, b): count for a, row in table.items() for b, count in row.items()}
    return [max(cells, key=lambda at: cells[at])]


def _untold(
    table: Mapping[str, Mapping[str, int]],
    told: few.Crossed,
    listed: tuple[str, ...],
    households: int | None,
    least: int,
) -> Json:
    """Nothing for the figures of a list that tell a small number, or a hidden cell of the table.

    Any of its rates gives, with the sums, the four numbers of listed or not by decision and by
    the facts: all go when one of these is small, or would give a cell that alone is hidden.
    """
    for said in (True, False):
        for true in (True, False):
            block = [
                (table[a][b], told[a][b] is None)
                for a in table
                for b in table[a]
                if (a in listed) == said and (b in listed) == true
            ]
            gone = [count for count, hidden in block if hidden]
            alone = bool(gone) and (len(gone) == 1 or sum(gone) < least)
            if alone or few.small(sum(count for count, _ in block), least):
                return dict.fromkeys(_TELLING)
    return dict.fromkeys(_COUNTED) if households is None else {}


def _line_told(errors: Json, least: int, *, whole: bool) -> Json:
    """Errors of a selection without those that tell of few households, or of the ``whole``."""
    if any(few.small(int(errors[name]), least) for name in _CELLS):
        return {**errors, **dict.fromkeys(_TELLING)}
    return errors if whole else {**errors, **dict.fromkeys(_COUNTED)}


def _scorecard(found: Round, answers: Answers, facts: Judged, bootstrap: Json) -> Json | None:
    """The form's score as a stand-in for income: who is at most the line by each.

    Scores are counted from the threshold of the household's area, so that one cut-off, 0, is
    right for both.
    """
    rule = facts.rule
    if rule.points_rural is None or rule.points_urban is None:
        return None
    both = (answers.points != MISSING) & (answers.income != MISSING)
    if both.sum() < found.least:
        return None
    line = _line(answers, rule)
    audited = targeting.audit(
        (answers.points - _by_area(answers.rural, rule.points_rural, rule.points_urban))[both],
        (answers.income <= line)[both],
        cutoff=0,
        least=found.least,
        welfare=_income(answers)[both],
        line=line[both],
        ids=np.asarray(found.reviews["household"].to_pylist())[both],
        groups=_some(found.groups, both),
        clusters=_some(found.clusters, both),
        near=_NEAR,
        **bootstrap,
    ).as_json()
    counts = {
        "households": int(both.sum()),
        "without_score": int((answers.points == MISSING).sum()),
        "without_income": int(((answers.points != MISSING) & (answers.income == MISSING)).sum()),
    }
    told = few.told(counts, found.least)
    whole = told["households"] is not None
    errors = {
        name: _line_told(audited[name], found.least, whole=whole)
        for name in ("at_line", "at_budget")
    }
    ties = audited["ties"]
    if ties and any(
        few.small(int(n), found.least)
        for n in (ties["households"], ties["selected"], ties["households"] - ties["selected"])
    ):
        ties = None
    return {
        "points_rural": rule.points_rural,
        "points_urban": rule.points_urban,
        **audited,
        **errors,
        **({} if whole else {n: [_unsized(o) for o in audited[n]] for n in ("bands", "groups")}),
        "ties": ties,
        "households": told["households"],
        "without_score": told["without_score"],
    }


def _reinterviews(found: Round, facts: Judged, again: pa.Table, bootstrap: Json) -> Json | None:
    """How far the blind second interview bears the first out, item by item and class by class.

    The second interview asks for income and fills in no form: both are judged by income where
    both know it, and a second one without income takes over what the first said of it.
    """
    at = pc.index_in(again["household"], value_set=found.reviews["household"].combine_chunks())
    again = again.filter(pc.is_valid(at))
    if len(again) < found.least:
        return None
    rows = at.drop_null().to_numpy()
    reviews = found.reviews.take(pa.array(rows))
    rural = found.rural[rows]
    pair = _alike(_answers(reviews, rural), _answers(again, rural))
    first, second = (_state(judge(one, facts.rule).cls) for one in pair)
    sound = (first != CANNOT) & (second != CANNOT)
    state = _state(facts.cls)
    names = [name for name in ANSWERS if name in again.column_names]
    items = agreement.items(_numbers(reviews, names), _numbers(again, names))
    confirmed = agreement.confirmed(first[sound], second[sound])
    return {
        "households": len(again),
        "items": [asdict(item) for item in items],
        "confirmed": asdict(confirmed),
        "corrected": _corrected(
            state[state != CANNOT],
            first[sound],
            second[sound],
            np.asarray(again["household"].to_pylist())[sound],
            bootstrap,
        ),
    }


def _alike(first: Answers, second: Answers) -> tuple[Answers, Answers]:
    asked = second.income != MISSING
    return (
        replace(first, points=np.where(asked & (first.income != MISSING), MISSING, first.points)),
        replace(
            second,
            income=np.where(asked, second.income, first.income),
            points=np.where(asked, MISSING, first.points),
        ),
    )


def _corrected(
    observed: Whole, first: Whole, second: Whole, ids: npt.NDArray[Any], bootstrap: Json
) -> Json | None:
    try:
        found = agreement.corrected(observed, first, second, _STATES, ids=ids, **bootstrap)
    except agreement.CannotTellApart:
        return None
    return {
        CLASSES[state]: {
            "observed": float(found.observed[n]),
            "share": float(found.share[n]),
            "low": None if np.isnan(found.low[n]) else float(found.low[n]),
            "high": None if np.isnan(found.high[n]) else float(found.high[n]),
        }
        for n, state in enumerate(_STATES)
    }


def _thresholds(answers: Answers, facts: Judged, least: int) -> list[Json]:
    """Bunching beside every legal threshold, and figures too round, by kind of area."""
    rule, found = facts.rule, []
    for area, here, line, points in (
        ("rural", answers.rural, rule.line_rural_vnd, rule.points_rural),
        ("urban", ~answers.rural, rule.line_urban_vnd, rule.points_urban),
    ):
        income = answers.income[here & (answers.income != MISSING)]
        found += [
            _bunched("income", area, income, line, least=least),
            *_heaped("income", area, income),
        ]
        scores = answers.points[here & (answers.points != MISSING)]
        if points is not None:
            found += [
                _bunched("points", area, scores, points, least=least, step=1),
                *_heaped("points", area, scores),
            ]
    counted = (facts.below == 1) & (facts.open == 0)
    lacks = facts.lacks[counted].astype(np.int64)
    found.append(_bunched("deprivations", "all", lacks, rule.needed - 1, least=least, step=1))
    return [one for one in found if one["values"] >= least]


def _bunched(
    what: str, area: str, values: Whole, cutoff: int, *, least: int, step: int | None = None
) -> Json:
    found = asdict(thresholds.bunching(values, cutoff, step=step))
    if any(few.small(found[side], least) for side in ("below", "above")):
        found |= dict.fromkeys(("below", "above", "adjacent_p"))
    return {"test": "bunching", "what": what, "area": area, **found}


def _heaped(what: str, area: str, values: Whole) -> list[Json]:
    """Round multiples that the values' own steps do not make certain."""
    sizes = _ROUND_VND if what == "income" else (_ROUND_POINTS,)
    found = [asdict(thresholds.heaping(values, size)) for size in sizes]
    return [
        {"test": "heaping", "what": what, "area": area, **one}
        for one in found
        if one["expected"] < 1
    ]


def _state(cls: npt.NDArray[np.int8]) -> Whole:
    """Poor, near-poor, or above the line (the two classes there are one); `CANNOT` stays."""
    return np.where(cls == AVERAGE, NOT_POOR, cls).astype(np.int64)


def _numbers(table: pa.Table, names: list[str]) -> dict[str, npt.NDArray[np.float64]]:
    """Columns as numbers, NaN where nothing was answered."""
    return {n: table[n].cast(pa.float64()).to_numpy(zero_copy_only=False) for n in names}


def _income(answers: Answers) -> npt.NDArray[np.float64]:
    return np.where(answers.income == MISSING, np.nan, answers.income)


def _line(answers: Answers, rule: Standard) -> Whole:
    return _by_area(answers.rural, rule.line_rural_vnd, rule.line_urban_vnd)


def _by_area(rural: Flags, in_commune: int, in_ward: int) -> Whole:
    return np.where(rural, in_commune, in_ward).astype(np.int64)


def _some(labels: npt.NDArray[Any] | None, here: Flags) -> npt.NDArray[Any] | None:
    return None if labels is None else labels[here]


def _unsized(one: Mapping[str, Any]) -> Json:
    """A group or band without its size, where the sum of the sizes must not be had."""
    found = {**one, "households": None}
    if "bands" in one:
        found["bands"] = [_unsized(band) for band in one["bands"]]
    return found


def _without(group: Mapping[str, Any]) -> Json:
    """A group's errors but for what needs a score in points."""
    return {name: value for name, value in group.items() if name not in ("near", "bands")}
