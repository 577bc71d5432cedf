"""Small pages by chance, from a grammar of what parsers of HTML differ on; and another parser that reads the rebuilt.

A word of a page is made of pieces of letters and digits, so that a word that only joining makes is told from its parts.
"""

import random
import re
import unicodedata
from collections.abc import Callable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from disclosure_control.core.content import FileContent

_INLINE_WORDS = "a b i u s em strong span code small sub sup font big nobr mark q label abbr cite var kbd x-word bdi"
INLINE = _INLINE_WORDS.split()
_BLOCK_WORDS = (
    "p div h1 h2 h3 pre blockquote ul ol li dl dt dd section article header footer main figure figcaption center "
    "address aside nav details summary fieldset legend form dialog listing menu"
)
BLOCK = _BLOCK_WORDS.split()
_TABLE_WORDS = "table caption colgroup col thead tbody tfoot tr td th"
TABLE = _TABLE_WORDS.split()
_RAW_WORDS = "xmp plaintext noscript noembed noframes iframe textarea title script style template"
RAW = _RAW_WORDS.split()
_FOREIGN_WORDS = "svg math mi mtext annotation-xml foreignObject desc title mglyph path g text"
FOREIGN = _FOREIGN_WORDS.split()
_ODD_WORDS = (
    "select option optgroup button input br hr img wbr object applet marquee ruby rt rp body html head frameset"
)
ODD = _ODD_WORDS.split()
TAGS = [*INLINE * 3, *BLOCK * 2, *TABLE * 2, *RAW * 2, *FOREIGN, *ODD * 2]
JOINING = ("<wbr>", "<!-- x -->", "<a></a>", "<b></b>", "<script></script>", "<!>", "<?x?>", "</ >", "&shy;", "&#8203;")
COMMENTS = (
    "<!-- {} -->",
    "<!-->{}<!-- -->",
    "<!--->{}",
    "<!--{}--!>",
    "<! {}>",
    "<?{}>",
    "</ {}>",
    "<![CDATA[{}]]>",
    "<!--{}",
)
STYLES = (
    "display:none",
    "visibility: hidden",
    r"d\69 splay:none",
    "font-size:0",
    "color:#fff",
    "color:white;background:navy",
    "display:block",
    "position:absolute;left:-9999px",
)
SHEETS = (".q{display:none}", "#k{color:white}", "p{}", "b:not(.q){opacity:0}", "@media print{p{display:none}}", "a{")
ATTRIBUTES = (" class=q", " id=k", " hidden", " title='{}'", " type=hidden", " colspan=2", " open", ' data-a="{}"')
ENTITIES = (
    "&lt;",
    "&gt;",
    "&amp;",
    "&nbsp;",
    "&#x41;",
    "&#65",
    "&notit;",
    "&#824;",
    "&#769;",
    "&lt;b&gt;",
    "&#0;",
    "&#13;",
)
# What a browser lays out as blocks (HTML Standard, section 15.3), written down here apart from what the reader has.
_PARTING_WORDS = (
    "address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol option p plaintext pre"
    " search section summary table tbody td tfoot th thead tr ul xmp head"
)
PARTING = frozenset(_PARTING_WORDS.split())
_WORD = re.compile(r"\w+")


def page(chance: random.Random) -> str:
    """One page."""
    parts = [_part(chance) for _ in range(chance.randint(2, 16))]
    return chance.choice(("", "", "<!DOCTYPE html>", "<html><body>", "<table>", "<svg>")) + "".join(parts)


def _part(chance: random.Random) -> str:
    return chance.choices(
        (_start, _end, _words, _joined, _comment, _sheet, _entity), weights=(34, 16, 22, 14, 6, 3, 5)
    )[0](chance)


def _piece(chance: random.Random) -> str:
    return "".join(chance.choices("abcdefghjkmnpqrstuvwxyz0123456789", k=chance.randint(2, 4)))


def _words(chance: random.Random) -> str:
    return chance.choice((" ", "", "\n")).join(_piece(chance) for _ in range(chance.randint(1, 3)))


def _joined(chance: random.Random) -> str:
    """A word in pieces, with what no reader sees between them."""
    return _piece(chance) + chance.choice(JOINING) + _piece(chance) + chance.choice((" ", ""))


def _start(chance: random.Random) -> str:
    more = ""
    if chance.random() < 0.15:
        more = f' style="{chance.choice(STYLES)}"'
    elif chance.random() < 0.15:
        more = chance.choice(ATTRIBUTES).format(_piece(chance))
    return f"<{chance.choice(TAGS)}{more}{chance.choice(('',) * 12 + ('/',))}>"


def _end(chance: random.Random) -> str:
    return f"</{chance.choice(TAGS)}>"


def _comment(chance: random.Random) -> str:
    return chance.choice(COMMENTS).format(_words(chance))


def _sheet(chance: random.Random) -> str:
    return f"<style>{chance.choice(SHEETS)}</style>"


def _entity(chance: random.Random) -> str:
    return chance.choice(ENTITIES)


def words_shown(clean: bytes) -> set[str]:
    """The words that another parser (Lexbor) finds on a rebuilt page, joined over all but blocks and line breaks."""
    root = LexborHTMLParser(clean.decode()).root
    assert root is not None
    return words_of("".join(_text(root)))


def _text(node: LexborNode) -> Iterator[str]:
    if node.tag == "-text":
        yield node.text_content or ""
        return
    parts = node.tag in PARTING
    yield "\n" * parts
    inner = node.first_child
    while inner is not None:
        yield from _text(inner)
        inner = inner.next
    yield "\n" * parts


def words_read(examined: FileContent) -> set[str]:
    """The words that the check was given to judge: those of texts, and those of tables."""
    texts = [text.text for text in examined.texts]
    texts += [cell for table in examined.tables for column in table.columns for cell in (column.header, *column.cells)]
    return {word for text in texts for word in words_of(text)}


def words_of(text: str) -> set[str]:
    """The words of a text, each mark joined to its letter (NFC), as texts are read."""
    return set(_WORD.findall(unicodedata.normalize("NFC", text)))


def unread(page_text: str, examine: Callable[[str, bytes], FileContent]) -> set[str]:
    """Words that the rebuilt page shows and that were not read; what is rebuilt once more must be the same bytes."""
    first = examine("page.html", page_text.encode())
    assert first.clean is not None
    again = examine("page.html", first.clean)
    assert again.clean == first.clean, page_text
    return words_shown(first.clean) - words_read(first)
