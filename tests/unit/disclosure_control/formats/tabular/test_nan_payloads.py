"""Bits of values that are no number: two files that differ in nothing else are released as the same bytes."""

import io
import struct

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest

from disclosure_control.core.content import FileContent
from disclosure_control.formats.sniff import examine
from disclosure_control.formats.tabular.nan_payloads import column_of_same_nans, same_nans

WIDTHS = {"f2": ("u2", 0x7E00), "f4": ("u4", 0x7FC00000), "f8": ("u8", 0x7FF8000000000000)}
ARRAYS = {
    "F64": ("u8", 0x7FF8000000000000),
    "F32": ("u4", 0x7FC00000),
    "F16": ("u2", 0x7E00),
    "BF16": ("u2", 0x7FC0),
    "F8_E5M2": ("u1", 0x7D),
}


def nans(kind: str, payloads: bool) -> np.ndarray:
    bits, first = WIDTHS[kind]
    made = np.full(300, first, bits)
    if payloads:
        made += np.arange(300, dtype=bits)
    return made.view(kind)


def packed(kind: str, ending: str, *, payloads: bool, times: int = 1) -> bytes:
    values = [-0.0, 1.5, np.inf, -np.inf, None]
    numbers = pa.array(nans(kind, payloads), from_pandas=False)
    others = pa.array([None if v is None else np.dtype(kind).type(v) for v in values], numbers.type)
    table = pa.table({"n": pa.chunked_array([numbers, others] * times)})
    with io.BytesIO() as sink:
        if ending == "parquet":
            pq.write_table(table, sink)
        else:
            with pa.ipc.new_file(sink, table.schema) as writer:
                writer.write_table(table)
        return sink.getvalue()


def arrays(kind: str, content: bytes, size: int) -> bytes:
    head = f'{{"a":{{"dtype":"{kind}","shape":[{size}],"data_offsets":[0,{len(content)}]}}}}'.encode()
    return struct.pack("<Q", len(head)) + head + content


def hidden(examined: FileContent) -> list[str]:
    return [finding.where for finding in examined.findings if finding.rule == "artefact.hidden-content"]


@pytest.mark.parametrize("ending", ["parquet", "feather"])
@pytest.mark.parametrize("kind", WIDTHS)
def test_tables_that_differ_in_them_alone_are_released_the_same(kind: str, ending: str) -> None:
    plain, carrying = (
        examine(f"x.{ending}", packed(kind, ending, payloads=payloads, times=2)) for payloads in (False, True)
    )
    assert plain.clean == carrying.clean
    assert hidden(plain) == []
    assert hidden(carrying) == ["the values of column 1 that are no number"]
    read = pa.BufferReader(plain.clean or b"")
    table = pq.read_table(read) if ending == "parquet" else pa.ipc.open_file(read).read_all()
    assert [str(value) for value in table["n"].to_pylist()] == (
        ["nan"] * 300 + ["-0.0", "1.5", "inf", "-inf", "None"]
    ) * 2


def test_a_part_of_a_column_and_an_empty_one_keep_their_values() -> None:
    whole = pa.chunked_array([pa.array([0.5, None, np.nan, 2.5]), pa.array([], pa.float64())])
    part, carried = column_of_same_nans(whole.slice(1, 3))
    assert str(part.to_pylist()) == "[None, nan, 2.5]"
    assert not carried
    assert column_of_same_nans(whole.slice(4))[0].to_pylist() == []
    assert column_of_same_nans(pa.chunked_array([[1, 2]]))[0].to_pylist() == [1, 2]


@pytest.mark.parametrize("kind", ARRAYS)
def test_arrays_that_differ_in_them_alone_are_released_the_same(kind: str) -> None:
    bits, nan = ARRAYS[kind]
    plain = np.array([nan, nan, 3, 0], bits).tobytes()
    carrying = np.array([nan, nan + 1, 3, 0], bits).tobytes()
    one, other = (examine("x.safetensors", arrays(kind, content, 4)) for content in (plain, carrying))
    assert one.clean == other.clean
    assert hidden(one) == []
    assert hidden(other) == ["array 1"]
    assert same_nans(plain, kind)[0].endswith(np.array([3, 0], bits).tobytes())


def test_truth_is_one_bit() -> None:
    one, other = (examine("x.safetensors", arrays("BOOL", content, 3)) for content in (b"\0\1\1", b"\0\7\xff"))
    assert one.clean == other.clean
    assert hidden(one) == []
    assert hidden(other) == ["array 1"]


def test_the_one_nan_of_small_numbers_loses_its_sign_and_whole_numbers_stay() -> None:
    assert same_nans(b"\x7f\xff\x7e\xfe", "F8_E4M3") == (b"\x7f\x7f\x7e\xfe", False)
    assert same_nans(b"\xff" * 8, "I64") == (b"\xff" * 8, False)
