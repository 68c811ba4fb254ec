//! Every published operation, asked by every actor.

use frontdesk::demo::{PARTNER_TOKEN, USER_TOKEN};
use testkit::{Answer, App};

use super::operations::{Ids, Operation, all, ask};

/// What only the location's own people may see.
const PRIVATE: &[&str] = &[
    "testuser@alteg.io",
    "13155550175",
    "Olivia Brown",
    "olivia@example.com",
    "Jane Doe",
    "14264037640",
    "jane@example.com",
    "argon2id",
];
/// What anybody with a partner token may read, but no refusal tells.
const PUBLIC: &[&str] = &["James Smith", "2125357710", "Ann Lee", "787 Jackson Drive", "Danube", "Budapest"];

/// Operations whose example does not end well for the owner, with the status and the reason.
const OTHERWISE: &[(&str, u16, &str)] = &[
    ("report_message_status", 404, "the secret of an example opens nothing"),
    ("log_in_with_phone_number_and_code", 401, "the code of an example was never sent"),
    ("send_booking_verification_code", 429, "one a minute: those asked before had it"),
    ("send_phone_update_verification_code", 429, "one a minute: those asked before had it"),
    ("create_online_booking", 422, "those asked before have the time"),
    ("delete_user_appointment", 404, "those asked before cancelled it by its secret"),
    ("submit_feedback_form", 409, "those asked before left theirs by its secret"),
    ("get_invitation", 404, "the token of an example opens nothing"),
    ("accept_invitation", 404, "the token of an example opens nothing"),
    ("confirm_second_factor", 404, "none was begun"),
    ("end_second_factor", 404, "there is none"),
];

/// Who signs in sees himself: the example's login is the owner's.
const TELLS_ITS_ASKER: &[&str] = &["authorize_user", "authorize_online_booking_user"];

/// Who signs in by a code may be refused for the code, whoever asks.
const ASKS_FOR_A_CODE: &str = "log_in_with_phone_number_and_code";

async fn rows(app: &App) -> Vec<(&'static str, i64)> {
    let mut out = Vec::new();
    for table in db::tables() {
        out.push((table.name, app.count(table.name).await));
    }
    out
}

struct Walk {
    app: App,
    ids: Ids,
    before: Vec<(&'static str, i64)>,
}

impl Walk {
    async fn begin(app: App) -> Self {
        let ids = Ids::lay(&app).await;
        let before = rows(&app).await;
        Self { app, ids, before }
    }

    async fn ask(&self, client: &testkit::Client, operation: &Operation) -> Answer {
        let answer = ask(client, operation, &self.ids).await;
        let who = format!("{}: {}", operation.id, answer.text());
        assert!(!answer.status.is_server_error(), "{who}");
        if answer.status.is_client_error() {
            for word in PRIVATE.iter().chain(PUBLIC) {
                assert!(!answer.text().contains(word), "a refusal tells {word}: {who}");
            }
        }
        answer
    }

    /// One who has no business at the location.
    async fn outsider(&self, client: &testkit::Client, operation: &Operation) -> Answer {
        let answer = self.ask(client, operation).await;
        if !TELLS_ITS_ASKER.contains(&operation.id.as_str()) {
            for word in PRIVATE {
                assert!(!answer.text().contains(word), "{} tells {word}: {}", operation.id, answer.text());
            }
        }
        answer
    }

    /// Nothing was written since the last look.
    async fn untouched(&self, operation: &Operation, who: &str) {
        if !operation.is_read() {
            assert_eq!(rows(&self.app).await, self.before, "{} by {who} wrote something", operation.id);
        }
    }

