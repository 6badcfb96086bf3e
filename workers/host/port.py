"""A small port beside a service, for those who look after it."""

from __future__ import annotations

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from workers.errors import SettingError
from workers.host.observing import Observer
from workers.services import open_ledger
from workers.settings import Settings


class Handler(BaseHTTPRequestHandler):
    observer: Observer
    timeout = 10  # seconds that a request may take to come

    def do_GET(self) -> None:
        """What the observer says."""
        path, authorization = urlsplit(self.path).path, self.headers.get("Authorization", "")
        answer = self.observer.answer(path, authorization)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def version_string(self) -> str:
        return "fazhi"

    def log_message(self, *_: object) -> None:
        """Nobody wants to read of each."""


def open_port(chosen: Settings) -> None:
    """Where FAZHI_METRICS_PORT asks for one. SettingError where it cannot be had."""
    if not chosen.metrics_port:
        return
    observer = Observer(open_ledger(chosen), chosen)
    handler = type("Handler", (Handler,), {"observer": observer})
    address = (chosen.metrics_host, chosen.metrics_port)
    try:
        server = ThreadingHTTPServer(address, handler)
    except OSError as error:
        raise SettingError(
            f"{address[0]}:{address[1]} cannot be opened ({os.strerror(error.errno or 0)}): set "
            "FAZHI_METRICS_PORT; each service of a machine needs its own."
        ) from error
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
