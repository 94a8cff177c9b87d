"""The OpenAPI document as one page to read: no script, nothing fetched from anywhere."""

import base64
import hashlib
import re
from collections.abc import Iterator
from html import escape
from typing import Any, Final

_STYLE: Final = """
body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;
max-width:60rem;padding:1rem 1rem 4rem;color:#0f172a}
h1{margin:.5rem 0}
h2{margin:2.5rem 0 .5rem;text-transform:capitalize;border-bottom:2px solid #e2e8f0}
details{border:1px solid #e2e8f0;border-radius:6px;margin:.4rem 0;padding:.3rem .7rem}
summary{cursor:pointer}code,.method{font-family:ui-monospace,monospace;font-size:.92em}
.method{display:inline-block;min-width:4.2rem;font-weight:700;color:#1d4ed8}
table{border-collapse:collapse;width:100%;margin:.4rem 0}td,th{text-align:left;vertical-align:top;
padding:.2rem .6rem .2rem 0;border-bottom:1px solid #f1f5f9}th{color:#64748b;font-weight:500}
"""
_CODE: Final = re.compile(r"`([^`]+)`")
_METHODS: Final = ("get", "post", "put", "patch", "delete")


def style_policy() -> str:
    """Return the Content-Security-Policy that lets this page's one style in, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"


def docs_page(document: dict[str, Any]) -> str:
    """Write the whole document as HTML, a section a tag, a fold an operation."""
    info = document["info"]
    return "".join(
        (
            "<!doctype html><html lang=en><head><meta charset=utf-8>",
            "<meta name=viewport content='width=device-width'>",
            f"<title>{escape(info['title'])}: the API</title><style>{_STYLE}</style></head><body>",
            f"<h1>{escape(info['title'])}: the API</h1><p>{escape(info['description'])}</p>",
            "<p>The same for programs: <a href='/openapi.json'>/openapi.json</a></p>",
            *_sections(document),
            "</body></html>",
        )
    )


def _sections(document: dict[str, Any]) -> Iterator[str]:
    by_tag: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if method in operations:
                operation = operations[method]
                tag = next(iter(operation.get("tags", ())), "other")
                by_tag.setdefault(tag, []).append(_operation(method, path, operation, document))
    for tag, written in sorted(by_tag.items()):
        yield f"<h2>{escape(tag)}</h2>{''.join(written)}"


def _operation(method: str, path: str, operation: dict[str, Any], document: dict[str, Any]) -> str:
    summary = f"<span class=method>{method.upper()}</span> <code>{escape(path)}</code>"
    said = escape(operation.get("summary", ""))
    described = _marked(operation.get("description", ""))
    return (
        f"<details><summary>{summary} {said}</summary><p>{described}</p>"
        f"{_parameters(operation)}{_body(operation, document)}{_answers(operation)}</details>"
    )


def _marked(text: str) -> str:
    """Escape a text and set what stands between backticks as code."""
    return _CODE.sub(r"<code>\1</code>", escape(text))


def _parameters(operation: dict[str, Any]) -> str:
    rows = (
        (one["name"], one["in"], one.get("description", ""))
        for one in operation.get("parameters", ())
    )
    return _table(("parameter", "in", ""), rows)


def _body(operation: dict[str, Any], document: dict[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    schema: dict[str, Any] = next(iter(content.values()), {}).get("schema", {})
    schema = _resolved(schema, document)
    required = schema.get("required", ())
    rows = (
        (name, "required" if name in required else "", str(field.get("description", "")))
        for name, field in schema.get("properties", {}).items()
    )
    return _table(("body", "", ""), rows)


def _resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return document["components"]["schemas"].get(name, schema) if name else schema


def _answers(operation: dict[str, Any]) -> str:
    rows = (
        (status, answer.get("description", ""), "")
        for status, answer in sorted(operation.get("responses", {}).items())
    )
    return _table(("answer", "", ""), rows)


def _table(head: tuple[str, str, str], rows: Iterator[tuple[str, str, str]]) -> str:
    written = "".join(
        f"<tr><td><code>{escape(one)}</code></td><td>{_marked(two)}</td><td>{_marked(three)}</td></tr>"
        for one, two, three in rows
    )
    if not written:
        return ""
    heads = "".join(f"<th>{escape(one)}</th>" for one in head)
    return f"<table><tr>{heads}</tr>{written}</table>"
