//! Rules by which chosen requests fail, or are slow: so that a client can be tried against what happens seldom.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::Method;
use kernel::{Data, Error, Kind, Lenient, List, NoContent, Path, Problems, Result};
use org::access::Anybody;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Controls;

/// Rules at the most.
const MOST: usize = 100;
/// How long a request is held up at the most, milliseconds.
const SLOWEST: i64 = 120_000;
/// Answers that a rule may give.
const STATUSES: [i64; 4] = [409, 429, 500, 503];
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// A rule.
#[derive(Clone, Debug, PartialEq)]
struct Rule {
    id: i64,
    /// None for any.
    method: Option<String>,
    pattern: String,
    /// None: as ever, only later.
    status: Option<u16>,
    delay: u64,
    /// Of a hundred requests, by chance.
    share: i64,
    /// How many more; none for any number.
    left: Option<i64>,
    hits: i64,
}

impl Rule {
    fn matches(&self, method: &Method, path: &str) -> bool {
        self.method.as_deref().is_none_or(|m| m == method.as_str()) && matches(&self.pattern, path)
    }
}

/// Whether a path is of a pattern: `*` stands for one part, `**` at the end for any number.
fn matches(pattern: &str, path: &str) -> bool {
    let mut path = path.trim_matches('/').split('/');
    let mut pattern = pattern.trim_matches('/').split('/').peekable();
    while let Some(part) = pattern.next() {
        if part == "**" && pattern.peek().is_none() {
            return true;
        }
        match path.next() {
            Some(there) if part == "*" || part == there => {}
            _ => return false,
        }
    }
    path.next().is_none()
}

/// What is to happen to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// It is held up so long.
    pub delay: Duration,
    /// And refused with this status.
    pub status: Option<u16>,
}

impl Fault {
    /// The refusal, if it is one.
    pub fn error(self) -> Option<Error> {
        Some(match self.status? {
            409 => Error::conflict("conflict"),
            429 => Error::too_many("too-many", 1),
            503 => Error::unavailable("a rule of the demo"),
            _ => Error::new(Kind::Internal, "internal"),
        })
    }
}

/// The rules.
#[derive(Debug, Default)]
pub struct Faults(Mutex<(i64, Vec<Rule>)>);

impl Faults {
    fn rules<T>(&self, work: impl FnOnce(&mut (i64, Vec<Rule>)) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is to happen to a request, by the first rule that it meets. `chance` is below 100.
    pub fn hit(&self, method: &Method, path: &str, chance: i64) -> Option<Fault> {
        self.rules(|(_, rules)| {
            let meets =
                |rule: &&mut Rule| rule.left != Some(0) && chance < rule.share && rule.matches(method, path);
            let rule = rules.iter_mut().find(meets)?;
            rule.left = rule.left.map(|left| left - 1);
            rule.hits += 1;
            Some(Fault { delay: Duration::from_millis(rule.delay), status: rule.status })
        })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rules(|(_, rules)| rules.is_empty())
    }
}

/// A rule.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FaultOut {
    /// Its id.
    #[schema(example = 1)]
    id: i64,
    /// Which method; null for any.
    #[schema(example = "POST")]
    method: Option<String>,
    /// Which paths.
    #[schema(example = "/api/v1/records/*")]
    path: String,
    /// What is answered; null where a request is only held up.
    #[schema(example = 429)]
    status: Option<u16>,
    /// How long a request is held up, milliseconds.
    #[schema(example = 0)]
    delay_ms: u64,
    /// So many of a hundred requests, by chance.
    #[schema(example = 100)]
    share: i64,
    /// How many more; null for any number.
    #[schema(example = 3)]
    left: Option<i64>,
    /// How many it met so far.
    #[schema(example = 0)]
    hits: i64,
}

impl From<&Rule> for FaultOut {
    fn from(r: &Rule) -> Self {
        Self {
            id: r.id,
            method: r.method.clone(),
            path: r.pattern.clone(),
            status: r.status,
            delay_ms: r.delay,
            share: r.share,
            left: r.left,
            hits: r.hits,
        }
    }
}

/// A rule to make.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct FaultIn {
    /// Which method; any when left out.
    #[schema(nullable = false, example = "POST")]
    method: Option<String>,
    /// Which paths under `/api`: `*` stands for one part, `**` at the end for any number.
    #[schema(required, nullable = false, example = "/api/v1/records/*")]
    path: Option<String>,
    /// What to answer: 409, 429, 500 or 503; the usual when left out.
    #[schema(nullable = false, example = 429)]
    status: Option<i64>,
    /// How long to hold a request up, milliseconds.
    #[schema(nullable = false, example = 0)]
    delay_ms: Option<i64>,
    /// So many of a hundred requests, by chance; all when left out.
    #[schema(nullable = false, example = 100)]
    share: Option<i64>,
    /// How many times; any number when left out.
    #[schema(nullable = false, example = 3)]
    times: Option<i64>,
}

