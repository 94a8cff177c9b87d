"""A relay as a process of its own, which is found by its hold: its process id stands in it."""

from pathlib import Path

from support.real_command_door import write_settings
from support.service_process import ServiceProcess

DEAD_AFTER_S = 1.0


def states_topic_of(topic: str) -> str:
    """Return the topic of present states beside a topic of facts."""
    return f"{topic}.states"


class RelayProcess(ServiceProcess):
    """`python -m command_api.entrypoints.relay` over a log and its two topics."""

    def __init__(self, database: str, folder: Path, bootstrap: str, topic: str) -> None:
        settings = write_settings(database, folder)
        environment = {
            "COHOI_LOG_DSN": settings.log_dsn,
            "COHOI_READ_DSN": settings.read_dsn,
            "COHOI_MASTER_KEY_FILE": str(settings.master_key_file),
            "COHOI_JWKS": str(settings.jwks),
            "COHOI_KAFKA_BOOTSTRAP": bootstrap,
            "COHOI_KAFKA_TOPIC": topic,
            "COHOI_KAFKA_STATES_TOPIC": states_topic_of(topic),
            "COHOI_RELAY_DEAD_AFTER_S": str(DEAD_AFTER_S),
        }
        super().__init__("command_api.entrypoints.relay", environment, folder / "relay.log")
