//! What a mailing must be, and what gateways may report; without I/O.

use clients::search::rules::{Filter, PhoneText, words};
use kernel::{Error, Problems, Result};
use org::outbox::Channel;

/// Characters of an SMS at the most: ten parts.
const SMS: usize = 1530;
/// Characters of an e-mail at the most.
const EMAIL: usize = 100_000;
/// Characters of a subject at the most.
const SUBJECT: usize = 250;
/// Clients named at once, at the most.
const NAMED: usize = 10_000;
/// Messages reported on at once, at the most.
const REPORTED: usize = 1000;
/// What gateways report: delivered, not delivered, sent to the phone, with the operator, refused by him, not enough funds.
const STATUSES: [i64; 6] = [1, 2, 4, 8, 16, 52];

/// What is written to clients.
#[derive(Clone, Debug)]
pub struct Letter {
    /// By which way.
    pub channel: Channel,
    /// Subject; empty for SMS.
    pub subject: String,
    /// Text.
    pub text: String,
}

impl Letter {
    /// Of what was sent; names what is wrong.
    pub fn read(
        channel: Channel,
        subject: Option<String>,
        text: Option<String>,
        problems: &mut Problems,
    ) -> Self {
        let text = text.unwrap_or_default();
        let subject = subject.unwrap_or_default().trim().to_owned();
        problems.check(!text.trim().is_empty(), "text", "field-required");
        problems.length(&text, if channel == Channel::Sms { SMS } else { EMAIL }, "text");
        if channel == Channel::Email {
            problems.check(!subject.is_empty(), "subject", "field-required");
            problems.length(&subject, SUBJECT, "subject");
            problems.check(!subject.contains(['\r', '\n']), "subject", "field-invalid");
        }
        Self { channel, subject, text }
    }
}

/// Which clients are named.
pub fn named(ids: Option<Vec<i64>>, problems: &mut Problems) -> Vec<i64> {
    let mut ids = ids.unwrap_or_default();
    problems.check(!ids.is_empty(), "client_ids", "field-required");
    let limit = kernel::Message::new("field-too-many").with("limit", NAMED);
    problems.check(ids.len() <= NAMED, "client_ids", limit);
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// A part of the name.
    pub fullname: Option<String>,
    /// A part of the phone.
    pub phone: Option<String>,
    /// A part of the e-mail address.
    pub email: Option<String>,
    /// A part of the card's number.
    pub card: Option<String>,
}

impl Wanted {
    /// As filters; none for a part that says nothing.
    pub fn filters(self) -> Vec<Filter> {
        let said = |text: Option<String>| text.map(|t| t.trim().to_lowercase()).filter(|t| !t.is_empty());
        let parts = [
            said(self.fullname).map(|text| Filter::Name(words(&text))),
            said(self.phone).map(|text| PhoneText::read(&text).map_or(Filter::Nobody, Filter::Phone)),
            said(self.email).map(Filter::Email),
            said(self.card).map(Filter::Card),
        ];
        parts.into_iter().flatten().collect()
    }
}

/// Without a filter a mailing goes to everybody, which somebody who meant something else would rue.
pub fn confirmed(filters: &[Filter], confirm_all: bool, problems: &mut Problems) {
    problems.check(!filters.is_empty() || confirm_all, "confirm_all", "mailing-everybody");
}

/// What a gateway reports of a message.
#[derive(Clone, Debug)]
pub struct Report {
    /// The message.
    pub id: i64,
    /// What became of it.
    pub status: i64,
    /// What it cost, as told.
    pub payment_sum: String,
    /// In which currency.
    pub currency: String,
    /// How many messages it was sent in.
    pub parts: i64,
}

/// A report as it was sent.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// The message.
    pub id: Option<String>,
    /// What became of it.
    pub status: Option<i64>,
    /// What it cost.
    pub payment_sum: Option<f64>,
    /// In which currency.
    pub currency: Option<String>,
    /// How many messages it was sent in.
    pub parts: Option<i64>,
}

/// Reads reports; names what is wrong.
pub fn reports(sent: Vec<Sent>) -> Result<Vec<Report>> {
    let mut problems = Problems::new();
    let limit = kernel::Message::new("field-too-many").with("limit", REPORTED);
    problems.check(sent.len() <= REPORTED, "id", limit);
    let mut out = Vec::new();
    for (at, line) in sent.into_iter().take(REPORTED).enumerate() {
        let id = line.id.as_deref().map(str::trim).filter(|id| !id.is_empty());
        problems.check(id.is_some(), &format!("{at}.id"), "field-required");
        let status = line.status.unwrap_or_default();
        problems.check(STATUSES.contains(&status), &format!("{at}.status"), "field-choice");
        let currency = line.currency.unwrap_or_default();
        problems.check(
            currency.len() <= 3 && currency.is_ascii(),
            &format!("{at}.currency_iso"),
            "field-invalid",
        );
        let parts = line.parts.unwrap_or_default();
        problems.range(parts, 0..=1000, &format!("{at}.parts_amount"));
        // An id that is no number of ours is nobody's.
        let id = id.and_then(|id| id.parse().ok()).unwrap_or_default();
        let payment_sum = line.payment_sum.map(|sum| sum.to_string()).unwrap_or_default();
        out.push(Report { id, status, payment_sum, currency, parts });
    }
    problems.done().map(|()| out)
}

/// Reports of a message that is not there are refused.
pub fn all_known(reports: &[Report], known: &[i64]) -> Result<()> {
    if reports.iter().all(|report| known.contains(&report.id)) { Ok(()) } else { Err(Error::not_found()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_says_nothing_is_none() {
        let text = |t: &str| Some(t.to_owned());
        let none = Wanted { fullname: text("  "), phone: text(""), email: None, card: None };
        assert!(none.filters().is_empty());
        let some = Wanted { fullname: text("Jo"), phone: text("abc"), ..Wanted::default() };
        assert_eq!(some.filters(), [Filter::Name(vec!["jo".to_owned()]), Filter::Nobody]);
    }

    #[test]
    fn everybody_must_be_meant() {
        let fine = |filters: &[Filter], confirm| {
            let mut problems = Problems::new();
            confirmed(filters, confirm, &mut problems);
            problems.is_empty()
        };
        assert!(!fine(&[], false));
        assert!(fine(&[], true));
        assert!(fine(&[Filter::Nobody], false));
    }

    #[test]
    fn a_letter_is_held_against_what_it_must_be() {
        let read = |channel, subject: &str, text: &str| {
            let mut problems = Problems::new();
            Letter::read(channel, Some(subject.to_owned()), Some(text.to_owned()), &mut problems);
            problems.is_empty()
        };
        assert!(read(Channel::Sms, "", "Dear clients"));
        assert!(!read(Channel::Sms, "", "  "));
        assert!(!read(Channel::Sms, "", &"a".repeat(1531)));
        assert!(read(Channel::Email, "Important!", &"a".repeat(1531)));
        assert!(!read(Channel::Email, "", "Dear clients"));
        assert!(!read(Channel::Email, "A\r\nBcc: all@example.com", "Dear clients"));
    }

    #[test]
    fn reports_are_of_known_statuses() {
        let sent = |status| Sent { id: Some("7".to_owned()), status: Some(status), ..Sent::default() };
        for status in STATUSES {
            assert!(reports(vec![sent(status)]).is_ok());
        }
        assert!(reports(vec![sent(3)]).is_err());
        assert!(reports(vec![Sent::default()]).is_err());
        assert_eq!(reports(vec![Sent { id: Some("x".to_owned()), ..sent(1) }]).expect("read")[0].id, 0);
    }
}
