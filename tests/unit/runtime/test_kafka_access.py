"""What is said of Kafka has to go together, and is refused with what is missing."""

from pathlib import Path

import pytest

from opportunity_events.topic import FACTS_TOPIC
from service_runtime.kafka_access import KafkaAccess, KafkaSettings, KafkaUnreachable


def test_without_a_broker_there_is_no_access() -> None:
    assert KafkaSettings().kafka is None
    assert KafkaSettings(kafka_bootstrap="").kafka is None


def test_a_topic_of_states_that_is_named_by_nothing_is_not_wanted() -> None:
    access = KafkaSettings(kafka_bootstrap="one:9092", kafka_states_topic="").kafka
    assert access == KafkaAccess("one:9092", states_topic=None)


def test_facts_and_states_are_never_one_topic() -> None:
    settings = KafkaSettings(kafka_bootstrap="one:9092", kafka_states_topic=FACTS_TOPIC)
    with pytest.raises(KafkaUnreachable, match="name two topics"):
        _ = settings.kafka


def test_a_plain_broker_needs_nothing_but_its_address() -> None:
    assert KafkaAccess("one:9092,two:9092").client_options() == {
        "bootstrap_servers": "one:9092,two:9092",
        "security_protocol": "PLAINTEXT",
    }


def test_a_password_is_read_from_its_file_without_the_end_of_its_line(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("a secret\n", encoding="utf-8")
    access = KafkaAccess(
        "one:9092", security="SASL_PLAINTEXT", username="cohoi", password_file=file
    )
    options = access.client_options()
    assert options["sasl_plain_password"] == "a secret"  # noqa: S105 - of this test
    assert options["sasl_mechanism"] == "SCRAM-SHA-512"


@pytest.mark.parametrize(
    ("access", "missing"),
    [
        (KafkaAccess("one:9092", security="SASL_PLAINTEXT"), "COHOI_KAFKA_USERNAME"),
        (
            KafkaAccess("one:9092", security="SASL_PLAINTEXT", username="cohoi"),
            "COHOI_KAFKA_PASSWORD_FILE",
        ),
        (
            KafkaAccess(
                "one:9092",
                security="SASL_PLAINTEXT",
                username="cohoi",
                password_file=Path("/nowhere/password"),
            ),
            "COHOI_KAFKA_PASSWORD_FILE",
        ),
        (
            KafkaAccess("one:9092", security="SSL", ca_file=Path("/nowhere/ca.pem")),
            "COHOI_KAFKA_CA_FILE",
        ),
    ],
)
def test_what_is_missing_is_named(access: KafkaAccess, missing: str) -> None:
    with pytest.raises(KafkaUnreachable, match=missing):
        access.client_options()
