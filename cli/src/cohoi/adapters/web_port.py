"""The one port of the web: free or taken, and whether the web behind it is ready."""

import errno
import http.client
import socket

from cohoi.application.refusal import Refused

HOST = "127.0.0.1"
_ANSWER_TIMEOUT_S = 3
_OK = 200


def claim_port(port: int) -> int:
    """Return the port if it is free (for 0: one that is), else refuse."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # what a listener that just ended left in TIME_WAIT is no obstacle
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise Refused(_sentence(port, error)) from error
        return int(probe.getsockname()[1])


def is_web_ready(port: int) -> bool:
    """Say whether /readyz answers 200."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_ANSWER_TIMEOUT_S)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == _OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _sentence(port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is taken by another program. Stop that program, or choose another "
            "port with --port or COHOI_PORT."
        )
    return f"Port {port} cannot be used ({error.strerror}). Choose another one with --port."
