//! Decisions about users and their rights, without I/O.

use calc::phone::Phone;
use kernel::{Error, Message, Problems, Result};

use super::store::Membership;
use crate::rights::{Grants, Role};

/// Users invited at once, at the most.
pub const INVITES: usize = 50;
/// Locations named at once, at the most.
pub const LINKS: usize = 200;
/// How long an invitation stands, milliseconds.
pub const INVITATION: i64 = 7 * 24 * 3_600_000;

/// A login as it is stored and looked up: an e-mail address in lower case, a phone number in E.164, else the
/// text in lower case.
pub fn normal_login(login: &str) -> String {
    match Contact::parse(login, None) {
        Some(contact) => contact.text().to_owned(),
        None => login.trim().to_lowercase(),
    }
}

/// Where a person can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contact {
    /// E-mail address, in lower case.
    Email(String),
    /// Phone number, E.164.
    Phone(String),
}

impl Contact {
    /// Reads an e-mail address or a phone number.
    pub fn parse(text: &str, country: Option<&str>) -> Option<Self> {
        let text = text.trim();
        if text.contains('@') {
            return is_email(text).then(|| Self::Email(text.to_lowercase()));
        }
        Phone::parse(text, country).map(|phone| Self::Phone(phone.e164().to_owned()))
    }

    /// As stored.
    pub fn text(&self) -> &str {
        match self {
            Self::Email(text) | Self::Phone(text) => text,
        }
    }
}

/// Whether mail could be sent there: one @, something before it, a domain with a dot after it, nothing that a
/// header could be broken with.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let fine = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[]\\,;:\"@".contains(c);
    text.len() <= 254
        && !local.is_empty()
        && local.len() <= 64
        && local.chars().all(fine)
        && domain.split('.').count() >= 2
        && domain.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
}

/// A value for a right, as sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// Which right.
    pub slug: String,
    /// Its value.
    pub value: serde_json::Value,
}

/// Sets rights, naming what can't be set. Nobody gives a right that he has not himself, nor a role above his
/// own; what the user had before stays his.
pub fn grant(
    before: Option<&Grants>,
    role: Option<Role>,
    wanted: &[Wanted],
    editor: &Grants,
    field: &str,
    problems: &mut Problems,
) -> Grants {
    let role = role.or(before.map(Grants::role)).unwrap_or(Role::Worker);
    let mut grants = match before {
        Some(before) if before.role() == role => before.clone(),
        _ => {
            if role.weight() > editor.role().weight() {
                problems.add(format!("{field}user_role"), "field-role-beyond");
            }
            Grants::of_role(role)
        }
    };
    for (at, wanted) in wanted.iter().enumerate() {
        if let Err(bad) = grants.set(&wanted.slug, &wanted.value) {
            let (part, message) = match bad {
                crate::rights::BadValue::UnknownRight(_) => ("slug", "field-right-unknown"),
                crate::rights::BadValue::Expected { .. } => ("value", "field-invalid"),
            };
            problems.add(format!("{field}user_permissions.{at}.{part}"), message);
        }
    }
    let had = before.map(|b| b.within(editor)).unwrap_or_default();
    for slug in grants.within(editor).into_iter().filter(|slug| !had.contains(slug)) {
        // A right that came with the role has no place among those sent.
        let at = wanted.iter().position(|w| w.slug == slug);
        let place = at.map_or_else(
            || format!("{field}user_permissions.{slug}"),
            |at| format!("{field}user_permissions.{at}.value"),
        );
        problems.add(place, "field-right-beyond");
    }
    grants
}

/// Whether the editor may change this user at all: one who is not above him; one below him, where he is
/// restricted to those.
pub fn is_editable(target: &Membership, editor: &Membership) -> bool {
    let (target, own) = (target.role().weight(), editor.role().weight());
    if editor.grants.allows("limited_users_access") { target < own } else { target <= own }
}

/// Whether the user may be changed to this role: who made the location stays its owner.
pub fn keep_owner(target: &Membership, role: Role) -> Result<()> {
    if target.is_non_deletable && role != Role::Owner {
        return Err(Error::invalid("user_role", "user-not-deletable"));
    }
    Ok(())
}

/// Whether the user may be removed by the editor.
pub fn may_remove(target: &Membership, editor: &Membership) -> Result<()> {
    if target.is_non_deletable {
        return Err(Error::conflict("user-not-deletable"));
    }
    if target.user_id == editor.user_id {
        return Err(Error::conflict("user-is-self"));
    }
    if is_editable(target, editor) { Ok(()) } else { Err(Error::denied()) }
}

