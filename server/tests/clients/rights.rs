//! What of the clients a user sees and may do.

use db::params;
use frontdesk::demo::LOCATION;
use org::rights::Role;
use serde_json::{Value, json};
use testkit::{App, Client, make};

const LIST: &str = "/api/v1/clients/37532";
const SEARCH: &str = "/api/v1/company/37532/clients/search";
const CARD: &str = "/api/v1/client/37532/2";

const PHONES: &str = "client_phones_access";
const BOTH: &str = "clients_phones_email_access";

/// Emily Carter, with all there is.
async fn emily(app: &App) {
    app.exec(
        "UPDATE clients SET comment = 'Late', patronymic = 'Rose', surname_key = 'carter rose' WHERE id = 2",
        &[],
    )
    .await;
    app.exec(
        "INSERT INTO client_custom_values (location_id, client_id, field_id, value) VALUES ($1, 2, 1, 'Nuts')",
        params![LOCATION],
    )
    .await;
}

async fn found(client: &Client, query: &str) -> i64 {
    client.get(&format!("{LIST}?{query}")).await.status(200).body["meta"]["total_count"]
        .as_i64()
        .expect("a count")
}

async fn searched(client: &Client, text: &str) -> i64 {
    let body = json!({"filters": [{"type": "quick_search", "state": {"value": text}}]});
    client.post(SEARCH, body).await.status(200).body["meta"]["total_count"].as_i64().expect("a count")
}

async fn emily_in_list(client: &Client) -> Value {
    client.get(&format!("{LIST}?id=2")).await.status(200).items()[0].clone()
}

#[testkit::test]
async fn what_a_right_hides_is_empty_everywhere(app: App) {
    emily(&app).await;
    let owner = emily_in_list(&app.owner()).await;
    let (phone, email, card) = (&owner["phone"], &owner["email"], &owner["card"]);
    assert_eq!(
        (phone, email, card),
        (&json!("+12125550111"), &json!("emily.carter@example.com"), &json!("555810001"))
    );
    assert_eq!((&owner["surname"], &owner["patronymic"]), (&json!("Carter"), &json!("Rose")));
    assert_eq!((&owner["comment"], &owner["custom_fields"]), (&json!("Late"), &json!({"allergies": "Nuts"})));

    let blind = app.staff(&["clients_access"]).await;
    let all = json!({
        "filters": [{"type": "id", "state": {"value": [2]}}],
        "fields": ["phone", "email", "card", "surname", "patronymic", "middle_name", "display_name", "comment", "custom_fields"]
    });
    let in_search = blind.post(SEARCH, all).await.status(200).items()[0].clone();
    for shown in [emily_in_list(&blind).await, blind.get(CARD).await.status(200).data().clone(), in_search] {
        for field in ["phone", "email", "card", "surname", "patronymic", "middle_name", "comment"] {
            assert_eq!(shown[field], "", "{field}");
        }
        assert_eq!((&shown["display_name"], &shown["custom_fields"]), (&json!("Emily"), &json!([])));
    }

    // Lists and cards have rights of their own; without the one that covers every place neither counts.
    let lists = app.staff(&[PHONES, BOTH]).await;
    assert_eq!(emily_in_list(&lists).await["phone"], "+12125550111");
    let card = lists.get(CARD).await.status(200);
    assert_eq!(
        (&card.data()["phone"], &card.data()["email"]),
        (&json!(""), &json!("emily.carter@example.com"))
    );
    let cards = app.staff(&["clients_card_phone_access", BOTH]).await;
    assert_eq!(emily_in_list(&cards).await["phone"], "");
    assert_eq!(cards.get(CARD).await.status(200).data()["phone"], "+12125550111");
    let halfway = app.staff(&[PHONES, "clients_card_phone_access"]).await;
    assert_eq!(emily_in_list(&halfway).await["phone"], "");

    for (right, field) in [
        ("clients_loyalty_read_access", "card"),
        ("clients_surname_middle_name_access", "surname"),
        ("clients_card_comment_access", "comment"),
    ] {
        let shown = emily_in_list(&app.staff(&["clients_access", right]).await).await;
        assert_eq!(shown[field], owner[field], "{right}");
    }
    let values = app.staff(&["clients_access", "custom_fields_client_values_read_access"]).await;
    assert_eq!(emily_in_list(&values).await["custom_fields"], json!({"allergies": "Nuts"}));
}

#[testkit::test]
async fn what_is_hidden_finds_nobody(app: App) {
    emily(&app).await;
    let owner = app.owner();
    let blind = app.staff(&["clients_access"]).await;
    for query in ["phone=5550111", "phone=12125550111", "email=emily.c", "card=555810001", "fullname=Carter"]
    {
        assert_eq!((found(&owner, query).await, found(&blind, query).await), (1, 0), "{query}");
    }
    for text in ["5550111", "+1 212 555-0111", "emily.c", "555810001", "Carter", "Emily 0111"] {
        assert_eq!((searched(&owner, text).await, searched(&blind, text).await), (1, 0), "{text}");
    }
    assert_eq!((found(&blind, "fullname=emil").await, searched(&blind, "EMILY").await), (1, 1));
    let lists = app.staff(&[PHONES, BOTH]).await;
    assert_eq!((found(&lists, "phone=5550111").await, searched(&lists, "0111").await), (1, 1));
    // An order by what is hidden would tell it, too.
    let first = async |client: &Client| {
        let body = json!({"order_by": "phone", "order_by_direction": "desc", "page_size": 1});
        client.post(SEARCH, body).await.status(200).ids()
    };
    let last_id = async |client: &Client| {
        let body = json!({"order_by": "id", "order_by_direction": "desc", "page_size": 1});
        client.post(SEARCH, body).await.status(200).ids()
    };
    assert_eq!(first(&blind).await, last_id(&blind).await);
    assert_ne!(first(&owner).await, last_id(&owner).await);
}

