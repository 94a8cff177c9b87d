"""A projector that is gone, or stands before a fact: reads say so, commands go on."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import asyncpg
import httpx

from query_api.entrypoints.http.app import build_app
from query_api.settings import Settings
from service_runtime.callers import Role
from service_runtime.clock import utc_now
from service_runtime.tokens import access_claims, new_signing_key, public_key_set, sign_token
from support.numbers import Numbers
from support.office import MASTER_KEY, Office, open_office
from support.projections import key_settings, running_projector, until, until_applied


@dataclass
class Door:
    """The door of the reads as its own process has it, and an organization behind it."""

    client: httpx.AsyncClient
    office: Office

    async def numbers(self) -> Numbers:
        answer = await self.client.get("/metrics")
        assert answer.status_code == 200
        return Numbers(answer.text)

    async def troubles(self) -> tuple[str, list[str]]:
        """Return what /readyz says: its status, and the sentences."""
        answer = await self.client.get("/readyz", headers={"Accept-Language": "en"})
        assert answer.status_code == 200, answer.text
        said = answer.json()
        return said["status"], [one["detail"] for one in said["problems"]]

    async def says(self, what: str) -> bool:
        return any(what in sentence for sentence in (await self.troubles())[1])


@asynccontextmanager
async def open_door(database: str, folder: Path) -> AsyncGenerator[Door]:
    key = new_signing_key()
    (folder / "jwks.json").write_text(json.dumps(public_key_set(key)), encoding="utf-8")
    (folder / "master.key").write_bytes(MASTER_KEY)
    settings = Settings(
        log_dsn=database,
        read_dsn=database,
        master_key_file=folder / "master.key",
        jwks=folder / "jwks.json",
    )
    async with open_office(database) as office:
        async with running_projector(key_settings(database, folder)):
            await until_applied(database)
        app = build_app(settings)
        claims = access_claims(
            org=office.org,
            user=office.admin,
            role=Role.ADMIN,
            issued_at=utc_now(),
            lifetime=timedelta(hours=1),
        )
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app),
                base_url="http://door",
                headers={"Authorization": f"Bearer {sign_token(key, claims)}"},
            ) as client,
        ):
            yield Door(client, office)


async def test_without_a_projector_reads_stay_at_their_position_and_commands_go_on(
    database: str, tmp_path: Path
) -> None:
    async with open_door(database, tmp_path) as door:
        before = (await door.client.get("/v1/customers")).json()["position"]
        for name in ("An", "Bình", "Chi"):
            await door.office.add_customer(name)
        behind = await door.client.get("/v1/customers", params={"min_position": before + 3})
        assert (behind.status_code, behind.json()["type"]) == (503, "read-model-behind")
        assert int(behind.headers["Retry-After"]) >= 1
        old = await door.client.get("/v1/customers")
        assert (old.status_code, old.json()["position"]) == (200, before)
        numbers = await door.numbers()
        assert numbers.of("cohoi_lane_lag_facts", lane="0") == 3
        assert numbers.of("cohoi_lane_lag_seconds", lane="0") > 0
        assert numbers.of("cohoi_lane_forsaken", lane="0") == 1
        status, [sentence] = await door.troubles()
        assert status == "degraded"
        assert sentence.startswith("No projector holds lane 0; 3 facts wait.")
        async with running_projector(key_settings(database, tmp_path)):
            await until_applied(database)
            assert await door.troubles() == ("ready", [])
            caught_up = await door.client.get("/v1/customers", params={"min_position": before + 3})
            assert len(caught_up.json()["items"]) == 3
        assert (await door.numbers()).of("cohoi_lane_lag_facts", lane="0") == 0


async def test_a_lane_that_stands_before_a_fact_is_told_by_name_and_goes_on_once_it_can(
    database: str, tmp_path: Path
) -> None:
    async with open_door(database, tmp_path) as door:
        await door.office.add_customer("An")
        connection = await asyncpg.connect(database)
        try:
            at, sound = await newest_fact(connection)
            await overwrite(connection, at, sound.replace(b"customer_added", b"customer_drawn"))
            async with running_projector(key_settings(database, tmp_path)):
                await until(
                    lambda: door.says(f"stands before the fact at lane position {at}"), "it is told"
                )
                numbers = await door.numbers()
                assert numbers.of("cohoi_lane_stopped", lane="0") == 1
                assert numbers.of("cohoi_projector_stops_total", lane="0") >= 1
                await door.office.add_customer("Bình")
                assert (await door.client.get("/v1/customers")).json()["items"] == []
                await overwrite(connection, at, sound)
                await until_applied(database)
                assert await door.troubles() == ("ready", [])
                assert (await door.numbers()).of("cohoi_lane_stopped", lane="0") == 0
                assert len((await door.client.get("/v1/customers")).json()["items"]) == 2
        finally:
            await connection.close()


async def newest_fact(connection: asyncpg.Connection) -> tuple[int, bytes]:
    row = await connection.fetchrow(
        "select lane_position, bytes from log.facts order by lane_position desc limit 1"
    )
    assert row is not None
    return row["lane_position"], bytes(row["bytes"])


async def overwrite(connection: asyncpg.Connection, at: int, canonical: bytes) -> None:
    """Give a fact other bytes: what the log itself never allows."""
    async with connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        await connection.execute(
            "update log.facts set bytes = $2 where lane_position = $1", at, canonical
        )
