"""The rule of docs/api-design.md about refusals, as a check.

Every 4xx is in one of the contract's forms, with a message that is not empty:

- `{"success": false, "data": null, "meta": {"message"}}`,
- `{"errors": {"code", "message"}, "meta": {"message"}}` (401 and 404 of the operations published so),
- `{"success": false, "error_code", "error_message"}` (operations with numbered refusals).

422 names each field at fault, or has the numbers of its reasons. 400 does too, unless the body could not be read
at all, or version 2 was not asked for in `Accept`.
"""

import json
from urllib.parse import parse_qsl, urlsplit

# 400 by number stands for 422 there; its message begins with the field.
WRONG_FIELDS = 10
# `meta.errors` of no field, as api-design.md lists it among the quirks.
OF_NO_FIELD = {"get_team_member"}


def is_text(value):
    return isinstance(value, str) and value.strip() != ""


def fail(why):
    raise AssertionError(why)


def check(response, case):
    """Raises AssertionError where a refusal is not as it should be."""
    status = response.status_code
    if not 400 <= status < 500 or case.method == "HEAD":
        return
    try:
        body = json.loads(response.content)
    except ValueError:
        fail(f"{status} without a body in JSON")
    if not isinstance(body, dict):
        fail(f"{status} is no object")
    if "error_code" in body:
        numbered(status, body)
        return
    meta = body.get("meta")
    if not isinstance(meta, dict) or not is_text(meta.get("message")):
        fail(f"{status} without a message")
    if "errors" in body:
        older(status, body)
        return
    if body.get("success") is not False or body.get("data", 0) is not None:
        fail(f"{status} is not marked as a refusal")
    if status == 422 or "errors" in meta:
        if "errors" not in meta:
            fail("422 names no field")
        fields(meta["errors"], case)
    elif status == 400 and not unreadable(response.request, case):
        fail(f"400 names no field: {meta['message']}")


def numbered(status, body):
    if body.get("success") is not False or type(body["error_code"]) is not int:
        fail(f"{status} is not marked as a refusal")
    message = body.get("error_message")
    if not is_text(message):
        fail(f"{status} without a message")
    if body["error_code"] == WRONG_FIELDS and not is_text(message.partition(": ")[2]):
        fail("a numbered refusal of a field names none")


def older(status, body):
    errors = body["errors"]
    if not isinstance(errors, dict) or not is_text(errors.get("message")):
        fail(f"{status} in the older form without a message")
    if errors.get("code") != status or status not in (401, 404):
        fail(f"{status} in the older form says {errors.get('code')}")


def fields(errors, case):
    """Names, each with what is wrong; a list in version 1, an object in version 2."""
    if not errors:
        fail("no field is named")
    if isinstance(errors, dict):
        for name, messages in errors.items():
            if not is_text(name):
                fail("a field without a name")
            if not isinstance(messages, list) or not messages or not all(map(is_text, messages)):
                fail(f"nothing is said about {name}")
        return
    if not isinstance(errors, list):
        fail("the fields are neither a list nor an object")
    operation = case.operation.definition.raw.get("operationId")
    for error in errors:
        if not isinstance(error, dict) or not is_text(error.get("message")):
            fail("a field without a message")
        named = is_text(error.get("field")) or type(error.get("code")) is int
        if not named and operation not in OF_NO_FIELD:
            fail("a message of no field")


def unreadable(request, case):
    """Whether the request could not be read at all."""
    accept = request.headers.get("Accept", "")
    accept = accept.decode("latin-1") if isinstance(accept, bytes) else accept
    if "/api/v2/" in request.url and "application/vnd.api.v2+json" not in accept:
        return True
    for _, value in parse_qsl(urlsplit(request.url).query, keep_blank_values=True):
        if "\x00" in value or "\ufffd" in value:
            return True
    body = request.body
    if body is None:
        return False
    if not isinstance(body, (bytes, str)):
        return True
    kind = request.headers.get("Content-Type", "")
    kind = kind.decode("latin-1") if isinstance(kind, bytes) else kind
    if "multipart" in kind:
        # The boundary may be anything; what is not a form can't be told from here.
        return True
    if "urlencoded" in kind:
        return False
    try:
        json.loads(body, parse_constant=lambda word: fail(word))
    except (ValueError, AssertionError, RecursionError):
        return True
    return False
