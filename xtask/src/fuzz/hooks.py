"""What Frontdesk adds to schemathesis: requests that reach real things, as one of the actors; the check that every
refusal names its reason; and a record of what was asked and found.

Told by the environment: FUZZ_URL (a running demo), FUZZ_ACTOR, FUZZ_SEED, FUZZ_OUT (a folder for the record).
"""

import atexit
import copy
import json
import os
import random
import re
import shlex
import sys
from pathlib import Path

import schemathesis

sys.path.insert(0, str(Path(__file__).parent))
import lay  # noqa: E402
import refusals  # noqa: E402

DESK = lay.Desk(os.environ["FUZZ_URL"])
OUT = Path(os.environ["FUZZ_OUT"])
SEED = os.environ["FUZZ_SEED"]
IDS = lay.lay(DESK)
ACTOR = os.environ["FUZZ_ACTOR"]
TOKENS = lay.tokens(DESK, ACTOR)
DESK.keep()

# After so many calls the data begin anew, so that they neither grow without end nor wear off.
FRESH = 300
# What takes away from the actor, or from everybody, what the next requests need.
TAKES_AWAY = {
    "end_sessions", "end_session", "change_password", "update_booking_user_password", "remove_user_from_locations",
    "update_user_permissions", "copy_user_permissions_to_locations", "confirm_second_factor", "update_booking_user",
}

# What schemathesis calls the lack of a body that the document has.
OF_A_BODY = {"MalformedJson", "MissingContentType"}

STATUSES = {}
OPERATIONS = {}
FINDINGS = {}
CALLS = 0


def example(name, schema, document, depth=0):
    """An example of a schema: its own, or what its properties' types suggest."""
    while "$ref" in schema:
        at = document
        for step in schema["$ref"].lstrip("#/").split("/"):
            at = at[step]
        schema = at
    if name in IDS:
        return IDS[name][0]
    if "example" in schema:
        return copy.deepcopy(schema["example"])
    if schema.get("examples"):
        return copy.deepcopy(schema["examples"][0])
    if "default" in schema:
        return copy.deepcopy(schema["default"])
    for key in ("oneOf", "anyOf", "allOf"):
        some = [s for s in schema.get(key, ()) if s.get("type") != "null"]
        if some:
            return example(name, some[0], document, depth)
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        fields = schema.get("properties", {}) if depth < 6 else {}
        return {key: example(key, inner, document, depth + 1) for key, inner in fields.items()}
    if kind == "array":
        return [example(name, schema.get("items", {}), document, depth + 1)] if depth < 6 else []
    return {"integer": 1, "number": 1, "boolean": True, "string": ""}.get(kind)


def usual(case):
    """The body that people send to the operation; none where it has none in JSON."""
    raw = case.operation.definition.raw
    media = raw.get("requestBody", {}).get("content", {}).get("application/json")
    if media is None:
        return None
    known = lay.body(raw["operationId"], IDS)
    document = case.operation.schema.raw_schema
    return known if known is not None else example("", media.get("schema", {}), document)


def real(value, name, chance):
    """The value with ids of real things where it has numbers, and real dates and phones where it has text."""
    if isinstance(value, dict):
        return {key: real(inner, key, chance) for key, inner in value.items()}
    if isinstance(value, list):
        one = name[:-1] if name.endswith("s") else name
        return [real(inner, one, chance) for inner in value]
    # In a query: `filter[client_id]`, `filter[service_ids][]`.
    inner = re.findall(r"\[(\w+)\]", name)
    name = inner[0] if inner else name
    name = name[:-1] if name not in IDS and name.endswith("s") else name
    known = [one for one in IDS.get(name, ()) if type(one) is type(value)]
    return chance.choice(known) if known and chance.random() < 0.8 else value


def in_path(case, name):
    """What to put into the path; version 1 has a tag's kind and its id in one place, and many things as `id`."""
    if name == "id":
        return [19203] if "bookform" in case.path else IDS["client_id"]
    if name == "entity" and "labels" in case.path:
        return [1, 2] if case.method in ("DELETE", "PUT") else [0, 1, 2, 3]
    return IDS.get(name)


