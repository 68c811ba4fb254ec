//! Comments on clients.

use db::params;
use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use serde_json::{Value, json};
use testkit::{App, make};

const COMMENTS: &str = "/api/v1/clients/37532/clients/1/comments";
const OLDER: &str = "/api/v1/company/37532/clients/1/comments";

#[testkit::test]
async fn comments_are_written_listed_and_deleted(app: App) {
    let owner = app.owner();
    let made = owner.post(COMMENTS, json!({"text": "  Likes tea "})).await.status(201);
    let id = made.data()["id"].as_i64().expect("an id");
    let shown = made.data();
    assert_eq!(
        (&shown["text"], &shown["type"], &shown["files"]),
        (&json!("Likes tea"), &json!("default"), &json!([]))
    );
    assert_eq!(shown["create_date"], "2026-03-23T10:00:00-04:00");
    assert_eq!(shown["user"]["name"], "James Smith");
    assert_eq!(made.body["meta"], json!({}));
    for path in [COMMENTS, OLDER] {
        let list = owner.get(path).await.status(200);
        // The demo's comment and the note of its file are older.
        assert_eq!((list.items().len(), &list.body["meta"]["count"]), (3, &json!(3)));
        assert_eq!(list.items()[0], *shown);
        let file = &list.items()[1];
        assert_eq!((&file["type"], &file["text"]), (&json!("file"), &json!("")));
        let link = "http://desk.test/api/frontdesk/v1/locations/37532/clients/1/files/1";
        assert_eq!(file["files"], json!([{"link": link, "filename": "consent.txt"}]));
    }
    let older = owner.post(OLDER, json!({"text": "By the older path"})).await.status(201);
    let older = older.data()["id"].as_i64().expect("an id");
    for (path, id) in [(COMMENTS, id), (OLDER, older)] {
        owner.delete(&format!("{path}/{id}")).await.status(204);
        owner.delete(&format!("{path}/{id}")).await.status(404);
    }
    for text in [json!(""), json!("  "), Value::Null, json!("x".repeat(5001))] {
        assert_eq!(owner.post(COMMENTS, json!({"text": text})).await.status(422).fields(), ["text"]);
    }
    let told: Vec<String> = {
        let mut conn = app.db().conn().await.expect("a connection");
        let sql = "SELECT change FROM events WHERE entity = 'client_comment' ORDER BY id";
        conn.all(sql, &[]).await.expect("events")
    };
    assert_eq!(told, ["create", "create", "delete", "delete"]);
}

#[testkit::test]
async fn a_files_note_goes_and_the_file_stays(app: App) {
    let owner = app.owner();
    let list = owner.get(COMMENTS).await.status(200);
    let note = list.items()[0]["id"].as_i64().expect("an id");
    owner.delete(&format!("{COMMENTS}/{note}")).await.status(204);
    assert_eq!(owner.get("/api/v1/company/37532/clients/files/1").await.status(200).items().len(), 1);
}

#[testkit::test]
async fn others_comments_need_the_right_to_them(app: App) {
    let own = ["client_comments_add_access", "client_comments_own_edit_access"];
    let staff = app.staff(&own).await;
    let made = staff.post(COMMENTS, json!({"text": "Mine"})).await.status(201);
    let mine = made.data()["id"].as_i64().expect("an id");
    let theirs = app.owner().post(COMMENTS, json!({"text": "The owner's"})).await.status(201);
    let theirs = theirs.data()["id"].as_i64().expect("an id");
    staff.delete(&format!("{COMMENTS}/{theirs}")).await.status(403);
    staff.delete(&format!("{COMMENTS}/{mine}")).await.status(204);
    let warden = app.staff(&["client_comments_other_edit_access"]).await;
    warden.delete(&format!("{COMMENTS}/{theirs}")).await.status(204);
    warden.post(COMMENTS, json!({"text": "No"})).await.status(403);
    app.staff(&["clients_access"]).await.get(COMMENTS).await.status(403);
}

#[testkit::test]
async fn a_comment_is_of_its_client_and_location(app: App) {
    let owner = app.owner();
    owner.delete("/api/v1/clients/37532/clients/2/comments/1").await.status(404);
    let theirs: i64 =
        app.one("SELECT id FROM clients WHERE location_id = $1", params![STRANGER_LOCATION]).await;
    owner.get(&format!("/api/v1/clients/{LOCATION}/clients/{theirs}/comments")).await.status(404);
    owner
        .post(&format!("/api/v1/clients/{LOCATION}/clients/{theirs}/comments"), json!({"text": "x"}))
        .await
        .status(404);
    app.stranger().get(COMMENTS).await.status(404);
    assert_eq!(app.one::<i64>("SELECT COUNT(*) FROM client_comments WHERE id = 1", &[]).await, 1);
}

#[testkit::test]
async fn comments_on_a_client_are_bounded(app: App) {
    let user = make::user_id(&app, frontdesk::demo::LOGIN).await;
    app.exec(
        "INSERT INTO client_comments (location_id, client_id, text, user_id, created_at, updated_at)
         WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 997)
         SELECT $1, 1, 'x', $2, 0, 0 FROM n",
        params![LOCATION, user],
    )
    .await;
    let list = app.owner().get(COMMENTS).await.status(200);
    assert_eq!(list.items().len(), 1000);
    assert_eq!(app.owner().post(COMMENTS, json!({"text": "x"})).await.status(422).fields(), ["text"]);
}
