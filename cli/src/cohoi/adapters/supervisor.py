"""Keeps the children of the embedded stack: starts, watches, restarts and stops them."""

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from cohoi.adapters.account import Account
from cohoi.adapters.child_log import ChildLog
from cohoi.adapters.child_process import spawn
from cohoi.adapters.console import Console
from cohoi.adapters.watchdog import Watchdog
from cohoi.application.refusal import Refused
from cohoi.domain.backoff import failures_in_a_row, pause_s
from cohoi.domain.log_line import tells_of_a_full_disk, why_it_ended

_TURN_S = 0.1
_READ_BYTES = 65_536
_LONGEST_LINE_BYTES = 65_536
_LAST_WORDS = 40
_ATTEMPTS = 5  # deaths in a row before the first readiness, after which we give up
_KILL_WAIT_S = 5.0
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(Exception):  # noqa: N818 - somebody asked us to stop
    """Ctrl-C, SIGTERM or a closed terminal."""


@dataclass(frozen=True)
class ChildPlan:
    """What one child is: how it starts, when it is ready, and how it ends."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    directory: Path
    layer: int  # the higher ones stand on the lower ones, and stop before them
    stop_signal: signal.Signals = signal.SIGTERM
    hard_stop_signal: signal.Signals = signal.SIGKILL
    stop_within_s: float = 8.0
    death_signal: signal.Signals = signal.SIGKILL
    account: Account | None = None
    ready: Callable[[], bool] | None = None
    ready_within_s: float = 60.0
    mend: Callable[[], str] | None = None  # tried once, after two deaths before being ready


@dataclass
class _Child:
    plan: ChildPlan
    log: ChildLog
    kept: bool  # restarted when it dies
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    due_at: float | None = None
    was_ready: bool = False
    mended: bool = False
    exit_code: int | None = None
    partial: bytearray = field(default_factory=bytearray)
    last_words: deque[str] = field(default_factory=lambda: deque[str](maxlen=_LAST_WORDS))


class Supervisor:
    """The parent of all children. It works in one thread, the main one, and only waits."""

    def __init__(
        self,
        plans: Mapping[str, ChildPlan],
        *,
        logs: Path,
        console: Console,
        watchdog: Watchdog | None = None,
    ) -> None:
        self._plans = plans
        self._logs = logs
        self._console = console
        self._watchdog = watchdog
        self._children: dict[str, _Child] = {}
        self._selector = selectors.DefaultSelector()
        self._stop_requests = 0
        self._stopping = False

    @contextlib.contextmanager
    def listening_to_signals(self) -> Generator[None]:
        """Take Ctrl-C and its like as a request, and let them and deaths end a wait at once."""
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        os.set_blocking(writing, False)
        before = {number: signal.getsignal(number) for number in (*_STOP_SIGNALS, signal.SIGCHLD)}
        old_fd = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        for number in _STOP_SIGNALS:
            signal.signal(number, self._request_stop)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        self._selector.register(reading, selectors.EVENT_READ)
        try:
            yield
        finally:
            signal.set_wakeup_fd(old_fd)
            for number, handler in before.items():
                signal.signal(number, handler)
            self._selector.unregister(reading)
            os.close(reading)
            os.close(writing)

    def start(self, name: str) -> None:
        """Start a child that is to live as long as we do."""
        self._add(name, kept=True)

    def wait_until_ready(self, name: str) -> None:
        """Wait until a child is ready; refuse where it dies again and again, or takes too long."""
        child = self._children[name]
        plan = child.plan
        deadline = time.monotonic() + plan.ready_within_s
        while child.process is None or (plan.ready is not None and not plan.ready()):
            self._turn()
            self._refuse_failing()
            if time.monotonic() > deadline:
                raise Refused(
                    f"{name} was not ready within {plan.ready_within_s:.0f} s. "
                    f"What it said stands in {child.log.path}."
                )
        child.was_ready = True

    def _refuse_failing(self) -> None:
        for child in self._children.values():
            if child.failures >= _ATTEMPTS and not child.was_ready:
                raise Refused(why_it_ended(child.plan.name, child.last_words, str(child.log.path)))

    def run_to_end(self, name: str) -> None:
        """Run a child that ends by itself; refuse where it fails."""
        child = self._add(name, kept=False)
        deadline = time.monotonic() + child.plan.ready_within_s
        while child.exit_code is None:
            if time.monotonic() > deadline:
                raise Refused(f"{name} took over {child.plan.ready_within_s:.0f} s.")
            self._turn()
        del self._children[name]
        child.log.close()
        if child.exit_code != 0:
            raise Refused(why_it_ended(name, child.last_words, str(child.log.path)))

    def keep_running(self) -> None:
        """Watch the children until somebody asks us to stop, or the disk is full."""
        with contextlib.suppress(StopRequested):
            while True:
                self._turn()

    def stop_all(self) -> None:
        """Stop the children, the highest layer first; whoever does not heed it is killed."""
        self._stopping = True
        for layer in sorted({child.plan.layer for child in self._children.values()}, reverse=True):
            living = [one for one in self._living() if one.plan.layer == layer]
            for child in reversed(living):
                _signal(child, child.plan.stop_signal)
            self._see_to_the_end(living)
        for child in self._children.values():
            child.log.close()
        if self._watchdog is not None:
            self._watchdog.close()

    def _see_to_the_end(self, children: list[_Child]) -> None:
        """Wait for children that were asked to stop, and ask each less kindly in its time."""
        asked_at = time.monotonic()
        harder = {child.plan.name: _ways_to_stop(child.plan) for child in children}
        while living := [child for child in children if child.process is not None]:
            waited = time.monotonic() - asked_at
            for child in living:
                ways = harder[child.plan.name]
                impatient = self._stop_requests > 1 and len(ways) > 1  # asked twice
                if ways and (impatient or waited > ways[0][0]):
                    _signal(child, ways.popleft()[1])
            if waited > max(c.plan.stop_within_s for c in living) + 2 * _KILL_WAIT_S:
                names = ", ".join(child.plan.name for child in living)
                self._console.say(f"{names} did not even heed SIGKILL")
                return
            self._turn()

    def pids(self) -> dict[str, int]:
        """Return who lives right now."""
        return {c.plan.name: c.process.pid for c in self._living() if c.process is not None}

    def _add(self, name: str, *, kept: bool) -> _Child:
        plan = self._plans[name]
        child = _Child(plan, ChildLog(self._logs / f"{name}.log"), kept)
        self._children[name] = child
        self._spawn(child)
        return child

    def _spawn(self, child: _Child) -> None:
        plan = child.plan
        child.due_at = None
        child.started_at = time.monotonic()
        try:
            child.process = spawn(
                plan.command,
                environment=plan.environment,
                directory=plan.directory,
                output=subprocess.PIPE,
                death_signal=plan.death_signal,
                account=plan.account,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise Refused(f"{plan.name} could not be started: {error}.") from error
        pipe = child.process.stdout
        if pipe is None:
            raise RuntimeError("a child without a pipe")
        os.set_blocking(pipe.fileno(), False)
        self._selector.register(pipe.fileno(), selectors.EVENT_READ, child)
        if self._watchdog is not None:
            self._watchdog.watch(child.process.pid, plan.death_signal)

    def _turn(self) -> None:
        """Wait a moment for output, deaths and signals, and do what they ask for."""
        for key, _ in self._selector.select(_TURN_S):
            if isinstance(key.data, _Child):
                self._read(key.data)
            else:
                with contextlib.suppress(BlockingIOError):
                    os.read(key.fd, _READ_BYTES)
        for child in list(self._children.values()):
            if child.process is not None and child.process.poll() is not None:
                self._bury(child)
            if child.due_at is not None and time.monotonic() >= child.due_at:
                self._spawn(child)
        if self._stop_requests and not self._stopping:
            raise StopRequested

    def _bury(self, child: _Child) -> None:
        """Note a death; plan the next life, unless we are stopping or it was to end."""
        process = child.process
        if process is None or process.stdout is None:
            return
        self._read(child)
        self._leave_pipe(child)
        process.stdout.close()
        self._sweep(child, process.pid)
        child.process, child.exit_code = None, process.returncode
        if self._stopping or not child.kept:
            return
        if (child.was_ready or child.plan.ready is None) and tells_of_a_full_disk(child.last_words):
            raise Refused(why_it_ended(child.plan.name, child.last_words, str(child.log.path)))
        child.failures = failures_in_a_row(child.failures, time.monotonic() - child.started_at)
        pause = pause_s(child.failures)
        child.due_at = time.monotonic() + pause
        self._console.say(
            f"{child.plan.name} ended ({_ending(process.returncode)}); "
            f"starting it again in {pause:.1f} s. Its log: {child.log.path}"
        )
        self._mend(child)

    def _sweep(self, child: _Child, pid: int) -> None:
        """End what a child left in its process group, and tell the watchdog that it is gone."""
        if child.plan.layer > 0:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
        if self._watchdog is not None:
            self._watchdog.forget(pid)

    def _mend(self, child: _Child) -> None:
        mend = child.plan.mend
        if mend is None or child.was_ready or child.mended or child.failures < 2:  # noqa: PLR2004 - once is chance
            return
        child.mended = True
        self._console.say(mend())

    def _read(self, child: _Child) -> None:
        """Take what a child wrote, line by line; a line without an end is cut."""
        if child.process is None or child.process.stdout is None:
            return
        with contextlib.suppress(BlockingIOError):
            while data := os.read(child.process.stdout.fileno(), _READ_BYTES):
                *lines, rest = (bytes(child.partial) + data).split(b"\n")
                if len(rest) > _LONGEST_LINE_BYTES:
                    lines, rest = [*lines, rest], b""
                child.partial[:] = rest
                for line in lines:
                    self._take(child, line)
            if child.partial:
                self._take(child, bytes(child.partial))
                child.partial.clear()
            self._leave_pipe(child)  # it is at its end, which would wake us for ever

    def _leave_pipe(self, child: _Child) -> None:
        if child.process is not None and child.process.stdout is not None:
            with contextlib.suppress(KeyError):
                self._selector.unregister(child.process.stdout.fileno())

    def _take(self, child: _Child, line: bytes) -> None:
        child.log.write(line)
        text = line.decode("utf-8", errors="replace")
        child.last_words.append(text)
        self._console.pass_on(child.plan.name, text, time.monotonic())

    def _living(self) -> list[_Child]:
        return [child for child in self._children.values() if child.process is not None]

    def _request_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stop_requests += 1


def _signal(child: _Child, number: signal.Signals) -> None:
    if child.process is not None:
        child.process.send_signal(number)


def _ways_to_stop(plan: ChildPlan) -> deque[tuple[float, signal.Signals]]:
    """Return what follows the first request, and after how many seconds."""
    return deque(
        [
            (plan.stop_within_s, plan.hard_stop_signal),
            (plan.stop_within_s + _KILL_WAIT_S, signal.SIGKILL),
        ]
    )


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return f"by {signal.Signals(-code).name}"
    return f"by signal {-code}"
