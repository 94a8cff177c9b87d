"""A sentence for every fact of an opportunity, in Vietnamese and English."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from opportunity_history.edits import edit_phrase
from opportunity_history.entries import Entry, Json
from opportunity_history.names import Names
from opportunity_history.wording import ERASED_USER, SYSTEM, UNKNOWN, written_date
from service_runtime.languages import Language, Words

_FORMS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "opportunity_created": Words(
            "{actor} tạo cơ hội “{title}” ở {to}", "{actor} created “{title}” in {to}"
        ),
        "opportunity_edited": Words("{actor} {edit}", "{actor} {edit}"),
        "opportunity_moved": Words(
            "{actor} chuyển từ {from_} sang {to}", "{actor} moved it from {from_} to {to}"
        ),
        "opportunity_won": Words(
            "{actor} đánh dấu hoàn thành, chuyển từ {from_} sang {to}",
            "{actor} won it, from {from_} to {to}",
        ),
        "opportunity_lost": Words(
            "{actor} đánh dấu thất bại, chuyển từ {from_} sang {to}",
            "{actor} lost it, from {from_} to {to}",
        ),
        "opportunity_reopened": Words(
            "{actor} mở lại, chuyển từ {from_} sang {to}",
            "{actor} reopened it, from {from_} to {to}",
        ),
        "opportunity_deleted": Words("{actor} xóa cơ hội", "{actor} deleted it"),
        "opportunity_restored": Words(
            "{actor} khôi phục cơ hội ở {to}", "{actor} restored it in {to}"
        ),
    }
)
_OTHER: Final = Words("{actor} thay đổi cơ hội", "{actor} changed it")
_CLOSED_ON: Final = Words(", ngày chốt {day}", ", closed on {day}")
_STATUS_DELETED: Final = Words(
    ", vì trạng thái {from_} bị xóa", ", because the status {from_} was deleted"
)
_REDIRECTED: Final = Words(
    ", vì trạng thái cũ không còn dùng được", ", because its former status was gone"
)
_AFTER_CLOSE: Final = Words(" sau khi đã chốt", " after it had been closed")
_IMPORTED: Final = Words(" (nhập từ tệp)", " (imported from a file)")
_REASON: Final = Words(". Lý do: {reason}", ". Reason: {reason}")
_KEY: Final = Words("Khóa API {name}", "API key {name}")


def actor_of(actor: str, names: Names, language: Language) -> dict[str, str | None]:
    """Return who did something: its id as facts have it, and its name, null where it was erased."""
    kind, _, actor_id = actor.partition("/")
    if kind == "user":
        return {"id": actor, "name": names.users.get(UUID(actor_id))}
    if kind == "key":
        return {"id": actor, "name": names.keys.get(UUID(actor_id))}
    return {"id": actor, "name": SYSTEM.in_language(language)}


def sentence(entry: Entry, names: Names, language: Language) -> str:
    """Say what happened: `Lan moved it from Tiếp cận to Đàm phán`."""
    data = entry.data
    words: dict[str, Any] = {
        "actor": actor_words(entry.cause.actor, names, language),
        "title": data.get("title", ""),
        "to": data["after"]["status"]["name"],
        "from_": data["before"]["status"]["name"] if data.get("before") else "",
        "edit": edit_phrase(entry, names, language) if "changes" in data else "",
        "reason": data.get("reason"),
    }
    if closed_on := _closing(entry.kind, data):
        words["day"] = written_date(closed_on, language)
    forms = [_FORMS.get(entry.kind, _OTHER), *_additions(entry)]
    return "".join(form.in_language(language).format(**words) for form in forms)


def _additions(entry: Entry) -> list[Words]:
    """Return what is said behind the sentence itself, in order."""
    data = entry.data
    told = (
        (_closing(entry.kind, data) is not None, _CLOSED_ON),
        (data.get("deleted_status") is not None, _STATUS_DELETED),
        (data.get("redirected_from") is not None, _REDIRECTED),
        (data.get("after_close", False), _AFTER_CLOSE),
        (entry.kind == "opportunity_created" and entry.cause.client == "import", _IMPORTED),
        (data.get("reason") is not None, _REASON),
    )
    return [words for applies, words in told if applies]


def _closing(kind: str, data: Json) -> str | None:
    return data["after"]["closed_on"] if kind in {"opportunity_won", "opportunity_lost"} else None


def actor_words(actor: str, names: Names, language: Language) -> str:
    """Name who did something, as a sentence begins with it."""
    kind, _, actor_id = actor.partition("/")
    if kind == "user":
        name = names.users.get(UUID(actor_id), UNKNOWN.in_language(language))
        return ERASED_USER.in_language(language) if name is None else name
    if kind == "key":
        name = names.keys.get(UUID(actor_id)) or UNKNOWN.in_language(language)
        return _KEY.in_language(language).format(name=name)
    return SYSTEM.in_language(language)
