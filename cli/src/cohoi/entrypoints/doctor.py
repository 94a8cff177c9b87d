"""`cohoi doctor`: what was found on this machine, and what to do."""

import json
from dataclasses import asdict

import typer

from cohoi.bootstrap import examine
from cohoi.domain.finding import Finding, Level, has_problem
from cohoi.entrypoints.options import DataDir, Json
from cohoi.settings import load_settings

_SIGNS = {Level.OK: "  ok", Level.WARNING: "warn", Level.PROBLEM: "FAIL"}


def doctor(data_dir: DataDir = None, *, as_json: Json = False) -> None:
    """Say what Cohoi found here and what to do; exit 1 where `cohoi up` would fail."""
    findings = list(examine(load_settings(data_dir=data_dir)))
    if as_json:
        typer.echo(json.dumps({"findings": [asdict(finding) for finding in findings]}, indent=2))
    else:
        for finding in findings:
            _show(finding)
    if has_problem(findings):
        raise typer.Exit(1)


def _show(finding: Finding) -> None:
    typer.echo(f"{_SIGNS[finding.level]}  {finding.subject}: {finding.found}")
    if finding.advice:
        typer.echo(f"      → {finding.advice}")