#[testkit::test]
async fn who_sees_the_clients_of_one_team_member_sees_no_other(app: App) {
    for (client, member, deleted) in [(2, 1001, 0), (3, 1002, 0), (4, 1001, 1)] {
        app.exec(
            "INSERT INTO appointments (location_id, team_member_id, client_id, starts_at, length, is_deleted, created_at, updated_at)
             VALUES ($1, $2, $3, 1000, 3600, $4, 0, 0)",
            params![LOCATION, i64::from(member), i64::from(client), i64::from(deleted)],
        )
        .await;
    }
    let (user, staff) = make::user(&app, "Ann").await;
    let rights = [
        "clients_edit_access",
        "clients_delete_access",
        "client_comments_add_access",
        "client_files_upload_access",
    ];
    let mut grants = make::grants(Role::Worker, &rights);
    grants.set("clients_visit_master_id", &json!(1001)).expect("an id");
    make::member(&app, LOCATION, user, grants).await;
    let list = staff.get(LIST).await.status(200);
    assert_eq!((list.ids(), &list.body["meta"]["total_count"]), (vec![2], &json!(1)));
    assert_eq!(staff.post(SEARCH, json!({})).await.status(200).ids(), [2]);
    let any = json!({"operation": "OR", "filters": [
        {"type": "id", "state": {"value": [2, 3]}}, {"type": "quick_search", "state": {"value": "michael"}}]});
    assert_eq!(staff.post(SEARCH, any).await.status(200).ids(), [2]);
    staff.get(CARD).await.status(200);
    staff.put(CARD, json!({"name": "Em"})).await.status(200);
    for id in [3, 4] {
        let card = format!("/api/v1/client/37532/{id}");
        staff.get(&card).await.status(404);
        staff.put(&card, json!({"name": "X"})).await.status(404);
        staff.delete(&card).await.status(404);
        let comments = format!("/api/v1/clients/37532/clients/{id}/comments");
        staff.get(&comments).await.status(404);
        staff.post(&comments, json!({"text": "x"})).await.status(404);
        staff.get(&format!("/api/v1/company/37532/clients/files/{id}")).await.status(404);
    }
}

#[testkit::test]
async fn what_a_user_does_not_see_he_does_not_wipe_out(app: App) {
    emily(&app).await;
    let staff = app.staff(&["clients_edit_access"]).await;
    let shown = staff.get(CARD).await.status(200).data().clone();
    let mut sent = shown.clone();
    sent["name"] = json!("Em");
    sent["discount"] = json!(20);
    staff.put(CARD, sent).await.status(200);
    let after = app.owner().get(CARD).await.status(200).data().clone();
    assert_eq!((&after["name"], &after["discount"]), (&json!("Em"), &json!(20)));
    for (field, kept) in [
        ("phone", "+12125550111"),
        ("email", "emily.carter@example.com"),
        ("card", "555810001"),
        ("surname", "Carter"),
        ("patronymic", "Rose"),
        ("comment", "Late"),
    ] {
        assert_eq!(after[field], kept, "{field}");
    }
    assert_eq!(after["custom_fields"], json!({"allergies": "Nuts"}));
}

#[testkit::test]
async fn parts_of_a_card_have_rights_of_their_own(app: App) {
    let staff = app.staff(&["clients_edit_access"]).await;
    for change in [
        json!({"surname": "New"}),
        json!({"middle_name": "New"}),
        json!({"comment": "New"}),
        json!({"custom_fields": {"allergies": "New"}}),
    ] {
        staff.put(CARD, change.clone()).await.status(403);
        let mut new = json!({"name": "A", "phone": "+12125550177"});
        for (name, value) in change.as_object().into_iter().flatten() {
            new[name] = value.clone();
        }
        staff.post(LIST, new.clone()).await.status(403);
        let made = staff.post(&format!("{LIST}/bulk"), json!([new])).await.status(200);
        assert_eq!(
            (&made.data()["created"], &made.data()["errors"][0]["error"]),
            (&json!([]), &json!("Access denied."))
        );
    }
    let rights = [
        "clients_edit_access",
        "clients_surname_middle_name_edit_access",
        "clients_card_comment_edit_access",
        "custom_fields_client_values_edit_access",
    ];
    let change = json!({"surname": "New", "comment": "New", "custom_fields": {"allergies": "New"}});
    let changed = app.staff(&rights).await.put(CARD, change).await.status(200);
    let shown = changed.data();
    assert_eq!((&shown["surname"], &shown["comment"]), (&json!("New"), &json!("New")));
    assert_eq!(shown["custom_fields"], json!({"allergies": "New"}));
    // A reader changes nothing.
    let reader = app.staff(&["clients_access"]).await;
    reader.put(CARD, json!({"name": "X"})).await.status(403);
    reader.delete(CARD).await.status(403);
    reader.post(LIST, json!({"name": "X", "phone": "+12125550166"})).await.status(403);
    app.staff(&["clients_edit_access"]).await.delete(CARD).await.status(403);
    app.staff(&["clients_delete_access"]).await.delete(CARD).await.status(204);
    app.staff(&["timetable_access"]).await.get(LIST).await.status(403);
}
