"""Choosing works: the planner's search, its evaluations and its bound, beside their peers.

    choose.py [--small] [ROW ...]

On the reference instance: 500 roads and 100 stations that might be built for 1,441 villages, money
for 6 % of their cost (``choosing/reference.py``). Seconds are of the processor, one thread; the
best of three runs counts, compiling is over by then and told apart. Peers: the knapsack of single
gains, solved to optimality by HiGHS; scipy's Dijkstra, its graph built once; and the bound that
everything is built. Then the whole province as people plan it: evaluations of every service and of
drawn closures, and the command itself, whose seconds are of the clock.

Exit 0 only when every row agreed with its peers and held. --small is a smoke test: a tiny
instance, no limits.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable

from choosing import province_rows, reference_rows
from choosing.reference import FULL, SMALL, draw
from choosing.reference_rows import Rows, Told


def main() -> int:
    """Draw the instance, run the rows asked for; 0 when all held."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--small", action="store_true", help="a smoke test")
    known = dict([*reference_rows.rows(), *province_rows.rows()])
    asked.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(known)}")
    given = asked.parse_args()
    if unknown := set(given.rows) - known.keys():
        asked.error(f"{', '.join(sorted(unknown))}: {', '.join(known)}")
    if os.getloadavg()[0] > 1.5:
        print(f"the machine is busy (load {os.getloadavg()[0]:.1f}): figures will be noisy")
    size, began = SMALL if given.small else FULL, time.perf_counter()
    drawn = draw(size)
    print(
        f"reference instance drawn in {time.perf_counter() - began:.1f} s: {size.nodes:,} nodes, "
        f"{size.edges:,} roads, {size.villages:,} villages, {len(drawn.cost)} works for "
        f"{sum(drawn.cost) / 1e9:,.0f} billion đồng, of which there are {drawn.money / 1e9:,.0f}"
    )
    ready = Rows(drawn)
    print(f"kernels compiled in {ready.compiled_s:.1f} s", flush=True)
    held = [
        _show(name, row, ready, small=given.small)
        for name, row in known.items()
        if name in given.rows or not given.rows
    ]
    print(f"\n{sum(held)} of {len(held)} rows hold")
    return 0 if all(held) else 1


def _show(name: str, row: Callable[[Rows], Told], ready: Rows, *, small: bool) -> bool:
    """Run and print a row; whether it holds."""
    print(f"\n{name}: {row.__doc__}", flush=True)
    told = row(ready)
    for line in told.lines:
        print(f"        {line}")
    missed = [] if small else told.missed
    for limit in missed:
        print(f"  FAIL  {limit}")
    return not missed


if __name__ == "__main__":
    sys.exit(main())