/// Distinct location ids of a list of links; names those missing or doubled.
pub fn links(ids: &[Option<i64>], problems: &mut Problems) -> Vec<i64> {
    let mut seen = Vec::with_capacity(ids.len());
    if ids.is_empty() {
        problems.add("user_company_links", "field-empty");
    }
    if ids.len() > LINKS {
        problems.add("user_company_links", Message::new("field-too-many").with("limit", LINKS));
        return seen;
    }
    for (at, id) in ids.iter().enumerate() {
        let field = format!("user_company_links.{at}.company_id");
        match id {
            None => problems.add(field, "field-required"),
            Some(id) if seen.contains(id) => problems.add(field, "field-duplicate"),
            Some(id) => seen.push(*id),
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::{Contact, Membership, Wanted, grant, is_email, normal_login};
    use crate::rights::{Grants, Role};
    use kernel::Problems;
    use serde_json::json;

    #[test]
    fn logins_are_normalised() {
        assert_eq!(normal_login(" TestUser@Alteg.io "), "testuser@alteg.io");
        assert_eq!(normal_login("+1 315 555-01-75"), "+13155550175");
        assert_eq!(normal_login("J.Smith"), "j.smith");
    }

    #[test]
    fn contacts_are_read() {
        assert_eq!(Contact::parse("A@b.co", None), Some(Contact::Email("a@b.co".into())));
        assert_eq!(Contact::parse("12125357710", Some("US")), Some(Contact::Phone("+12125357710".into())));
        assert_eq!(Contact::parse("nobody", None), None);
        for bad in ["a@b", "@b.co", "a b@c.de", "a@b..co", "a@-b.co", "a\r\nBcc: x@y.zz", "a@b.co\n"] {
            assert!(!is_email(bad), "{bad:?}");
        }
    }

    #[test]
    fn an_address_list_keeps_others_out() {
        let mut grants = Grants::of_role(Role::Administrator);
        let member = |grants: &Grants| Membership {
            location_id: 1,
            user_id: 1,
            grants: grants.clone(),
            team_member_id: None,
            information: String::new(),
            is_approved: true,
            is_non_deletable: false,
            revision: 1,
        };
        assert!(member(&grants).may_enter_from("203.0.113.9"));
        grants.set("auth_enable_check_ip", &json!(true)).expect("set");
        grants.set("auth_list_allowed_ip", &json!("203.0.113.7, 2001:db8::/32")).expect("set");
        assert!(member(&grants).may_enter_from("203.0.113.7"));
        assert!(member(&grants).may_enter_from("2001:db8::1"));
        assert!(!member(&grants).may_enter_from("203.0.113.9"));
        assert!(!member(&grants).may_enter_from(""));
    }

    #[test]
    fn what_the_editor_lacks_does_not_come_along() {
        for role in Role::ALL {
            for editor_role in Role::ALL {
                let mut editor = Grants::of_role(editor_role);
                for slug in ["billing_access", "clients_access", "finances_access"] {
                    editor.set(slug, &json!(false)).expect("set");
                }
                editor.set("finances_last_days_count", &json!(3)).expect("set");
                let mut copied = Grants::of_role(role);
                copied.limit_to(&editor);
                if role != Role::Owner {
                    assert_eq!(copied.within(&editor), Vec::<&str>::new(), "{role:?} by {editor_role:?}");
                }
            }
        }
    }

    #[test]
    fn nobody_gives_more_than_he_has() {
        let administrator = Grants::of_role(Role::Administrator);
        let mut problems = Problems::new();
        grant(None, Some(Role::Owner), &[], &administrator, "", &mut problems);
        let error = problems.done().expect_err("refused");
        assert!(error.fields().iter().any(|(field, _)| field == "user_role"));

        let mut editor = Grants::of_role(Role::Manager);
        editor.set("billing_access", &json!(false)).expect("set");
        let mut problems = Problems::new();
        let wanted = [Wanted { slug: "billing_access".into(), value: json!(true) }];
        grant(None, Some(Role::Worker), &wanted, &editor, "", &mut problems);
        let error = problems.done().expect_err("refused");
        assert_eq!(error.fields()[0].0, "user_permissions.0.value");

        let mut problems = Problems::new();
        grant(None, Some(Role::Worker), &wanted, &Grants::of_role(Role::Owner), "", &mut problems);
        assert!(problems.is_empty());
    }
}
