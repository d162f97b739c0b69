"""A small platform that conforms: registration, digest authentication with nonces that expire, keep-alive, time, pushes.

A real HTTP server. It refuses what the standard refuses: who is not registered, a nonce that is old or a count that was used,
identifiers of a wrong length, records without their required fields. It has no interface for faces or persons.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

USER, PASSWORD, REALM = "estate", "secret-of-the-estate", "viid"
HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
#: Required by the standard of a motor vehicle (1400.3, annex A).
REQUIRED = {
    "MotorVehicleID", "InfoKind", "SourceID", "DeviceID", "LeftTopX", "LeftTopY", "RightBtmX", "RightBtmY", "HasPlate",
    "PlateClass", "PlateColor", "VehicleColor",
}  # fmt: skip


class Platform:
    """The platform's state; `server` runs in a thread of its own.

    Args:
        algorithm: 'MD5' (RFC 2617) or 'SHA-256' (RFC 7616).
        uses: a nonce is stale after so many requests.
        ahead: of its clock.
    """

    def __init__(self, algorithm: str = "MD5", uses: int = 1000, ahead: timedelta = timedelta(0)) -> None:
        self.algorithm, self.uses, self.ahead = algorithm, uses, ahead
        self.registered: set[str] = set()
        self.nonces: dict[str, int] = {}
        self.calls: list[str] = []
        self.challenges = self.stale = self.replays = 0
        self.vehicles: dict[str, dict[str, Any]] = {}
        self.states: list[dict[str, Any]] = []
        self.notified: set[str] = set()
        #: Devices whose records it does not take.
        self.refuses: set[str] = set()
        #: Answers to give instead: (HTTP status, StatusCode or None).
        self.instead: list[tuple[int, int | None]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def restart(self) -> None:
        """What a restart forgets: who is registered, and which nonces were given out."""
        self.registered.clear()
        self.nonces.clear()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def allows(self, method: str, path: str, header: str) -> bool:
        """Whether the digest of a request is right; counts what is wrong with it."""
        if not header.startswith("Digest "):
            return False
        said = {k: v.strip('"') for k, v in re.findall(r'(\w+)=("[^"]*"|[^,\s]+)', header.removeprefix("Digest "))}
        used = self.nonces.get(said.get("nonce", ""))
        if used is None or used >= self.uses:
            self.stale += 1
            return False
        if int(said["nc"], 16) <= used:
            self.replays += 1
            return False
        digest = HASHES[self.algorithm]

        def h(text: str) -> str:
            return digest(text.encode()).hexdigest()

        first, second = h(f"{USER}:{REALM}:{PASSWORD}"), h(f"{method}:{path}")
        wanted = h(f"{first}:{said['nonce']}:{said['nc']}:{said['cnonce']}:{said['qop']}:{second}")
        if said["uri"] != path or said["username"] != USER or wanted != said["response"]:
            return False
        self.nonces[said["nonce"]] = int(said["nc"], 16)
        return True

    def _handler(platform) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer({})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                self._answer(json.loads(body))

            def _answer(self, body: dict[str, Any]) -> None:
                if platform.instead:
                    status, code = platform.instead.pop(0)
                    self._send(status, _status(self.path, code) if code is not None else {})
                    return
                if not platform.allows(self.command, self.path, self.headers.get("Authorization", "")):
                    platform.challenges += 1
                    nonce = secrets.token_hex(16)
                    platform.nonces[nonce] = 0
                    stale = "true" if platform.stale else "false"
                    told = f'Digest realm="{REALM}", qop="auth", nonce="{nonce}", algorithm={platform.algorithm}, stale={stale}'
                    self._send(401, {}, {"WWW-Authenticate": told})
                    return
                platform.calls.append(self.path)
                self._send(*platform.take(self.path, body, self.headers.get("User-Identify", "")))

            def _send(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
                text = json.dumps(body).encode()
                self.send_response(status)
                for name, value in {"Content-Length": str(len(text)), **(headers or {})}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def take(self, path: str, body: dict[str, Any], who: str) -> tuple[int, dict[str, Any]]:
        """Do what a request asks."""
        if path == "/VIID/System/Register":
            self.registered.add(body["RegisterObject"]["DeviceID"])
            return 200, _status(path, 0)
        if path == "/VIID/System/UnRegister":
            self.registered.discard(body["UnRegisterObject"]["DeviceID"])
            return 200, _status(path, 0)
        if path == "/VIID/System/Time":
            local = datetime.utcnow() + timedelta(hours=8) + self.ahead
            clock = {"VIIDServerID": "9" * 20, "TimeMode": "1", "LocalTime": f"{local:%Y%m%d%H%M%S}", "TimeZone": "CST"}
            return 200, {"SystemTimeObject": clock}
        if who not in self.registered:
            return 200, _status(path, 4)
        if path == "/VIID/System/Keepalive":
            return 200, _status(path, 0)
        if path == "/VIID/MotorVehicles":
            return 200, self._vehicles(path, body)
        if path == "/VIID/SubscribeNotifications":
            return 200, self._notified(path, body)
        return 404, _status(path, 4)

    def _vehicles(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        found = body["MotorVehicleListObject"]["MotorVehicleObject"]
        for one in found:
            if not one.keys() >= REQUIRED or len(one["MotorVehicleID"]) != 48 or len(one["SourceID"]) != 41:
                return _status(path, 8)
            if one["DeviceID"] in self.refuses:
                return _status(path, 8)
            self.vehicles[one["MotorVehicleID"]] = one
        return _listed(path, [one["MotorVehicleID"] for one in found])

    def _notified(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        found = body["SubscribeNotificationListObject"]["SubscribeNotificationObject"]
        for one in found:
            if len(one["NotificationID"]) != 33 or len(one["SubscribeID"]) != 33:
                return _status(path, 8)
            if one["NotificationID"] not in self.notified:
                self.notified.add(one["NotificationID"])
                self.states += one["DeviceStatusList"]["APEStatusObject"]
        return _listed(path, [one["NotificationID"] for one in found])


def _status(path: str, code: int) -> dict[str, Any]:
    return {
        "ResponseStatusObject": {"RequestURL": path, "StatusCode": code, "StatusString": "x", "Id": "", "LocalTime": ""}
    }


def _listed(path: str, names: list[str]) -> dict[str, Any]:
    rows = [{"RequestURL": path, "StatusCode": 0, "StatusString": "OK", "Id": name, "LocalTime": ""} for name in names]
    return {"ResponseStatusListObject": {"ResponseStatusObject": rows}}