    async fn walk(&mut self, operation: &Operation) {
        let app = self.app.clone();
        let id = &operation.id;
        let (open, user) = (operation.auth == "open", operation.auth == "partner+user");

        let wrong_partner = app.nobody().tokens("wrong", USER_TOKEN);
        for (client, who) in [(app.nobody(), "nobody"), (wrong_partner, "a wrong partner")] {
            let answer = self.outsider(&client, operation).await;
            if open {
                assert!(![401, 403].contains(&answer.status.as_u16()), "{id}: {}", answer.text());
            } else {
                assert_eq!(answer.status, 401, "{id} by {who}: {}", answer.text());
                self.untouched(operation, who).await;
            }
        }

        let wrong_user = app.nobody().tokens(PARTNER_TOKEN, "wrong");
        for (client, who) in [(app.partner(), "a partner alone"), (wrong_user, "a wrong user")] {
            let answer = self.outsider(&client, operation).await;
            if user {
                assert_eq!(answer.status, 401, "{id} by {who}: {}", answer.text());
                self.untouched(operation, who).await;
            } else {
                let refused = [401, 403].contains(&answer.status.as_u16());
                assert!(!refused || id == ASKS_FOR_A_CODE, "{id} by {who}: {}", answer.text());
            }
        }

        self.before = rows(&app).await;
        let answer = self.outsider(&app.stranger(), operation).await;
        if user && (operation.at_location() || operation.in_chain()) {
            assert_eq!(answer.status, 404, "{id} by the stranger: {}", answer.text());
        }
        if answer.status.is_client_error() {
            self.untouched(operation, "the stranger").await;
        }

        let staff = app.staff(&[]).await;
        self.before = rows(&app).await;
        let answer = self.ask(&staff, operation).await;
        let expected = match (&operation.right, operation.at_location(), operation.in_chain()) {
            (Some(_), true, _) => Some(403),
            (Some(_), _, true) => Some(404),
            _ => None,
        };
        if let Some(expected) = expected {
            assert_eq!(answer.status, expected, "{id} without the right: {}", answer.text());
        }
        if answer.status.is_client_error() {
            self.untouched(operation, "one without the right").await;
        }

        let answer = self.ask(&app.owner(), operation).await;
        match OTHERWISE.iter().find(|(otherwise, ..)| otherwise == id) {
            Some((_, status, reason)) => {
                assert_eq!(answer.status, *status, "{id}: {reason}: {}", answer.text());
            }
            None => {
                assert!(answer.status.is_success(), "{id} by the owner: {} {}", answer.status, answer.text());
            }
        }
    }
}

#[testkit::test]
async fn reads_give_to_each_what_is_his(app: App) {
    let mut walk = Walk::begin(app).await;
    for operation in all().iter().filter(|o| o.is_read()) {
        walk.walk(operation).await;
    }
}

/// Each write begins anew: what one does to the demo's data is nothing to the next.
async fn writes(spot: testkit::Spot, part: usize) {
    let writes: Vec<Operation> = all().into_iter().filter(|o| !o.is_read()).collect();
    for operation in writes.iter().skip(part).step_by(PARTS) {
        let app = App::fresh(&spot).await;
        Walk::begin(app).await.walk(operation).await;
    }
}

/// The writes are walked in parts, side by side.
const PARTS: usize = 4;

#[testkit::test]
async fn writes_let_each_do_what_is_his_0(spot: testkit::Spot) {
    writes(spot, 0).await;
}

#[testkit::test]
async fn writes_let_each_do_what_is_his_1(spot: testkit::Spot) {
    writes(spot, 1).await;
}

#[testkit::test]
async fn writes_let_each_do_what_is_his_2(spot: testkit::Spot) {
    writes(spot, 2).await;
}

#[testkit::test]
async fn writes_let_each_do_what_is_his_3(spot: testkit::Spot) {
    writes(spot, 3).await;
}

#[test]
fn the_tables_name_operations_that_are() {
    let all = all();
    for name in OTHERWISE.iter().map(|(id, ..)| id).chain(TELLS_ITS_ASKER) {
        assert!(all.iter().any(|o| o.id == *name), "{name}");
    }
}
