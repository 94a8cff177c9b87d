"""`cohoi lanes`: how every lane stands, and deciding about its topics."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cohoi.adapters.lane_table import Lane, lane_standings
from cohoi.application.refusal import Refused
from cohoi.application.running import Running
from cohoi.bootstrap import check_schemas, find_running
from cohoi.entrypoints.options import DataDir, Json
from cohoi.settings import load_settings
from command_api.application.relaying.adoption import Adopted, NothingToAdoptError
from command_api.application.relaying.ports import NoSuchLaneError, TopicTroubleError
from command_api.bootstrap import forget_topics, open_adoption
from service_runtime.kafka_access import KafkaAccess, KafkaUnreachable
from service_runtime.logs import configure_logs
from service_runtime.migrations import MigrationRefused
from service_runtime.pools import DatabaseUnreachable

_REFUSALS = (
    NoSuchLaneError,
    NothingToAdoptError,
    TopicTroubleError,
    DatabaseUnreachable,
    MigrationRefused,
    KafkaUnreachable,
)

lanes_app = typer.Typer(
    help="Lanes: who publishes and projects them, how far, and what stops them.",
    invoke_without_command=True,
)


@lanes_app.callback()
def lanes(context: typer.Context, data_dir: DataDir = None, *, as_json: Json = False) -> None:
    """Show every lane: its head, its epoch, its relay, its projector, and what stops it."""
    if context.invoked_subcommand is not None:
        return
    running = find_running(load_settings(data_dir=data_dir))
    found = _standings(running)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], default=str))
    else:
        _draw(found)
    if any(one.refusal or one.stopped_reason for one in found):
        raise typer.Exit(1)


@lanes_app.command("adopt")
def adopt(
    lane: Annotated[int, typer.Argument(help="The lane whose log is right.", min=0)],
    data_dir: DataDir = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Declare the log of a lane right, where the topic says otherwise, and let it go on.

    A new epoch of the lane begins where they part, and the relay publishes the lane from there
    again. Every consumer of the topic stops at it, undoes what it took beyond, and reads on.
    """
    settings = load_settings(data_dir=data_dir)
    access = settings.kafka
    if access is None:
        raise Refused("KAFKA_BOOTSTRAP names no broker: there is no topic to differ from.")
    running = find_running(settings)
    if not yes:
        typer.confirm(
            f"What the topic says of lane {lane} and the log does not will be void for all "
            "consumers. Go on?",
            abort=True,
        )
    configure_logs("lanes", level="ERROR")
    try:
        adopted = asyncio.run(_adopt(running, access, lane))
    except _REFUSALS as why:
        raise Refused(str(why)) from why
    typer.echo(json.dumps(_as_json(adopted)) if as_json else _in_words(adopted))


@lanes_app.command("forget")
def forget(data_dir: DataDir = None) -> None:
    """Forget how far lanes were published, where topics are wanted no more.

    Without it `/readyz` goes on telling that facts wait for the topic. Nothing is lost: a relay
    that starts again sees what the topics have.
    """
    running = find_running(load_settings(data_dir=data_dir))
    if published_by := [one.relay for one in _standings(running) if one.relay]:
        raise Refused(f"Relay {published_by[0]} still publishes: stop it first.")
    try:
        asyncio.run(forget_topics(running.addresses.log))
    except DatabaseUnreachable as why:
        raise Refused(str(why)) from why
    typer.echo("no lane is published any more")


def _standings(running: Running) -> Sequence[Lane]:
    try:
        asyncio.run(check_schemas(running.addresses, ("log", "read")))
    except (MigrationRefused, DatabaseUnreachable) as error:
        raise Refused(str(error)) from error
    return lane_standings(running.addresses)


async def _adopt(running: Running, access: KafkaAccess, lane: int) -> Adopted:
    await check_schemas(running.addresses, ("log",))
    async with open_adoption(running.addresses.log, access) as adoption:
        return await adoption.run(lane)


def _draw(found: Sequence[Lane]) -> None:
    with_states = any(one.states_published is not None for one in found)
    states = ["states"] if with_states else []
    table = Table("lane", "epoch", "head", "published", *states, "relay", "projected", "projector")
    for one in found:
        table.add_row(
            str(one.lane),
            str(one.epoch),
            f"{one.head:,}",
            f"{one.published:,}" + _behind(one.head - one.published, one.relay_waits_s),
            *([_states(one)] if with_states else []),
            one.relay or "nobody",
            f"{one.projected:,}" + _behind(one.head - one.projected),
            one.projector or "nobody",
        )
    console = Console()
    console.print(table)
    for one in found:
        if one.refusal:
            console.print(f"lane {one.lane} takes no facts: {one.refusal}")
            console.print(f"  what to do: `cohoi lanes adopt {one.lane}`, or restore the right log")
        if one.stopped_reason:
            console.print(
                f"lane {one.lane} is projected up to {one.projected:,} and stands before fact "
                f"{one.stopped_event} at lane position {one.stopped_position}: "
                f"{one.stopped_reason}"
            )
            console.print("  what to do: docs/runbooks/stopped-lane.md")


def _states(one: Lane) -> str:
    if one.states_published is None:
        return "not wanted"
    return f"{one.states_published:,}" + _behind(one.head - one.states_published)


def _behind(facts: int, seconds: float | None = None) -> str:
    if facts <= 0:
        return ""
    return f" ({facts:,} behind" + (f", {seconds:.0f} s" if seconds is not None else "") + ")"


def _in_words(adopted: Adopted) -> str:
    return (
        f"lane {adopted.lane} is in epoch {adopted.epoch}, from lane position {adopted.begins_at} "
        f"on; the topic had been at {adopted.topic_ended_at}"
    )


def _as_json(adopted: Adopted) -> dict[str, int]:
    return {
        "lane": adopted.lane,
        "epoch": adopted.epoch,
        "begins_at": adopted.begins_at,
        "topic_ended_at": adopted.topic_ended_at,
    }
