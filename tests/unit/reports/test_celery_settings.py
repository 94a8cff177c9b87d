"""How Celery is set up: what has to be so for the row to stay the truth."""

import ssl

import pytest
from celery import Celery

from report_worker.adapters.celery_queues import celery_settings
from report_worker.domain.report import Queue


def configured(url: str) -> Celery:
    app = Celery("test", set_as_current=False)
    app.add_defaults(lambda: celery_settings(url))
    return app


def test_a_message_is_taken_one_at_a_time_and_acknowledged_late() -> None:
    conf = configured("redis://nowhere:1/0").conf
    assert (conf.worker_prefetch_multiplier, conf.task_acks_late) == (1, True)
    assert conf.task_ignore_result
    assert conf.accept_content == ["json"]


def test_queues_have_the_nameless_exchange_whose_bindings_nobody_can_lose() -> None:
    queues = configured("redis://nowhere:1/0").conf.task_queues
    assert [queue.name for queue in queues] == [queue.value for queue in Queue]
    assert {queue.exchange.name for queue in queues} == {""}


@pytest.mark.parametrize(
    ("url", "demanded"),
    [
        ("rediss://nowhere:1/0", {"ssl_cert_reqs": ssl.CERT_REQUIRED}),
        ("redis://nowhere:1/0", False),
        ("redis+socket:///run/redis.socket?virtual_host=0", False),
    ],
)
def test_an_encrypted_broker_has_to_prove_who_it_is(url: str, demanded: object) -> None:
    assert configured(url).connection_for_write().ssl == demanded
