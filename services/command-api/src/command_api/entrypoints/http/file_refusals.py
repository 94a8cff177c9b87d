"""What is said of a file that cannot be imported, before there is a job."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from command_api.domain.importing.fields import FIELDS
from command_api.domain.importing.reasons import FileRefused, Reason, sentence
from service_runtime.languages import Words
from service_runtime.problems import InputError, Problem, invalid

_FIELDS: Final = ", ".join(FIELDS)
# A problem never repeats the input, and the sentences of these would name the caller's columns.
_WITHOUT_INPUT: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "nothing-mapped": Words(
            f"Không cột nào của tệp được nhận ra. Hãy nêu trong `mapping`; các trường: {_FIELDS}.",
            f"No column of the file was recognized. Say them in `mapping`; fields: {_FIELDS}.",
        ),
        "unknown-column": Words(
            "`mapping` nêu một cột không có trong tệp. Hãy ghi đúng tên như ở dòng đầu của tệp.",
            "`mapping` names a column that the file does not have. Write it as the header does.",
        ),
        "unknown-field": Words(
            f"`mapping` nêu một trường không có. Các trường: {_FIELDS}.",
            f"`mapping` names a field that there is not. Fields: {_FIELDS}.",
        ),
        "field-twice": Words(
            "`mapping` cho hai cột cùng một trường. Mỗi trường chỉ lấy từ một cột.",
            "`mapping` gives two columns one field. A field comes from one column.",
        ),
        "scaled-amounts": Words(
            "Tên cột giá trị cho biết số tiền tính bằng nghìn hoặc triệu. Hãy ghi đủ đơn vị và đổi "
            "tên cột.",
            "The name of the amount's column says thousands or millions. Write whole units, and "
            "rename the column.",
        ),
    }
)
_OF_MAPPING: Final = frozenset({"unknown-column", "unknown-field", "field-twice"})


def file_problem(refused: FileRefused) -> Problem:
    """Return the 422 for a file that cannot be read at all."""
    return invalid([_error(reason) for reason in refused.reasons])


def _error(reason: Reason) -> InputError:
    words = _WITHOUT_INPUT.get(reason.code) or Words(sentence(reason, "vi"), sentence(reason, "en"))
    where = "/options/mapping" if reason.code in _OF_MAPPING else "/file"
    return InputError(where, reason.code, words)
