"""Refusals as RFC 9457 problem documents: every slug, its status and its title, in one table."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from service_runtime.languages import Language, Words
from service_runtime.problem_words import DETAILS

PROBLEM_JSON: Final = "application/problem+json"


@dataclass(frozen=True)
class ProblemKind:
    """What all problems of one slug have in common."""

    status: int
    title: Words


CATALOGUE: Final[Mapping[str, ProblemKind]] = MappingProxyType(
    {
        slug: ProblemKind(status, Words(vi, en))
        for slug, status, vi, en in (
            ("malformed-json", 400, "JSON không hợp lệ", "Malformed JSON"),
            ("malformed-header", 400, "Header không hợp lệ", "Malformed header"),
            ("bad-cursor", 400, "Con trỏ trang không hợp lệ", "Bad cursor"),
            ("bad-filter", 400, "Bộ lọc không hợp lệ", "Bad filter"),
            ("bad-position", 400, "Vị trí không hợp lệ", "Bad position"),
            ("unauthenticated", 401, "Chưa xác thực", "Not authenticated"),
            ("forbidden", 403, "Không có quyền", "Not allowed"),
            ("not-found", 404, "Không tìm thấy", "Not found"),
            ("method-not-allowed", 405, "Phương thức không được hỗ trợ", "Method not allowed"),
            ("not-acceptable", 406, "Không có định dạng được yêu cầu", "Not acceptable"),
            ("name-taken", 409, "Tên đã được dùng", "Name taken"),
            ("last-of-type", 409, "Trạng thái cuối cùng thuộc loại này", "Last of its type"),
            ("status-in-use", 409, "Trạng thái đang được dùng", "Status in use"),
            ("type-in-use", 409, "Loại trạng thái đang được dùng", "Type in use"),
            ("board-in-use", 409, "Bảng cơ hội đang được dùng", "Board in use"),
            ("type-change", 409, "Loại trạng thái sẽ thay đổi", "Type would change"),
            ("status-gone", 409, "Trạng thái không còn nữa", "Status gone"),
            ("not-a-permutation", 409, "Thứ tự không khớp các trạng thái", "Not a permutation"),
            ("board-archived", 409, "Bảng cơ hội đã được lưu trữ", "Board archived"),
            ("already-deleted", 409, "Đã bị xóa", "Already deleted"),
            ("customer-archived", 409, "Khách hàng đã được lưu trữ", "Customer archived"),
            ("not-ready", 409, "Chưa sẵn sàng", "Not ready"),
            ("not-cancellable", 409, "Không thể hủy", "Not cancellable"),
            ("expired", 410, "Đã hết hạn", "Expired"),
            ("version-conflict", 412, "Xung đột phiên bản", "Version conflict"),
            ("too-large", 413, "Nội dung quá lớn", "Too large"),
            ("unsupported-media-type", 415, "Kiểu nội dung không hỗ trợ", "Unsupported media type"),
            ("invalid", 422, "Dữ liệu không hợp lệ", "Invalid input"),
            ("idempotency-key-reused", 422, "Idempotency-Key đã được dùng", "Key reused"),
            ("too-many-requests", 429, "Quá nhiều yêu cầu", "Too many requests"),
            ("internal", 500, "Lỗi nội bộ", "Internal error"),
            ("read-model-behind", 503, "Dữ liệu đọc chưa cập nhật kịp", "Read model behind"),
            ("log-unavailable", 503, "Nhật ký tạm thời gián đoạn", "Log unavailable"),
            ("busy", 503, "Hệ thống đang bận", "Busy"),
        )
    }
)
"""The table of http-api.md; `internal` stands beside it for defects, which no input may cause."""

DEFAULT_RETRY_AFTER_S: Final[Mapping[str, int]] = MappingProxyType(
    {"read-model-behind": 1, "log-unavailable": 2, "busy": 1, "too-many-requests": 1}
)
MAX_INPUT_ERRORS: Final = 50
_RESERVED = frozenset({"type", "title", "status", "detail"})


class Problem(Exception):  # noqa: N818 - RFC 9457's word
    """A refusal on its way to the client.

    `detail` is a sentence, or one in both languages, that says how to mend it; left out, the
    common one of the slug stands, where it has one. `data` are the members beside the standard
    ones: plain JSON, or Words anywhere in it. Nothing of it may repeat the input.
    """

    def __init__(
        self,
        slug: str,
        detail: str | Words | None = None,
        *,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        if slug not in CATALOGUE:
            raise ValueError(f"no such problem: {slug}")
        super().__init__(slug)
        self.slug = slug
        self.status = CATALOGUE[slug].status
        common = DETAILS.get(slug, CATALOGUE[slug].title)
        self.detail: str | Words = detail if detail is not None else common
        self.data: Mapping[str, Any] = dict(data or {})
        if taken := _RESERVED & self.data.keys():
            raise ValueError(f"members of RFC 9457 itself: {sorted(taken)}")
        self.headers: dict[str, str] = dict(headers or {})
        if slug in DEFAULT_RETRY_AFTER_S:
            self.headers.setdefault("Retry-After", str(DEFAULT_RETRY_AFTER_S[slug]))
        if slug == "unauthenticated":
            self.headers.setdefault("WWW-Authenticate", 'Bearer realm="cohoi"')

    def document(self, language: Language) -> dict[str, Any]:
        """Return the problem document as plain JSON."""
        return {
            "type": self.slug,
            "title": CATALOGUE[self.slug].title.in_language(language),
            "status": self.status,
            "detail": _spoken(self.detail, language),
            **_spoken(self.data, language),
        }

    def body(self, language: Language) -> bytes:
        """Return the problem document as bytes."""
        text = json.dumps(
            self.document(language), ensure_ascii=False, allow_nan=False, separators=(",", ":")
        )
        return text.encode()


@dataclass(frozen=True)
class InputError:
    """One thing wrong with what was sent: where, a code for programs, a sentence for people."""

    where: str
    """A JSON pointer into the body, or the name of a query parameter."""
    code: str
    detail: Words
    in_query: bool = False


def invalid(errors: Sequence[InputError]) -> Problem:
    """Return the 422 that names these errors, at most the first 50."""
    return Problem(
        "invalid",
        data={
            "errors": [
                {
                    "parameter" if error.in_query else "pointer": error.where,
                    "code": error.code,
                    "detail": error.detail,
                }
                for error in errors[:MAX_INPUT_ERRORS]
            ]
        },
    )


def _spoken(value: Any, language: Language) -> Any:  # noqa: ANN401 - plain JSON with Words in it
    """Put what is said in both languages into one."""
    if isinstance(value, Words):
        return value.in_language(language)
    if isinstance(value, Mapping):
        return {key: _spoken(inner, language) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_spoken(inner, language) for inner in value]
    return value
