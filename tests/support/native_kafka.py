"""A Kafka broker of the tests' own: the real program, one node, on this machine alone.

`find_kafka()` says where the program is: KAFKA_HOME, else `.kafka` beside the Makefile, where
`.ci/run` puts it.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Self

from cohoi.adapters.child_process import spawn
from support.deadlines import eventually

_CLUSTER = "5L6g3nShT-eMCtK--X86sw"
_READY_WITHIN_S = 60
_CHECKOUT = Path(__file__).parents[2]


def find_kafka() -> Path | None:
    """Return the folder of Kafka's programs, None where there is none or no Java."""
    named = os.environ.get("KAFKA_HOME")  # noqa: TID251 - the tests' own setting
    home = Path(named) if named else _CHECKOUT / ".kafka"
    there = (home / "bin" / "kafka-server-start.sh").exists() and shutil.which("java") is not None
    return home if there else None


class NativeKafka:
    """One broker, which may be killed, stopped and started again; use it as a context."""

    def __init__(self, home: Path, *, advertised_port: int | None = None) -> None:
        """Make one; clients are sent on to `advertised_port`, where that is another one."""
        self._home = home
        self._directory = Path(tempfile.mkdtemp(prefix="cohoi-kafka-"))
        self._port, controller = free_port(), free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._properties = self._directory / "server.properties"
        advertised = advertised_port or self._port
        data = self._directory / "data"
        self._properties.write_text(_properties(self._port, advertised, controller, data))
        self._run("kafka-storage.sh", "format", "-t", _CLUSTER, "-c", str(self._properties))

    @property
    def port(self) -> int:
        """The port on which it listens."""
        return self._port

    @property
    def bootstrap(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self._directory, ignore_errors=True)

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        with (self._directory / "kafka.log").open("ab") as output:
            self._process = spawn(
                [str(self._home / "bin" / "kafka-server-start.sh"), str(self._properties)],
                environment=_environment(),
                directory=self._directory,
                output=output,
            )
        eventually(self._answers, "Kafka answers", within_s=_READY_WITHIN_S)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(timeout=30)
            self._process = None

    def wait_for_ports(self) -> None:
        """Wait until nobody holds its port any more."""
        eventually(lambda: not self._listens(), "the port is free", within_s=30)

    def pause(self) -> None:
        """Let it stand still: connections stay, and nobody answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, signum: signal.Signals) -> None:
        assert self._process is not None, "it runs"
        self._process.send_signal(signum)

    def _answers(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise AssertionError((self._directory / "kafka.log").read_text(errors="replace"))
        return self._listens()

    def _listens(self) -> bool:
        with closing(socket.socket()) as asking:
            asking.settimeout(1)
            return asking.connect_ex(("127.0.0.1", self._port)) == 0

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(  # noqa: S603 - Kafka's own program
            [str(self._home / "bin" / program), *arguments],
            env=_environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def free_port() -> int:
    """Return a port of this machine that nobody uses now."""
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "KAFKA_HEAP_OPTS": "-Xms256m -Xmx384m"}  # noqa: TID251 - a child's own


def _properties(port: int, advertised: int, controller: int, data: Path) -> str:
    return f"""
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{advertised}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
"""
