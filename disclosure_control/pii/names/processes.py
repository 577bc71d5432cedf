"""Processes that read much prose at once, each a fresh interpreter with a model of its own (``model_process``).

Fresh interpreters, not forks: the caller may have threads, and its main module may not be safe to import again. Where
one cannot start or stops, the reading fails: nothing is left out.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Final

from disclosure_control.pii.names import model, model_process

PROCESSES: Final = 2
_LEAST: Final = 400_000  # characters; below it a second model costs more time than it saves
_REQUEST: Final = 32  # chunks
Spans = list[tuple[int, int]]


def people(texts: Sequence[str]) -> list[Spans]:
    """The model's spans in each text, by one process or by several.

    Raises:
        MissingExtra: Presidio, spaCy or a model is not installed.
    """
    if sum(map(len, texts)) < _LEAST:
        return model.people(texts)
    model.check_installed()
    parts = [texts[place::PROCESSES] for place in range(PROCESSES)]
    with ThreadPoolExecutor(PROCESSES) as threads:
        spans = list(threads.map(_in_process, parts))
    return [spans[place % PROCESSES][place // PROCESSES] for place in range(len(texts))]


def _in_process(texts: Sequence[str]) -> list[Spans]:
    search_path = [str(Path(folder).resolve()) for folder in sys.path if folder]
    process = subprocess.Popen(
        [sys.executable, "-I", model_process.__file__, json.dumps(search_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    try:
        return list(_responses(process.stdin, process.stdout, texts))
    finally:
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        process.wait()


def _responses(requests: IO[str] | None, responses: IO[str] | None, texts: Sequence[str]) -> Iterator[Spans]:
    if requests is None or responses is None:
        raise RuntimeError("The process that reads names has no pipes.")
    for place in range(0, len(texts), _REQUEST):
        part = list(texts[place : place + _REQUEST])
        requests.write(json.dumps(part) + "\n")
        requests.flush()
        spans = json.loads(responses.readline() or "null")
        if not isinstance(spans, list) or len(spans) != len(part):
            raise RuntimeError("The process that reads names stopped.")
        yield from ([(int(begin), int(end)) for begin, end in text] for text in spans)
