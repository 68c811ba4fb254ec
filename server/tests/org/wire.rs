//! The rules of the wire: how requests may be spelt, and what every refusal looks like.

use frontdesk::demo::{LOCATION, LOGIN, PARTNER_TOKEN, PASSWORD, USER_TOKEN};
use http::Method;
use serde_json::{Value, json};
use testkit::{Answer, App, make};

const COMPANY: &str = "/api/v1/company/37532";
const COMPANIES: &str = "/api/v1/companies";
const MINE: &str = "/api/v1/companies?my=1";

/// A refusal in the envelope, with these fields at fault.
#[track_caller]
fn refused(answer: &Answer, status: u16, fields: &[&str]) {
    assert_eq!(answer.status.as_u16(), status, "{}: {}", answer.asked, answer.text());
    assert_eq!(answer.header("content-type"), "application/json", "{}", answer.asked);
    assert_eq!((&answer.body["success"], &answer.body["data"]), (&json!(false), &Value::Null));
    assert!(!answer.message().is_empty());
    assert_eq!(answer.fields(), fields, "{}: {}", answer.asked, answer.text());
}

#[testkit::test]
async fn tokens_are_taken_in_every_spelling(app: App) {
    let (p, u) = (PARTNER_TOKEN, USER_TOKEN);
    for both in [
        format!("Bearer {p}, User {u}"),
        format!("Bearer {p},User {u}"),
        format!("Bearer {p},{u}"),
        format!("Bearer {p}, {u}"),
        format!("bearer {p}, user {u}"),
        format!("BEARER  {p} ,   USER\t{u} "),
        format!("User {u}, Bearer {p}"),
    ] {
        app.nobody().header("authorization", &both).get(MINE).await.status(200);
    }
    for partner_alone in
        [format!("Bearer {p}"), format!("Bearer {p}, User"), format!("Bearer {p}, User wrong")]
    {
        let client = app.nobody().header("authorization", &partner_alone);
        client.get(COMPANIES).await.status(200);
        let answer = client.get(MINE).await;
        refused(&answer, 401, &[]);
        assert_eq!(answer.message(), "Authentication needed.");
    }
    for no_partner in
        [format!("User {u}"), format!("Basic {p}"), p.to_owned(), format!("Bearer {u}, User {p}")]
    {
        let answer = app.nobody().header("authorization", &no_partner).get(COMPANIES).await;
        refused(&answer, 401, &[]);
        assert_eq!(answer.message(), "Partner ID not specified");
    }
    let garbage = app.nobody().header("authorization", [0xff, 0xfe]).get(COMPANIES).await;
    refused(&garbage, 401, &[]);
}

#[testkit::test]
async fn any_accept_header_is_answered_with_json(app: App) {
    for accept in ["*/*", "application/json", "application/vnd.api.v2+json", "text/html", "nonsense", ""] {
        let answer = app.owner().header("accept", accept).get(COMPANY).await.status(200);
        assert_eq!(answer.header("content-type"), "application/json", "{accept}");
    }
}

#[testkit::test]
async fn a_trailing_slash_means_nothing(app: App) {
    let plain = app.owner().get(COMPANY).await.ok();
    assert_eq!(app.owner().get(&format!("{COMPANY}/")).await.ok().body, plain.body);
    let listed = app.owner().get(&format!("{COMPANIES}/?id={LOCATION}")).await.ok();
    assert_eq!(listed.ids(), [LOCATION]);
    app.owner().put(&format!("{COMPANY}//"), json!({"title": "Slashed"})).await.status(200);
}

