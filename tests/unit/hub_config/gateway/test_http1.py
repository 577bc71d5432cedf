"""Heads as bytes: what is read, what is refused, and that nothing is written that would be read as something else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_config.gateway import http1
from hub_config.gateway.http1 import Chunks, NotHttp, read_request, read_response, write


def request(*lines: bytes, first: bytes = b"GET /a?b=c HTTP/1.1") -> bytes:
    return b"\r\n".join([first, *lines, b"", b""])


def answer(*lines: bytes, first: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return request(*lines, first=first)


def test_a_head_is_read_as_it_was_sent():
    read = read_request(request(b"Host: tre", b"COOKIE:\t a=b ", b"Empty:", b"Content-Length: 12"))
    assert (read.method, read.target, read.length, read.closes) == ("GET", "/a?b=c", 12, False)
    assert read.headers == [(b"host", b"tre"), (b"cookie", b"a=b"), (b"empty", b""), (b"content-length", b"12")]


def test_what_follows_is_known():
    assert read_request(request(b"Connection: keep-alive, Close")).closes
    assert read_request(request(b"Transfer-Encoding: chunked")).length is None
    assert read_request(request()).length == 0
    assert read_response(answer(b"Content-Length: 3")) == http1.Response(
        200, [(b"content-length", b"3")], 3, False, False
    )
    assert read_response(answer(b"Transfer-Encoding: chunked")).chunked
    endless = read_response(answer())
    assert (endless.length, endless.closes) == (None, True)
    assert read_response(answer(b"Content-Length: 9", first=b"HTTP/1.1 304 Not Modified")).length == 0
    assert read_response(answer(b"Content-Length: 9", first=b"HTTP/1.0 200 OK")).closes


BAD_FIELDS = [
    b"Transfer-Encoding : chunked",
    b" Folded: x",
    b"X: a\r\n b: c",
    b"X: a\nTransfer-Encoding: chunked",
    b"X: a\rb",
    b"X: a\x00b",
    b"X: a\x0bb",
    b"No colon",
    b": no name",
    b"Content-Length: +1",
    b"Content-Length: 0x1",
    b"Content-Length: 1, 1",
    b"Content-Length: 1\r\nContent-Length: 1",
    b"Content-Length: 1\r\nTransfer-Encoding: chunked",
    b"Transfer-Encoding: gzip, chunked",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    b"X: " + b"x" * http1.LARGEST_HEAD,
]


@pytest.mark.parametrize("field", BAD_FIELDS)
def test_what_two_readers_could_understand_differently_is_no_head(field):
    with pytest.raises(NotHttp):
        read_request(request(b"Host: tre", field, first=b"PUT /a HTTP/1.1"))
    with pytest.raises(NotHttp):
        read_response(answer(b"X: y", field))


@pytest.mark.parametrize(
    "first",
    [b"GET /a HTTP/1.0", b"GET  /a HTTP/1.1", b"GET /a", b"get /a HTTP/1.1", b"GET /\xe4 HTTP/1.1", b"FOO / HTTP/1.1"],
)
def test_other_first_lines_are_no_request(first):
    with pytest.raises(NotHttp):
        read_request(request(b"Host: tre", first=first))


@pytest.mark.parametrize(
    "first", [b"HTTP/1.1 99 x", b"HTTP/2 200 OK", b"HTTP/1.1 2000 OK", b"ICY 200 OK", b"HTTP/1.1 200\n"]
)
def test_other_first_lines_are_no_answer(first):
    with pytest.raises(NotHttp):
        read_response(answer(b"Content-Length: 0", first=first))


@given(st.binary(max_size=40))
def test_nothing_is_written_that_would_be_read_as_more_than_one_head(value):
    try:
        head = write(b"GET /a HTTP/1.1", [(b"x", value)], response=False)
    except NotHttp:
        return
    assert read_request(head).headers == [(b"x", value.strip(b" \t"))]
    assert head.count(http1.END) == 1


def test_chunks_are_taken_apart_however_they_come():
    data = b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
    for size in range(1, len(data) + 1):
        chunks = Chunks()
        body = b"".join(chunks.feed(data[at : at + size]) for at in range(0, len(data), size))
        assert (body, chunks.complete) == (b"abcde", True), size


@pytest.mark.parametrize(
    "data", [b"x\r\nabc", b"3\r\nabcd\r\n", b"-1\r\n", b"0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", b"3\nabc\n0\n\n"]
)
def test_chunks_that_are_none_and_what_follows_the_last_are_refused(data):
    with pytest.raises(NotHttp):
        Chunks().feed(data)
