"""A request's target, parsed as it was sent: pure.

Nothing is decoded, tidied up or resolved before it is passed on, so what is judged here is what the workspace's server
sees. Whatever two readers could understand differently is refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote_to_bytes

from hub_config.gateway.refusal import AIRLOCK, Refusal, bad_request

MOST_CHARACTERS: Final = 4096
_PATH: Final = re.compile(r"/[A-Za-z0-9\-._~!$&'()*+,;=:@%/\[\]|^]*")
_QUERY: Final = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@%/?\[\]|^{}\"]*")
_BROKEN_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
# A dot, a slash or a backslash as an escape; an escape of an escape.
_ESCAPED_DELIMITER: Final = re.compile(r"%(?:2e|2f|5c|25[0-9a-f]{2})", re.IGNORECASE)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DOTS: Final = frozenset({"", ".", ".."})


@dataclass(frozen=True)
class Address:
    """A target that can be understood in one way.

    Attributes:
        target: as it was sent.
        path: the same without its query.
        query: names and values, decoded.
    """

    target: str
    path: str
    query: Mapping[str, str]


def parse_target(target: str) -> Address:
    """Parse a request's target.

    Raises:
        Refusal: it is not a plain path with a query, or it asks for a download.
    """
    if len(target) > MOST_CHARACTERS:
        raise Refusal(414, "The gateway does not accept this request: its address is too long.")
    path, separator, query = target.partition("?")
    if not _PATH.fullmatch(path) or not _QUERY.fullmatch(query) or (separator and "?" in path):
        raise bad_request("its address holds characters that an address cannot hold")
    _check_segments(path)
    return Address(target, path, _query(query))


def _check_segments(path: str) -> None:
    if _ESCAPED_DELIMITER.search(path):
        raise bad_request("its path hides a dot, a slash or an escape")
    segments = path[1:].split("/")
    # A path may end with a slash: the last segment is then empty.
    if _DOTS & set(segments[:-1]) or segments[-1] in {".", ".."}:
        raise bad_request("its path is not in its simplest form")
    _decode(path)


def _query(text: str) -> Mapping[str, str]:
    _decode(text)
    pairs = parse_qsl(text, keep_blank_values=True)
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise bad_request("its query says something twice")
    if any(name.strip().lower() == "download" for name in names):
        raise Refusal(403, AIRLOCK)
    return dict(pairs)


def _decode(text: str) -> str:
    if _BROKEN_ESCAPE.search(text):
        raise bad_request("an escape in its address is broken")
    try:
        decoded = unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise bad_request("its address is not UTF-8") from None
    if _CONTROL.search(decoded):
        raise bad_request("its address holds control characters")
    return decoded
