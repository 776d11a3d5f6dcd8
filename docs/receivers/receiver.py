"""Receives the webhooks of Primmo HApi. Python 3.11 or later, standard library only:

    WEBHOOK_SECRET=whsec_… python3 receiver.py

An event is verified, kept in a file, answered by 204, and only then worked on: after the 204 it is
ours, and is not sent again. A process that is killed finds what it still had to do in its files.
TLS is left to the proxy in front. One process; several need a table with a unique webhook id.
"""

import base64
import binascii
import hashlib
import hmac
import json
import logging
import os
import queue
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = int(os.environ.get("PORT", "3000"))
INBOX = Path(os.environ.get("INBOX", "./inbox"))
SECRET = base64.b64decode(os.environ.get("WEBHOOK_SECRET", "").removeprefix("whsec_"))

# A recorded request cannot be played back later than this. Keep the clock right (NTP).
TOLERANCE_S = 300
# Events are a few hundred bytes.
BODY_BYTES_MAX = 65_536
# Replays reach back 30 days, and attempts go on for some days more.
REMEMBERED_S = 35 * 24 * 3600
# Work that failed is tried again so often.
SWEEP_S = 300

OPERATIONS = {1: "UPDATE", 2: "DELETE", 3: "INSERT"}

# More are left in their files until the next sweep.
waiting: queue.Queue[str] = queue.Queue(maxsize=10_000)


def handle(webhook_id: str, notification: dict) -> None:
    """Your work. An exception leaves the event in the inbox, for the next sweep."""
    row_id, entity = notification["Id"], notification["Entity"]
    operation = OPERATIONS[notification["Status"]]
    database = notification["DatabaseName"]
    # JSON inside JSON: the identifiers that a relational row joins, such as {"tenantId": 7535, "parkingId": 1445}.
    related = json.loads(notification["AdditionalInformationJson"] or "null")

    # The event says that a row changed, not how: read the row as it is now, for example
    #   GET {HAPI_URL}/api/Units({row_id}) with "Authorization: Bearer {token}"
    # and make your copy equal to it (404: remove it). Done so, work may be repeated and come in any order.

    what = f"{operation} {entity} {row_id} of {database}"
    logging.info("handled %s: %s %s", webhook_id, what, json.dumps(related))


def is_genuine(webhook_id: str, timestamp: str, signatures: str, body: bytes) -> bool:
    """Standard Webhooks: HMAC-SHA256 over id, timestamp and the bytes of the body as they came."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", webhook_id):
        return False
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        return False
    if abs(time.time() - int(timestamp)) > TOLERANCE_S:
        return False
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    expected = hmac.new(SECRET, signed, hashlib.sha256).digest()
    # While a secret is being rotated there are two signatures, by the old secret and by the new one.
    return any(is_equal(signature, expected) for signature in signatures.split(" "))


def is_equal(signature: str, expected: bytes) -> bool:
    version, _, value = signature.partition(",")
    try:
        given = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return version == "v1" and hmac.compare_digest(given, expected)


def keep(webhook_id: str, body: bytes) -> bool:
    """Keeps the event under its id, whole and on the disk; False when that id was kept before."""
    draft = INBOX / f".{webhook_id}.{threading.get_ident()}"
    try:
        with open(draft, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        # Only one can give the file its name: of two requests with one id, the second is the duplicate.
        os.link(draft, INBOX / webhook_id)
        return True
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10  # seconds, for a client that sends nothing

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch(r"[0-9]{1,9}", length) or int(length) > BODY_BYTES_MAX:
            # A body that was not read would be taken for the next request of the connection.
            self.close_connection = True
            return self.answer(413)
        body = self.rfile.read(int(length))
        webhook_id = self.headers.get("webhook-id", "")
        timestamp = self.headers.get("webhook-timestamp", "")
        if not is_genuine(webhook_id, timestamp, self.headers.get("webhook-signature", ""), body):
            return self.answer(401)
        try:
            is_new = keep(webhook_id, body)
        except OSError:
            # Not kept, so not ours: the event will be sent again.
            logging.exception("%s was not kept", webhook_id)
            return self.answer(500)
        self.answer(204)
        if is_new:
            enqueue(webhook_id)

    def answer(self, status: int) -> None:
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """One line per request is the proxy's work."""


def enqueue(webhook_id: str) -> None:
    try:
        waiting.put_nowait(webhook_id)
    except queue.Full:
        pass


def work() -> None:
    """Works on what waits, one after the other."""
    sweep_at = 0.0
    while True:
        if time.monotonic() >= sweep_at:
            sweep()
            sweep_at = time.monotonic() + SWEEP_S
        try:
            work_on(waiting.get(timeout=SWEEP_S))
        except queue.Empty:
            pass


def work_on(webhook_id: str) -> None:
    try:
        path = INBOX / webhook_id
        body = path.read_bytes()
        # An empty file remembers an event whose work is done.
        if body:
            handle(webhook_id, json.loads(body))
            os.truncate(path, 0)
    except Exception:
        logging.exception("%s failed, to be tried again", webhook_id)


def sweep() -> None:
    """Takes up what a killed process or failed work left, and forgets what is old enough."""
    left = []
    for path in INBOX.iterdir():
        try:
            status = path.stat()
            if status.st_size > 0 and not path.name.startswith("."):
                left.append((status.st_mtime, path.name))
            elif status.st_mtime < time.time() - REMEMBERED_S:
                path.unlink()
        except OSError:
            # Drafts come and go meanwhile.
            continue
    for _, webhook_id in sorted(left):
        enqueue(webhook_id)


if __name__ == "__main__":
    logging.basicConfig(stream=sys.stdout, format="%(message)s", level=logging.INFO)
    if len(SECRET) < 24:
        raise SystemExit("WEBHOOK_SECRET: the secret of the endpoint, whsec_…")
    INBOX.mkdir(parents=True, exist_ok=True)
    threading.Thread(target=work, daemon=True).start()
    server = ThreadingHTTPServer((HOST, PORT), Receiver)
    logging.info("listening on %d", PORT)
    server.serve_forever()
