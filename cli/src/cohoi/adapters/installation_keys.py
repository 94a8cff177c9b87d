"""The keys of an installation: one that wraps personal data's keys, one that signs tokens."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cohoi.application.refusal import Refused
from service_runtime.key_sets import KeySetUnusable
from service_runtime.tokens import TokenVerifier, new_signing_key, public_key_set
from service_runtime.vault import MasterKey, MasterKeyUnusable, write_new_master_key


@dataclass(frozen=True)
class InstallationKeys:
    """Where the keys lie; with a key set of somebody else's, nothing here can sign."""

    master_key: Path
    key_set: Path | str
    """A file, or an issuer's address."""
    signing_key: Path | None


def installation_keys(
    data_dir: Path, *, master_key: Path | None = None, key_set: Path | str | None = None
) -> InstallationKeys:
    """Return where the keys of a data directory lie, made or not.

    A key set that is named is somebody else's, unless it is the one of the data directory.
    """
    own = (data_dir / "jwks.json").absolute()
    chosen = _chosen(key_set, own)
    return InstallationKeys(
        master_key=(master_key or data_dir / "master.key").absolute(),
        key_set=chosen,
        signing_key=(data_dir / "signing.jwk").absolute() if chosen == own else None,
    )


def _chosen(key_set: Path | str | None, own: Path) -> Path | str:
    if isinstance(key_set, str) and "://" in key_set:
        return key_set
    return own if key_set is None else Path(key_set).absolute()


def make_missing_keys(keys: InstallationKeys, data_dir: Path, *, has_data: bool) -> None:
    """Make the keys of our own on the first start, and refuse those that cannot be used.

    A new master key beside old data would make them unreadable for ever, so there is none.
    """
    own = installation_keys(data_dir).master_key
    if keys.master_key == own and not keys.master_key.exists():
        if has_data:
            raise Refused(
                f"The master key {keys.master_key} is missing, and the data beside it were "
                "written with it. Restore it from its backup: without it names, addresses and "
                "notes cannot be read."
            )
        write_new_master_key(keys.master_key)
    if keys.signing_key is not None:
        _make_signing_key(keys.signing_key, Path(keys.key_set))
    try:
        MasterKey.from_file(keys.master_key)
        TokenVerifier(keys.key_set)
    except (MasterKeyUnusable, KeySetUnusable) as error:
        raise Refused(str(error)) from error


def read_signing_key(keys: InstallationKeys) -> dict[str, Any]:
    """Return the private JWK with which this installation signs tokens."""
    if keys.signing_key is None:
        raise Refused(
            "COHOI_JWKS names the keys of another issuer, so Cohoi cannot sign tokens. "
            "Ask that issuer for one."
        )
    try:
        return json.loads(keys.signing_key.read_bytes())
    except FileNotFoundError as error:
        raise Refused(
            f"The signing key {keys.signing_key} is not there yet: start Cohoi once, with "
            "`make run`."
        ) from error
    except (OSError, ValueError) as error:
        raise Refused(f"The signing key {keys.signing_key} cannot be read ({error}).") from error


def _make_signing_key(private: Path, public: Path) -> None:
    """Write the private key, and the public set that follows from it."""
    if not private.exists():
        _write_private(private, json.dumps(new_signing_key()))
    if not public.exists():
        jwk: dict[str, Any] = json.loads(private.read_bytes())
        _write_private(public, json.dumps(public_key_set(jwk)))


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
