//! Files of clients.

use db::params;
use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use http::Method;
use serde_json::json;
use testkit::{Answer, App, Client, Part};

const FILES: &str = "/api/v1/company/37532/clients/files/2";
const OWN: &str = "/api/frontdesk/v1/locations/37532/clients/2/files";

async fn upload(client: &Client, path: &str, name: &str, content: impl Into<Vec<u8>>) -> Answer {
    let parts = [Part::field("description", "A form"), Part::file("file", name, content)];
    client.multipart(Method::POST, path, &parts).await
}

#[testkit::test]
async fn a_file_is_added_downloaded_and_deleted(app: App) {
    let owner = app.owner();
    assert_eq!(owner.get(FILES).await.status(200).items().len(), 0);
    let made = upload(&owner, OWN, "test.txt", "Nine byte").await.status(201);
    let file = made.data();
    let id = file["id"].as_i64().expect("an id");
    let link = format!("{OWN}/{id}");
    let expected = json!({
        "id": id, "client_id": 2, "name": "test.txt", "description": "A form",
        "date_create": "2026-03-23T10:00:00-0400", "extension": "txt", "mime": "text/plain", "link": link,
        "user_name": "James Smith", "username": "James Smith", "user_avatar": "/images/no-master.svg", "size": "9 B",
        "can_edit": true
    });
    assert_eq!(file, &expected);
    let list = owner.get(FILES).await.status(200);
    assert_eq!((list.items(), &list.body["meta"]), ([expected].as_slice(), &json!({"count": 1})));

    let content = owner.get(&link).await.status(200);
    assert_eq!(content.bytes, b"Nine byte");
    assert_eq!(content.header("content-type"), "text/plain");
    assert_eq!(content.header("x-content-type-options"), "nosniff");
    assert!(content.header("content-disposition").starts_with("attachment; filename=\"test.txt\""));
    assert!(content.header("content-security-policy").contains("sandbox"));

    // The addition is noted, and the content is served to nobody else.
    let comments = owner.get("/api/v1/clients/37532/clients/2/comments").await.status(200);
    assert_eq!(comments.items()[0]["files"][0]["filename"], "test.txt");
    let path: String = app.one("SELECT path FROM client_files WHERE id = $1", params![id]).await;
    app.nobody().get(&format!("/uploads/{path}")).await.status(404);
    app.nobody().get(&link).await.status(401);

    let deleted = owner.delete(&format!("{FILES}/{id}")).await.status(202);
    assert_eq!(deleted.message(), "Accepted");
    for answer in [owner.get(&link).await, owner.delete(&format!("{FILES}/{id}")).await] {
        answer.status(404);
    }
    assert_eq!(owner.get(FILES).await.status(200).items().len(), 0);
    let files = app.kernel().room::<org::images::Files>();
    assert!(files.get(&path).await.expect("the store answers").is_none());
    let noted: i64 = app.one("SELECT COUNT(*) FROM client_comments WHERE file_id = $1", params![id]).await;
    assert_eq!(noted, 0);
}

#[testkit::test]
async fn a_page_is_a_text_and_a_name_is_no_path(app: App) {
    let owner = app.owner();
    let page = "<!DOCTYPE html><html><script>alert(1)</script></html>";
    let made = upload(&owner, OWN, "../../x.html", page).await.status(201);
    assert_eq!((&made.data()["name"], &made.data()["mime"]), (&json!("x.html"), &json!("text/plain")));
    let link = made.data()["link"].as_str().expect("a link").to_owned();
    let content = owner.get(&link).await.status(200);
    assert_eq!((content.header("content-type"), content.bytes.as_slice()), ("text/plain", page.as_bytes()));
    let named = upload(&owner, OWN, "photo.txt", b"\x89PNG\r\n\x1a\n0000".to_vec()).await.status(201);
    assert_eq!(named.data()["mime"], "image/png");
}

#[testkit::test]
async fn what_is_no_file_is_refused(app: App) {
    let owner = app.owner();
    let none = owner.multipart(Method::POST, OWN, &[Part::field("description", "x")]).await.status(422);
    assert_eq!(none.fields(), ["file"]);
    assert_eq!(upload(&owner, OWN, "..", "x").await.status(422).fields(), ["file"]);
    upload(&owner, OWN, "big.bin", vec![0; 10 * 1024 * 1024 + 1]).await.status(413);
    owner.post(OWN, json!({"file": "x"})).await.status(415);
    assert_eq!(app.count("client_files").await, 1);
    let files = app.kernel().room::<org::images::Files>();
    assert!(files.names().await.expect("the store answers").is_empty());
    // An empty one is a file too.
    let empty = upload(&owner, OWN, "empty.txt", "").await.status(201);
    assert_eq!(empty.data()["size"], "0 B");
}

#[testkit::test]
async fn each_right_opens_its_part(app: App) {
    let reader = app.staff(&["client_files_list_access"]).await;
    let list = reader.get("/api/v1/company/37532/clients/files/1").await.status(200);
    assert_eq!(list.items()[0]["can_edit"], false);
    upload(&reader, OWN, "a.txt", "a").await.status(403);
    reader.delete("/api/v1/company/37532/clients/files/1/1").await.status(403);
    let writer = app.staff(&["client_files_upload_access"]).await;
    upload(&writer, OWN, "a.txt", "a").await.status(201);
    let remover = app.staff(&["client_files_delete_access"]).await;
    remover.delete("/api/v1/company/37532/clients/files/1/1").await.status(202);
    app.staff(&["clients_access"]).await.get(FILES).await.status(403);
}

#[testkit::test]
async fn a_file_is_of_its_client_and_location(app: App) {
    let owner = app.owner();
    owner.get("/api/frontdesk/v1/locations/37532/clients/2/files/1").await.status(404);
    owner.delete("/api/v1/company/37532/clients/files/2/1").await.status(404);
    let theirs: i64 =
        app.one("SELECT id FROM clients WHERE location_id = $1", params![STRANGER_LOCATION]).await;
    let path = format!("/api/frontdesk/v1/locations/{LOCATION}/clients/{theirs}/files");
    upload(&owner, &path, "a.txt", "a").await.status(404);
    app.stranger().get("/api/v1/company/37532/clients/files/1").await.status(404);
    let files = app.kernel().room::<org::images::Files>();
    assert!(files.names().await.expect("the store answers").is_empty());
}

#[testkit::test]
async fn a_key_adds_a_file_once(app: App) {
    let owner = app.owner().header("idempotency-key", "once");
    let first = upload(&owner, OWN, "a.txt", "a").await.status(201);
    let again = upload(&owner, OWN, "a.txt", "a").await.status(201);
    assert_eq!((first.data(), again.header("idempotent-replayed")), (again.data(), "true"));
    let files = app.kernel().room::<org::images::Files>();
    assert_eq!(files.names().await.expect("the store answers").len(), 1);
}
