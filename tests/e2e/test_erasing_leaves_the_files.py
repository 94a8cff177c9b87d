"""After an erasure and a purge the words are in no file: of database, reports, Redis and logs."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import httpx
import psycopg
import pytest

from cohoi.adapters.postgres_home import postgres_home
from support.deadlines import eventually
from support.product_process import REAL, ProductProcess
from support.running_product import Product, wait_for

CUSTOMER: Final = "Zyxwvut Qwertzer"
CONTACT: Final = "Mnbvcxy Lkjhgfd"
EMAIL: Final = "asdfghjklo@qwertzuiop.example"
PHONE: Final = "+84 707 717 727"
TITLE: Final = "Yxcvbnm giám đốc"
NOTE: Final = "Poiuztrewq thích trà sen, gọi sau 14:07"
USER: Final = "Plmoknijb Uhvygctfx"
USER_EMAIL: Final = "rdzeswaq@yxcvb.example"
ERASED: Final = (CUSTOMER, CONTACT, EMAIL, PHONE, TITLE, NOTE, USER, USER_EMAIL)
FOLDED: Final = ("zyxwvut", "qwertzer", "plmoknijb", "uhvygctfx")
KEPT: Final = "Wsxedcrfv vẫn còn đây"


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """Start a product of its own: what lies in its files is what this test wrote."""
    folder = Path(tempfile.mkdtemp(prefix="cohoi-purge-"))
    folder.chmod(0o755)
    data_dir = folder / "data"
    arguments = (*REAL, "--data-dir", str(data_dir), "--port", "0", "--no-demo")
    with ProductProcess(arguments, data_dir) as process:
        process.wait_until_ready()
        yield Product(process, data_dir)
    shutil.rmtree(folder)


def _files(data_dir: Path) -> Iterator[Path]:
    home = postgres_home(data_dir)
    assert home is not None
    for root in {data_dir, home.directory}:
        yield from (path for path in root.rglob("*") if path.is_file())


def _found(data_dir: Path) -> dict[str, set[str]]:
    """Return which of the words stand in which files."""
    words = [word.encode() for word in (*ERASED, *FOLDED, KEPT)]
    found: dict[str, set[str]] = {}
    for path in _files(data_dir):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue  # removed while we looked
        for word in words:
            if word in content:
                found.setdefault(word.decode(), set()).add(str(path))
    return found


class Told:
    """Somebody erased, in every place that takes words of people."""

    def __init__(self, product: Product) -> None:
        org = product.run("org", "create", "Purge", "--currency", "USD").strip()
        self.client = product.caller(org, "Lan")
        self.deal = ""
        post = self.client.post
        user = {"name": USER, "email": USER_EMAIL, "role": "rep"}
        self.user = wait_for(self.client, post("/v1/users", json=user))["id"]
        wait_for(self.client, post("/v1/boards", json={"name": "Bán hàng"}))
        customer = {"name": CUSTOMER, "person": True}
        self.customer = wait_for(self.client, post("/v1/customers", json=customer))["id"]
        contact = {"name": CONTACT, "email": EMAIL, "phone": PHONE, "title": TITLE}
        path = f"/v1/customers/{self.customer}"
        self.contact = wait_for(self.client, post(f"{path}/contacts", json=contact))["id"]
        deal = {"title": KEPT, "customer_id": self.customer, "note": NOTE, "owner_id": self.user}
        self.deal = wait_for(self.client, post("/v1/opportunities", json=deal))["id"]
        edit = {"note": f"{NOTE}!", "contact_ids": [self.contact]}
        wait_for(self.client, self.client.patch(f"/v1/opportunities/{self.deal}", json=edit))
        renamed = {"name": f"{CUSTOMER} cũ"}
        wait_for(self.client, self.client.patch(path, json=renamed))
        self.views = [
            post("/v1/views", json={"name": CUSTOMER, "kind": "list", "query": {}}).json()["id"],
            post(
                "/v1/views", json={"name": "x", "kind": "list", "query": {"q": CONTACT[:5]}}
            ).json()["id"],
        ]
        self.before = self.client.get("/v1/me").headers["Cohoi-Position"]
        self.reports = [
            self._report(kind, q) for kind in ("opportunities", "audit") for q in (CUSTOMER, None)
        ]

    def _report(self, kind: str, q: str | None) -> str:
        filters = {} if q is None else {"q": q}
        order = {"kind": kind, "format": "csv", "filters": filters}
        answer = self.client.post(
            "/v1/reports", json=order, headers={"Idempotency-Key": f"{kind}{q is None}"}
        )
        assert answer.status_code == httpx.codes.ACCEPTED, answer.text
        path = f"/v1/reports/{answer.json()['id']}"
        eventually(lambda: self.client.get(path).json()["state"] == "done", "the report")
        return path

    def erase(self) -> None:
        """Erase all three."""
        client = self.client
        path = f"/v1/customers/{self.customer}"
        for answer in (
            client.delete(f"{path}/contacts/{self.contact}"),
            client.delete(path, params={"erase": "true"}),
            client.patch(f"/v1/users/{self.user}", json={"active": False}),
            client.delete(f"/v1/users/{self.user}"),
        ):
            wait_for(client, answer)


def _texts(client: httpx.Client, paths: list[str]) -> dict[str, str]:
    answers = {path: client.get(path) for path in paths}
    assert all(answer.is_success for answer in answers.values()), answers
    return {path: answer.text for path, answer in answers.items()}


def test_what_is_erased_and_purged_is_in_no_file(product: Product) -> None:
    told = Told(product)
    with closing(told.client):
        _erase_and_purge(product, told)


def _erase_and_purge(product: Product, told: "Told") -> None:
    assert set(_found(product.data_dir)) == {*ERASED, *FOLDED, KEPT}
    told.erase()
    for path in told.reports:
        assert told.client.get(f"{path}/file").status_code == httpx.codes.GONE
    first = told.client.get(f"/v1/views/{told.views[0]}").json()
    assert first["name"] is None
    assert told.client.get(f"/v1/views/{told.views[1]}").json()["query"] == {}
    assert set(_found(product.data_dir)) > {KEPT}  # bytes outlive their rows
    said = product.run("purge", within_s=300)
    assert "3 erasures purged" in said
    eventually(lambda: not list((product.data_dir / "reports").rglob("*.csv")), "files are removed")
    assert set(_found(product.data_dir)) == {KEPT}, _found(product.data_dir)
    paths = [
        "/v1/events?limit=1000",
        f"/v1/opportunities/{told.deal}/history",
        f"/v1/customers/{told.customer}",
        "/v1/users",
        "/v1/customers",
        "/v1/views",
        "/v1/reports",
        "/v1/opportunities",
        f"/v1/customers/{told.customer}?as_of={told.before}",
        f"/v1/opportunities/{told.deal}?as_of={told.before}",
        f"/v1/opportunities?as_of={told.before}&q=vẫn",
        f"/v1/opportunities/{told.deal}/history?as_of={told.before}",
    ]
    for path, text in _texts(told.client, paths).items():
        assert not any(word in text for word in (*ERASED, *FOLDED)), path
    product.run("verify")
    assert set(_found(product.data_dir)) == {KEPT}


def test_the_stack_purges_by_itself(product: Product) -> None:
    waits = "select count(*) from log.erasures where purged_at is null"
    with psycopg.connect(product.process.dsn, autocommit=True) as connection:
        connection.execute(
            "insert into log.erasures (org, subject, erased_at)"
            " values (gen_random_uuid(), 'user/x', now())"
        )
        environment = {
            **os.environ,  # noqa: TID251 - a shell's
            "DATABASE_URL": product.process.dsn,
            "COHOI_DATA_DIR": str(product.data_dir),
            "COHOI_PURGE_AFTER_S": "0",
        }
        command = [sys.executable, "-P", "-m", "cohoi.entrypoints.purge_watch"]
        with subprocess.Popen(command, env=environment) as watch:  # noqa: S603 - our own
            try:
                eventually(
                    lambda: connection.execute(waits).fetchone() == (0,),
                    "the purge",
                    within_s=240,
                )
                watch.send_signal(signal.SIGTERM)
                assert watch.wait(timeout=60) == 0
            finally:
                watch.kill()
