"""A jobs process of its own, to be killed."""

from pathlib import Path

from support.real_command_door import write_settings
from support.service_process import ServiceProcess

DEAD_AFTER_S = 1


class JobProcess(ServiceProcess):
    """`python -m command_api.entrypoints.jobs` over a database."""

    def __init__(self, database: str, folder: Path) -> None:
        settings = write_settings(database, folder)
        environment = {
            "COHOI_LOG_DSN": settings.log_dsn,
            "COHOI_READ_DSN": settings.read_dsn,
            "COHOI_MASTER_KEY_FILE": str(settings.master_key_file),
            "COHOI_JWKS": str(settings.jwks),
            "COHOI_JOBS_DEAD_AFTER_S": str(DEAD_AFTER_S),
        }
        super().__init__("command_api.entrypoints.jobs", environment, folder / "jobs.log")
