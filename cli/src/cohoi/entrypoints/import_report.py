"""What `cohoi import` tells: the mapping before, and what became of the rows after."""

from pathlib import Path
from typing import Any

from command_api.application.jobs.failures import failure_sentence
from command_api.application.jobs.job import Job
from command_api.domain.importing.assumptions import sentence
from command_api.domain.importing.plan import Plan


def mapping_lines(outline: Plan) -> list[str]:
    """Say what each column is taken for, and how that was found."""
    lines = [f"{outline.total:,} rows, {outline.encoding}; columns:"]
    for mapped in outline.mapping:
        taken = f"{mapped.field} ({mapped.how})" if mapped.field else "not read"
        lines.append(f"  {mapped.column} → {taken}")
    lines.append("  (another mapping: --mapping FILE with JSON, column to field)")
    return lines


def result_of(job: Job) -> dict[str, Any]:
    """Return a job as the command line's JSON tells it."""
    tally = None if job.imported is None else job.imported.tally
    return {
        "job_id": str(job.id),
        "board_id": str(job.board_id),
        "state": job.state,
        "dry_run": job.dry_run,
        "total": job.total,
        "done": job.done,
        "unchanged": job.unchanged,
        "refused": job.refused,
        "position": job.position,
        "error": failure_sentence(job.error, "en"),
        "made": None
        if tally is None
        else {
            "customers": tally.made.customers,
            "users": tally.made.users,
            "statuses": tally.made.statuses,
        },
        "mapping": None if job.imported is None else job.imported.mapping,
        "assumptions": []
        if tally is None
        else [{"text": sentence(one, "en"), "rows": one.rows} for one in tally.assumptions],
    }


def in_words(job: Job, refused: Path | None) -> str:
    """Say what became of the rows."""
    if job.state != "done":
        return f"{job.state}: {failure_sentence(job.error, 'en') or 'it was stopped'}"
    verb = "would go in" if job.dry_run else "went in"
    counts = f"{job.done:,} {verb}, {job.unchanged:,} were there already"
    lines = [f"{job.total:,} rows: {counts}, {job.refused:,} were refused"]
    if job.imported is not None:
        made = job.imported.tally.made
        lines.append(
            f"made: {made.customers:,} customers, {made.users:,} users, {made.statuses:,} statuses"
        )
        lines += (
            f"assumed ({one.rows:,} rows): {sentence(one, 'en')}"
            for one in job.imported.tally.assumptions
        )
    if job.refused:
        lines.append(_where(refused))
    return "\n".join(lines)


def _where(refused: Path | None) -> str:
    if refused is None:
        return "refused: run it again with --refused FILE to get line and reason of each"
    return f"refused: line and reason of each stand in {refused}"
