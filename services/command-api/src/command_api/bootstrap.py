"""The one place that puts command-api together."""

import os
import socket
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import asyncpg

from command_api.adapters.batch_log import PostgresBatchLog
from command_api.adapters.commit_metrics import QUEUED, QUEUED_BYTES, CommitMetrics
from command_api.adapters.job_book import PostgresJobBook
from command_api.adapters.job_desk import PostgresJobDesk
from command_api.adapters.job_standings import JOB_GAUGES, JobStandings
from command_api.adapters.lane_standings import RELAY_GAUGES, LaneStandings
from command_api.adapters.lane_topic import KafkaLaneTopic
from command_api.adapters.log import PostgresLog
from command_api.adapters.log_explainer import LogExplainer
from command_api.adapters.opportunity_histories import LoggedHistories
from command_api.adapters.person_texts import LoggedPeople
from command_api.adapters.present_names import PresentNames
from command_api.adapters.projected_lanes import ProjectedLanes
from command_api.adapters.relay_metrics import RelayMetrics
from command_api.adapters.relayed_lanes import PostgresLanes
from command_api.adapters.sealed_pieces import SealedPieces
from command_api.adapters.selected_opportunities import SelectedOpportunities
from command_api.adapters.view_desk import PostgresViewDesk
from command_api.application.batches.pacing import Pace
from command_api.application.bulk.bulk import Bulk, DecidingOpportunities
from command_api.application.bulk.order import BulkOrder
from command_api.application.bulk.ports import Explain, say_slug
from command_api.application.committer import Committer
from command_api.application.deletions.deletion import Deletion
from command_api.application.deletions.order import DeletionOrder
from command_api.application.imports.identifiers import LABEL, Identifiers
from command_api.application.imports.importer import Importer
from command_api.application.imports.order import ImportOrder
from command_api.application.jobs.job import JobKind
from command_api.application.jobs.kinds import BulkKind, Charge, DeletionKind, ImportKind, Kind
from command_api.application.jobs.running import JobRunner
from command_api.application.jobs.shift import Shift
from command_api.application.ports import Explainer
from command_api.application.relaying.adoption import Adoption
from command_api.application.relaying.fact_edition import FactEdition
from command_api.application.relaying.ports import TopicName
from command_api.application.relaying.publishing import Forgetting, Publishing
from command_api.application.relaying.relay import LaneRelay, Tempo
from command_api.application.relaying.state_edition import StateEdition
from command_api.application.views.naming import mark_naming
from command_api.settings import Settings
from opportunity_events.envelope import Stream
from service_runtime.authentication import Authenticator
from service_runtime.caller_bell import remembered_callers
from service_runtime.caller_memory import forget_in_this_process
from service_runtime.clock import utc_now
from service_runtime.ids import new_id
from service_runtime.kafka_access import KafkaAccess, KafkaUnreachable
from service_runtime.lane_facts import LogTable
from service_runtime.metrics import Readings
from service_runtime.migrations import OWNER_ROLE
from service_runtime.pools import is_database_trouble, open_pool
from service_runtime.read_schema import ReadSchema
from service_runtime.tokens import TokenVerifier
from service_runtime.vault import MasterKey

ROLE: Final = "cohoi_command"
REQUEST_HMAC_LABEL: Final = b"cohoi request hmac 1"
"""What the key of the requests' HMAC is derived for; with another one all kept keys are reused."""

_APPLICATION: Final = "cohoi command-api"
_MIN_CONNECTIONS: Final = 2
_MAX_CONNECTIONS: Final = 12
_JOBS_APPLICATION: Final = "cohoi jobs"
_JOBS_CONNECTIONS: Final = 4
_RELAY_APPLICATION: Final = "cohoi relay"
_RELAY_CONNECTIONS: Final = 4


