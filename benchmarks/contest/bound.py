"""How far a contestant is from what the machine could do at best, in words."""

from collections.abc import Iterator
from typing import Any

from contest.rows import Result

# What a contestant counts, how fast the machine could do it, and how to say it.
_COUNTED = (
    ("moves", "moves_s", "moves"),
    ("steps", "least_steps_s", "sums"),
    ("word_steps", "word_steps_s", "words"),
    ("bytes", "written_s", "bytes of answers"),
)
_BESIDE = (
    ("prepared_s", "of it integers made ready"),
    ("hierarchy_s", "beforehand the hierarchy"),
    ("slowest_s", "slowest"),
    ("undo_s", "taking it back"),
)


def told(best: dict[str, Any]) -> str:
    """The yardsticks."""
    passes = ", ".join(f"{best[f'moves_{n}_s'] / 1e9:.2f} G moves/s at {n}" for n in (8, 16))
    return (
        f"this machine: copies {2 * best['written_s'] / 1e9:.1f} GB/s; a plain pass over the "
        f"raster {passes} neighbours; in the cache {best['least_steps_s'] / 1e9:.1f} G sums/s, "
        f"{best['word_steps_s'] / 1e9:.1f} G words/s"
    )


def line(ours: Result, best: dict[str, Any]) -> str:
    """What was done a second, the share of the bound that it is, and what else was noted."""
    return "; ".join([*_rates(ours, best), *_notes(ours.facts)])


def _rates(ours: Result, best: dict[str, Any]) -> Iterator[str]:
    facts, least = ours.facts, 0.0
    if count := facts.get("evaluations"):
        yield f"{count / ours.seconds:,.0f} evaluations/s"
    for name, speed, text in _COUNTED:
        if count := facts.get(name):
            yield f"{count / ours.seconds / 1e9:.3g} G {text}/s"
            fastest = f"moves_{facts['neighbours']}_s" if name == "moves" else speed
            least += count / best[fastest]
    if least:
        share = least / ours.seconds
        yield f"{share:.{0 if share > 0.1 else 1}%} of the bound ({spoken(least)})"


def _notes(facts: dict[str, Any]) -> Iterator[str]:
    yield from (f"{text} {spoken(facts[name])}" for name, text in _BESIDE if name in facts)
    if "cells" in facts:
        yield f"{facts['cells']:,.0f} cells change"


def spoken(seconds: float) -> str:
    """Seconds in a unit that suits them."""
    for scale, unit in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
        if seconds * scale >= 1:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds * 1e9:.0f} ns"
