//! What other rooms are given of clients.

use calc::zone::Zone;
use clients::Shown;
use clients::clients::{Card, ClientOut};
use db::params;
use frontdesk::demo::{LOCATION, STRANGER_LOCATION};
use org::rights::Role;
use serde_json::json;
use testkit::{App, make};

#[testkit::test]
async fn an_appointment_shows_its_client_by_three_queries_also_when_deleted(app: App) {
    app.exec("UPDATE clients SET visits = 3, no_shows = 1, deleted_at = 5 WHERE id = 1", &[]).await;
    let mut conn = app.db().conn().await.expect("a connection");
    let before = app.queries();
    let cards = Card::load(&mut conn, LOCATION, &[1, 2, 13, 999], &Shown::everything()).await.expect("cards");
    assert_eq!(app.queries() - before, 3);
    // The client 13 is another location's.
    assert_eq!(cards.keys().copied().collect::<Vec<i64>>(), [1, 2]);
    assert_eq!(
        serde_json::to_value(&cards[&1]).expect("JSON"),
        json!({
            "id": 1, "name": "Jane Doe", "surname": "", "middle_name": "", "patronymic": "",
            "display_name": "Jane Doe", "comment": "", "phone": "+14264037640", "card": "",
            "email": "jane@example.com", "success_visits_count": 3, "fail_visits_count": 1, "discount": 0,
            "is_new": false, "custom_fields": [{"id": 1, "code": "allergies", "value": "Nickel"}], "gender": 2,
            "sex": 2, "birthday": "", "client_tags": [], "phone_country_id": 7
        })
    );
    let tags = serde_json::to_value(&cards[&2].client_tags).expect("JSON");
    assert_eq!(tags[1]["title"], "VIP");
    assert!(cards[&2].is_new);
    let before = app.queries();
    assert!(Card::load(&mut conn, LOCATION, &[], &Shown::everything()).await.expect("none").is_empty());
    assert_eq!(app.queries(), before);
}

#[testkit::test]
async fn the_calendar_has_its_own_right_to_phones(app: App) {
    let card = async |rights: &[&str]| {
        let (user, _) = make::user(&app, "Somebody").await;
        make::member(&app, LOCATION, user, make::grants(Role::Worker, rights)).await;
        let mut conn = app.db().conn().await.expect("a connection");
        let membership = org::users::store::active_membership(&mut conn, LOCATION, user).await;
        let membership = membership.expect("a row").expect("a membership");
        let mut cards = Card::load(&mut conn, LOCATION, &[2], &Shown::of(&membership)).await.expect("cards");
        cards.remove(&2).expect("a card")
    };
    let seen = card(&["timetable_phones_access", "clients_phones_email_access"]).await;
    assert_eq!((seen.phone.as_str(), seen.email.as_str()), ("+12125550111", "emily.carter@example.com"));
    assert_eq!((seen.surname.as_str(), seen.card.as_str(), seen.display_name.as_str()), ("", "", "Emily"));
    for rights in [
        ["timetable_phones_access", "client_phones_access"],
        ["client_phones_access", "clients_card_phone_access"],
    ] {
        let hidden = card(&rights).await;
        assert_eq!((hidden.phone.as_str(), hidden.email.as_str(), hidden.phone_country_id), ("", "", 0));
    }
}

#[testkit::test]
async fn a_client_is_given_whole_for_webhooks(app: App) {
    app.owner().delete("/api/v1/client/37532/2").await.status(204);
    let theirs: i64 =
        app.one("SELECT id FROM clients WHERE location_id = $1", params![STRANGER_LOCATION]).await;
    let mut conn = app.db().conn().await.expect("a connection");
    let zone = Zone::utc();
    let wanted = [3, 2, theirs];
    let clients =
        ClientOut::load(&mut conn, LOCATION, &wanted, &Shown::everything(), &zone).await.expect("clients");
    // In the order asked for, the deleted one too, and nobody else's.
    assert_eq!(clients.iter().map(|client| client.id).collect::<Vec<i64>>(), [3, 2]);
    let emily = serde_json::to_value(&clients[1]).expect("JSON");
    assert_eq!(emily["phone"], "+12125550111");
    assert_eq!(emily["last_change_date"], "2026-03-23T14:00:00+0000");
}
