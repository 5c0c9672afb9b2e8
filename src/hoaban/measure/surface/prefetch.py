"""Ask the processor for a place in memory ahead of its use.

A travel front jumps between far rows of the grid, so most of a run is waiting for memory.
`prefetch` lets the waits overlap. It changes no value: a kernel gives the same bytes with it
and without it. A kernel's cache does not notice a change of this file.
"""

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

_READ, _KEEP, _DATA = 0, 3, 1  # arguments of LLVM's prefetch: for reading, all cache levels


@intrinsic  # type: ignore[untyped-decorator]
def prefetch(typing: Any, array: Any, place: Any) -> Any:
    """Start loading ``array[place]``, ``place`` an unsigned whole number inside the array."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        held = context.make_array(signature.args[0])(context, builder, given[0])
        address = builder.gep(held.data, [given[1]])
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        call = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        wanted = [word(_READ), word(_KEEP), word(_DATA)]
        builder.call(call, [builder.bitcast(address, byte), *wanted])
        return context.get_dummy_value()

    return types.void(array, place), generate
