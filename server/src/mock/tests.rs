use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::router;

fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "servers": [{"url": "https://example.com/api/v1"}],
        "security": [{"partner": []}],
        "paths": {
            "/auth": {"post": {
                "security": [],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/login"}}}},
                "responses": {"201": {"content": {"application/json": {"example": {"token": "t"}}}}}
            }},
            "/company/{location_id}": {
                "parameters": [{"name": "location_id", "in": "path", "required": true, "schema": {"type": "integer"}}],
                "get": {
                    "parameters": [{"name": "my", "in": "query", "schema": {"type": ["integer", "null"]}}],
                    "responses": {
                        "404": {"$ref": "#/components/responses/missing"},
                        "200": {"content": {"application/json": {"examples": {
                            "short": {"value": {"id": 1}},
                            "long": {"$ref": "#/components/examples/long"}
                        }}}},
                        "401": {"content": {"application/json": {"schema": {"type": "object", "properties": {
                            "meta": {"type": "object", "examples": [{"message": "Who are you?"}]}
                        }}}}}
                    }
                },
                "delete": {"responses": {"204": {"content": {"application/json": {"example": {"never": "sent"}}}}}}
            },
            "/labels/{location_id}/{entity}": {"get": {"responses": {"200": {"content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/tree"}
            }}}}}},
            "/labels/{location_id}/{tag_id}": {"put": {
                "parameters": [{"name": "tag_id", "in": "path", "required": true, "schema": {"type": "number"}}],
                "requestBody": {"required": true, "content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/everything"}
                }}},
                "responses": {"202": {"description": "taken"}}
            }},
            "/labels/{location_id}/all": {"get": {"responses": {"200": {"content": {"text/plain": {"example": "all"}}}}}},
            "/search": {"get": {
                "parameters": [
                    {"name": "ids[]", "in": "query", "required": true, "schema": {"type": "array", "items": {"type": "integer"}}},
                    {"name": "from", "in": "query", "required": true, "schema": {"type": "string"}},
                    {"name": "page", "in": "query", "schema": {"type": "number"}},
                    {"name": "flag", "in": "query", "schema": {"type": "boolean"}},
                    {"name": "X-Trace", "in": "header", "required": true, "schema": {"type": "integer"}},
                    {"name": "Accept", "in": "header", "required": true, "schema": {"type": "string"}}
                ],
                "responses": {"200": {"content": {"application/vnd.api.v2+json": {"schema": {"anyOf": [
                    {"type": "null"},
                    {"allOf": [
                        {"type": "object", "properties": {"a": {"type": "integer", "minimum": 3}}},
                        {"type": "object", "properties": {"b": {"type": "string", "format": "date"}}}
                    ], "properties": {"c": {"type": "boolean", "enum": ["false"]}}}
                ]}}}}}
            }},
            "/switch": {"post": {
                "requestBody": {"content": {"application/json": {"schema": {"oneOf": [
                    {"type": "object", "required": ["on", "name"], "properties": {"on": {"type": "boolean"}}},
                    {"type": "object", "required": ["off"], "properties": {"off": {"type": "boolean"}}}
                ]}}}},
                "responses": {"200": {"content": {"application/json": {"schema": {
                    "type": "object", "additionalProperties": {"type": "integer"}
                }}}}}
            }},
            "/contrary": {"post": {
                "requestBody": {"content": {"application/json": {
                    "example": {"ids": [1], "key": "a", "rows": [{"a": "x"}]},
                    "schema": {"type": "object", "required": ["ids", "name"], "properties": {
                        "ids": {"type": "object"}, "key": {"type": "number"},
                        "rows": {"type": "array", "items": {"oneOf": [
                            {"type": "object", "required": ["b"]}, {"type": "null"}
                        ]}}
                    }}
                }}},
                "responses": {"200": {"description": "fine"}}
            }},
            "/images": {"post": {
                "requestBody": {"content": {"multipart/form-data": {"schema": {
                    "type": "object", "required": ["image"], "properties": {"image": {"type": "string", "format": "binary"}}
                }}}},
                "responses": {"200": {"content": {"application/json": {"example": "{\"pasted\": true}"}}}}
            }},
            "/api/v1/odd": {"get": {"responses": {"200": {"content": {"application/json": {"example": "odd"}}}}}},
            "/calls": {"get": {
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/login"}}}},
                "responses": {"default": {"content": {"application/json": {"schema": {"type": "array", "items": {"type": "string"}}}}}}
            }}
        },
        "components": {
            "examples": {"long": {"value": {"id": 1, "title": "Long"}}},
            "responses": {"missing": {"content": {"application/json": {"schema": {"type": "object"}}}}},
            "schemas": {
                "login": {"type": "object", "required": ["login", "code"], "properties": {
                    "login": {"type": "string"}, "code": {"type": "integer"}
                }},
                "tree": {"type": "object", "properties": {
                    "id": {"type": "integer"},
                    "label": {"type": "string", "examples": ["root"]},
                    "child": {"$ref": "#/components/schemas/tree"}
                }},
                "everything": {"allOf": [
                    {"type": "object", "required": ["title"], "properties": {"title": {"type": "string"}}},
                    {"type": "object", "properties": {
                        "count": {"type": "integer"},
                        "cost": {"type": "number"},
                        "is_open": {"type": "boolean"},
                        "note": {"type": "string", "nullable": true},
                        "tags": {"type": "array", "items": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}},
                        "prices": {"type": "object", "additionalProperties": {"type": "number"}},
                        "next": {"$ref": "#/components/schemas/everything"}
                    }}
                ]}
            }
        }
    })
}

