"""Erasing a person reaches back into every read table, and stays so whatever comes back."""

from uuid import UUID

from opportunity_events import v1
from opportunity_events.envelope import Stream
from projector.bootstrap import rebuild
from projector.settings import Settings
from service_runtime.addresses import Addresses
from support.fact_writer import FactWriter
from support.folding import CUSTOMER, OPPORTUNITY, ORG, OWNER, cell, created, edited
from support.generations import ReadConnection
from support.planted import Planted
from support.projections import Verify, project_all, stored_rows

CONTACT = UUID(int=0x31)
FOLDED = ("do lan", "tran ha", "'lan'", "'tran'", "'ha'")
"""The same in keys that sort and in words that are searched."""
PERSONAL = (*FOLDED, "Đỗ Lan", "Trần Hà", "lan@example.com", "ha@example.com", "gọi lại thứ hai")


def customer(data: v1.CustomerFact) -> Planted:
    return Planted(Stream(ORG, "customer", CUSTOMER), data)


def opportunity(data: v1.OpportunityFact) -> Planted:
    return Planted(Stream(ORG, "opportunity", OPPORTUNITY), data)


async def _plant(writer: FactWriter) -> list[Planted]:
    """Plant people in all their places; return the facts that erase them."""
    user, company, contact = f"user/{OWNER}", f"customer/{CUSTOMER}", f"contact/{CONTACT}"
    name = writer.seal(ORG, user, "name", "Đỗ Lan")
    email = writer.seal(ORG, user, "email", "lan@example.com")
    company_name = writer.seal(ORG, company, "name", "Trần Hà")
    contact_name = writer.seal(ORG, contact, "name", "Trần Hà")
    contact_email = writer.seal(ORG, contact, "email", "ha@example.com")
    note = writer.seal(ORG, company, "note", "gọi lại thứ hai")
    moved_on = cell(customer_id=OWNER)  # the note stays under the first customer's key
    await writer.register(ORG)
    await writer.append(
        [
            Planted(
                Stream(ORG, "organization", ORG),
                v1.OrganizationCreated("Cohoi", "VND", "Asia/Ho_Chi_Minh", "vi", "all"),
            ),
            Planted(Stream(ORG, "user", OWNER), v1.UserAdded(name, email, "rep", None)),
            Planted(
                Stream(ORG, "user", OWNER),
                v1.UserEdited((v1.Change("role", "rep", "manager"),)),
            ),
            customer(v1.CustomerAdded(company_name, None, person=True)),
            customer(v1.ContactAdded(CONTACT, contact_name, contact_email, None, None)),
            opportunity(created(note=note)),
            opportunity(edited(cell(), moved_on, v1.Change("customer_id", "", str(OWNER)))),
        ]
    )
    return [
        Planted(Stream(ORG, "user", OWNER), v1.UserErased(name.key)),
        customer(v1.CustomerErased(company_name.key)),
        customer(v1.ContactErased(CONTACT, contact_name.key)),
    ]


async def _found(connection: ReadConnection) -> set[str]:
    rows = [row for table in (await stored_rows(connection)).values() for row in table]
    return {text for text in PERSONAL if any(text in row for row in rows)}


async def test_erasing_blanks_every_table_and_every_old_version(
    database: str,
    settings: Settings,
    writer: FactWriter,
    connection: ReadConnection,
    verified: Verify,
) -> None:
    erasing = await _plant(writer)
    await project_all(database, settings)
    assert await _found(connection) == {*PERSONAL}
    await writer.append(erasing)
    await project_all(database, settings)
    assert await _found(connection) == set()
    assert await connection.fetchval("select count from read.erasures") == 3
    assert await connection.fetchval("select note_key is not null from read.opportunities")
    assert (await verified()).differences == ()


async def test_an_erasure_in_the_batch_of_what_it_erases_leaves_nothing_either(
    database: str,
    settings: Settings,
    writer: FactWriter,
    connection: ReadConnection,
    verified: Verify,
) -> None:
    await writer.append(await _plant(writer))
    await project_all(database, settings)
    assert await _found(connection) == set()
    assert (await verified()).differences == ()


async def test_an_erasure_that_is_not_applied_yet_is_no_difference(
    database: str, settings: Settings, writer: FactWriter, verified: Verify
) -> None:
    erasing = await _plant(writer)
    await project_all(database, settings)
    await writer.append(erasing)
    assert (await verified()).differences == ()


async def test_keys_that_a_backup_brings_back_raise_nobody(
    database: str,
    settings: Settings,
    writer: FactWriter,
    connection: ReadConnection,
    verified: Verify,
) -> None:
    erasing = await _plant(writer)
    await connection.execute("create table backup as select * from vault.keys")
    await writer.append(erasing)
    await connection.execute("insert into vault.keys select * from backup")
    await rebuild(Addresses.one(database), settings.master_key_file, lambda _done, _all: None)
    assert await _found(connection) == set()
    assert (await verified()).differences == ()
