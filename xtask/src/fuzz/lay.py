"""What requests need to reach real things: the ids of the demo's data, some more things made over the API, and the
actor's tokens."""

import datetime
import json
import time
import urllib.error
import urllib.request

PARTNER = "demo0partner0token00"
OWNER = "demo00user00token00000000000000a"
STRANGER = "demo00user00token00000000000000b"
PASSWORD = "testpass"
LOCATION = 37532
CHAIN = 9206
V2 = "application/vnd.api.v2+json"
# What the team member with few rights has.
FEW = {"timetable_access", "record_form_access", "clients_access", "users_access", "settings_positions_read"}
SNAPSHOT = "/api/frontdesk/v1/demo/snapshots/fuzz"


class Desk:
    """A running demo, spoken to as its owner."""

    def __init__(self, url):
        self.url = url

    def ask(self, method, path, body=None, user=OWNER):
        """Sends a request; gives the status and the body. Raises when there is no answer."""
        tokens = f"Bearer {PARTNER}" + (f", User {user}" if user else "")
        headers = {"Authorization": tokens, "Accept": V2, "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def need(self, method, path, body=None, user=OWNER):
        """The data of an answer that must be 2xx."""
        status, answer = self.ask(method, path, body, user)
        if status >= 300:
            raise RuntimeError(f"{method} {path}: {status} {answer}")
        return (answer or {}).get("data")

    def keep(self):
        """Keeps the data as they are now, to come back to."""
        self.need("PUT", SNAPSHOT)

    def back(self):
        """Everything as it was kept. Background work may be in the way: 503 asks to try again."""
        for _ in range(20):
            status, answer = self.ask("POST", SNAPSHOT + "/restore", {})
            if status != 503:
                break
            time.sleep(0.2)
        if status != 200:
            raise RuntimeError(f"the snapshot can't be restored: {status} {answer}")


def tokens(desk, actor):
    """The Authorization header of an actor; none for nobody."""
    if actor == "worker":
        rights = desk.need("GET", f"/api/v1/company/{LOCATION}/users/2/permissions")["user_permissions"]
        few = [dict(right, value=right["slug"] in FEW) for right in rights if isinstance(right["value"], bool)]
        change = {"user_role": "worker", "user_permissions": few}
        desk.need("PUT", f"/api/v1/company/{LOCATION}/users/2/permissions", change)
        signed = desk.need("POST", "/api/v1/auth", {"login": "olivia@example.com", "password": PASSWORD}, user=None)
        return f"Bearer {PARTNER}, User {signed['user_token']}"
    return {
        "nobody": None,
        "partner": f"Bearer {PARTNER}",
        "wrong-user": f"Bearer {PARTNER}, User demo00user00token00000000000000z",
        "stranger": f"Bearer {PARTNER}, User {STRANGER}",
        "owner": f"Bearer {PARTNER}, User {OWNER}",
    }[actor]


def series_of(desk, events):
    """A series with its days, found by one of its events."""
    for event in events:
        path = f"/api/v1/company/{LOCATION}/schedules/search/activity/{event['id']}?include=days"
        status, answer = desk.ask("GET", path)
        if status == 200:
            return answer["data"]
    raise RuntimeError("the demo has no series of events")


def lay(desk):
    """Makes what the demo lacks; gives ids by the names that paths, queries and bodies have for them."""
    at = f"/api/v1/company/{LOCATION}"
    own = f"/api/frontdesk/v1/locations/{LOCATION}"
    now = datetime.date.fromisoformat(desk.need("GET", "/api/frontdesk/v1/demo/clock")["now"][:10])
    later = now + datetime.timedelta(days=60)
    events = desk.need("GET", f"/api/v1/activity/{LOCATION}/search?from={now}&till={later}")
    soon = events[-1]["date"][:10]
    strategy = desk.need(
        "POST", f"/api/v1/activity/{LOCATION}/duplication_strategy",
        {"title": "Daily", "repeat_mode_id": 1, "days": [], "interval": 1, "content_type": 1},
    )
    desk.need("POST", f"/api/v1/hooks_settings/{LOCATION}", {"urls": [f"{desk.url}/nowhere"], "active": 1, "record": 1})
    hook = desk.need("GET", f"{own}/webhooks")[0]["id"]
    desk.need("POST", f"{own}/webhooks/{hook}/test")
    deliveries = desk.need("GET", f"{own}/webhook_deliveries")
    feed = desk.need("POST", f"{own}/calendar_feeds", {"title": "Mine"})
    records = desk.need("GET", f"/api/v1/records/{LOCATION}?count=50")
    linked = [r for r in records if r.get("short_link")]
    word = linked[-1]["short_link"].rsplit("/", 1)[1]
    record, visit = linked[-1]["id"], linked[-1]["visit_id"]
    services = desk.need("GET", f"{at}/services")
    staff = desk.need("GET", f"/api/v1/staff/{LOCATION}")
    series = series_of(desk, events)
    regular = desk.need(
        "POST", f"{at}/schedules/{series['id']}/client_schedules",
        {"client_id": 3, "schedule_days_ids": [series["days"][0]["id"]]},
    )
    single = [s["id"] for s in services if not s.get("is_multi") and not s.get("is_composite")]
    return {
        "location_id": [LOCATION], "location": [LOCATION], "company_id": [LOCATION], "salon_id": [LOCATION],
        "chain_id": [CHAIN], "group_id": [CHAIN], "main_group_id": [CHAIN],
        "user_id": [2, 1], "session_id": [1], "team_member_id": [1001, 1002, 1003], "staff_id": [1001, 1002],
        "master_id": [1001, 1002], "client_id": [1, 2, 3], "comment_id": [1, 2], "file_id": [1],
        "position_id": [p["id"] for p in desk.need("GET", f"{at}/staff/positions")],
        "tag_id": [1, 2, 3, 4], "label_id": [1, 2], "field_id": [1, 2], "field_category": ["client", "record"],
        "service_id": single or [83169], "category_id": sorted({s["category_id"] for s in services}),
        "composite_service_id": [83173], "chain_category_id": [1], "chain_service_id": [1],
        "resource_id": [70, 71], "instance_id": [181, 182], "resource_instance_id": [181, 182],
        "event_id": [e["id"] for e in events[-3:]], "activity_id": [e["id"] for e in events[-3:]],
        "original_entity_id": [e["id"] for e in events[-3:]], "entity_type": ["activity"],
        "entity_id": [events[-1]["id"]], "strategy_id": [strategy["id"]], "schedule_id": [series["id"]],
        "day_id": [day["id"] for day in series["days"]], "schedule_days_ids": [series["days"][0]["id"]], "client_schedule_id": [regular["id"]], "form_id": [19203, 19204], "id_form": [19203],
        "record_id": [record], "appointment_id": [record], "recordId": [record], "visit_id": [visit],
        "attendance_id": [f"record_{record}"], "record_hash": [word.split("-", 2)[2]], "record_token": [word],
        "webhook_id": [hook], "delivery_id": [d["id"] for d in deliveries[:1]] or [1], "feed_id": [feed["id"]],
        "start_date": [soon], "end_date": [soon], "date": [soon], "date_from": [soon], "date_to": [soon],
        "to": [f"{soon} 23:00:00"], "date_intersect_from": [f"{soon}T00:00:00"], "date_intersect_to": [f"{soon}T23:59:59"],
        "from": [soon], "till": [soon], "datetime": [f"{soon}T10:00:00", f"{soon} 16:30:00"],
        "phone": ["+12125357710", "+13155550175"], "lang_code": ["en-US"], "city_id": [181], "country_id": [7],
        "entity": ["service", "master"], "type": ["record_create_to_client"],
        "business_type_id": [1], "login": ["testuser@alteg.io"], "password": [PASSWORD],
        "current_password": [PASSWORD], "old_password": [PASSWORD],
        "seance_length": [3600], "length": [3600], "capacity": [5], "staff": [s["id"] for s in staff][:2],
    }


def body(operation, ids):
    """What people send, for operations whose examples in the document are of no use in the demo."""
    client = {"name": "Jo", "phone": "+13155550111"}
    day = ids["date"][0]
    item = {"id": 1, "services": [ids["service_id"][0]], "staff_id": 1001, "datetime": f"{day}T11:00:00-05:00"}
    booking = {"phone": "+13155550111", "fullname": "Jo", "email": "jo@example.com"}
    return {
        "create_appointment": {
            "staff_id": 1001, "services": [{"id": ids["service_id"][0]}], "client": client,
            "datetime": f"{day} 10:00", "seance_length": 3600, "save_if_busy": True,
        },
        "update_appointment": {
            "staff_id": 1001, "services": [{"id": ids["service_id"][0]}], "client": client,
            "datetime": f"{day} 12:00", "seance_length": 3600, "save_if_busy": True, "attendance": 1,
        },
        "create_timetable_client_schedule": {"client_id": 3, "schedule_days_ids": [ids["day_id"][0]]},
        "update_timetable_client_schedule": {"schedule_days_ids": [ids["day_id"][0]]},
        "update_visit": {"attendance": 0, "comment": "Quiet"},
        "search_client_visits": {"client_id": 1},
        "validate_booking_params": {"appointments": [item]},
        "create_online_booking": booking | {"appointments": [item]},
        "update_online_booking_datetime": {"comment": "Late", "record_hash": ids["record_hash"][0]},
        "submit_feedback_form": {"rating": 5, "text": "Fine"},
        "book_event": booking,
        "delete_timetable_appointment": {"recordId": ids["record_id"][0]},
        "leave_comment": {"mark": 5, "text": "Fine", "name": "Jo"},
    }.get(operation)
