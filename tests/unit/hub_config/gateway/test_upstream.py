"""Kept connections to a workspace's server: used again only while nothing unasked has come over them."""

import asyncio

import pytest

from hub_config.gateway.upstream import ServerPool

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


async def two_requests(folder, *, later: bytes) -> tuple[int, list[bytes]]:
    """Ask two times in a row; how many connections there were, and both bodies."""
    connections = 0

    async def server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while await reader.read(1 << 16):
            writer.write(OK)
            await asyncio.sleep(0.02)
            writer.write(later)
        writer.close()

    bodies = []
    async with await asyncio.start_unix_server(server, str(folder / "w.sock")):
        pool = ServerPool()
        for _ in range(2):
            connection, answer = await pool.request(str(folder / "w.sock"), "GET", "/a", [(b"host", b"tre")])
            bodies.append(b"".join([piece async for piece in connection.body(answer)]))
            pool.release(str(folder / "w.sock"), connection)
            await asyncio.sleep(0.1)
        pool.close_others(frozenset())
    return connections, bodies


@pytest.fixture
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("s")


def test_a_connection_is_used_again(folder):
    assert asyncio.run(two_requests(folder, later=b"")) == (1, [b"{}", b"{}"])


def test_one_over_which_something_came_late_is_not(folder):
    late = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond"
    assert asyncio.run(two_requests(folder, later=late)) == (2, [b"{}", b"{}"])
