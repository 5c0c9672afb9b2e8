"""Synthetic proposals: what villages asked for at a meeting, and how women and men voted.

Assumed numbers. Every draw is keyed by the village, so that one village more or less moves no
other; a village asks once, and its proposal is called after it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hoaban.record.province import Province
from hoaban.record.synthetic import columns, draws
from hoaban.record.synthetic.draws import Floats, Whole
from hoaban.record.synthetic.households import Homes
from hoaban.record.synthetic.network import Network


def table(
    seed: int,
    province: Province,
    homes: Homes,
    net: Network,
    people: Mapping[str, Any],
) -> pa.Table:
    """The list ``proposals``: one row a village that asked, in order of the village's code.

    A kind with ``where`` asks for the first road that ends at the village's node of ``net`` and
    fits; without one it is left open which road is meant. ``people`` holds ``as_of`` and the
    section ``proposals``.
    """
    spec, at = people["proposals"], people["as_of"]
    chosen = _villages(seed, homes, int(spec["count"]))
    number, households = homes.number[chosen], homes.households[chosen]
    kinds = list(spec["kinds"])
    of = draws.choice(seed, "proposal.kind", number, [spec["kinds"][k]["weight"] for k in kinds])
    meant = [
        _road(net.roads, str(net.village_node[v]), spec["kinds"][kinds[k]])
        for v, k in zip(chosen, of, strict=True)
    ]
    ago = draws.integers(seed, "proposal.held_on", number, 1, int(spec["days"]) + 1)
    codes = [homes.code[v] for v in chosen]
    votes = _votes(seed, number, households, spec)
    voters = sum(votes.values(), np.zeros(len(number), np.int64))
    benefit = _between(seed, "proposal.benefit", number, spec["benefit"])
    each = spec["labour_days"]
    labour = draws.integers(seed, "proposal.labour", number, each["low"], each["high"] + 1)

    def said(name: str) -> Any:
        return columns.taken([str(spec["kinds"][kind][name]) for kind in kinds], of)

    return columns.table(
        key=columns.taken([f"P{code}" for code in codes], np.arange(len(codes))),
        area=columns.taken(homes.path, chosen),
        label=said("label"),
        source=columns.drawn(seed),
        valid_from=province.valid_from,
        columns={
            "village": columns.taken(homes.code, chosen),
            "pack": said("pack"),
            "work": columns.taken(kinds, of),
            "targets": pa.array(meant, pa.string()),
            "held_on": columns.days(at, -ago),
            "minutes": pa.array(_minutes(codes, ago, at), pa.string()),
            "language": columns.taken(
                [homes.languages[v][0] for v in chosen], np.arange(len(codes))
            ),
            **{name: pa.array(count) for name, count in votes.items()},
            "labour_days": pa.array(voters * labour),
            "poor_exempt": pa.array(
                draws.chance(seed, "proposal.poor_exempt", number, spec["poor_exempt"])
            ),
            "beneficiaries": pa.array(_share(households, benefit)),
        },
    )


def _villages(seed: int, homes: Homes, count: int) -> Whole:
    """Villages that asked, the remoter the likelier, in order of their place in the list."""
    mark = draws.uniform(seed, "proposal.village", homes.number) ** (1 / (0.05 + homes.remoteness))
    return np.sort(np.argsort(-mark, kind="stable")[:count]).astype(np.int64)


def _votes(
    seed: int, number: Whole, households: Whole, spec: Mapping[str, Any]
) -> dict[str, Whole]:
    """Votes of women and men, for and against: one voter a household that came, at least one."""
    came = np.maximum(_share(households, _between(seed, "proposal.come", number, spec["come"])), 1)
    women = _share(came, _between(seed, "proposal.women", number, spec["women"]))
    found = {}
    for who, voters in (("women", women), ("men", came - women)):
        agree = _between(seed, f"proposal.agree.{who}", number, spec["agree"][who])
        found[f"{who}_for"] = _share(voters, agree)
        found[f"{who}_against"] = voters - found[f"{who}_for"]
    return found


def _between(seed: int, name: str, number: Whole, given: Mapping[str, float]) -> Floats:
    low, high = float(given["low"]), float(given["high"])
    return low + (high - low) * draws.uniform(seed, name, number)


def _share(of: Whole, share: Floats) -> Whole:
    return np.floor(of * share + 0.5).astype(np.int64)


def _minutes(codes: Sequence[str], ago: Whole, at: date) -> list[str]:
    """Numbers of the minutes: the village's own series, one a meeting."""
    years = [(at - timedelta(days=days)).year for days in ago.tolist()]
    return [f"BB-{code}-{year}" for code, year in zip(codes, years, strict=True)]


def _road(roads: pa.Table, node: str, one: Mapping[str, Any]) -> str | None:
    """The first road, by its key, that ends at a node and is as asked; None where there is none."""
    if "where" not in one:
        return None
    here = pa.array([node], pa.string())
    fits = pc.or_(pc.is_in(roads["from"], here), pc.is_in(roads["to"], here))
    for name, wanted in one["where"].items():
        fits = pc.and_(fits, pc.is_in(roads[name], pa.array(wanted, roads[name].type)))
    keys: list[str] = roads["key"].filter(fits).to_pylist()
    return min(keys, default=None)
