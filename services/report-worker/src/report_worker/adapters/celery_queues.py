"""Celery on Redis: how it is set up, and the queues as the sweeper sees them."""

import ssl
from typing import Any, Final, cast

from celery import Celery
from kombu.entity import Exchange
from kombu.entity import Queue as KombuQueue
from kombu.exceptions import ChannelError, OperationalError
from redis.exceptions import RedisError

from report_worker.application.sweeping import BrokerUnavailable, Due
from report_worker.domain.report import Queue

TASK: Final = "reports.make"
_CONNECT_TIMEOUT_S: Final = 3
_SOCKET_TIMEOUT_S: Final = 10
_VISIBILITY_TIMEOUT_S: Final = 3600
_TROUBLE: Final = (OperationalError, RedisError, OSError)


def celery_settings(broker_url: str) -> dict[str, Any]:
    """Return Celery's settings: a message is a hint, the row in PostgreSQL is the truth.

    The queues have the nameless exchange, whose bindings are not kept in Redis: a Redis that was
    emptied takes the next message as if nothing had happened.
    """
    nameless = Exchange("", type="direct")
    return {
        "broker_url": broker_url,
        # kombu's own default for rediss:// takes any certificate
        "broker_use_ssl": {"ssl_cert_reqs": ssl.CERT_REQUIRED}
        if broker_url.startswith("rediss:")
        else False,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": {
            "visibility_timeout": _VISIBILITY_TIMEOUT_S,
            "socket_connect_timeout": _CONNECT_TIMEOUT_S,
            "socket_timeout": _SOCKET_TIMEOUT_S,
        },
        "task_queues": [KombuQueue(q.value, nameless, routing_key=q.value) for q in Queue],
        "task_default_queue": Queue.FAST.value,
        "task_create_missing_queues": False,
        "accept_content": ["json"],
        "task_serializer": "json",
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "worker_enable_remote_control": False,
        "worker_send_task_events": False,
        "worker_hijack_root_logger": False,
    }


class CeleryBroker:
    """Sends messages, and sees which queues are empty; every wait is bounded."""

    def __init__(self, app: Celery) -> None:
        self._app = app

    def empty_queues(self) -> list[Queue]:
        """Return the queues that hold no message; raise BrokerUnavailable."""
        try:
            with self._app.connection_for_write() as connection:
                channel = cast("Any", connection).default_channel
                return [queue for queue in Queue if _length(channel, queue) == 0]
        except _TROUBLE as error:
            raise BrokerUnavailable(type(error).__name__) from error

    def enqueue(self, due: Due) -> None:
        """Send the message that a report waits; raise BrokerUnavailable."""
        try:
            self._app.send_task(
                TASK,
                args=[str(due.report), due.attempt],
                queue=due.queue.value,
                ignore_result=True,
                retry=False,
            )
        except _TROUBLE as error:
            raise BrokerUnavailable(type(error).__name__) from error


def _length(channel: Any, queue: Queue) -> int:  # noqa: ANN401 - kombu has no types
    try:
        return int(channel.queue_declare(queue=queue.value, passive=True).message_count)
    except ChannelError:  # a list without an element does not exist in Redis
        return 0
