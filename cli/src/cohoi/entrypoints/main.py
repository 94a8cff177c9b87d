"""The one door for people: `cohoi` and its commands, one file each."""

import sys

import typer

from cohoi.application.refusal import Refused
from cohoi.entrypoints.api_key import api_key_app
from cohoi.entrypoints.bench import bench
from cohoi.entrypoints.doctor import doctor
from cohoi.entrypoints.import_file import import_file
from cohoi.entrypoints.keys import keys
from cohoi.entrypoints.lanes import lanes_app
from cohoi.entrypoints.migrate import migrate
from cohoi.entrypoints.org import org_app
from cohoi.entrypoints.psql import psql
from cohoi.entrypoints.purge import purge_files
from cohoi.entrypoints.rebuild import rebuild
from cohoi.entrypoints.serve import serve
from cohoi.entrypoints.token import token
from cohoi.entrypoints.up import up
from cohoi.entrypoints.verify import verify
from cohoi.settings import BadSetting

app = typer.Typer(
    name="cohoi",
    help="Cohoi: sales opportunities, and everything that ever happened to them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(up)
app.command()(doctor)
app.command()(serve)
app.command()(keys)
app.command()(migrate)
app.command()(verify)
app.command()(rebuild)
app.add_typer(lanes_app, name="lanes")
app.command("purge")(purge_files)
app.command("import")(import_file)
app.command(
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)(bench)
app.add_typer(org_app, name="org")
app.command()(token)
app.add_typer(api_key_app, name="api-key")
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(psql)


def main() -> None:
    """Run a command: exit 0 where all is well, 1 for a difference or refusal, 2 for usage."""
    try:
        app()
    except Refused as refused:
        sys.stderr.write(f"cohoi: {refused}\n")
        sys.exit(1)
    except BadSetting as bad:
        sys.stderr.write(f"cohoi: {bad}\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("cohoi: stopped before it was done\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
