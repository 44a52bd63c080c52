"""Standard Webhooks, verified with Python's own library. `python3 verify.py` checks itself."""

import base64
import hashlib
import hmac
import json
import time

TOLERANCE_SECONDS = 300


def verify_webhook(secrets, headers, raw_body, now=None):
    """The event as a dict, when it is genuine and fresh; otherwise a ValueError that says what is wrong.

    `raw_body` are the bytes as they came. `secrets` are `whsec_…`; give both the old and the new one
    while you change over. `headers` are looked up in lower case.
    """
    try:
        webhook_id = headers["webhook-id"]
        timestamp = headers["webhook-timestamp"]
        signatures = headers["webhook-signature"]
    except KeyError as missing:
        raise ValueError("a header is missing") from missing
    if not (timestamp.isascii() and timestamp.isdigit()):
        raise ValueError("too old or too new")
    if abs((time.time() if now is None else now) - int(timestamp)) > TOLERANCE_SECONDS:
        raise ValueError("too old or too new")

    signed = f"{webhook_id}.{timestamp}.".encode() + raw_body
    expected = [
        "v1," + base64.b64encode(hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()).decode()
        for secret in secrets
    ]
    given = signatures.split(" ")
    if not any(hmac.compare_digest(ours.encode(), theirs.encode()) for ours in expected for theirs in given):
        raise ValueError("no signature fits")
    return json.loads(raw_body)


if __name__ == "__main__":
    # Made by our own signer, so that this file can be trusted after it has been changed.
    secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    body = '{"type":"job.completed","data":{"title":"鬼滅の刃 👹"}}'.encode()
    headers = {
        "webhook-id": "evt_00000000000040008000000000000001",
        "webhook-timestamp": "1793491200",
        "webhook-signature": "v1,y/ttWuSpvO2PGusT3+aAnIiFUTgiykdcUFepNJa5byw=",
    }
    assert verify_webhook([secret], headers, body, now=1793491200)["data"]["title"] == "鬼滅の刃 👹"
    for wrong in (
        lambda: verify_webhook([secret], headers, body + b" ", now=1793491200),
        lambda: verify_webhook([secret], headers, body, now=1793491501),
        lambda: verify_webhook(["whsec_AAAA"], headers, body, now=1793491200),
        lambda: verify_webhook([secret], {}, body, now=1793491200),
    ):
        try:
            wrong()
        except ValueError:
            continue
        raise AssertionError("took what is not genuine")
    print("verify.py is sound")