@dataclass(frozen=True, slots=True)
class CommandSide:
    """What commands need, whichever way they come in."""

    committer: Committer
    explainer: Explainer
    authenticator: Authenticator
    master_key: MasterKey
    log_pool: asyncpg.Pool

    @property
    def request_hmac_key(self) -> bytes:
        """The key by which a retry is told from another request."""
        return self.master_key.derive(REQUEST_HMAC_LABEL)

    @property
    def job_desk(self) -> PostgresJobDesk:
        """Where jobs are ordered, read and cancelled."""
        return PostgresJobDesk(self.log_pool, self.master_key)

    @property
    def pieces(self) -> SealedPieces:
        """What jobs keep for a day."""
        return SealedPieces(self.log_pool, self.master_key)

    @property
    def view_desk(self) -> PostgresViewDesk:
        """Where saved views are kept."""
        return PostgresViewDesk(self.log_pool, self.master_key)

    async def mark_views(self, stream: Stream, subject: str) -> None:
        """Mark the views that name somebody who is about to be erased."""
        people = LoggedPeople(self.log_pool, self.master_key)
        await mark_naming(self.view_desk, people, stream, subject)

    @property
    def lane_standings(self) -> LaneStandings:
        """How far the lanes are published, where they are."""
        return LaneStandings(self.log_pool)

    async def check_log(self) -> None:
        """Raise where the log's database does not answer."""
        await self.log_pool.fetchval("SELECT 1", timeout=1.0)


def publish_numbers(readings: Readings, side: CommandSide) -> None:
    """Let /metrics look at the queue, the jobs and the pool, whenever it is asked."""
    readings.add_gauge("commit queue", lambda: side.committer.queued, QUEUED)
    readings.add_gauge("commit queue bytes", lambda: side.committer.queued_bytes, QUEUED_BYTES)
    readings.add("jobs", JobStandings(side.log_pool).publish, *JOB_GAUGES)
    readings.add("relays", side.lane_standings.publish, *RELAY_GAUGES)
    readings.add_pool("command log", side.log_pool)


@asynccontextmanager
async def open_command_side(settings: Settings) -> AsyncGenerator[CommandSide]:
    """Open the log and what works on it; in the end finish what is under way and close."""
    master_key = MasterKey.from_file(settings.master_key_file)
    tokens = TokenVerifier(
        settings.jwks, issuer=settings.token_issuer, audience=settings.token_audience
    )
    pool = await open_pool(
        settings.log_dsn,
        role=ROLE,
        application=_APPLICATION,
        min_size=_MIN_CONNECTIONS,
        max_size=_MAX_CONNECTIONS,
    )
    try:
        log = PostgresLog(pool, master_key)
        committer = Committer(log, utc_now, CommitMetrics(), forget_in_this_process)
        try:
            async with remembered_callers(
                pool, settings.log_dsn, role=ROLE, application=_APPLICATION
            ) as callers:
                yield CommandSide(
                    committer=committer,
                    explainer=build_explainer(pool, master_key),
                    authenticator=Authenticator(tokens, callers),
                    master_key=master_key,
                    log_pool=pool,
                )
        finally:
            await committer.close()
    finally:
        await pool.close()


def build_explainer(log_pool: asyncpg.Pool, master_key: MasterKey) -> Explainer:
    """Return who looks up what refusals tell: the one place to exchange it."""
    return LogExplainer(log_pool, master_key)


@dataclass(frozen=True, slots=True)
class JobSide:
    """What it takes to run jobs; `owner` names this process in their leases."""

    book: PostgresJobBook
    desk: PostgresJobDesk
    pieces: SealedPieces
    runner: JobRunner
    shift: Shift
    owner: str


@asynccontextmanager
async def open_job_side(settings: Settings, explain: Explain = say_slug) -> AsyncGenerator[JobSide]:
    """Open log and read models for running jobs, each held by beats within its lease.

    `explain` says the refusals of bulk commands to people.
    """
    lease_s = settings.jobs_dead_after_s
    master_key = MasterKey.from_file(settings.master_key_file)
    async with (
        await _open_jobs_pool(settings.log_dsn) as log_pool,
        await _open_jobs_pool(settings.read_dsn) as read_pool,
    ):
        owner = f"{socket.gethostname()}/{os.getpid()}/{new_id()}"
        book = PostgresJobBook(log_pool, lease_s)
        pieces = SealedPieces(log_pool, master_key)
        kinds: dict[JobKind, Kind] = {
            "import": ImportKind(_Imports(log_pool, read_pool, master_key), pieces),
            "bulk": BulkKind(_Bulks(log_pool, read_pool, master_key, explain), pieces),
            "status_deletion": DeletionKind(_Deletions(log_pool, read_pool, master_key)),
        }
        runner = JobRunner(book, kinds, beat_s=lease_s / 4)
        yield JobSide(
            book=book,
            desk=PostgresJobDesk(log_pool, master_key, lease_s),
            pieces=pieces,
            runner=runner,
            shift=Shift(book, runner, owner, is_database_trouble),
            owner=owner,
        )


