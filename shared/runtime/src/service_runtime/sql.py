"""Named SQL, read once from the `.sql` files of a package."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

_SUFFIX = ".sql"


@cache
def load_sql(package: str, name: str) -> str:
    """Return the text of `<name>.sql` in a package, such as ("query_api.adapters.sql", "list")."""
    file = name if name.endswith(_SUFFIX) else name + _SUFFIX
    return resources.files(package).joinpath(file).read_text(encoding="utf-8")


@cache
def load_sql_folder(package: str) -> Mapping[str, str]:
    """Return every `.sql` file that stands directly in a package, by its name without the end."""
    return MappingProxyType(
        {
            file.name.removesuffix(_SUFFIX): file.read_text(encoding="utf-8")
            for file in resources.files(package).iterdir()
            if file.name.endswith(_SUFFIX)
        }
    )