#[testkit::test]
async fn a_form_is_as_good_as_json(app: App) {
    let form =
        "title=By+Form&phones[]=12125357710&phones%5B%5D=12125357711&social[instagram]=x&business_type_id=1";
    let answer = app.owner().form(Method::PUT, COMPANY, form).await.status(200);
    assert_eq!(answer.data()["title"], "By Form");
    assert_eq!(answer.data()["social"]["instagram"], "x");
    let listed = app.owner().get(&format!("{COMPANIES}?id={LOCATION}")).await.ok();
    assert_eq!(listed.items()[0]["phones"], json!(["+12125357710", "+12125357711"]));

    let untyped = app.owner().raw(Method::PUT, COMPANY, &[], r#"{"title": "Untyped"}"#).await.status(200);
    assert_eq!(untyped.data()["title"], "Untyped");
    let api = [("content-type", "application/vnd.api+json; charset=utf-8")];
    app.owner().raw(Method::PUT, COMPANY, &api, r#"{"title": "Vendor"}"#).await.status(200);
    let nothing = app.owner().raw(Method::PUT, COMPANY, &[], "").await.status(200);
    assert_eq!(nothing.data()["title"], "Vendor", "nothing sent, nothing changed");
}

#[testkit::test]
async fn numbers_may_come_as_text_and_text_as_numbers(app: App) {
    let body = json!({
        "coordinate_lat": "40.5", "coordinate_lon": "-73", "country_id": "7", "business_type_id": "1.0", "zip": 11436
    });
    let answer = app.owner().put(COMPANY, body).await.status(200);
    let data = answer.data();
    assert_eq!(data["coordinate_lat"], 40.5);
    assert_eq!(data["coordinate_lon"].as_f64(), Some(-73.0));
    assert_eq!((&data["zip"], &data["business_type_id"]), (&json!("11436"), &json!(1)));
    for flag in ["1", "true", "yes", "on"] {
        assert_eq!(app.owner().get(&format!("{COMPANIES}?my={flag}")).await.ok().ids(), [LOCATION], "{flag}");
    }
    for flag in ["0", "false", ""] {
        assert!(app.owner().get(&format!("{COMPANIES}?my={flag}")).await.ok().ids().len() > 1, "{flag}");
    }
}

#[testkit::test]
async fn lists_in_a_query_have_many_spellings(app: App) {
    for query in
        ["include[]=staff", "include=staff", "include=photos,staff", "include[0]=photos&include[1]=staff"]
    {
        let path = format!("{COMPANIES}?id={LOCATION}&{query}");
        let answer = app.partner().get(&path).await.ok();
        assert_eq!(answer.items()[0]["staff"][0]["name"], "Ann Lee", "{query}");
    }
    let without = app.partner().get(&format!("{COMPANIES}?id={LOCATION}&include=photos")).await.ok();
    assert_eq!(without.items()[0].get("staff"), None);
}

#[testkit::test]
async fn the_same_thing_has_many_names(app: App) {
    let hungarian = app.partner().get("/api/v1/cities?country_id=31").await.ok().ids();
    for name in ["company_id", "location_id", "salon_id", "companyId", "salonId", "copmany_id"] {
        let path = format!("/api/v1/cities?country_id=31&{name}={LOCATION}");
        let more = app.partner().get(&path).await.ok().ids();
        assert_eq!(more.len(), hungarian.len() + 1, "{name}: New York beside Hungary's");
    }
    for name in ["coordinate_lot", "coordinate_lon", "coordinateLon"] {
        let body = json!({"title": "Named", "country_id": 7, name: -73.5});
        let made = app.owner().post(COMPANIES, body).await.status(201);
        assert_eq!(made.data()["coordinate_lon"], -73.5, "{name}");
    }
    let (id, _) = make::staff(&app, LOCATION, &[]).await;
    let path = format!("{COMPANY}/users/{id}/permissions");
    for (at, name) in ["staff_id", "team_member_id", "masterId", "master_id"].iter().enumerate() {
        let member = if at % 2 == 0 { 1001 } else { 1002 };
        let answer = app.owner().put(&path, json!({*name: member})).await.status(200);
        assert_eq!(answer.data()["staff_id"], member, "{name}");
    }
    // What is named as expected goes before an alias, in whichever order they stand.
    let answer = app.owner().put(&path, json!({"master_id": 1001, "staff_id": 1002})).await.status(200);
    assert_eq!(answer.data()["staff_id"], 1002);
    let camel = app.owner().get(&format!("{COMPANY}?showGroups=1&showBookforms=1&forBooking=1")).await.ok();
    assert!(camel.data()["groups"].is_object() && camel.data()["bookforms"].is_array());
}

#[testkit::test]
async fn what_does_not_exist_is_said_in_the_envelope(app: App) {
    for path in
        ["/api/v1/nothing", "/api/v9/companies", "/api/v1", "/api/v2/companies", "/api/frontdesk/v1/x"]
    {
        refused(&app.owner().get(path).await, 404, &[]);
        refused(&app.nobody().post(path, json!({})).await, 404, &[]);
    }
    let answer = app.owner().delete(COMPANIES).await;
    refused(&answer, 405, &[]);
    let mut allowed: Vec<&str> = answer.header("allow").split(',').map(str::trim).collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "POST"]);
    refused(&app.owner().patch(COMPANY, json!({})).await, 405, &[]);
}

