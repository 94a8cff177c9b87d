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
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cohoi.adapters.child_process import spawn
from support.certificates import Certificates
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


@dataclass(frozen=True)
class Seat:
    """Where a broker of a cluster listens, for clients and for the other controllers."""

    node: int
    port: int
    controller: int

    @property
    def voter(self) -> str:
        """How the controllers know it."""
        return f"{self.node}@127.0.0.1:{self.controller}"


@dataclass(frozen=True)
class Sealing:
    """What a broker asks of its clients: TLS, a name and a password."""

    certificates: Certificates
    username: str
    password: str

    def of(self, properties: str) -> str:
        """Return the properties of a broker that is sealed so."""
        login = (
            "org.apache.kafka.common.security.plain.PlainLoginModule required "
            f'username="{self.username}" password="{self.password}" '
            f'user_{self.username}="{self.password}";'
        )
        return f"""{properties.replace("PLAINTEXT://", "SASL_SSL://")}
listener.security.protocol.map=SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
inter.broker.listener.name=SASL_SSL
sasl.enabled.mechanisms=PLAIN
sasl.mechanism.inter.broker.protocol=PLAIN
listener.name.sasl_ssl.plain.sasl.jaas.config={login}
ssl.keystore.type=PEM
ssl.keystore.location={self.certificates.server}
ssl.truststore.type=PEM
ssl.truststore.location={self.certificates.authority}
"""


class NativeKafka:
    """One broker, which may be killed, stopped and started again; use it as a context."""

    def __init__(
        self,
        home: Path,
        *,
        advertised_port: int | None = None,
        seats: Sequence[Seat] = (),
        node: int = 1,
        sealed: Sealing | None = None,
        settings: str = "",
    ) -> None:
        """Make one; clients are sent on to `advertised_port`, where that is another one.

        `seats` are those of the cluster that it is a node of; else it is alone. One that is
        `sealed` speaks SASL_SSL alone. `settings` are further properties, a line each.
        """
        self._home = home
        self._directory = Path(tempfile.mkdtemp(prefix="cohoi-kafka-"))
        together = seats or (Seat(node, free_port(), free_port()),)
        own = next(seat for seat in together if seat.node == node)
        self._port = own.port
        self._process: subprocess.Popen[bytes] | None = None
        self._properties = self._directory / "server.properties"
        advertised = advertised_port or self._port
        data = self._directory / "data"
        properties = _properties(own, together, advertised, data)
        if sealed is not None:
            properties = sealed.of(properties)
        self._properties.write_text(f"{properties}\n{settings}\n")
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
        self.discard()

    def discard(self) -> None:
        """Lose it for good, its disk too."""
        self.kill()
        shutil.rmtree(self._directory, ignore_errors=True)

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        self.launch()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until it takes connections."""
        eventually(self._answers, "Kafka answers", within_s=_READY_WITHIN_S)

    def launch(self) -> None:
        """Start it; in a cluster, it needs the others to come up."""
        with (self._directory / "kafka.log").open("ab") as output:
            self._process = spawn(
                [str(self._home / "bin" / "kafka-server-start.sh"), str(self._properties)],
                environment=_environment(),
                directory=self._directory,
                output=output,
            )

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


def _properties(own: Seat, seats: Sequence[Seat], advertised: int, data: Path) -> str:
    safe = min(3, len(seats))
    return f"""
process.roles=broker,controller
node.id={own.node}
controller.quorum.voters={",".join(seat.voter for seat in seats)}
listeners=PLAINTEXT://127.0.0.1:{own.port},CONTROLLER://127.0.0.1:{own.controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{advertised}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
offsets.topic.replication.factor={safe}
transaction.state.log.replication.factor={safe}
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
"""


@contextmanager
def three_brokers(home: Path) -> Generator[list[NativeKafka]]:
    """Run a cluster of three, which keeps what it took when one of them is lost for good."""
    seats = [Seat(node, free_port(), free_port()) for node in (1, 2, 3)]
    with ExitStack() as stack:
        brokers = [NativeKafka(home, seats=seats, node=seat.node) for seat in seats]
        for broker in brokers:
            stack.callback(broker.discard)
            broker.launch()
        for broker in brokers:
            broker.wait_until_ready()
        yield brokers
