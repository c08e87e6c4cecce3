"""The processes that go over big files of N-Triples, one a processor, and the questions to them.

They load next to nothing, so each takes little memory; what they find suspicious is judged by
the process that asks.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import TypeVar, cast

from cetu.validation.nt_cases import Answer, Nodes, Stretch
from cetu.validation.nt_worker import Setup
from cetu.validation.records import RunBroken

AHEAD = 24  # answers that wait while findings are made
_PATIENCE = 0.0005  # seconds
_LARGE = 1 << 17  # bytes
_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of malloc.h
WORKERS = min(8, os.cpu_count() or 1)
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from cetu.validation.nt_worker import main; main()"
_FOLDER = str(Path(__file__).parents[2])
S = TypeVar("S")
T = TypeVar("T")


class Workers:
    """Answers questions about pieces, several at a time. Used in a ``with`` statement."""

    def __init__(self, setup: Setup, count: int = 0) -> None:
        self._setup = setup
        self.count = count or WORKERS
        self._idle: queue.SimpleQueue[subprocess.Popen[bytes]] = queue.SimpleQueue()
        self._all: list[subprocess.Popen[bytes]] = []
        self._threads = ThreadPoolExecutor(self.count, "cetu-nt")
        self._patience = sys.getswitchinterval()

    def __enter__(self) -> Workers:
        # the threads need Python briefly and often while another makes findings
        sys.setswitchinterval(_PATIENCE)
        _give_back_large_buffers()
        # digests of texts are only the same where the seed is
        environment = os.environ | {"PYTHONHASHSEED": "0", "MALLOC_MMAP_THRESHOLD_": str(_LARGE)}
        try:
            for _ in range(self.count):
                process = subprocess.Popen(
                    [sys.executable, "-S", "-P", "-c", _PROGRAM, _FOLDER],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
                )  # fmt: skip
                self._all.append(process)
                self._idle.put(process)
            for process in self._all:
                self._tell(process, self._setup)
        except (OSError, RunBroken) as error:
            self.__exit__(None, None, None)
            raise error if isinstance(error, RunBroken) else _ended(str(error)) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        sys.setswitchinterval(self._patience)
        self._threads.shutdown(cancel_futures=True)
        for process in self._all:
            try:
                process.communicate(timeout=10)
            except (subprocess.TimeoutExpired, OSError, ValueError):
                process.kill()
                process.wait()

    def nodes(self, data: bytes | Stretch) -> Nodes:
        """What ``Cases.nodes`` says."""
        return cast(Nodes, self._ask("nodes", data))

    def answer(
        self, data: bytes | Stretch, segments: object = None, apart: object = ()
    ) -> Answer:
        """What ``Cases.answer`` says."""
        return cast(Answer, self._ask("answer", data, segments, apart))

    def mapped(self, function: Callable[[S], T], items: Iterator[S]) -> Generator[T]:
        """What the function makes of the items, in order, while the caller does other things.

        Few items are held at a time, and no more than AHEAD answers. The items are closed at the end.
        """
        answers: queue.SimpleQueue[Future[T] | Exception | None] = queue.SimpleQueue()
        free, ahead = threading.Semaphore(self.count + 1), threading.Semaphore(AHEAD)
        stopped = threading.Event()

        def feed() -> None:
            end: Exception | None = None
            try:
                while True:
                    free.acquire()
                    ahead.acquire()
                    if stopped.is_set() or (item := next(items, None)) is None:
                        break
                    future = self._threads.submit(function, item)
                    del item
                    future.add_done_callback(lambda _: free.release())
                    answers.put(future)
            except Exception as error:
                end = error
            finally:
                if isinstance(items, Generator):
                    items.close()
                answers.put(end)

        feeder = threading.Thread(target=feed, name="cetu-nt-feed")
        feeder.start()
        try:
            while isinstance(future := answers.get(), Future):
                made = future.result()
                ahead.release()
                yield made
                del made
            if future is not None:
                raise future
        finally:
            stopped.set()
            free.release()
            ahead.release()
            feeder.join()

    def _ask(self, method: str, *arguments: object) -> object:
        process = self._idle.get()
        self._tell(process, (method, arguments))
        try:
            assert process.stdout is not None
            answer = pickle.load(process.stdout)
        except (EOFError, pickle.UnpicklingError) as error:
            raise _ended(f"exit {process.poll()}") from error
        self._idle.put(process)
        if isinstance(answer, Exception):
            raise _ended(repr(answer)) from answer
        return answer

    def _tell(self, process: subprocess.Popen[bytes], words: object) -> None:
        assert process.stdin is not None
        try:
            pickle.dump(words, process.stdin, pickle.HIGHEST_PROTOCOL)
            process.stdin.flush()
        except OSError as error:
            raise _ended(f"exit {process.poll()}") from error


def _give_back_large_buffers() -> None:
    """What is large goes back to the system at once when it is freed. The C library of GNU begins so, but
    keeps more for itself the more there was: a quarter of this process, with pieces of half a megabyte."""
    try:
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)
    except (OSError, AttributeError, TypeError):
        return  # another C library


def _ended(reason: str) -> RunBroken:
    return RunBroken(
        f"读 N-Triples 的进程意外结束（{reason}），校验没有完成；"
        "请看内存是否足够；用 -o 写报告的，可用 --resume 续跑",
        f"a process that reads N-Triples ended unexpectedly ({reason}), the run is not complete; "
        "see whether there is memory enough; a run with -o goes on with --resume",
    )
