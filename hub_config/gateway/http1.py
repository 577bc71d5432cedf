"""HTTP/1.1 as bytes: heads are read by llhttp after a grammar of our own, and written under the same grammar. Pure.

Two readers must agree on a head before anything of it is believed: the grammar, which knows no folded lines, no bare
line ends and no control characters, and llhttp in its strict mode, which knows what belongs together. A request says
its length in digits or has no body: no browser sends one in chunks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import httptools

from hub_config.gateway.headers import Headers

LARGEST_HEAD: Final = 1 << 15
# What a reader holds before it listens on, as asyncio has it: half of what may come at once.
READ_AHEAD: Final = 1 << 16
PIECE: Final = 2 * READ_AHEAD
END: Final = b"\r\n\r\n"
NO_BODY: Final = frozenset({204, 304})

_VALUE: Final = rb"[\t\x20-\x7e\x80-\xff]*"
_FIELDS: Final = rb"(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:" + _VALUE + rb"\r\n)*\r\n"
_REQUEST: Final = re.compile(rb"[A-Z]+ [\x21-\x7e]+ HTTP/1\.1\r\n" + _FIELDS)
_RESPONSE: Final = re.compile(rb"HTTP/1\.[01] [1-5][0-9]{2}(?: " + _VALUE + rb")?\r\n" + _FIELDS)
_LENGTH: Final = re.compile(rb"[0-9]{1,15}")


class NotHttp(Exception):
    """Bytes that are not a message as this reader has it."""


@dataclass(frozen=True)
class Request:
    """The head of a request.

    Attributes:
        length: of its body; None when it wants to send it in chunks.
        closes: it says that nothing follows on its connection.
    """

    method: str
    target: str
    headers: Headers
    length: int | None
    closes: bool


@dataclass(frozen=True)
class Response:
    """The head of a response.

    Attributes:
        length: of its body; None when that ends with its chunks, or with the connection.
        chunked: it comes in chunks.
        closes: nothing follows on its connection.
    """

    status: int
    headers: Headers
    length: int | None
    chunked: bool
    closes: bool


@dataclass
class _Fields:
    """What llhttp tells of a head."""

    target: bytes = b""
    headers: Headers = field(default_factory=list)
    complete: bool = False

    def on_url(self, url: bytes) -> None:
        self.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value.strip(b" \t")))

    def on_headers_complete(self) -> None:
        self.complete = True


def read_request(head: bytes) -> Request:
    """Read a request's head, its empty line included. Raises NotHttp."""
    if len(head) > LARGEST_HEAD or not _REQUEST.fullmatch(head):
        raise NotHttp
    fields = _Fields()
    parser = httptools.HttpRequestParser(fields)
    _feed(parser, head, fields)
    chunked, length = _framing(fields.headers)
    return Request(
        method=parser.get_method().decode("ascii"),
        target=fields.target.decode("ascii"),
        headers=fields.headers,
        length=None if chunked else length or 0,
        closes=_is_closing(fields.headers),
    )


def read_response(head: bytes) -> Response:
    """Read the head of a response to GET or to what changes something. Raises NotHttp."""
    if len(head) > LARGEST_HEAD or not _RESPONSE.fullmatch(head):
        raise NotHttp
    fields = _Fields()
    parser = httptools.HttpResponseParser(fields)
    _feed(parser, head, fields)
    status = parser.get_status_code()
    chunked, length = _framing(fields.headers)
    if status in NO_BODY or status < 200:
        chunked, length = False, 0
    endless = length is None and not chunked
    closes = endless or _is_closing(fields.headers) or head.startswith(b"HTTP/1.0")
    return Response(status, fields.headers, length, chunked, closes)


def write(line: bytes, headers: Sequence[tuple[bytes, bytes]], *, response: bool) -> bytes:
    """A head as bytes, beginning with ``line``. Raises NotHttp when it would be read as something else."""
    head = b"".join([line, b"\r\n", *(b"%b: %b\r\n" % item for item in headers), b"\r\n"])
    if not (_RESPONSE if response else _REQUEST).fullmatch(head):
        raise NotHttp
    return head


class Chunks:
    """The body of a response that comes in chunks, taken apart by llhttp."""

    def __init__(self) -> None:
        """Begin before the first chunk."""
        self.complete = self._surplus = False
        self._pieces: list[bytes] = []
        self._parser = httptools.HttpResponseParser(self)
        self._parser.feed_data(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")

    def feed(self, data: bytes) -> bytes:
        """What of ``data`` is the body's. Raises NotHttp, also when something follows the last chunk."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            raise NotHttp from None
        if self._surplus:
            raise NotHttp
        data, self._pieces = b"".join(self._pieces), []
        return data

    def on_message_begin(self) -> None:
        """Told by llhttp; a second one was not asked for."""
        self._surplus = self.complete

    def on_body(self, data: bytes) -> None:
        """Told by llhttp."""
        self._pieces.append(data)

    def on_message_complete(self) -> None:
        """Told by llhttp."""
        self.complete = True


def _feed(parser: "httptools.HttpRequestParser | httptools.HttpResponseParser", head: bytes, fields: _Fields) -> None:
    try:
        parser.feed_data(head)
    except httptools.HttpParserUpgrade:
        pass  # Whether it may is decided elsewhere; llhttp stops at the end of the head.
    except httptools.HttpParserError:
        raise NotHttp from None
    if not fields.complete:
        raise NotHttp


def _framing(headers: Headers) -> tuple[bool, int | None]:
    """Whether a body comes in chunks, and its length if it says one."""
    codings = [value for name, value in headers if name == b"transfer-encoding"]
    lengths = [value for name, value in headers if name == b"content-length"]
    if codings not in ([], [b"chunked"]) or len(lengths) > 1 or (codings and lengths):
        raise NotHttp
    if lengths and not _LENGTH.fullmatch(lengths[0]):
        raise NotHttp
    return bool(codings), int(lengths[0]) if lengths else None


def _is_closing(headers: Headers) -> bool:
    connection = b",".join(value for name, value in headers if name == b"connection").lower()
    return b"close" in {part.strip() for part in connection.split(b",")}
