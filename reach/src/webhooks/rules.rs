//! What may be set, and when failed attempts are repeated; without I/O.

use kernel::{Message, Problems};
use url::Url;

use crate::outgoing::{Allowed, Answered, Failure};

/// Addresses of a location at the most.
pub const MOST: usize = 10;
/// Characters of an address at the most.
const LENGTH: usize = 4096;
/// How long after the event a webhook is sent, milliseconds.
pub const DELAY: i64 = 5_000;
/// How long the secret from before a rotation goes on signing, milliseconds.
pub const OVERLAP: i64 = 24 * 3_600_000;

/// The flags, once: as variants, and as fields of the wire.
macro_rules! flags {
    ($($(#[$doc:meta])* $variant:ident $name:ident;)*) => {
        /// A kind of event that can be asked for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Flag {
            $($(#[$doc])* $variant,)*
        }

        impl Flag {
            /// All of them, in the order of the wire.
            pub const ALL: &[Flag] = &[$(Flag::$variant),*];

            /// Its name on the wire.
            pub fn name(self) -> &'static str {
                match self {
                    $(Flag::$variant => stringify!($name),)*
                }
            }
        }

        /// Which events are sent: 1 for those that are, 0 for the others.
        #[derive(Clone, Copy, Debug, serde::Serialize, utoipa::ToSchema)]
        pub struct FlagsOut {
            $($(#[$doc])* #[schema(example = 1)] $name: i64,)*
        }

        impl From<Flags> for FlagsOut {
            fn from(flags: Flags) -> Self {
                Self { $($name: flags.has(Flag::$variant).into(),)* }
            }
        }

        /// A location's webhooks; they take the place of all that were set before.
        #[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
        #[schema(as = WebhookSettingsIn)]
        pub struct SettingsIn {
            /// Addresses, ten at the most. Empty ones count for nothing; without any, nothing is sent any more.
            #[schema(required, nullable = false, example = json!(["https://example.com/hook"]))]
            urls: Option<Vec<String>>,
            /// 1 sends, 0 keeps the settings and sends nothing.
            #[schema(required, nullable = false, value_type = i64, example = 1)]
            active: Option<bool>,
            $($(#[$doc])* #[schema(nullable = false, value_type = Option<i64>, example = 1)] $name: Option<bool>,)*
            /// 1 sends events too that whoever sets this caused himself, through the same partner.
            #[schema(nullable = false, value_type = Option<i64>, example = 0)]
            self_sending: Option<bool>,
        }

        impl SettingsIn {
            /// What it asks for; names what is wrong.
            pub fn read(self, allowed: &Allowed) -> kernel::Result<Settings> {
                let mut problems = Problems::new();
                problems.check(self.urls.is_some(), "urls", "field-required");
                problems.check(self.active.is_some(), "active", "field-required");
                let urls = addresses(self.urls.unwrap_or_default(), allowed, &mut problems);
                let mut flags = Flags::default();
                $(flags.set(Flag::$variant, self.$name.unwrap_or_default());)*
                problems.done()?;
                let self_sending = self.self_sending.unwrap_or_default();
                Ok(Settings { urls, active: self.active.unwrap_or_default(), flags, self_sending })
            }
        }
    };
}

flags! {
    /// The location.
    Salon salon;
    /// Categories of services.
    ServiceCategory service_category;
    /// Services.
    Service service;
    /// Products.
    Good good;
    /// Team members.
    Master master;
    /// Clients.
    Client client;
    /// Appointments.
    Record record;
    /// Sales of products.
    GoodsOperationsSale goods_operations_sale;
    /// Arrivals of products.
    GoodsOperationsReceipt goods_operations_receipt;
    /// Write-offs of consumables.
    GoodsOperationsConsumable goods_operations_consumable;
    /// Write-offs of products.
    GoodsOperationsStolen goods_operations_stolen;
    /// Movements of products.
    GoodsOperationsMove goods_operations_move;
    /// Payments.
    FinancesOperation finances_operation;
    /// Loyalty cards.
    LoyaltyCard loyalty_card;
    /// Team members' schedules.
    Schedule schedule;
}

/// Which events are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(u32);

impl Flags {
    /// Whether this one is.
    pub fn has(self, flag: Flag) -> bool {
        self.0 & (1 << flag as u32) != 0
    }

    /// Says whether this one is.
    pub fn set(&mut self, flag: Flag, on: bool) {
        let bit = 1 << flag as u32;
        self.0 = if on { self.0 | bit } else { self.0 & !bit };
    }

    /// Their names.
    pub fn names(self) -> Vec<&'static str> {
        Flag::ALL.iter().filter(|flag| self.has(**flag)).map(|flag| flag.name()).collect()
    }

    /// Of these names; names those that are none.
    pub fn of(names: &[String], problems: &mut Problems) -> Self {
        let mut flags = Self::default();
        for (at, name) in names.iter().enumerate() {
            match Flag::ALL.iter().find(|flag| flag.name() == name) {
                Some(flag) => flags.set(*flag, true),
                None => problems.add(format!("events.{at}"), "field-choice"),
            }
        }
        flags
    }

    /// As stored.
    pub fn stored(self) -> String {
        serde_json::to_string(&self.names()).unwrap_or_default()
    }

    /// From what is stored; names of an older program mean nothing.
    pub fn parse(stored: &str) -> Self {
        let names: Vec<String> = serde_json::from_str(stored).unwrap_or_default();
        Self::of(&names, &mut Problems::new())
    }
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Addresses, each once.
    pub urls: Vec<String>,
    /// Whether anything is sent.
    pub active: bool,
    /// What is sent.
    pub flags: Flags,
    /// Whether events that its creator caused himself are sent too.
    pub self_sending: bool,
}

fn addresses(sent: Vec<String>, allowed: &Allowed, problems: &mut Problems) -> Vec<String> {
    let mut urls: Vec<String> = Vec::new();
    for (at, url) in sent.iter().enumerate() {
        let url = url.trim();
        if url.is_empty() || urls.iter().any(|other| other == url) {
            continue;
        }
        if let Err(message) = address(url, allowed) {
            problems.add(format!("urls.{at}"), message);
        }
        urls.push(url.to_owned());
    }
    let limit = Message::new("field-too-many").with("limit", MOST);
    problems.check(urls.len() <= MOST, "urls", limit);
    urls
}

/// Whether an address can be one of a webhook.
fn address(url: &str, allowed: &Allowed) -> Result<(), Message> {
    if url.chars().count() > LENGTH {
        return Err(Message::new("field-too-long").with("limit", LENGTH));
    }
    let parsed = Url::parse(url).map_err(|_| Message::new("field-link"))?;
    let whole = ["http", "https"].contains(&parsed.scheme())
        && parsed.host().is_some()
        && parsed.username().is_empty()
        && parsed.password().is_none();
    if !whole || target(url).is_none() {
        return Err("field-link".into());
    }
    if allowed.could_reach(&parsed) { Ok(()) } else { Err("webhook-address-closed".into()) }
}

/// Where an address leads: foreign letters are written as the network writes them.
pub fn target(url: &str) -> Option<http::Uri> {
    let mut parsed = Url::parse(url).ok()?;
    parsed.set_fragment(None);
    parsed.as_str().parse().ok()
}

/// How failed attempts are repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retries {
    /// As the hosted service does: twice, shortly after, where it may help.
    Default,
    /// Over 28 hours, whatever the receiver answered.
    Scheduled,
}

/// After the attempts of [`Retries::Default`], milliseconds.
const SHORT: &[i64] = &[1_500, 1_500];
/// After those of [`Retries::Scheduled`]: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h.
const LONG: &[i64] = &[5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000];
/// Those waits during which younger deliveries wait too, so that the order is kept.
const IN_LINE: i64 = 5_000;

/// What follows an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is delivered.
    Delivered,
    /// It is given up.
    GivenUp,
    /// It is tried again after so many milliseconds; whether younger ones wait for it.
    Again {
        /// Milliseconds.
        after: i64,
        /// Whether younger deliveries wait.
        in_line: bool,
    },
}

impl Retries {
    /// As stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Scheduled => "scheduled",
        }
    }

    /// By its name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Default, Self::Scheduled].into_iter().find(|r| r.name() == name)
    }

    /// Seconds that an attempt may take.
    pub fn within(self) -> u64 {
        match self {
            Self::Default => 10,
            Self::Scheduled => 15,
        }
    }

    /// What follows the attempt of this number (1 is the first).
    pub fn next(self, attempt: i64, outcome: &Result<Answered, Failure>) -> Next {
        let (waits, may_help) = match (self, outcome) {
            (_, Ok(answer)) if (200..300).contains(&answer.status) => return Next::Delivered,
            (Self::Scheduled, Ok(answer)) => (LONG, answer.status != 410),
            (Self::Scheduled, Err(_)) => (LONG, true),
            (Self::Default, Ok(answer)) => (SHORT, answer.status == 429 || answer.status >= 500),
            (Self::Default, Err(failure)) => (SHORT, *failure != Failure::Refused),
        };
        let wait = usize::try_from(attempt - 1).ok().and_then(|at| waits.get(at));
        let Some(wait) = wait.filter(|_| may_help) else { return Next::GivenUp };
        let asked = match outcome {
            Ok(answer) if self == Self::Scheduled => answer.retry_after,
            _ => None,
        };
        let asked = asked.and_then(|s| i64::try_from(s).ok()).unwrap_or_default().clamp(0, 36_000) * 1000;
        let after = asked.max(*wait);
        Next::Again { after, in_line: after <= IN_LINE }
    }
}

