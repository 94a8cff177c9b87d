"""Running our own interpreter as the user `nobody`, when the tests run as root.

Where that user cannot enter what we are made of (a home of mode 0700), the interpreter and the
packages are mirrored to where it can, by hard links where the disk allows them.
"""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cohoi.adapters.account import Account, postgres_account

_VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
_LEFT_OUT = shutil.ignore_patterns("site-packages", "test", "idlelib", "*.a")


@dataclass(frozen=True)
class Interpreter:
    """A Python and what it must see to be ours."""

    program: Path
    environment: Mapping[str, str]
    account: Account | None = None


def our_interpreter() -> Interpreter:
    """Return the interpreter that runs the tests, as the user who runs them."""
    return Interpreter(Path(sys.executable), {"PYTHONPATH": os.pathsep.join(_packages())})


def nobodys_interpreter(scratch: Path) -> Interpreter:
    """Return the same one for `nobody`; `scratch` must be enterable by everybody."""
    account = postgres_account(scratch / "no-cluster")
    if account is None:
        raise RuntimeError("only root can become nobody")
    base = Path(sys.base_prefix)
    home = base if account.can_run(base / "bin" / _VERSION) else _mirror_base(base, scratch)
    packages = [str(_enterable(Path(one), scratch, account)) for one in _packages()]
    environment = {
        "PYTHONHOME": str(home),
        "LD_LIBRARY_PATH": str(home / "lib"),  # the path in the program may be of our own home
        "PYTHONPATH": os.pathsep.join(packages),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return Interpreter(home / "bin" / _VERSION, environment, account)


def _packages() -> Iterator[str]:
    """Yield the folders of packages: those of the environment and of the workspace."""
    for entry in dict.fromkeys(sys.path):
        if entry and Path(entry).is_dir() and not entry.startswith(sys.base_prefix):
            yield entry


def _mirror_base(base: Path, scratch: Path) -> Path:
    mirror = scratch / "python"
    (mirror / "bin").mkdir(parents=True)
    _link(str(base / "bin" / _VERSION), str(mirror / "bin" / _VERSION))
    (mirror / "lib").mkdir()
    for library in (base / "lib").glob("libpython*"):
        _link(str(library), str(mirror / "lib" / library.name))
    shutil.copytree(
        base / "lib" / _VERSION,
        mirror / "lib" / _VERSION,
        ignore=_LEFT_OUT,
        copy_function=_link,
    )
    return mirror


def _enterable(folder: Path, scratch: Path, account: Account) -> Path:
    if account.can_enter(folder):
        return folder
    mirror = scratch / "packages" / folder.relative_to(folder.anchor)
    if not mirror.exists():
        shutil.copytree(folder, mirror, copy_function=_link)
    return mirror


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk
        shutil.copy2(source, target)
