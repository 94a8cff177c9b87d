"""The one place where the command line puts the services' parts together."""

from importlib import resources

from service_runtime.migrations import Migrations

_SCHEMAS = (("log", "command_api"), ("read", "projector"), ("reports", "report_worker"))


def schema_migrations() -> list[Migrations]:
    """Return the migrations of all schemas, in the order in which they stand on each other."""
    return [
        Migrations(schema, resources.files(package).joinpath("adapters").joinpath("migrations"))
        for schema, package in _SCHEMAS
    ]
