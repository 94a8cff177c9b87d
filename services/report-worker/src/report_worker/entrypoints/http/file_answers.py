"""Sending a report's file: whole, in part, or not at all."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, BinaryIO, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from report_worker.application.refusals import Expired
from report_worker.domain.byte_ranges import ByteRange, Unsatisfiable, parse_range
from report_worker.domain.files import content_disposition, media_type
from report_worker.domain.report import Report
from service_runtime.http.request_context import position_header
from service_runtime.languages import Language, Words
from service_runtime.problems import PROBLEM_JSON

_PART_BYTES: Final = 256 * 1024
_UNSATISFIABLE: Final = Words(
    "Phần được yêu cầu nằm sau cuối tệp. Hãy xem kích thước trong header `Content-Range`.",
    "The part asked for lies behind the end of the file. The header `Content-Range` has its size.",
)
UNSATISFIABLE_TITLE: Final = Words("Không có phần này của tệp", "No such part of the file")


def unsatisfiable_document(language: Language) -> dict[str, Any]:
    """Return the problem for a range behind the end."""
    return {
        "type": "range-not-satisfiable",
        "title": UNSATISFIABLE_TITLE.in_language(language),
        "status": 416,
        "detail": _UNSATISFIABLE.in_language(language),
    }


async def file_answer(request: Request, report: Report, path: Path, language: Language) -> Response:
    """Open a file and answer with what of it was asked for; raise Expired where it is gone.

    The file is open before the first header goes out, so what removes it meanwhile does not
    shorten the answer.
    """
    try:
        file = await asyncio.to_thread(path.open, "rb")
    except FileNotFoundError as error:
        raise Expired from error
    size = report.bytes or 0
    headers = _headers(report)
    try:
        asked = parse_range(_range_header(request, headers["ETag"]), size)
    except Unsatisfiable:
        file.close()
        return _unsatisfiable(size, language)
    if asked is None:
        part, status = ByteRange(0, size - 1), 200
    else:
        part, status = asked, 206
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{size}"
    headers["Content-Length"] = str(part.length)
    return StreamingResponse(
        _parts(file, part), status, headers, media_type=media_type(report.format)
    )


def _headers(report: Report) -> dict[str, str]:
    disposition = content_disposition(
        report.kind,
        report.format,
        report.language,
        position=report.position,
        erasures=report.erasures,
    )
    return {
        "ETag": f'"{report.sha256}"',
        "Accept-Ranges": "bytes",
        "Content-Disposition": disposition,
        "Cohoi-Erasures": str(report.erasures),
        **position_header(report.position),
    }


def _range_header(request: Request, etag: str) -> str | None:
    """Return the range asked for, unless it was asked of another file (If-Range)."""
    if request.headers.get("if-range", etag) != etag:
        return None
    return request.headers.get("range")


def _unsatisfiable(size: int, language: Language) -> Response:
    headers = {"Content-Range": f"bytes */{size}", "Content-Language": language}
    body = json.dumps(unsatisfiable_document(language), ensure_ascii=False).encode()
    return Response(body, 416, headers, PROBLEM_JSON)


async def _parts(file: BinaryIO, part: ByteRange) -> AsyncIterator[bytes]:
    """Read a part of a file bit by bit, at the pace at which the client takes it."""
    left = part.length
    try:
        await asyncio.to_thread(file.seek, part.first)
        while left > 0:
            read = await asyncio.to_thread(file.read, min(_PART_BYTES, left))
            if not read:
                return
            left -= len(read)
            yield read
    finally:
        file.close()
