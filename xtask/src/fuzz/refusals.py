"""The rule of docs/api-design.md about refusals, as a check.

Every 4xx is in one of the contract's forms, with a message that is not empty:

- `{"success": false, "data": null, "meta": {"message"}}`,
- `{"errors": {"code", "message"}, "meta": {"message"}}` (401 and 404 of the operations published so),
- `{"success": false, "error_code", "error_message"}` (operations with numbered refusals).

422 names each field at fault, or has the numbers of its reasons. 400 does too, unless the body could not be read
at all, or version 2 was not asked for in `Accept`. A field that is named is one that was sent or that the operation
has, by any of its names.
"""

import json
import re
from types import SimpleNamespace
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
        fields(meta["errors"], response.request, case)
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


def fields(errors, request, case):
    """Names, each with what is wrong; a list in version 1, an object in version 2."""
    if not errors:
        fail("no field is named")
    if isinstance(errors, dict):
        for name, messages in errors.items():
            if not is_text(name):
                fail("a field without a name")
            known(name, request, case)
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
        if is_text(error.get("field")):
            known(error["field"], request, case)


def known(field, request, case):
    """The field is something that was sent, or that the operation has."""
    names = {"body"} | sent(request)
    raw = case.operation.definition.raw
    names |= {parameter["name"] for parameter in raw.get("parameters", []) if "name" in parameter}
    for media in raw.get("requestBody", {}).get("content", {}).values():
        names |= properties(media.get("schema", {}), case.operation.schema.raw_schema)
    head = re.split(r"[.\[]", field)[0]
    if plain(head) not in {plain(re.split(r"[.\[]", name)[0]) for name in names}:
        fail(f"the field {field} is neither sent nor one of the operation's")


def plain(name):
    """A name without what is only its spelling."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def sent(request):
    """Names in the query and at the top of the body."""
    names = {name for name, _ in parse_qsl(urlsplit(request.url).query, keep_blank_values=True)}
    try:
        body = json.loads(request.body or b"null")
    except (ValueError, TypeError, RecursionError):
        text = request.body if isinstance(request.body, str) else (request.body or b"").decode("utf-8", "replace")
        return names | {name for name, _ in parse_qsl(text)} | set(re.findall(r'name="([^"]*)"', text))
    if isinstance(body, dict):
        names |= set(body)
    elif isinstance(body, list):
        # Of a list, by place.
        names |= {str(at) for at in range(len(body))}
        names |= {name for item in body if isinstance(item, dict) for name in item}
    return names


def properties(schema, document, depth=0):
    """Names at the top of a schema, whatever it is put together from."""
    while "$ref" in schema:
        at = document
        for step in schema["$ref"].lstrip("#/").split("/"):
            at = at[step]
        schema = at
    names = set(schema.get("properties", {}))
    if depth < 5:
        for key in ("oneOf", "anyOf", "allOf"):
            for part in schema.get(key, ()):
                names |= properties(part, document, depth + 1)
        if "items" in schema:
            names |= properties(schema["items"], document, depth + 1) | {str(at) for at in range(100)}
    return names


def broken(body, kind):
    """Whether a form with files is none: without a boundary or its end, or with what no header of a part may have."""
    boundary = re.search(r'boundary="?([^";]+)', kind)
    text = body.encode() if isinstance(body, str) else body or b""
    if boundary is None or not isinstance(text, bytes) or f"--{boundary[1]}--".encode() not in text:
        return True
    return re.search(rb'name="[^"]*[\x00-\x08\x0a-\x1f\x7f]', text) is not None


def unreadable(request, case):
    """Whether the request could not be read at all."""
    accept = request.headers.get("Accept", "")
    accept = accept.decode("latin-1") if isinstance(accept, bytes) else accept
    if "/api/v2/" in request.url and "application/vnd.api.v2+json" not in accept:
        return True
    for _, value in parse_qsl(urlsplit(request.url).query, keep_blank_values=True):
        if "\x00" in value or "\ufffd" in value:
            return True
    kind = request.headers.get("Content-Type", "")
    kind = kind.decode("latin-1") if isinstance(kind, bytes) else kind
    if "multipart" in kind and broken(request.body, kind):
        return True
    body = request.body
    if body is None:
        return False
    if not isinstance(body, (bytes, str)):
        return True
    if "multipart" in kind:
        return False
    if "urlencoded" in kind:
        return False
    try:
        json.loads(body, parse_constant=lambda word: fail(word))
    except (ValueError, AssertionError, RecursionError):
        return True
    return False


def try_itself():
    """Answers that must pass, and answers that must not: a check that never fails is worth nothing."""
    raw = {"operationId": "x", "parameters": [{"name": "page"}],
           "requestBody": {"content": {"application/json": {"schema": {"properties": {"title": {}}}}}}}
    case = SimpleNamespace(method="POST", operation=SimpleNamespace(
        definition=SimpleNamespace(raw=raw), schema=SimpleNamespace(raw_schema={})))

    def ask(status, answer, body=b"{}", version=1, accept="*/*"):
        request = SimpleNamespace(url=f"http://x/api/v{version}/y?z=1", body=body, headers={"Accept": accept})
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        try:
            check(SimpleNamespace(status_code=status, content=content, request=request), case)
        except AssertionError as error:
            return str(error)
        return None

    def refusal(**meta):
        return {"success": False, "data": None, "meta": {"message": "No."} | meta}

    one = {"field": "title", "message": "Wrong."}
    fine = [
        (200, b""), (404, refusal()), (422, refusal(errors=[one])), (422, refusal(errors={"title": ["Wrong."]})),
        (422, refusal(errors=[{"code": 433, "message": "Busy."}])), (422, refusal(errors=[one | {"field": "z"}])),
        (401, {"errors": {"code": 401, "message": "No"}, "meta": {"message": "No."}}), (400, refusal(), b"{"),
        (400, {"success": False, "error_code": 10, "error_message": "phone: Wrong."}),
        (400, refusal(), b"{}", 2),
    ]
    wrong = [
        (404, b""), (404, b"gone"), (404, []), (404, {"success": False, "data": None, "meta": []}),
        (403, refusal(message=" ")), (403, refusal() | {"success": True}), (403, refusal() | {"data": {}}),
        (422, refusal()), (422, refusal(errors=[])), (422, refusal(errors={})), (422, refusal(errors=[{"field": "title"}])),
        (422, refusal(errors=[{"message": "Wrong."}])), (422, refusal(errors={"title": []})),
        (422, refusal(errors={"": ["Wrong."]})), (422, refusal(errors=[one | {"field": "colour"}])),
        (400, refusal()), (400, refusal(), b"{}", 2, "application/vnd.api.v2+json"), (400, refusal(errors=[])),
        (400, {"success": False, "error_code": 10, "error_message": "Wrong."}),
        (403, {"errors": {"code": 403, "message": "No"}, "meta": {"message": "No."}}),
    ]
    for answer in fine:
        said = ask(*answer)
        if said is not None:
            raise SystemExit(f"refused, and fine: {answer}: {said}")
    for answer in wrong:
        if ask(*answer) is None:
            raise SystemExit(f"passed, and wrong: {answer}")


if __name__ == "__main__":
    try_itself()
