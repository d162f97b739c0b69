"""A receiver of webhooks as a process of its own: checks signatures, applies each message once, and may be killed.

python benchmarks/alerts_receiver.py ADDRESS:PORT SECRET DATABASE
"""

from __future__ import annotations

import sqlite3
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

from standardwebhooks import Webhook, WebhookVerificationError


def main(address: str, secret: str, database: str) -> None:
    store = sqlite3.connect(database)
    store.execute("PRAGMA journal_mode=WAL")
    store.execute("CREATE TABLE IF NOT EXISTS received (n INTEGER PRIMARY KEY, message TEXT, at REAL)")
    store.execute(
        "CREATE TABLE IF NOT EXISTS applied (message TEXT PRIMARY KEY, alert TEXT, version INT, severity TEXT, type TEXT)"
    )
    store.commit()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5  # a line that was cut in the middle of a request must not hold the only thread

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            try:
                event = Webhook(secret).verify(body, dict(self.headers))
            except WebhookVerificationError:
                self._answer(401)
                return
            data, message = event["data"], self.headers["webhook-id"]
            with store:
                store.execute("INSERT INTO received (message, at) VALUES (?, ?)", (message, time.time()))
                row = (message, data["id"], data["version"], data["severity"], event["type"])
                store.execute("INSERT OR IGNORE INTO applied VALUES (?, ?, ?, ?, ?)", row)
            self._answer(204)

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    class Server(HTTPServer):
        def handle_error(self, *_: object) -> None:
            pass  # a sender that was killed in the middle of a request

    host, _, port = address.rpartition(":")
    Server((host, int(port)), Handler).serve_forever()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3])
