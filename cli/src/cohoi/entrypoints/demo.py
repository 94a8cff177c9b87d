"""`python -m cohoi.entrypoints.demo`: fill an empty installation with the demo organization."""

import asyncio
import sys
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from cohoi.adapters.command_side import Counter, open_counter
from cohoi.application.running import Running
from cohoi.bootstrap import find_running
from cohoi.domain.demo import Demo, Step
from cohoi.domain.demo_words import ORGANIZATION
from cohoi.settings import load_settings
from command_api.application.administration import NewOrganization
from command_api.application.submission import Submission
from command_api.domain.commands import Asker
from opportunity_events.envelope import Cause
from service_runtime.clock import utc_now
from service_runtime.ids import new_id
from service_runtime.logs import configure_logs

_STORIES_AT_ONCE: Final = 200


def main() -> None:
    """Make the demo organization where there is no organization yet."""
    configure_logs("demo")
    sys.stderr.write(f"{asyncio.run(_make(find_running(load_settings())))}\n")


async def _make(running: Running) -> str:
    async with open_counter(running) as counter:
        if await counter.registry.organizations():
            return "There are organizations already: no demo data."
        new = NewOrganization(ORGANIZATION, "VND", "Asia/Ho_Chi_Minh", "vi")
        org = await counter.administration.create_organization(new)
        demo = Demo(org, utc_now())
        groundwork, markets = demo.groundwork()
        for step in groundwork:
            await _tell(counter, org, step)
        stories = demo.stories(markets)
        gate = asyncio.Semaphore(_STORIES_AT_ONCE)
        await asyncio.gather(*(_tell_story(counter, org, story, gate) for story in stories))
        return f"Demo data: organization {ORGANIZATION!r} with {len(stories)} deals."


async def _tell_story(
    counter: Counter, org: UUID, story: Sequence[Step], gate: asyncio.Semaphore
) -> None:
    async with gate:
        for step in story:
            await _tell(counter, org, step)


async def _tell(counter: Counter, org: UUID, step: Step) -> None:
    """Submit a step as its user, who may do here what an admin may: the past is being written."""
    actor = "system" if step.user is None else f"user/{step.user}"
    command_id = new_id()
    await counter.side.committer.submit(
        Submission(
            asker=Asker(org, actor, step.user, "admin"),
            command=step.command,
            cause=Cause(actor, "cli", command_id, command_id, str(command_id)),
        )
    )


if __name__ == "__main__":
    main()
