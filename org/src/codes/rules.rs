//! How codes are made and bounded, without I/O.

use super::store::Sent;

/// How long a code is good, milliseconds.
pub const LIFE: i64 = 10 * 60_000;
/// How often a wrong one may be tried.
pub const ATTEMPTS: i64 = 5;
/// The least time between two codes for one phone, milliseconds.
const PAUSE: i64 = 60_000;
/// Codes for one phone in [`WINDOW`] at the most.
const MOST: i64 = 5;
/// Milliseconds.
const WINDOW: i64 = 3_600_000;

/// Codes asked for from one address in [`ADDRESS_WINDOW`] at the most, to any phones: a program that books for many asks
/// from one.
pub const PER_ADDRESS: u32 = 200;
/// Milliseconds.
pub const ADDRESS_WINDOW: i64 = 3_600_000;

/// Five digits, the first not a nought: a code that is sent as a number stays the same.
pub fn code(chance: [u8; 4]) -> String {
    (10_000 + u32::from_be_bytes(chance) % 90_000).to_string()
}

/// When the next code is made and until when it is good, counted on from the one before.
///
/// # Errors
/// The seconds to wait, when too many were sent lately.
pub fn next(before: Option<&Sent>, now: i64) -> Result<Sent, u64> {
    let fresh = Sent { sent: 1, sent_from: now, created_at: now, expires_at: now + LIFE };
    let Some(before) = before else { return Ok(fresh) };
    let wait = |until: i64| u64::try_from((until - now + 999) / 1000).unwrap_or(1).max(1);
    // A clock that was put back keeps nobody waiting for longer than it would have.
    if (before.created_at..before.created_at + PAUSE).contains(&now) {
        return Err(wait(before.created_at + PAUSE));
    }
    if !(before.sent_from..before.sent_from + WINDOW).contains(&now) {
        return Ok(fresh);
    }
    if before.sent >= MOST {
        return Err(wait(before.sent_from + WINDOW));
    }
    Ok(Sent { sent: before.sent + 1, sent_from: before.sent_from, ..fresh })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_five_digits() {
        for chance in [[0; 4], [255; 4], [1, 2, 3, 4]] {
            let code = code(chance);
            assert!(
                code.len() == 5 && code.bytes().all(|b| b.is_ascii_digit()) && !code.starts_with('0'),
                "{code}"
            );
        }
    }

    #[test]
    fn codes_for_one_phone_are_bounded() {
        let mut now = 1_000_000;
        let mut last = next(None, now).expect("the first");
        assert_eq!(next(Some(&last), now + 1), Err(60));
        for n in 2..=MOST {
            now += PAUSE;
            last = next(Some(&last), now).expect("after a pause");
            assert_eq!(last.sent, n);
        }
        assert_eq!(
            next(Some(&last), now + PAUSE),
            Err(u64::try_from((WINDOW - 5 * PAUSE) / 1000).expect("seconds"))
        );
        let again = next(Some(&last), 1_000_000 + WINDOW).expect("in the next hour");
        assert_eq!((again.sent, again.expires_at), (1, 1_000_000 + WINDOW + LIFE));
    }
}
