"""A process that goes over pieces of N-Triples for another one.

It reads pickles from standard input, first what ``Cases`` takes, then questions, a method of
``Cases`` with its arguments each, of which the first may be a stretch of a file in place of bytes; it
writes the answers to standard output and ends when there is nothing more to read. Only this program's
own processes speak to it.
"""

from __future__ import annotations

import gc
import pickle
import signal
import sys

from cetu.validation.nt_cases import Cases, Layout, ScreenSource, Stretch

Setup = tuple[Layout, ScreenSource | None]


def main() -> None:
    """Answer until the other side closes. A method that fails is answered with its exception."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asks ends this one
    gc.disable()  # nothing here refers to itself, and there is much of it
    asked, told = sys.stdin.buffer, sys.stdout.buffer
    try:
        layout, source = pickle.load(asked)
        cases = Cases(layout, source and source.screens())
        while True:
            method, arguments = pickle.load(asked)
            try:
                data, *more = arguments
                answer = getattr(cases, method)(data.read() if isinstance(data, Stretch) else data, *more)
            except Exception as error:
                answer = error
            pickle.dump(answer, told, pickle.HIGHEST_PROTOCOL)
            told.flush()
    except (EOFError, BrokenPipeError):
        return