/// Whether a webhook is sent an event: who set it up hears of his own deeds only when he asks for it.
pub fn is_own(creator: (i64, i64), doer: (i64, i64)) -> bool {
    creator == doer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::unnecessary_wraps, reason = "beside failures")]
    fn answered(status: u16) -> Result<Answered, Failure> {
        Ok(Answered { status, excerpt: String::new(), retry_after: None })
    }

    #[test]
    fn the_default_repeats_twice_and_only_where_it_may_help() {
        for status in [200, 201, 204, 299] {
            assert_eq!(Retries::Default.next(1, &answered(status)), Next::Delivered);
        }
        for status in [301, 302, 400, 401, 404, 410, 422] {
            assert_eq!(Retries::Default.next(1, &answered(status)), Next::GivenUp, "{status}");
        }
        let again = Next::Again { after: 1500, in_line: true };
        for outcome in
            [answered(429), answered(500), answered(503), Err(Failure::Transport("no answer".to_owned()))]
        {
            assert_eq!(Retries::Default.next(1, &outcome), again);
            assert_eq!(Retries::Default.next(2, &outcome), again);
            assert_eq!(Retries::Default.next(3, &outcome), Next::GivenUp);
        }
        assert_eq!(Retries::Default.next(1, &Err(Failure::Refused)), Next::GivenUp);
    }

    #[test]
    fn the_schedule_lasts_28_hours() {
        let mut sum = 0;
        for attempt in 1..=7 {
            match Retries::Scheduled.next(attempt, &answered(404)) {
                Next::Again { after, in_line } => {
                    sum += after;
                    assert_eq!(in_line, attempt == 1);
                }
                other => panic!("{attempt}: {other:?}"),
            }
        }
        assert_eq!(Retries::Scheduled.next(8, &answered(404)), Next::GivenUp);
        assert!((27 * 3_600_000..28 * 3_600_000).contains(&sum), "{sum}");
        assert_eq!(Retries::Scheduled.next(1, &answered(410)), Next::GivenUp);
    }

    #[test]
    fn a_receiver_may_ask_for_more_time() {
        let asks = |seconds| {
            let answer = Answered { status: 503, excerpt: String::new(), retry_after: Some(seconds) };
            Retries::Scheduled.next(1, &Ok(answer))
        };
        assert_eq!(asks(1), Next::Again { after: 5000, in_line: true });
        assert_eq!(asks(60), Next::Again { after: 60_000, in_line: false });
        assert_eq!(asks(u64::MAX), Next::Again { after: 5000, in_line: true });
        assert_eq!(asks(1_000_000), Next::Again { after: 36_000_000, in_line: false });
    }

    #[test]
    fn addresses_are_held_against_what_they_must_be() {
        let allowed = Allowed::default();
        let read = |urls: &[&str]| {
            let mut problems = Problems::new();
            let urls = addresses(urls.iter().map(|u| (*u).to_owned()).collect(), &allowed, &mut problems);
            problems.done().map(|()| urls)
        };
        let fine = read(&["", " https://example.com/a?secret=1#x ", "https://example.com/a?secret=1#x"]);
        assert_eq!(fine.expect("fine"), ["https://example.com/a?secret=1#x"]);
        assert!(read(&["https://bücher.example/ü"]).is_ok());
        for wrong in [
            "example.com",
            "ftp://example.com/",
            "https://",
            "https://user:pass@example.com/",
            "http://10.0.0.1/",
            "http://localhost:9/",
            "javascript:alert(1)",
        ] {
            assert!(read(&[wrong]).is_err(), "{wrong}");
        }
        let many: Vec<String> = (0..11).map(|n| format!("https://example.com/{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(read(&many[..10]).is_ok());
        assert!(read(&many).is_err());
        assert!(read(&[&format!("https://example.com/{}", "a".repeat(4096))]).is_err());
    }

    #[test]
    fn flags_are_stored_by_name() {
        let mut flags = Flags::default();
        flags.set(Flag::Record, true);
        flags.set(Flag::Schedule, true);
        assert_eq!(flags.stored(), r#"["record","schedule"]"#);
        assert_eq!(Flags::parse(&flags.stored()), flags);
        assert_eq!(Flags::parse(r#"["record","of_a_newer_program"]"#).names(), ["record"]);
    }
}
