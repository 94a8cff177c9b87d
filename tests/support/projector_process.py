"""A projector of a topic as a process of its own, to be killed in the middle of what it does."""

from pathlib import Path

from projector.settings import Settings
from support.service_process import ServiceProcess


class ProjectorProcess(ServiceProcess):
    """`python -m projector.entrypoints.run` over a log and a topic."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        environment = {
            "COHOI_LOG_DSN": settings.log_dsn,
            "COHOI_READ_DSN": settings.read_dsn,
            "COHOI_MASTER_KEY_FILE": str(settings.master_key_file),
            "COHOI_KAFKA_BOOTSTRAP": str(settings.kafka_bootstrap),
            "COHOI_KAFKA_TOPIC": settings.kafka_topic,
        }
        super().__init__("projector.entrypoints.run", environment, folder / "projector.log")
