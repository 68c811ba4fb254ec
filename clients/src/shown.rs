//! What of a client a user sees: which of them, and what of each.

use db::Sql;
use org::rights::{Grants, RightId, Scope};
use org::users::Membership;

use crate::clients::store::{Private, Told};

const OWN: RightId = RightId::known("clients_visit_master_id");

/// The part of the client base that a user's rights open. Whatever shows clients asks here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    phone: bool,
    email: bool,
    card: bool,
    names: bool,
    note: bool,
    values: bool,
    /// Only clients of these team members.
    team: Option<Vec<i64>>,
}

impl Shown {
    /// In an appointment, or elsewhere in the calendar.
    pub fn of(membership: &Membership) -> Self {
        Self::by(&membership.grants, "timetable_phones_access")
    }

    /// In lists of clients, and in what is found in them.
    pub fn in_list(membership: &Membership) -> Self {
        Self::by(&membership.grants, "client_phones_access")
    }

    /// On the client's own card.
    pub fn on_card(membership: &Membership) -> Self {
        Self::by(&membership.grants, "clients_card_phone_access")
    }

    /// All of it: for what is sent to the location's own systems.
    pub fn everything() -> Self {
        Self { phone: true, email: true, card: true, names: true, note: true, values: true, team: None }
    }

    /// Nothing of it: for who is not a user of the location.
    pub fn nothing() -> Self {
        Self { phone: false, email: false, card: false, names: false, note: false, values: false, team: None }
    }

    /// A phone needs the right to phones where it is shown, and that to phones and e-mail addresses, which covers
    /// every place.
    fn by(grants: &Grants, phones: &str) -> Self {
        let email = grants.allows("clients_phones_email_access");
        Self {
            phone: email && grants.allows(phones),
            email,
            card: grants.allows("clients_loyalty_read_access"),
            names: grants.allows("clients_surname_middle_name_access"),
            note: grants.allows("clients_card_comment_access"),
            values: grants.allows("custom_fields_client_values_read_access"),
            team: match grants.scope(OWN) {
                Scope::All => None,
                Scope::Only(ids) => Some(ids.into_owned()),
            },
        }
    }

    /// Whether all clients are shown.
    pub fn is_all(&self) -> bool {
        self.team.is_none()
    }

    /// Whether phones are shown.
    pub fn phone(&self) -> bool {
        self.phone
    }

    /// Whether e-mail addresses are shown.
    pub fn email(&self) -> bool {
        self.email
    }

    /// Whether the numbers of cards are shown.
    pub fn card(&self) -> bool {
        self.card
    }

    /// Whether last and middle names are shown.
    pub fn names(&self) -> bool {
        self.names
    }

    /// Whether the note on a client is shown.
    pub fn note(&self) -> bool {
        self.note
    }

    /// Whether values of custom fields are shown.
    pub fn values(&self) -> bool {
        self.values
    }

    /// The client as he is shown: what is hidden is empty.
    #[must_use]
    pub fn strip<C: Told>(&self, mut client: C) -> C {
        let Private { phone, email, card, names: [surname, patronymic], comment } = client.private();
        for (shown, text) in [
            (self.phone, phone),
            (self.email, email),
            (self.card, card),
            (self.names, surname),
            (self.names, patronymic),
            (self.note, comment),
        ] {
            if !shown {
                text.clear();
            }
        }
        client
    }

    /// Narrows a statement over clients (as `c`) to those who are shown: who has an appointment with one of the team
    /// members whose clients alone the user sees.
    ///
    /// Appointments are of a room to the right of this one; whose clients they make is a question of this one.
    pub fn narrow(&self, sql: &mut Sql, location_id: i64) {
        let Some(team) = &self.team else { return };
        sql.push(" AND c.id IN (SELECT a.client_id FROM appointments a WHERE a.is_deleted = 0 AND a.location_id = ");
        sql.bind(location_id).push(" AND a.team_member_id IN ").list(team.iter().copied()).push(")");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::store::Client;
    use org::rights::Role;
    use serde_json::json;

    fn grants(off: &[&str]) -> Grants {
        let mut grants = Grants::of_role(Role::Administrator);
        for slug in off {
            grants.set(slug, &json!(false)).expect("a flag");
        }
        grants
    }

    fn client() -> Client {
        Client {
            name: "Jane".to_owned(),
            surname: "Doe".to_owned(),
            phone: "+13155550175".to_owned(),
            email: "jane@example.com".to_owned(),
            card: "7".to_owned(),
            comment: "Late".to_owned(),
            ..Client::default()
        }
    }

    #[test]
    fn what_is_hidden_is_empty() {
        assert_eq!(Shown::by(&grants(&[]), "client_phones_access").strip(client()), client());
        let blind = Shown::by(&grants(&["clients_phones_email_access"]), "client_phones_access");
        let seen = blind.strip(client());
        assert_eq!((seen.phone.as_str(), seen.email.as_str(), seen.surname.as_str()), ("", "", "Doe"));
        let names = Shown::by(&grants(&["clients_surname_middle_name_access"]), "client_phones_access");
        assert_eq!(names.strip(client()).surname, "");
        let card = Shown::by(&grants(&["clients_loyalty_read_access"]), "client_phones_access");
        assert_eq!(card.strip(client()).card, "");
        let note = Shown::by(&grants(&["clients_card_comment_access"]), "client_phones_access");
        assert_eq!(note.strip(client()).comment, "");
    }

    #[test]
    fn each_place_has_its_right_to_phones() {
        let grants = grants(&["clients_card_phone_access"]);
        assert!(Shown::by(&grants, "client_phones_access").phone());
        assert!(!Shown::by(&grants, "clients_card_phone_access").phone());
        assert!(Shown::by(&grants, "clients_card_phone_access").email());
    }

    #[test]
    fn nobody_sees_more_without_the_client_base() {
        let closed = Shown::by(&grants(&["clients_access"]), "timetable_phones_access");
        assert!(!closed.phone() && !closed.email() && !closed.card() && !closed.names());
        assert!(Shown::everything().strip(client()) == client());
    }
}