@asynccontextmanager
async def open_relay(settings: Settings) -> AsyncGenerator[Sequence[Publishing | Forgetting]]:
    """Open log and topics for publishing; raise KafkaUnreachable where no Kafka is named."""
    access = settings.kafka
    if access is None:
        raise KafkaUnreachable(
            "COHOI_KAFKA_BOOTSTRAP names no broker: there is nothing to publish to."
        )
    hold_s = settings.relay_dead_after_s
    async with open_publishing(
        settings.log_dsn, access, Tempo(lease_s=hold_s, renew_every_s=hold_s / 5)
    ) as publishing:
        yield publishing


@asynccontextmanager
async def open_publishing(
    dsn: str, access: KafkaAccess, tempo: Tempo
) -> AsyncGenerator[Sequence[Publishing | Forgetting]]:
    """Open a log and the topics that it is published to, the facts first."""
    async with await open_pool(
        dsn,
        role=ROLE,
        application=_RELAY_APPLICATION,
        min_size=1,
        max_size=_RELAY_CONNECTIONS,
    ) as pool:
        table = LogTable(pool, dsn, ROLE, application=_RELAY_APPLICATION)
        states = LogTable(pool, dsn, ROLE, application=_RELAY_APPLICATION)
        owner = f"{socket.gethostname()}/{os.getpid()}/{new_id()}"
        publishing: list[Publishing | Forgetting] = [
            await _publishing_facts(pool, table, access, owner, tempo)
        ]
        if access.states_topic is not None:
            publishing.append(await _publishing_states(pool, states, access, owner, tempo))
        else:
            publishing.append(Forgetting(_state_lanes(pool, states, tempo)))
        try:
            yield publishing
        finally:
            await table.close()
            await states.close()


async def _publishing_facts(
    pool: asyncpg.Pool, table: LogTable, access: KafkaAccess, owner: str, tempo: Tempo
) -> Publishing:
    lanes = PostgresLanes(pool, table, lease_s=tempo.lease_s)
    topic = KafkaLaneTopic(access)
    meter = RelayMetrics()
    relays = [
        LaneRelay(
            lane,
            owner,
            lanes=lanes,
            edition=FactEdition(lane, lanes=lanes, topic=topic, meter=meter),
            meter=meter,
            tempo=tempo,
        )
        for lane in await lanes.lanes()
    ]
    return Publishing(relays, topic)


async def _publishing_states(
    pool: asyncpg.Pool, table: LogTable, access: KafkaAccess, owner: str, tempo: Tempo
) -> Publishing:
    lanes = _state_lanes(pool, table, tempo)
    topic, facts = KafkaLaneTopic(access, access.states_topic), KafkaLaneTopic(access)
    histories = LoggedHistories(pool)
    relays = [
        LaneRelay(
            lane,
            owner,
            lanes=lanes,
            edition=StateEdition(lane, lanes=lanes, topic=topic, facts=facts, histories=histories),
            meter=RelayMetrics("opportunities"),
            tempo=tempo,
        )
        for lane in await lanes.lanes()
    ]
    return Publishing(relays, topic, is_required=False)


def _state_lanes(pool: asyncpg.Pool, table: LogTable, tempo: Tempo) -> PostgresLanes:
    return PostgresLanes(pool, table, lease_s=tempo.lease_s, topic="opportunities")


async def settle_lanes(dsn: str, lanes: int) -> int:
    """Choose the number of lanes before the first organization; return how many there are.

    `dsn` is the owner's.
    """
    async with _owners_lanes(dsn) as owned:
        return await owned.settle(lanes)


