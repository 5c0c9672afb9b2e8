"""Rows of lanes: 64 bytes side by side that one instruction takes together.

A row holds 16 times (int32), 8 words (uint64) or 32 waits (uint16), and its type says how ways
are weighed: times are added along a way and the least way counts; words are ANDed along it and
ORed over ways; of waits the greatest counts along it and the least over ways. A compiler does
not find such rows in every loop by itself, so the handful of operations on them is spelled out
for it in its own terms (LLVM vectors); it lowers them to what the machine has.

A compiled kernel is made anew when its own file changes, not when this one does: so every file
of kernels over rows carries this file's hash as `MADE_WITH`, and a test holds them to it.
"""

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model

Lanes = npt.NDArray[Any]  # (rows, whole rows of lanes) int32, uint64 or uint16

BYTES = 64  # of a row
TIMES = 16  # lanes in a row of times
FAR = np.int32(2**30 - 1)  # two of them still fit
# The worst a link or way can be, and what a goal is to itself.
WORST = {"int32": int(FAR), "uint64": 0, "uint16": 2**16 - 1}
BEST = {"int32": 0, "uint64": 2**64 - 1, "uint16": 0}


def aligned(rows: int, lanes: int, dtype: npt.DTypeLike) -> Lanes:
    """An array (rows, lanes) that begins at a whole multiple of a row's bytes; not filled."""
    size = rows * lanes * np.dtype(dtype).itemsize
    memory = np.empty(size + BYTES, np.uint8)
    skip = -memory.ctypes.data % BYTES
    return memory[skip : skip + size].view(dtype).reshape(rows, lanes)


def lanes_of(dtype: npt.DTypeLike) -> int:
    """How many lanes of a type a row holds."""
    return BYTES // np.dtype(dtype).itemsize


class Row(numba.types.Type):  # type: ignore[misc]
    """A row of lanes in a kernel."""

    def __init__(self, dtype: Any) -> None:
        self.dtype = dtype
        super().__init__(name=f"Row({dtype})")


@register_model(Row)
class _InRegisters(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, row: Row) -> None:
        bits = row.dtype.bitwidth
        super().__init__(manager, row, ir.VectorType(ir.IntType(bits), 8 * BYTES // bits))


def _pointer(context: Any, builder: Any, types: Any, values: Any) -> Any:
    """To the lanes of an array (rows, lanes), C order, from a row and a first lane."""
    array = context.make_array(types[0])(context, builder, values[0])
    row, first = (
        context.cast(builder, value, found, numba.types.int64)
        for value, found in zip(values[1:3], types[1:3], strict=True)
    )
    lanes = cgutils.unpack_tuple(builder, array.shape, 2)[1]
    place = builder.gep(array.data, [builder.add(builder.mul(row, lanes), first)])
    return builder.bitcast(place, context.get_data_type(Row(types[0].dtype)).as_pointer())


def _take(_: Any, array: Any, row: Any, first: Any) -> Any:
    """The row of lanes ``array[row, first:first + lanes]``."""

    def make(context: Any, builder: Any, found: Any, values: Any) -> Any:
        place = _pointer(context, builder, found.args, values)
        return builder.load(place, align=array.dtype.bitwidth // 8)

    return Row(array.dtype)(array, row, first), make


def _put(_: Any, array: Any, row: Any, first: Any, lanes: Any) -> Any:
    """Writes a row of lanes to ``array[row, first:first + lanes]``."""

    def make(context: Any, builder: Any, found: Any, values: Any) -> Any:
        place = _pointer(context, builder, found.args, values)
        builder.store(values[3], place, align=array.dtype.bitwidth // 8)
        return context.get_dummy_value()

    return numba.types.void(array, row, first, lanes), make


def _spread(_: Any, value: Any) -> Any:
    """A row with one value in every lane."""

    def make(context: Any, builder: Any, found: Any, values: Any) -> Any:
        kind = context.get_data_type(found.return_type)
        index = ir.IntType(32)
        one = builder.insert_element(kind(ir.Undefined), values[0], index(0))
        return builder.shuffle_vector(one, one, ir.VectorType(index, kind.count)(None))

    return Row(value)(value), make


def _worst(_: Any, array: Any) -> Any:
    """A row of the worst there is for the type of an array."""

    def make(context: Any, builder: Any, found: Any, values: Any) -> Any:
        kind = context.get_data_type(found.return_type)
        return kind([WORST[array.dtype.name]] * kind.count)

    return Row(array.dtype)(array), make


def _pairwise(choose: Callable[[Any, Any, Any, Any], Any]) -> Any:
    def typed(_: Any, left: Any, right: Any) -> Any:
        def make(context: Any, builder: Any, found: Any, values: Any) -> Any:
            return choose(builder, left.dtype, *values)

        return left(left, right), make

    return typed


def _least(builder: Any, dtype: Any, left: Any, right: Any) -> Any:
    less = builder.icmp_signed if dtype.signed else builder.icmp_unsigned
    return builder.select(less("<", left, right), left, right)


def _over(builder: Any, dtype: Any, left: Any, right: Any) -> Any:
    words = dtype == numba.types.uint64
    return builder.or_(left, right) if words else _least(builder, dtype, left, right)


def _along(builder: Any, dtype: Any, left: Any, right: Any) -> Any:
    if dtype == numba.types.uint64:
        return builder.and_(left, right)
    if dtype == numba.types.int32:
        return builder.add(left, right)
    return builder.select(builder.icmp_unsigned(">", left, right), left, right)


def _same(_: Any, left: Any, right: Any) -> Any:
    """Whether two rows are equal in every lane."""

    def make(context: Any, builder: Any, found: Any, values: Any) -> Any:
        differ = builder.icmp_unsigned("!=", *values)
        whole = builder.bitcast(differ, ir.IntType(differ.type.count))
        return builder.icmp_unsigned("==", whole, whole.type(0))

    return numba.types.boolean(left, right), make


take, put, spread, worst, same = map(intrinsic, (_take, _put, _spread, _worst, _same))
over = intrinsic(_pairwise(_over))  # the better of two ways, lane by lane
along = intrinsic(_pairwise(_along))  # one way after another