#[testkit::test]
async fn bodies_that_cannot_be_read_are_told_apart(app: App) {
    let json_type = [("content-type", "application/json")];
    for bad in ["{", "[1", "nonsense", "{\"title\": }", "\u{feff}{}"] {
        refused(&app.owner().raw(Method::PUT, COMPANY, &json_type, bad).await, 400, &[]);
    }
    let not_utf8 = app.owner().raw(Method::PUT, COMPANY, &json_type, [b'"', 0xff, b'"']).await;
    refused(&not_utf8, 400, &[]);
    refused(&app.owner().raw(Method::PUT, COMPANY, &json_type, "[1]").await, 422, &["body"]);
    refused(&app.owner().raw(Method::PUT, COMPANY, &json_type, "null").await, 422, &["body"]);
    let xml = [("content-type", "text/xml")];
    refused(&app.owner().raw(Method::PUT, COMPANY, &xml, "<a/>").await, 415, &[]);
    let large = format!("{{\"title\": \"{}\"}}", "x".repeat(13 * 1024 * 1024));
    refused(&app.owner().raw(Method::PUT, COMPANY, &json_type, large.clone()).await, 413, &[]);
    let larger = format!("{large}{}", " ".repeat(4 * 1024 * 1024));
    let keyed = app.owner().header("idempotency-key", "large");
    refused(&keyed.raw(Method::POST, COMPANIES, &json_type, larger).await, 413, &[]);
    let deep = format!("{{\"social\": {}1{}}}", "[".repeat(5000), "]".repeat(5000));
    refused(&app.owner().raw(Method::PUT, COMPANY, &json_type, deep).await, 400, &[]);
}

#[testkit::test]
async fn every_field_that_cannot_be_read_is_named(app: App) {
    let body = json!({
        "title": {}, "country_id": "seven", "coordinate_lat": "north", "phones": {"a": 1}, "social": "none"
    });
    let answer = app.owner().put(COMPANY, body).await;
    let mut fields = answer.fields();
    fields.sort_unstable();
    assert_eq!(fields, ["coordinate_lat", "country_id", "phones", "social", "title"]);
    assert_eq!(answer.status, 422);
    let query = app.partner().get(&format!("{COMPANIES}?count=many&min_id=x&active=maybe")).await;
    let mut fields = query.fields();
    fields.sort_unstable();
    assert_eq!((query.status.as_u16(), fields), (422, vec!["active", "count", "min_id"]));
}

#[testkit::test]
async fn absurd_inputs_are_refused_or_harmless(app: App) {
    let owner = app.owner();
    for nul in [json!({"title": "a\u{0}b"}), json!({"address": "\u{0}"}), json!({"phones": ["\u{0}"]})] {
        assert_eq!(owner.put(COMPANY, nul).await.status(422).fields().len(), 1);
    }
    owner.post("/api/v1/auth", json!({"login": "a\u{0}", "password": "\u{0}"})).await.status(422);
    refused(&owner.get("/api/frontdesk/v1/locations/37532/audit?operation=%00").await, 422, &["operation"]);
    refused(&owner.get("/api/v1/group/9206/clients?phone=%00").await, 422, &["phone"]);
    let phone = owner.get("/api/v1/validation/validate_phone/%00").await.ok();
    assert_eq!(phone.data()["is_valid"], false);
    owner.get("/api/frontdesk/v1/invitations/%00").await.status(404);

    for id in ["0", "-1", "99999999999999999999", "x", "%FF", "1e3", "37532%00", "9223372036854775807"] {
        owner.get(&format!("/api/v1/company/{id}")).await.status(404);
        owner.put(&format!("/api/v1/company/{id}"), json!({})).await.status(404);
        owner.get(&format!("/api/v1/company/{id}/users")).await.status(404);
        owner.get(&format!("/api/v1/group/{id}/clients?phone=1")).await.status(404);
        owner.get(&format!("/api/v1/license/{id}")).await.status(404);
    }
    let most = i64::MAX;
    for query in ["page=-5", "page=0", "count=-1", "count=0", "page=9223372036854775807", "id=-1"] {
        owner.get(&format!("{COMPANIES}?{query}")).await.status(200);
    }
    assert!(owner.get(&format!("{COMPANIES}?min_id={most}&city_id={most}")).await.ok().ids().is_empty());
    for query in ["count=99999999999999999999", "page=1.5", "id=NaN"] {
        owner.get(&format!("{COMPANIES}?{query}")).await.status(422);
    }
    for garbage in ["%", "%zz", "a[=1", "a[b[c]]=1", "[]=1", "=", "&&&", "id[x][y]=1", "%FF=%FF"] {
        let status = owner.get(&format!("{COMPANIES}?{garbage}")).await.status.as_u16();
        assert!([200, 422].contains(&status), "{garbage}: {status}");
    }
    for wrong in [json!("NaN"), json!("inf"), json!(1e300), json!(-90.001)] {
        assert_eq!(
            owner.put(COMPANY, json!({"coordinate_lat": wrong})).await.status(422).fields(),
            ["coordinate_lat"]
        );
    }
    for wrong in [json!(i64::MIN), json!(u64::MAX), json!(0.5), json!(-1)] {
        let answer = owner.put(COMPANY, json!({"country_id": wrong})).await.status(422);
        assert_eq!(answer.fields(), ["country_id"]);
    }
    let many: Vec<Value> = (0..10_000).map(|n| json!(n)).collect();
    assert!(owner.put(COMPANY, json!({"phones": many})).await.status(422).fields().contains(&"phones"));
    let unchanged = owner.get(COMPANY).await.ok();
    assert_eq!(
        (&unchanged.data()["title"], &unchanged.data()["country_id"]),
        (&json!("James Smith LLC"), &json!(7))
    );
}

