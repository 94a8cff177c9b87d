"""A broker that asks for TLS, a name and a password: who has them gets in, and nobody else."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from command_api.adapters.lane_topic import KafkaLaneTopic
from command_api.application.relaying.ports import TopicTroubleError
from projector.settings import Settings
from service_runtime.kafka_access import KafkaAccess
from support.certificates import make_certificates
from support.fact_writer import FactWriter
from support.native_kafka import NativeKafka, Sealing
from support.projections import key_settings, running_projector, tell, until_applied, verified_in
from support.relays import run_relay_with, until_published

pytestmark = pytest.mark.needs_kafka


@dataclass(frozen=True)
class Sealed:
    """A sealed broker, and how one gets in."""

    access: KafkaAccess
    folder: Path


@pytest.fixture
def sealed(kafka_home: Path, topic: str, tmp_path: Path) -> Iterator[Sealed]:
    password = tmp_path / "password"
    password.write_text("a secret\n", encoding="utf-8")
    certificates = make_certificates(tmp_path)
    sealing = Sealing(certificates, "cohoi", "a secret")
    with NativeKafka(kafka_home, sealed=sealing) as kafka:
        access = KafkaAccess(
            kafka.bootstrap,
            topic,
            security="SASL_SSL",
            ca_file=certificates.authority,
            mechanism="PLAIN",
            username="cohoi",
            password_file=password,
        )
        yield Sealed(access, tmp_path)


async def test_relay_and_projector_get_in_with_certificate_name_and_password(
    writer: FactWriter, database: str, sealed: Sealed
) -> None:
    access = sealed.access
    settings = key_settings(database, sealed.folder).model_copy(
        update={
            "kafka_bootstrap": access.bootstrap,
            "kafka_topic": access.topic,
            "kafka_security": access.security,
            "kafka_ca_file": access.ca_file,
            "kafka_sasl_mechanism": access.mechanism,
            "kafka_username": access.username,
            "kafka_password_file": access.password_file,
        }
    )
    assert isinstance(settings, Settings)
    await tell(writer, 1, 40)
    async with run_relay_with(database, access), running_projector(settings):
        await until_published(database)
        await until_applied(database)
    assert (await verified_in(settings)).count == 0


async def test_without_the_password_the_authority_or_any_of_it_nobody_gets_in(
    sealed: Sealed,
) -> None:
    wrong = sealed.folder / "wrong"
    wrong.write_text("another secret", encoding="utf-8")
    for access in (
        replace(sealed.access, password_file=wrong),
        replace(sealed.access, ca_file=None),
        KafkaAccess(sealed.access.bootstrap, sealed.access.topic),
    ):
        with pytest.raises(TopicTroubleError):
            await KafkaLaneTopic(access).prepare(1)