async def forget_topics(dsn: str) -> None:
    """Forget how far lanes were published, for an installation that wants no topics any more.

    `dsn` is the owner's. Nothing is lost: a relay that starts again sees what the topics have.
    """
    async with _owners_lanes(dsn) as owned:
        await owned.forget()
    async with _owners_lanes(dsn, "opportunities") as owned:
        await owned.forget()


@asynccontextmanager
async def open_adoption(dsn: str, access: KafkaAccess) -> AsyncGenerator[Adoption]:
    """Open log and topic for an operator who decides between them; `dsn` is the owner's."""
    async with _owners_lanes(dsn) as owned:
        yield Adoption(owned, KafkaLaneTopic(access))


@asynccontextmanager
async def _owners_lanes(dsn: str, topic: TopicName = "facts") -> AsyncGenerator[PostgresLanes]:
    application = "cohoi lanes"
    async with await open_pool(
        dsn, role=OWNER_ROLE, application=application, min_size=1, max_size=2
    ) as pool:
        table = LogTable(pool, dsn, OWNER_ROLE, application=application)
        yield PostgresLanes(pool, table, lease_s=0, topic=topic)


async def _open_jobs_pool(dsn: str) -> asyncpg.Pool:
    return await open_pool(
        dsn,
        role=ROLE,
        application=_JOBS_APPLICATION,
        min_size=1,
        max_size=_JOBS_CONNECTIONS,
    )


class _Imports:
    """Makes the import of a job."""

    def __init__(
        self, log_pool: asyncpg.Pool, read_pool: asyncpg.Pool, master_key: MasterKey
    ) -> None:
        self._log_pool = log_pool
        self._names = PresentNames(log_pool, read_pool, master_key)
        self._pieces = SealedPieces(log_pool, master_key)
        self._master_key = master_key

    async def open(self, charge: Charge, order: ImportOrder) -> Importer | None:
        """Return the import, None where the key of what the job keeps is gone."""
        job = charge.job
        seal = await self._pieces.seal_of(job.org, job.id)
        if seal is None:
            return None
        return Importer(
            order,
            PostgresBatchLog(self._log_pool, self._master_key, job, seal),
            self._names,
            import_identifiers(self._master_key, job.org),
            utc_now,
            charge.progress,
            charge.turn,
        )


class _Bulks:
    """Makes the bulk of a job."""

    def __init__(
        self,
        log_pool: asyncpg.Pool,
        read_pool: asyncpg.Pool,
        master_key: MasterKey,
        explain: Explain,
    ) -> None:
        self._log_pool = log_pool
        self._reads = ReadSchema(read_pool)
        self._models = ProjectedLanes(log_pool, read_pool)
        self._pieces = SealedPieces(log_pool, master_key)
        self._desk = PostgresJobDesk(log_pool, master_key)
        self._master_key = master_key
        self._explain = explain

    async def open(self, charge: Charge, order: BulkOrder) -> Bulk | None:
        """Return the bulk, None where the key of what the job keeps is gone."""
        job = charge.job
        seal = await self._pieces.seal_of(job.org, job.id)
        organization = await self._desk.organization(job.org)
        if seal is None or organization is None:
            return None
        return Bulk(
            order,
            PostgresBatchLog(self._log_pool, self._master_key, job, seal),
            SelectedOpportunities(self._reads, order, organization.time_zone),
            Pace(self._models),
            DecidingOpportunities(order, utc_now, self._explain),
            charge.progress,
            charge.turn,
        )


class _Deletions:
    """Makes the deletion of a job."""

    def __init__(
        self, log_pool: asyncpg.Pool, read_pool: asyncpg.Pool, master_key: MasterKey
    ) -> None:
        self._log_pool = log_pool
        self._models = ProjectedLanes(log_pool, read_pool)
        self._master_key = master_key

    def open(self, charge: Charge, order: DeletionOrder) -> Deletion:
        """Return the deletion."""
        return Deletion(
            order,
            PostgresBatchLog(self._log_pool, self._master_key, charge.job, None),
            Pace(self._models),
            utc_now,
            charge.progress,
            charge.turn,
        )


def import_identifiers(master_key: MasterKey, org: UUID) -> Identifiers:
    """Return the ids that imports of an organization give."""
    return Identifiers(org, master_key.derive(LABEL + org.bytes))
