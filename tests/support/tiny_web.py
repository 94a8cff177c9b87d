"""A service for tests of the supervisor: it answers /readyz, and says its pid at /pid."""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = str(os.getpid()).encode()
        self.send_response(200 if self.path in {"/readyz", "/pid"} else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    address = ("127.0.0.1", int(os.environ["COHOI_PORT"]))  # noqa: TID251 - as a service's settings do
    ThreadingHTTPServer(address, _Handler).serve_forever()
