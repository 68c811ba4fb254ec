//! Codes by which somebody proves that a phone is his. Table `contact_codes`.
//!
//! A code has five digits, is good for ten minutes and five attempts, and each new one takes the place of the one before. It
//! is sent through the outbox, in the transaction that makes it; kept is a mark of it, made with the server's key.

pub mod rules;
pub mod store;

use kernel::{Call, Error, Result, Unit};

use crate::outbox::{self, Channel};
use crate::sessions::Attempts;

/// Makes a code for that phone (E.164) and sends it by SMS; `from` names who sends it.
///
/// # Errors
/// 429 when too many were sent lately, to the phone or for the address that asks.
pub async fn send(unit: &mut Unit, call: &Call, phone: &str, from: &str) -> Result<()> {
    let attempts = call.app.room::<Attempts>();
    let address = format!("codes {}", call.origin.ip);
    attempts
        .count(&address, rules::PER_ADDRESS, rules::ADDRESS_WINDOW, call.now)
        .map_err(|seconds| Error::too_many("too-many-codes", seconds))?;
    let code = rules::code(call.app.random());
    let before = store::lock(unit, phone).await?;
    let next = rules::next(before.as_ref(), call.now)
        .map_err(|seconds| Error::too_many("too-many-codes", seconds))?;
    store::put(unit, phone, &mark(call, phone, &code), &next).await?;
    let body = kernel::Message::new("sms-code").with("code", code).with("from", from).text(&call.language);
    let message =
        outbox::Message { channel: Channel::Sms, recipient: phone.to_owned(), subject: String::new(), body };
    outbox::store::insert(unit, call.location_id, &[message], call.now).await
}

fn mark(call: &Call, phone: &str, code: &str) -> String {
    call.app.mark(&format!("code {phone} {code}"), &[])
}

/// Whether that is the code sent to the phone. A wrong one takes an attempt, which counts whatever comes of the request, so
/// it is made durable by itself. A right one stays good until [`store::forget`] or its end.
pub async fn is_right(call: &Call, phone: &str, code: &str) -> Result<bool> {
    let mut tx = call.app.db().begin().await?;
    let Some(kept) = store::take_attempt(&mut tx, phone, call.now).await? else { return Ok(false) };
    let right = call.app.is_mark(&format!("code {phone} {}", code.trim()), &[], &kept);
    if right {
        store::give_back(&mut tx, phone).await?;
    }
    tx.commit().await?;
    Ok(right)
}
