"""Kernels: loops over arrays that numba compiles to machine code, once for a machine.

A compiled kernel is kept beside its source (numba's cache), so later runs start at once.
The cache looks at the kernel's own file only: a kernel calls other kernels of its own module.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar, cast

import numba
from numba.core import event

F = TypeVar("F", bound=Callable[..., object])


@dataclass(slots=True)
class Compiling:
    """Seconds that went into compiling kernels so far, and how many were compiled."""

    seconds: float = 0.0
    kernels: int = 0


def kernel(function: F) -> F:
    """Compile a loop over arrays: strict IEEE arithmetic, no bounds checks, no Python lock.

    Division by zero follows numpy (inf or nan), never raises. No fast-math, so that equal
    inputs give equal bytes on every machine.
    """
    compiled = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return cast(F, compiled)


@contextmanager
def compiling() -> Iterator[Compiling]:
    """Counts the seconds of compiling inside the block; 0 when all kernels were cached."""
    found = Compiling()

    def note(seconds: float) -> None:
        found.seconds += seconds
        found.kernels += 1

    with event.install_timer("numba:compile", note):
        yield found
