"""Every refusal that a row can meet has a reason with a sentence; every failure has words."""

from typing import get_args

import pytest

from command_api.application.imports.reasons import NOT_ACCEPTED, reason_of
from command_api.application.jobs.failures import failure_sentence
from command_api.application.jobs.job import Failure, FailureCode
from command_api.domain import refusal as r
from command_api.domain.importing.reasons import REASON_CODES, sentence
from service_runtime.ids import new_id


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (r.BoardArchived(), "archived-board"),
        (r.StatusGone(new_id(), None), "status-gone"),
        (r.NameTaken(new_id()), "status-gone"),
        (r.Forbidden("manager"), "needs-manager-owner"),
        (r.Invalid(r.Fault("/customer_id", "archived")), "archived-customer"),
        (r.Invalid(r.Fault("/owner_id", "inactive")), "inactive-owner"),
        (r.Invalid(r.Fault("/owner_id", "required")), "owner-missing"),
        (r.Invalid(r.Fault("", "too-many-statuses")), "too-many-statuses"),
        (r.Invalid(r.Fault("/else", "new"), r.Fault("/owner_id", "inactive")), "inactive-owner"),
        (r.Invalid(r.Fault("/else", "new")), "not-accepted"),
        (r.NotFound(), "not-accepted"),
    ],
)
def test_a_refusal_becomes_a_reason_that_can_be_said(refusal: r.Refusal, code: str) -> None:
    reason = reason_of(refusal)
    assert reason.code == code
    assert sentence(reason, "en") != sentence(reason, "vi")


def test_the_last_resort_is_one_of_the_known_reasons() -> None:
    assert NOT_ACCEPTED.code in REASON_CODES


@pytest.mark.parametrize("code", get_args(FailureCode))
def test_every_failure_is_said_in_both_languages(code: str) -> None:
    said = {failure_sentence((Failure(code),), language) for language in ("vi", "en")}
    assert len(said) == 2
    assert None not in said


def test_a_files_reasons_are_said_one_after_another() -> None:
    failures = (Failure("empty-file"), Failure("too-many-rows", {"limit": 200_000}))
    said = failure_sentence(failures, "en")
    assert said is not None
    assert "200000" in said
    assert failure_sentence((), "en") is None