impl FaultIn {
    fn read(self) -> Result<Rule> {
        let mut problems = Problems::new();
        let method = self.method.map(|m| m.trim().to_ascii_uppercase()).filter(|m| !m.is_empty() && m != "*");
        let known = method.as_deref().is_none_or(|m| METHODS.contains(&m));
        problems.check(known, "method", "field-choice");
        let pattern = self.path.unwrap_or_default().trim().to_owned();
        problems.check(!pattern.is_empty(), "path", "field-required");
        problems.check(pattern.is_empty() || pattern.starts_with("/api"), "path", "demo-fault-path");
        problems.check(self.status.is_none_or(|s| STATUSES.contains(&s)), "status", "field-choice");
        let delay = self.delay_ms.unwrap_or_default();
        problems.range(delay, 0..=SLOWEST, "delay_ms");
        problems.check(self.status.is_some() || delay != 0, "status", "field-required");
        let share = self.share.unwrap_or(100);
        problems.range(share, 1..=100, "share");
        problems.check(self.times.is_none_or(|times| times > 0), "times", "field-invalid");
        problems.done()?;
        Ok(Rule {
            id: 0,
            method,
            pattern,
            status: self.status.and_then(|s| u16::try_from(s).ok()),
            delay: u64::try_from(delay).unwrap_or_default(),
            share,
            left: self.times,
            hits: 0,
        })
    }
}

/// List the rules by which requests fail
#[utoipa::path(
    get, path = "/faults", operation_id = "list_faults", tag = "Demo",
    responses((status = 200, description = "The rules", body = Data<Vec<FaultOut>, kernel::Count>))
)]
pub async fn list_faults(at: Anybody) -> Result<List<FaultOut>> {
    let out: Vec<FaultOut> =
        at.app.room::<Controls>().faults.rules(|(_, rules)| rules.iter().map(Into::into).collect());
    let count = i64::try_from(out.len()).unwrap_or(i64::MAX);
    Ok(List::counted(out, count))
}

/// Make a rule by which requests fail
///
/// The first rule that a request meets counts. The demo's controls themselves meet none. Rules are gone when the demo ends.
#[utoipa::path(
    post, path = "/faults", operation_id = "create_fault", tag = "Demo", request_body = FaultIn,
    responses((status = 201, description = "The rule", body = Data<FaultOut>))
)]
pub async fn create_fault(at: Anybody, input: Lenient<FaultIn>) -> Result<Data<FaultOut>> {
    let rule = input.0.read()?;
    at.app.room::<Controls>().faults.rules(|(last, rules)| {
        if rules.len() >= MOST {
            return Err(Error::conflict(kernel::Message::new("field-too-many").with("limit", MOST)));
        }
        *last += 1;
        let rule = Rule { id: *last, ..rule };
        let out = FaultOut::from(&rule);
        rules.push(rule);
        Ok(Data::new(out).created())
    })
}

/// Remove a rule
#[utoipa::path(
    delete, path = "/faults/{id}", operation_id = "delete_fault", tag = "Demo",
    params(("id" = i64, Path, description = "The rule", example = 1)),
    responses((status = 204, description = "Removed"))
)]
pub async fn delete_fault(at: Anybody, Path(id): Path<i64>) -> Result<NoContent> {
    at.app.room::<Controls>().faults.rules(|(_, rules)| {
        let before = rules.len();
        rules.retain(|rule| rule.id != id);
        if rules.len() < before { Ok(NoContent::new()) } else { Err(Error::not_found()) }
    })
}

/// Remove all rules
#[utoipa::path(
    delete, path = "/faults", operation_id = "delete_faults", tag = "Demo",
    responses((status = 204, description = "Removed"))
)]
pub async fn delete_faults(at: Anybody) -> Result<NoContent> {
    at.app.room::<Controls>().faults.rules(|(_, rules)| rules.clear());
    Ok(NoContent::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_of_parts() {
        for (pattern, path, expected) in [
            ("/api/v1/records/*", "/api/v1/records/7", true),
            ("/api/v1/records/*", "/api/v1/records/7/", true),
            ("/api/v1/records/*", "/api/v1/records", false),
            ("/api/v1/records/*", "/api/v1/records/7/8", false),
            ("/api/v1/**", "/api/v1/records/7/8", true),
            ("/api/v1/**", "/api/v1", true),
            ("/api/v1/**", "/api/v2/x", false),
            ("/api/*/x", "/api/v1/x", true),
            ("/api/**/x", "/api/a/b/x", false),
            ("/api", "/api", true),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn a_rule_counts_down_and_keeps_its_share() {
        let faults = Faults::default();
        let rule = |times, share| {
            let body = FaultIn {
                path: Some("/api/**".to_owned()),
                status: Some(429),
                times,
                share: Some(share),
                method: Some("post".to_owned()),
                ..FaultIn::default()
            };
            body.read().expect("a rule")
        };
        faults.rules(|(_, rules)| rules.push(rule(Some(2), 50)));
        assert_eq!(faults.hit(&Method::GET, "/api/x", 0), None);
        assert_eq!(faults.hit(&Method::POST, "/api/x", 50), None);
        for _ in 0..2 {
            let fault = faults.hit(&Method::POST, "/api/x", 49).expect("it meets");
            assert_eq!(fault.error().expect("a refusal").kind(), Kind::TooMany);
        }
        assert_eq!(faults.hit(&Method::POST, "/api/x", 0), None);
        assert!(FaultIn::default().read().is_err());
    }
}