struct Answered {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answered {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// The complaints of a 422.
    fn errors(&self) -> Value {
        assert_eq!(self.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", self.text);
        assert_eq!(self.json()["success"], false);
        assert_eq!(self.json()["meta"]["message"], "An error has occurred.");
        self.json()["meta"]["errors"].clone()
    }

    /// The fields that a 422 names.
    fn fields(&self) -> Vec<String> {
        let errors = self.errors();
        let names = errors.as_array().into_iter().flatten().filter_map(|e| e["field"].as_str());
        names.map(ToOwned::to_owned).collect()
    }
}

async fn call(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answered {
    let router: Router = router(|| vec![("other", json!({})), ("b2b-v1", document())]);
    let mut request = Request::builder().method(method).uri(format!("/_mock/en/b2b-v1/openapi{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router.oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let text = String::from_utf8(to_bytes(body, 1 << 20).await.unwrap().to_vec()).unwrap();
    Answered { status: parts.status, headers: parts.headers, text }
}

const KEY: (&str, &str) = ("authorization", "Bearer p");

async fn get(path: &str) -> Answered {
    call("GET", path, &[KEY], "").await
}

async fn put(body: &Value) -> Answered {
    call("PUT", "/labels/1/2", &[KEY], &body.to_string()).await
}

#[tokio::test]
async fn both_spellings_of_a_path_answer_the_first_example() {
    for path in ["/company/1", "/api/v1/company/1", "/company/1/"] {
        let answer = get(path).await;
        assert_eq!((answer.status, answer.json()), (StatusCode::OK, json!({"id": 1})), "{path}");
        assert_eq!(answer.headers["content-type"], "application/json");
    }
    // A path that repeats the base is found without it, too.
    assert_eq!(get("/odd").await.json(), "odd");
    assert_eq!(get("/api/v1/odd").await.json(), "odd");
}

#[tokio::test]
async fn unknown_addresses_are_404_and_other_methods_405() {
    for path in ["/nothing", "", "/api/v1", "/company"] {
        let answer = get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.json()["data"], Value::Null);
    }
    let answer = call("PATCH", "/company/1", &[KEY], "").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.headers["allow"], "GET,HEAD,DELETE");
    // Templates that differ in names only are one path.
    let answer = call("DELETE", "/labels/1/2", &[KEY], "").await;
    assert_eq!(answer.headers["allow"], "GET,HEAD,PUT");
    let answer = call("HEAD", "/company/1", &[KEY], "").await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, ""));
}

#[tokio::test]
async fn without_a_key_the_documents_401_or_the_envelope() {
    let answer = call("GET", "/company/1", &[], "").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.json(), json!({"meta": {"message": "Who are you?"}}));
    let answer = call("DELETE", "/company/1", &[], "").await;
    assert_eq!(
        answer.json(),
        json!({"success": false, "data": null, "meta": {"message": "Authentication needed."}})
    );
    let answer = call("POST", "/auth", &[], r#"{"login": "a", "code": 1}"#).await;
    assert_eq!((answer.status, answer.json()), (StatusCode::CREATED, json!({"token": "t"})));
}

#[tokio::test]
async fn empty_answers_have_no_body() {
    let answer = call("DELETE", "/company/1", &[KEY], "").await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::NO_CONTENT, ""));
    let answer = put(&json!({"title": "a"})).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::ACCEPTED, ""));
    assert!(!answer.headers.contains_key("content-type"));
}

