"""Values that are no number (NaN, IEEE 754): each can carry bits that nothing shows, so all are made the same one."""

from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

# For each kind of number: the type of its bits, those of infinity without its sign, and of the one NaN that stays.
_KINDS: Final = {
    "F64": (np.uint64, 0x7FF0000000000000, 0x7FF8000000000000),
    "F32": (np.uint32, 0x7F800000, 0x7FC00000),
    "F16": (np.uint16, 0x7C00, 0x7E00),
    "BF16": (np.uint16, 0x7F80, 0x7FC0),
    "F8_E5M2": (np.uint8, 0x7C, 0x7E),
    "F8_E4M3": (np.uint8, 0x7E, 0x7F),  # it has no infinity; this is its largest number
}
_WIDTHS: Final = {64: "F64", 32: "F32", 16: "F16"}


def same_nans(content: bytes, kind: str) -> tuple[bytes, bool]:
    """Numbers whose NaNs are one, and whether they carried more than a sign.

    >>> same_nans(bytes.fromhex("017c 037c 003c"), "F16")[0].hex(" ", 2)
    '007e 007e 003c'
    """
    if kind not in _KINDS:
        return content, False
    type_, infinity, quiet_nan = _KINDS[kind]
    bits: NDArray[Any] = np.frombuffer(content, type_).copy()
    unsigned = bits & type_((1 << (8 * bits.itemsize - 1)) - 1)
    nans = unsigned > type_(infinity)
    carried = len(np.unique(unsigned[nans])) > 1
    bits[nans] = quiet_nan
    return bits.tobytes(), carried


def column_of_same_nans(column: Any) -> tuple[Any, bool]:
    """A column of Arrow's whose NaNs are one, and whether they carried more than a sign; missing values stay."""
    if not pa.types.is_floating(column.type) or not len(column):
        return column, False
    size = column.type.bit_width // 8
    chunks: list[Any] = column.chunks
    data, missing = b"", np.concatenate([np.asarray(chunk.is_null()) for chunk in chunks])
    for chunk in chunks:
        start = chunk.offset * size
        data += chunk.buffers()[1].to_pybytes()[start : start + len(chunk) * size] if len(chunk) else b""
    values = np.frombuffer(data, f"u{size}").copy()
    values[missing] = 0
    same, carried = same_nans(values.tobytes(), _WIDTHS[column.type.bit_width])
    numbers = np.frombuffer(same, f"f{size}")
    return pa.chunked_array([pa.array(numbers, column.type, mask=missing, from_pandas=False)]), carried