#[testkit::test]
async fn an_older_partner_gets_flat_answers(app: App) {
    let (_, partner) = make::partner(&app, true).await;
    let partner = partner.unchecked();
    let signed =
        partner.post("/api/v1/auth", json!({"login": LOGIN, "password": PASSWORD})).await.status(201);
    assert_eq!((&signed.body["login"], signed.body.get("success")), (&json!(LOGIN), None));
    let token = signed.body["user_token"].as_str().expect("a token");
    let listed = partner.get(COMPANIES).await.status(200);
    assert_eq!(listed.body["count"], 2);
    assert_eq!(listed.body["data"].as_array().map(Vec::len), Some(2));
    let one = partner.get(COMPANY).await.status(200);
    assert_eq!((&one.body["title"], one.body.get("data")), (&json!("James Smith LLC"), None));

    let missing = partner.get("/api/v1/company/1").await.status(404);
    assert_eq!(
        missing.body,
        json!({"errors": {"code": 404, "message": "Not found"}, "meta": {"message": "Not found"}})
    );
    let signed_out = partner.get(MINE).await.status(401);
    assert_eq!(signed_out.body["errors"]["code"], 401);
    let wrong = partner.post("/api/v1/auth", json!({})).await.status(422);
    assert_eq!(wrong.fields(), ["login", "password"]);
    // What is counted in the envelope keeps its count.
    let header =
        partner.clone().header("authorization", format!("{}, User {token}", partner.sent("authorization")));
    let users = header.get(&format!("{COMPANY}/users?count=1")).await.status(200);
    assert_eq!(
        (users.body["count"].clone(), users.body["data"].as_array().map(Vec::len)),
        (json!(2), Some(1))
    );
}

#[testkit::test]
async fn older_errors_stand_where_the_contract_has_them(app: App) {
    for (answer, code, message) in [
        (app.nobody().get(COMPANY).await, 401, "Partner ID not specified"),
        (app.partner().put(COMPANY, json!({})).await, 401, "Authentication needed."),
        (app.partner().get("/api/v1/company/1").await, 404, "Not found"),
        (app.stranger().delete(COMPANY).await, 404, "Not found"),
    ] {
        assert_eq!(answer.status.as_u16(), code);
        let expected = json!({
            "errors": {"code": code, "message": message.trim_end_matches('.')}, "meta": {"message": message}
        });
        assert_eq!(answer.body, expected);
    }
    refused(&app.staff(&[]).await.delete(COMPANY).await, 403, &[]);
}

#[testkit::test]
async fn an_unknown_language_is_answered_in_english(app: App) {
    for language in ["xx-YY", "en-GB, en;q=0.5", "*", ";;;", "de;q=0"] {
        let answer = app.partner().header("accept-language", language).get(MINE).await.status(401);
        assert_eq!(answer.message(), "Authentication needed.", "{language}");
        assert_eq!(answer.header("content-language"), "en", "{language}");
    }
}

#[testkit::test]
async fn every_answer_has_a_request_id(app: App) {
    let own = app.partner().header("x-request-id", "a-b_c.9:1").get(COMPANIES).await.ok();
    assert_eq!(own.header("x-request-id"), "a-b_c.9:1");
    let first = app.partner().get(COMPANIES).await.ok();
    let second = app.partner().get("/api/v1/nothing").await.status(404);
    assert!(first.header("x-request-id").len() >= 16);
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
    for bad in ["", "with space", "<script>", &"x".repeat(129)] {
        let answer = app.partner().header("x-request-id", bad).get(COMPANIES).await.ok();
        assert_ne!(answer.header("x-request-id"), bad);
        assert!(!answer.header("x-request-id").is_empty());
    }
}

#[testkit::test]
async fn a_failure_of_ours_tells_nothing_of_its_cause(app: App) {
    app.exec("DROP TABLE licenses", &[]).await;
    let answer = app.partner().unchecked().get("/api/v1/license/37532").await;
    refused(&answer, 500, &[]);
    assert_eq!(answer.message(), "An error has occurred.");
    assert!(!answer.text().to_lowercase().contains("licenses"), "{}", answer.text());
    app.partner().get(COMPANY).await.status(200);
}

#[testkit::test]
async fn a_head_is_a_get_without_its_body(app: App) {
    let get = app.owner().get(COMPANY).await.ok();
    let head = app.owner().raw(Method::HEAD, COMPANY, &[], "").await.status(200);
    assert!(head.bytes.is_empty());
    assert_eq!(head.header("etag"), get.header("etag"));
}
