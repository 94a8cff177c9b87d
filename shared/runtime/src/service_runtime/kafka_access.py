"""Where Kafka is, and how one gets in: read from COHOI_KAFKA_* variables, given to any client."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic_settings import BaseSettings

from opportunity_events.topic import FACTS_TOPIC

T = TypeVar("T")
Security = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


class KafkaUnreachable(Exception):  # noqa: N818 - says what is so
    """The settings of Kafka do not go together, or name files that cannot be used."""


@dataclass(frozen=True)
class KafkaAccess:
    """Brokers, the topic of facts, that of states if there is one, and what brokers ask for."""

    bootstrap: str
    topic: str = FACTS_TOPIC
    states_topic: str | None = None
    security: Security = "PLAINTEXT"
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None
    mechanism: Mechanism = "SCRAM-SHA-512"
    username: str | None = None
    password_file: Path | None = None

    def client_options(self) -> dict[str, Any]:
        """Return what a client of aiokafka is made with; raise KafkaUnreachable."""
        options: dict[str, Any] = {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": self.security,
        }
        if self.security.endswith("SSL"):
            options["ssl_context"] = self._ssl_context()
        if self.security.startswith("SASL"):
            options["sasl_mechanism"] = self.mechanism
            options["sasl_plain_username"] = self._needed("USERNAME", self.username)
            options["sasl_plain_password"] = self._password()
        return options

    def _ssl_context(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
            if self.certificate_file is not None:
                context.load_cert_chain(self.certificate_file, self.key_file)
        except OSError as error:  # that of ssl is one too
            raise KafkaUnreachable(
                f"The certificates of Kafka cannot be used: {error.strerror or error}. "
                "COHOI_KAFKA_CA_FILE, COHOI_KAFKA_CERTIFICATE_FILE and COHOI_KAFKA_KEY_FILE name "
                "them."
            ) from error
        return context

    def _password(self) -> str:
        file = self._needed("PASSWORD_FILE", self.password_file)
        try:
            return file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeError) as error:
            raise KafkaUnreachable(
                f"The password of Kafka in {file} cannot be read. COHOI_KAFKA_PASSWORD_FILE names "
                "it."
            ) from error

    def _needed(self, name: str, value: T | None) -> T:
        if value is None:
            raise KafkaUnreachable(
                f"COHOI_KAFKA_SECURITY is {self.security}, which needs COHOI_KAFKA_{name}."
            )
        return value


class KafkaSettings(BaseSettings):
    """The settings of Kafka, for every service that speaks with it."""

    kafka_bootstrap: str | None = None
    """Where brokers are, as host:port,host:port; without it the log's table does."""
    kafka_topic: str = FACTS_TOPIC
    """The topic of facts: a partition for each lane."""
    kafka_states_topic: str | None = None
    """The topic of present states, for sinks (cohoi.opportunities); without it there is none."""
    kafka_security: Security = "PLAINTEXT"
    """How connections are sealed and asked who they are."""
    kafka_ca_file: Path | None = None
    """Whose certificates brokers may show; else those that the machine trusts."""
    kafka_certificate_file: Path | None = None
    """Our own certificate, where brokers ask for one."""
    kafka_key_file: Path | None = None
    """Its key."""
    kafka_sasl_mechanism: Mechanism = "SCRAM-SHA-512"
    """How a name and a password are shown."""
    kafka_username: str | None = None
    kafka_password_file: Path | None = None
    """The file of the password: variables are seen by too many."""

    @property
    def kafka(self) -> KafkaAccess | None:
        """How Kafka is reached; None where none is named. Raises KafkaUnreachable."""
        if not self.kafka_bootstrap:
            return None
        if self.kafka_states_topic == self.kafka_topic:
            raise KafkaUnreachable(
                f"COHOI_KAFKA_TOPIC and COHOI_KAFKA_STATES_TOPIC are both {self.kafka_topic}: name "
                "two topics."
            )
        return KafkaAccess(
            bootstrap=self.kafka_bootstrap,
            topic=self.kafka_topic,
            states_topic=self.kafka_states_topic or None,
            security=self.kafka_security,
            ca_file=self.kafka_ca_file,
            certificate_file=self.kafka_certificate_file,
            key_file=self.kafka_key_file,
            mechanism=self.kafka_sasl_mechanism,
            username=self.kafka_username,
            password_file=self.kafka_password_file,
        )
