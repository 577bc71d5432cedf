"""The prefilter: one pass of RE2 over many texts, which leaves each recogniser few of them to read.

RE2 (in Arrow) takes every form at once and no longer than the text is; Python's expressions take each text and form in
turn. Texts of a million characters are read by their lines elsewhere; here a text is a cell, a line or a paragraph.
"""

import functools
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from disclosure_control.pii.recognisers import RECOGNISERS

_FEW: Final = 32  # texts below which the pass costs more than it saves
_EVERY: Final = tuple(range(len(RECOGNISERS)))


@functools.cache
def _combined_pattern() -> str:
    return "|".join(recogniser.shape for recogniser in RECOGNISERS)


def readers(texts: Sequence[str]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The place of each text that may hold an identifier, and the places of the recognisers that have to read it."""
    if len(texts) < _FEW:
        yield from ((place, _EVERY) for place in range(len(texts)))
        return
    array = pa.array(texts, pa.large_string())
    candidates = pc.indices_nonzero(pc.match_substring_regex(array, _combined_pattern()))
    candidate_texts = array.take(candidates)
    recognisers_of: list[list[int]] = [[] for _ in range(len(candidate_texts))]
    for recogniser in _EVERY:
        mask: Any = pc.match_substring_regex(candidate_texts, RECOGNISERS[recogniser].shape)
        for place in pc.indices_nonzero(mask).to_numpy():
            recognisers_of[int(place)].append(recogniser)
    for place, which in zip(candidates.to_numpy(), recognisers_of, strict=True):
        yield int(place), tuple(which)