#[tokio::test]
async fn prefer_picks_the_status_and_the_example() {
    let prefer = |value| [KEY, ("prefer", value)];
    let answer = call("GET", "/company/1", &prefer("example=long"), "").await;
    assert_eq!(answer.json(), json!({"id": 1, "title": "Long"}));
    let answer = call("GET", "/company/1", &prefer("code=200, example=\"long\""), "").await;
    assert_eq!(answer.json()["title"], "Long");
    let answer = call("GET", "/company/1", &prefer("code=404"), "").await;
    assert_eq!(
        (answer.status, &answer.json()["meta"]["message"]),
        (StatusCode::NOT_FOUND, &json!("Not found."))
    );
    // Not described: a failure is made up, a success is not.
    let answer = call("GET", "/company/1", &prefer("code=503"), "").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(call("GET", "/company/1", &prefer("code=299;dynamic=true"), "").await.status, StatusCode::OK);
    assert_eq!(call("GET", "/company/1", &prefer("code=x"), "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn examples_are_made_from_schemas() {
    let tree = get("/labels/1/client").await.json();
    assert_eq!((&tree["id"], &tree["label"]), (&json!(1), &json!("root")));
    assert_eq!(tree["child"]["child"]["label"], "root");
    assert_eq!(get("/labels/1/client").await.json(), tree);
    let all = get("/labels/1/all").await;
    assert_eq!((all.text.as_str(), &all.headers["content-type"]), ("all", &"text/plain".parse().unwrap()));
    let found = call("GET", "/search?ids=1&from=a", &[KEY, ("x-trace", "1")], "").await;
    assert_eq!(found.json(), json!({"a": 3, "b": "2026-01-15", "c": false}));
    assert_eq!(found.headers["content-type"], "application/vnd.api.v2+json");
    let made = call("POST", "/switch", &[KEY], r#"{"off": 1}"#).await;
    assert_eq!(made.json(), json!({"key": 1}));
    let calls = get("/calls?login=a&code=2").await;
    assert_eq!((calls.status, calls.json()), (StatusCode::OK, json!(["string"])));
}

#[tokio::test]
async fn parameters_are_checked() {
    assert_eq!(
        get("/company/one").await.errors(),
        json!([{"field": "location_id", "message": "The value must be of type integer."}])
    );
    assert_eq!(get("/company/1?my=x").await.fields(), ["my"]);
    assert_eq!(get("/company/1?my=&other=x").await.status, StatusCode::OK);
    assert_eq!(
        get("/search").await.errors()[0],
        json!({"field": "ids[]", "message": "The field is required."})
    );
    assert_eq!(get("/search?page=a&flag=maybe").await.fields(), ["ids[]", "from", "page", "flag", "X-Trace"]);
    for query in ["ids[]=1&ids[]=2&from=a", "ids%5B%5D=1&from=a+b", "ids=1,2&from=%41&page=1.5&flag=1"] {
        let answer = call("GET", &format!("/search?{query}"), &[KEY, ("x-trace", "7")], "").await;
        assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text);
    }
    assert_eq!(call("GET", "/search?ids=1&from=a", &[KEY, ("x-trace", "t")], "").await.fields(), ["X-Trace"]);
}

#[tokio::test]
async fn bodies_are_checked_and_taken_leniently() {
    assert_eq!(put(&json!({})).await.fields(), ["title"]);
    assert_eq!(call("PUT", "/labels/1/2", &[KEY], "").await.fields(), ["title"]);
    assert_eq!(call("PUT", "/labels/1/x", &[KEY], r#"{"title": "a"}"#).await.fields(), ["tag_id"]);
    assert_eq!(put(&json!([1])).await.fields(), ["body"]);
    assert_eq!(call("PUT", "/labels/1/2", &[KEY], "{").await.status, StatusCode::BAD_REQUEST);
    let lenient = json!({
        "title": 5, "count": "5", "cost": "1.5", "is_open": 1, "note": null, "prices": [], "unknown": {},
        "tags": [{"id": "7"}, {"id": true}], "next": {"title": "b", "count": null, "cost": 2}
    });
    assert_eq!(put(&lenient).await.status, StatusCode::ACCEPTED);
    let wrong = json!({
        "title": {}, "count": "five", "cost": [], "is_open": 2, "tags": [{"id": 1}, {"id": 1.5}, {}],
        "prices": {"a": "x"}, "next": {"count": 1.5}
    });
    assert_eq!(
        put(&wrong).await.fields(),
        [
            "title",
            "count",
            "cost",
            "is_open",
            "tags.1.id",
            "tags.2.id",
            "prices.a",
            "next.title",
            "next.count"
        ]
    );
}

#[tokio::test]
async fn of_alternatives_the_nearest_one_complains() {
    let switch = async |body: &str| call("POST", "/switch", &[KEY], body).await;
    assert_eq!(switch(r#"{"on": true, "name": "a"}"#).await.status, StatusCode::OK);
    assert_eq!(switch(r#"{"on": true}"#).await.fields(), ["name"]);
    assert_eq!(switch("{}").await.fields(), ["off"]);
    assert_eq!(switch("").await.fields(), ["off"]);
}

#[tokio::test]
async fn forms_are_bodies_too() {
    let form = [KEY, ("content-type", "application/x-www-form-urlencoded")];
    let answer = call("PUT", "/labels/1/2", &form, "title=a&count=5&tags[0][id]=1&prices[a]=1").await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
    assert_eq!(call("PUT", "/labels/1/2", &form, r#" {"title": "a"}"#).await.status, StatusCode::ACCEPTED);
    assert_eq!(call("PUT", "/labels/1/2", &form, "count=five").await.fields(), ["title", "count"]);
    assert_eq!(get("/calls?login=a").await.fields(), ["code"]);
    let parts = [KEY, ("content-type", "multipart/form-data; boundary=b")];
    let body =
        "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\r\nx\r\n--b--\r\n";
    let answer = call("POST", "/images", &parts, body).await;
    assert_eq!((answer.status, answer.json()), (StatusCode::OK, json!({"pasted": true})));
    assert_eq!(call("POST", "/images", &parts, "--b--\r\n").await.fields(), ["image"]);
    assert_eq!(call("POST", "/images", &[KEY], "").await.fields(), ["image"]);
}

#[tokio::test]
async fn the_documents_own_example_gets_through() {
    let contrary = async |body: &str| call("POST", "/contrary", &[KEY], body).await;
    assert_eq!(contrary(r#"{"ids": [1], "key": "a", "rows": [{"a": "x"}]}"#).await.status, StatusCode::OK);
    assert_eq!(contrary(r#"{"ids": "x", "key": {}, "rows": [7]}"#).await.fields(), ["ids", "key", "rows.0"]);
    assert_eq!(contrary("{}").await.fields(), ["ids"]);
}