@schemathesis.hook
def before_call(context, case, kwargs):
    """Sends the request as the actor, most often to real things, and half of the bodies as people send them with a
    field or two as they were generated."""
    global CALLS
    CALLS += 1
    if CALLS % FRESH == 0:
        DESK.back()
    chance = random.Random(f"{SEED} {CALLS}")
    case.headers.pop("Authorization", None)
    if TOKENS is not None:
        case.headers["Authorization"] = TOKENS
    if "/api/v2" in case.operation.base_url and chance.random() < 0.97:
        case.headers["Accept"] = lay.V2
    # Elsewhere chance alone.
    exact = chance.random() < 0.85
    for name in list(case.path_parameters or {}):
        known = in_path(case, name)
        if known and (exact or chance.random() < 0.4):
            case.path_parameters[name] = chance.choice(known)
    if case.query and chance.random() < 0.6:
        case.query = real(case.query, "", chance)
    if not isinstance(case.body, dict):
        return
    body = real(case.body, "", chance) if chance.random() < 0.7 else case.body
    if case.media_type == "application/json" and chance.random() < 0.6:
        # Some are sent just so, some with fields of their own or without a field.
        like = usual(case)
        if isinstance(like, dict):
            generated = list(body)
            for name in chance.sample(generated, min(len(generated), chance.choice([0, 0, 1, 1, 2]))):
                like[name] = body[name]
            if like and chance.random() < 0.1:
                like.pop(chance.choice(list(like)))
            body = like
    case.body = body


@schemathesis.hook
def after_call(context, case, response):
    """Counts, and brings back what the request took away."""
    if response.request.method == "OPTIONS":
        # What a browser asks beforehand: answered to everybody, and no request of the operation.
        return
    status = str(response.status_code)
    STATUSES[status] = STATUSES.get(status, 0) + 1
    fine = 200 <= response.status_code < 300
    label = case.operation.label
    asked = OPERATIONS.setdefault(label, [0, 0])
    asked[0] += 1
    asked[1] += fine
    operation = case.operation.definition.raw.get("operationId")
    if fine and (case.method == "DELETE" or operation in TAKES_AWAY):
        DESK.back()


@schemathesis.check
def refusals_name_their_reason(ctx, response, case):
    """Every refusal is in the contract's form and says why; docs/api-design.md has the rules."""
    refusals.check(response, case)


@schemathesis.check
def only_who_may(ctx, response, case):
    """Nobody gets a 2xx of an operation that asks for tokens he lacks."""
    needs = case.operation.definition.raw["x-auth"]
    has = {"nobody": "open", "partner": "partner", "wrong-user": "partner"}.get(ACTOR, "partner+user")
    order = ["open", "partner", "partner+user"]
    fine = 200 <= response.status_code < 300 and response.request.method != "OPTIONS"
    if fine and order.index(needs) > order.index(has):
        raise AssertionError(f"it needs {needs}, and {ACTOR} has {has}: {response.status_code}")


def shape(text):
    """A message without what differs from one request to the next."""
    text = re.sub(r"'[^']*'|\"[^\"]*\"", "'…'", text)
    return re.sub(r"\d+", "N", text)[:160]


def curl(request):
    """The request as a command, to a demo at its usual address."""
    url = re.sub(r"^http://[^/]+", "http://127.0.0.1:8080", request.url)
    said = ["curl", "-i", "-m", "30", "-X", request.method, url]
    for name, value in request.headers.items():
        value = value.decode("latin-1") if isinstance(value, bytes) else value
        if name.lower() not in ("content-length", "user-agent", "accept-encoding", "connection", "x-schemathesis-testcaseid"):
            said += ["-H", f"{name}: {value}"]
    body = request.body
    if body is not None and not isinstance(body, (bytes, str)):
        return shlex.join(said) + "  # and a body that is streamed"
    if body:
        text = body if isinstance(body, str) else body.decode("utf-8", "replace")
        if isinstance(body, bytes) and text.encode() != body:
            octal = "".join(f"\\{byte:03o}" for byte in body)
            return f"printf '{octal}' | {shlex.join([*said, '--data-binary', '@-'])}"
        said += ["--data-raw", text]
    return shlex.join(said)


def found(case, what, message, request, answer=""):
    """Keeps a finding, once for each operation and kind."""
    key = (case.operation.label, what, shape(message))
    if key in FINDINGS:
        FINDINGS[key]["times"] += 1
        return
    FINDINGS[key] = {
        "operation": case.operation.label, "what": what, "message": message[:2000], "times": 1,
        "curl": curl(request), "answer": answer[:600],
    }
    write()


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Keeps what the checks found, and lets it count as a failure."""
    check = type(failure).__name__
    if response.status_code == 204 and not response.content and check in OF_A_BODY:
        # The contract draws bodies for some 204, and HTTP has none there (docs/api-design.md, quirks).
        return False
    text = response.content.decode("utf-8", "replace")
    found(case, f"{check}, {response.status_code}", f"{failure.title}: {failure.message}", response.request, text)
    return True


@schemathesis.hook
def after_network_error(context, case, request):
    """No answer at all is a finding too."""
    found(case, "no answer", "the connection broke or the time was up", request)


@atexit.register
def write():
    """Leaves the record for who asked."""
    record = {"calls": sum(STATUSES.values()), "statuses": STATUSES, "operations": OPERATIONS, "findings": list(FINDINGS.values())}
    new = OUT / "record.json.new"
    new.write_text(json.dumps(record))
    new.replace(OUT / "record.json")
