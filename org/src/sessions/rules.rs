//! Decisions of sign-in, without I/O.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use kernel::{Message, Problems};
use totp_rs::{Builder, Totp};

/// Shortest password taken, in characters.
pub const SHORTEST: usize = 8;
/// Longest password taken: hashing must not become a way to keep the server busy.
pub const LONGEST: usize = 200;
/// Attempts at the second factor within one sign-in.
pub const CODE_ATTEMPTS: i64 = 5;
/// How long a sign-in waits for its second factor, seconds.
pub const CHALLENGE_SECONDS: i64 = 300;
/// Seconds for which a code is valid (RFC 6238).
const STEP: u64 = 30;

/// Whether a password may be set.
pub fn new_password(password: &str, field: &str, problems: &mut Problems) {
    let length = password.chars().count();
    problems.check(length >= SHORTEST, field, Message::new("field-password-short").with("limit", SHORTEST));
    problems.length(password, LONGEST, field);
}

/// Failed sign-ins of late, by login and by address. Kept in memory: each server counts its own.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<HashMap<String, (u32, i64)>>);

/// Failures let through within a window.
const BY_LOGIN: u32 = 5;
const BY_ADDRESS: u32 = 30;
/// The window, milliseconds.
const WINDOW: i64 = 60_000;
/// Keys kept; past that the windows that have ended are dropped.
const KEYS: usize = 10_000;

impl Attempts {
    /// Seconds to wait before this login may be tried from this address; 0 for none.
    pub fn wait(&self, login: &str, address: &str, now: i64) -> u64 {
        let failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = |key: String, most: u32| match failures.get(&key) {
            Some((count, until)) if *count >= most && *until > now => {
                u64::try_from((until - now).div_euclid(1000) + 1).unwrap_or(1)
            }
            _ => 0,
        };
        wait(by_login(login), BY_LOGIN).max(wait(by_address(address), BY_ADDRESS))
    }

    /// One more failed.
    pub fn failed(&self, login: &str, address: &str, now: i64) {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() > KEYS {
            failures.retain(|_, (_, until)| *until > now);
        }
        for key in [by_login(login), by_address(address)] {
            let entry = failures.entry(key).or_insert((0, now + WINDOW));
            if entry.1 <= now {
                *entry = (0, now + WINDOW);
            }
            entry.0 += 1;
        }
    }

    /// Counts one of at most `most` within a window of so many milliseconds; seconds to wait when there were as many.
    ///
    /// # Errors
    /// How many seconds to wait.
    pub fn count(&self, what: &str, most: u32, window: i64, now: i64) -> Result<(), u64> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() > KEYS {
            counts.retain(|_, (_, until)| *until > now);
        }
        let entry = counts.entry(format!("c:{what}")).or_insert((0, now + window));
        // A clock that was put back keeps nobody waiting for longer than a window.
        if !(now..=now + window).contains(&(entry.1 - 1)) {
            *entry = (0, now + window);
        }
        if entry.0 >= most {
            return Err(u64::try_from((entry.1 - now).div_euclid(1000) + 1).unwrap_or(1));
        }
        entry.0 += 1;
        Ok(())
    }

    /// It went well: the login's failures are forgotten, the address's are not.
    pub fn succeeded(&self, login: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&by_login(login));
    }
}

fn by_login(login: &str) -> String {
    format!("l:{login}")
}

fn by_address(address: &str) -> String {
    format!("a:{address}")
}

/// The time-based codes of a secret (RFC 6238: SHA-1, six digits, 30 s, one step either way).
pub fn totp(secret: &[u8]) -> Option<Totp> {
    Builder::new().with_secret(secret).with_skew(1).with_step_duration(STEP).build().ok()
}

/// The step of a code that is valid now and was not used before; none otherwise.
pub fn code_step(secret: &[u8], code: &str, now_ms: i64, last_step: i64) -> Option<i64> {
    let code: String = code.chars().filter(char::is_ascii_digit).collect();
    let seconds = u64::try_from(now_ms / 1000).ok()?;
    let step = i64::try_from(totp(secret)?.check(&code, seconds)?).ok()?;
    (step > last_step).then_some(step)
}

#[cfg(test)]
mod tests {
    use super::{Attempts, code_step, totp};

    #[test]
    fn what_is_counted_is_bounded_within_its_window() {
        let counts = Attempts::default();
        for at in 0..3 {
            assert_eq!(counts.count("x", 3, 10_000, at), Ok(()));
        }
        assert_eq!(counts.count("x", 3, 10_000, 5000), Err(6));
        assert_eq!(counts.count("y", 3, 10_000, 5000), Ok(()));
        assert_eq!(counts.count("x", 3, 10_000, 10_000), Ok(()));
        for _ in 0..2 {
            assert_eq!(counts.count("x", 3, 10_000, 10_001), Ok(()));
        }
        assert!(counts.count("x", 3, 10_000, 10_002).is_err());
        assert_eq!(counts.count("x", 3, 10_000, 5), Ok(()), "the clock was put back");
    }

    #[test]
    fn a_login_is_throttled_after_failures_and_freed_by_time() {
        let attempts = Attempts::default();
        for _ in 0..5 {
            assert_eq!(attempts.wait("a@b", "1.1.1.1", 1000), 0);
            attempts.failed("a@b", "1.1.1.1", 1000);
        }
        assert_eq!(attempts.wait("a@b", "2.2.2.2", 1000), 61);
        assert_eq!(attempts.wait("c@d", "1.1.1.1", 1000), 0);
        assert_eq!(attempts.wait("a@b", "2.2.2.2", 61_001), 0);
    }

    #[test]
    fn an_address_is_throttled_over_many_logins() {
        let attempts = Attempts::default();
        for n in 0..30 {
            attempts.failed(&format!("user{n}"), "1.1.1.1", 0);
        }
        assert!(attempts.wait("another", "1.1.1.1", 0) > 0);
        assert_eq!(attempts.wait("another", "1.1.1.2", 0), 0);
    }

    #[test]
    fn a_code_serves_once_and_only_in_its_time() {
        let secret = b"12345678901234567890";
        // RFC 6238, appendix B: at 59 s the eight-digit code is 94287082; six digits are its end.
        assert_eq!(code_step(secret, "287082", 59_000, 0), Some(1));
        assert_eq!(code_step(secret, "287 082", 59_000, 0), Some(1));
        assert_eq!(code_step(secret, "287082", 59_000, 1), None);
        assert_eq!(code_step(secret, "287082", 200_000, 0), None);
        assert_eq!(code_step(secret, "", 59_000, 0), None);
        assert!(totp(secret).is_some());
    }
}
