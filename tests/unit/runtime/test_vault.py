"""The vault: what is sealed opens under its key and its place, and nowhere else."""

import base64
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opportunity_events.personal import Sealed
from service_runtime.ids import new_id
from service_runtime.vault import (
    MasterKey,
    MasterKeyUnusable,
    SealBroken,
    WrongMasterKey,
    new_key,
    seal,
    unseal,
    write_new_master_key,
)

ORG, OTHER_ORG, KEY_ID = UUID(int=1), UUID(int=2), UUID(int=3)
KEY = bytes(range(32))


@given(st.text())
def test_whatever_is_sealed_opens_again(text: str) -> None:
    sealed = seal(KEY, KEY_ID, text, org=ORG, subject="user/1", field="name")
    assert unseal(KEY, sealed, org=ORG, subject="user/1", field="name") == text
    assert sealed.key == KEY_ID


def test_the_sealed_form_hides_the_text_and_differs_each_time() -> None:
    first, second = (
        seal(KEY, KEY_ID, "Nguyễn Thị Ánh", org=ORG, subject="user/1", field="name")
        for _ in range(2)
    )
    assert first.nonce != second.nonce
    assert first.ciphertext != second.ciphertext
    assert "Nguyễn".encode() not in base64.b64decode(first.ciphertext)
    assert len(base64.b64decode(first.nonce)) == 12


def test_a_seal_that_was_made_long_ago_still_opens() -> None:
    """The log keeps these bytes for ever: how they are bound may never change."""
    sealed = Sealed(
        key=KEY_ID,
        nonce="AAECAwQFBgcICQoL",
        ciphertext="g5I3oFLFAZrjKUGCTltLSW4ZSa5c6846s+M=",
    )
    assert unseal(KEY, sealed, org=ORG, subject="user/1", field="name") == "Đỗ Ánh"


def test_a_seal_opens_at_no_other_place() -> None:
    sealed = seal(KEY, KEY_ID, "An", org=ORG, subject="user/1", field="name")
    elsewhere = [
        {"org": OTHER_ORG, "subject": "user/1", "field": "name"},
        {"org": ORG, "subject": "user/2", "field": "name"},
        {"org": ORG, "subject": "user/1", "field": "email"},
        {"org": ORG, "subject": "user/1n", "field": "ame"},
    ]
    for place in elsewhere:
        with pytest.raises(SealBroken):
            unseal(KEY, sealed, **place)  # pyright: ignore[reportArgumentType] - a table of places
    renamed = msgspec.structs.replace(sealed, key=new_id())
    with pytest.raises(SealBroken):
        unseal(KEY, renamed, org=ORG, subject="user/1", field="name")


def test_a_seal_opens_under_no_other_key_and_with_no_changed_byte() -> None:
    sealed = seal(KEY, KEY_ID, "An", org=ORG, subject="user/1", field="name")
    with pytest.raises(SealBroken):
        unseal(new_key(), sealed, org=ORG, subject="user/1", field="name")
    raw = bytearray(base64.b64decode(sealed.ciphertext))
    raw[0] ^= 1
    changed = [
        msgspec.structs.replace(sealed, ciphertext=base64.b64encode(raw).decode()),
        msgspec.structs.replace(sealed, ciphertext=""),
        msgspec.structs.replace(sealed, ciphertext="no base64!"),
        msgspec.structs.replace(sealed, nonce=""),
    ]
    for damaged in changed:
        with pytest.raises(SealBroken):
            unseal(KEY, damaged, org=ORG, subject="user/1", field="name")


def test_a_wrapped_key_unwraps_for_its_subject_alone() -> None:
    master, key = MasterKey(new_key()), new_key()
    wrapped = master.wrap(key, org=ORG, subject="contact/1")
    assert key not in wrapped
    assert master.unwrap(wrapped, org=ORG, subject="contact/1") == key
    for org, subject in ((OTHER_ORG, "contact/1"), (ORG, "contact/2")):
        with pytest.raises(WrongMasterKey):
            master.unwrap(wrapped, org=org, subject=subject)


def test_another_master_key_is_told_by_name() -> None:
    wrapped = MasterKey(new_key()).wrap(new_key(), org=ORG, subject="contact/1")
    with pytest.raises(WrongMasterKey, match="COHOI_MASTER_KEY_FILE"):
        MasterKey(new_key()).unwrap(wrapped, org=ORG, subject="contact/1")


@pytest.mark.parametrize("damaged", [b"", b"\x01", b"\x02" + bytes(60), b"\x01" + bytes(12)])
def test_a_damaged_wrapping_is_refused(damaged: bytes) -> None:
    with pytest.raises(WrongMasterKey):
        MasterKey(KEY).unwrap(damaged, org=ORG, subject="contact/1")


def test_a_new_master_key_file_is_private_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    write_new_master_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    wrapped = MasterKey.from_file(path).wrap(KEY, org=ORG, subject="user/1")
    with pytest.raises(FileExistsError):
        write_new_master_key(path)
    assert MasterKey.from_file(path).unwrap(wrapped, org=ORG, subject="user/1") == KEY


@pytest.mark.parametrize("content", [b"", bytes(31), bytes(33), b"0" * 64])
def test_a_file_of_another_length_is_no_master_key(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(content)
    with pytest.raises(MasterKeyUnusable, match="exactly 32 bytes"):
        MasterKey.from_file(path)


def test_a_missing_master_key_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyUnusable, match="cannot be read"):
        MasterKey.from_file(tmp_path / "none")


def test_a_derived_key_is_the_same_for_its_label_alone() -> None:
    master = MasterKey(bytes(range(32)))
    derived = master.derive(b"one purpose")
    assert len(derived) == 32
    assert derived == MasterKey(bytes(range(32))).derive(b"one purpose")
    assert derived != master.derive(b"another purpose")
    assert derived != MasterKey(bytes(32)).derive(b"one purpose")
