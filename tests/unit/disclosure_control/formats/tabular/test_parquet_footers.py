"""Each byte of a Parquet file's footer, broken in turn: Arrow ends the process on some where it is asked too early."""

import io
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq

BROKEN = """
import sys
from disclosure_control.formats.tabular.parquet import examine
from disclosure_control.core.errors import Unreadable

whole = sys.stdin.buffer.read()
footer = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
refused = 0
for at in range(footer, len(whole) - 8):
    for value in (0x00, 0x7F, 0xFF):
        try:
            examine(whole[:at] + bytes([value]) + whole[at + 1:])
        except Unreadable:
            refused += 1
print(refused)
"""


def test_no_broken_footer_ends_the_process() -> None:
    table = pa.table({"area": ["North", None, "East"], "n": [120, 30, None], "mean": [1.5, float("nan"), 2.5]})
    with io.BytesIO() as sink:
        pq.write_table(table, sink, write_page_index=True)
        whole = sink.getvalue()
    done = subprocess.run([sys.executable, "-c", BROKEN], input=whole, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[-300:]
    assert int(done.stdout) > 100
