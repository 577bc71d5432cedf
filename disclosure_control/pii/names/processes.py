"""Much prose is read by two processes at once, each a fresh interpreter with a model of its own.

Requests and answers are lines of JSON over pipes. Fresh interpreters, not forks: the caller may have threads, and its
main module may not be safe to import again. Where one cannot start or stops, the reading fails: nothing is left out.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Final

from disclosure_control.pii.names import model

PROCESSES: Final = 2
_LEAST: Final = 400_000  # characters; below it a second model costs more time than it saves
_REQUEST: Final = 32  # chunks
_SERVE: Final = (
    "import json, os, sys; os.environ.update(OMP_NUM_THREADS='1', OPENBLAS_NUM_THREADS='1', MKL_NUM_THREADS='1');"
    " sys.path[:] = json.loads(sys.argv[1]);"
    " from disclosure_control.pii.names.processes import serve; serve()"
)
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
        answers = list(threads.map(_in_process, parts))
    return [answers[place % PROCESSES][place // PROCESSES] for place in range(len(texts))]


def serve() -> None:
    """Answer requests from standard input until it ends."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(model.people(json.loads(line))) + "\n")
        sys.stdout.flush()


def _in_process(texts: Sequence[str]) -> list[Spans]:
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", _SERVE, json.dumps([str(Path(part).resolve()) for part in sys.path if part])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    try:
        return [spans for spans in _answers(process.stdin, process.stdout, texts)]
    finally:
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        process.wait()


def _answers(requests: IO[str] | None, answers: IO[str] | None, texts: Sequence[str]) -> Iterator[Spans]:
    if requests is None or answers is None:
        raise RuntimeError("The process that reads names has no pipes.")
    for begin in range(0, len(texts), _REQUEST):
        part = list(texts[begin : begin + _REQUEST])
        requests.write(json.dumps(part) + "\n")
        requests.flush()
        spans = json.loads(answers.readline() or "null")
        if not isinstance(spans, list) or len(spans) != len(part):
            raise RuntimeError("The process that reads names stopped.")
        yield from ([(int(a), int(b)) for a, b in text_spans] for text_spans in spans)
