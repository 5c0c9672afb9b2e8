"""Synthetic absorption: how far the money of the year came, commune by commune, month by month.

The money planned is the province's own envelopes of the year, shared out to the đồng; how fast it
went is assumed. Draws are keyed by commune, fund and kind, so that one more moves no other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from hoaban.record.province import Envelope, Province
from hoaban.record.synthetic import columns, draws
from hoaban.record.synthetic.calibrate import largest_remainder
from hoaban.record.synthetic.draws import Floats, Whole
from hoaban.record.synthetic.households import Homes

_MILLION = 10**6
_STAGES = ("allocated", "disbursed", "verified")


@dataclass(frozen=True, slots=True)
class _Flow:
    """One commune's money of one envelope: what was planned, and what it had come to by month.

    ``reached`` is (stages, months) đồng; ``cause`` by month, None while nothing is stuck.
    """

    commune: str
    envelope: Envelope
    planned: int
    reached: Whole
    cause: list[str | None]


def table(seed: int, province: Province, homes: Homes, people: Mapping[str, Any]) -> pa.Table:
    """The list ``absorption``: the months of the year that were over at ``people["as_of"]``.

    One row a commune, envelope and month, in that order; amounts are sums since January.
    ``people["absorption"]``: weights by zone, shares by month, how much is stuck and why.
    """
    spec, at = people["absorption"], people["as_of"]
    months = at.month - 1
    flows = [
        flow
        for envelope in province.envelopes
        if envelope.year == at.year
        for flow in _flows(seed, envelope, _shared(envelope, province, homes, spec), spec, months)
    ]
    flows.sort(key=lambda flow: (flow.commune, flow.envelope.source, flow.envelope.kind))
    rows = [(flow, month) for flow in flows for month in range(months)]

    def text(values: list[Any]) -> Any:
        return pa.array(values, pa.string())

    def whole(values: list[int]) -> Any:
        return pa.array(values, pa.int64())

    return columns.table(
        key=text([_key(flow, at.year, month) for flow, month in rows]),
        area=text([f"{province.path}{flow.commune}/" for flow, _ in rows]),
        source=columns.drawn(seed),
        valid_from=province.valid_from,
        columns={
            "year": whole([at.year] * len(rows)),
            "month": whole([month + 1 for _, month in rows]),
            "fund": text([flow.envelope.source for flow, _ in rows]),
            "kind": text([flow.envelope.kind for flow, _ in rows]),
            "planned_vnd": whole([flow.planned for flow, _ in rows]),
            **{
                f"{stage}_vnd": whole([int(flow.reached[number, month]) for flow, month in rows])
                for number, stage in enumerate(_STAGES)
            },
            "cause": text([flow.cause[month] for flow, month in rows]),
        },
    )


def _key(flow: _Flow, year: int, month: int) -> str:
    envelope = flow.envelope
    return f"A{year}-{month + 1:02}-{flow.commune}-{envelope.source}-{envelope.kind}"


def _shared(
    envelope: Envelope, province: Province, homes: Homes, spec: Mapping[str, Any]
) -> dict[str, int]:
    """An envelope by commune: points of the zone and of specially difficult villages.

    Whole million đồng by largest remainders; what is left under a million goes to the first.
    """
    difficult = np.bincount(homes.commune, homes.difficult, minlength=len(province.communes))
    zones = np.array([float(spec["zone_points"][c.zone]) for c in province.communes])
    points: Floats = zones + difficult * float(spec["village_points"])
    millions = largest_remainder(points, envelope.amount_vnd // _MILLION)
    amounts = millions * _MILLION
    amounts[:1] += envelope.amount_vnd % _MILLION
    return {c.code: int(a) for c, a in zip(province.communes, amounts, strict=True)}


def _flows(
    seed: int,
    envelope: Envelope,
    planned: Mapping[str, int],
    spec: Mapping[str, Any],
    months: int,
) -> list[_Flow]:
    """How far an envelope came in each commune: the curve of its kind, faster or slower.

    Money that is stuck stays where it was; no stage ever holds more than the one before it.
    """
    curves = spec["curves"].get(envelope.source, spec["curves"].get(envelope.kind))
    usual = np.array([curves[stage][:months] for stage in _STAGES], dtype=np.float64)
    keys = np.array([f"{code}-{envelope.source}-{envelope.kind}" for code in planned])
    pace = draws.lognormal(seed, "absorption.pace", keys, 1.0, float(spec["spread"]))
    stuck = _stuck(seed, keys, spec["stuck"], months)
    flows = []
    for number, (code, amount) in enumerate(planned.items()):
        share, (since, cause) = usual ** pace[number], stuck[number]
        share[:, since:] = share[:, since - 1 : since]
        reached = np.floor(amount * share / _MILLION).astype(np.int64) * _MILLION
        causes = [None] * since + [cause] * (months - since)
        flows.append(_Flow(code, envelope, amount, np.minimum.accumulate(reached, axis=0), causes))
    return flows


def _stuck(
    seed: int, keys: Any, spec: Mapping[str, Any], months: int
) -> list[tuple[int, str | None]]:
    """For each key the months until its money stood still (all of them: never), and why.

    The why is None where nobody said.
    """
    is_so = draws.chance(seed, "absorption.stuck", keys, float(spec["share"]))
    first = min(int(spec["first"]), months)
    since = draws.integers(seed, "absorption.since", keys, first, months + 1)
    told = draws.chance(seed, "absorption.told", keys, float(spec["told"]))
    causes = list(spec["causes"])
    why = draws.choice(seed, "absorption.cause", keys, list(spec["causes"].values()))
    return [
        (int(since[i]) if is_so[i] else months, causes[why[i]] if told[i] else None)
        for i in range(len(keys))
    ]
