//! Codes by which somebody proves that a phone or an e-mail address is his. Table `contact_codes`.
//!
//! A code has five digits, is good for ten minutes and five attempts, and each new one takes the place of the one before. It
//! is sent through the outbox, in the transaction that makes it; kept is a mark of it, made with the server's key.

pub mod rules;
pub mod store;

use kernel::{Call, Error, Result, Unit};

use crate::outbox::{self, Channel};
use crate::sessions::Attempts;

/// Makes a code for that phone (E.164) and sends it by SMS, or for that e-mail address; `from` names who sends it.
///
/// # Errors
/// 429 when too many were sent lately, to the contact or for the address that asks.
pub async fn send(unit: &mut Unit, call: &Call, contact: &str, from: &str) -> Result<()> {
    let attempts = call.app.room::<Attempts>();
    let address = format!("codes {}", call.origin.ip);
    attempts
        .count(&address, rules::PER_ADDRESS, rules::ADDRESS_WINDOW, call.now)
        .map_err(|seconds| Error::too_many("too-many-codes", seconds))?;
    let code = rules::code(call.app.random());
    let before = store::lock(unit, contact).await?;
    let next = rules::next(before.as_ref(), call.now)
        .map_err(|seconds| Error::too_many("too-many-codes", seconds))?;
    store::put(unit, contact, &mark(call, contact, &code), &next).await?;
    let body = kernel::Message::new("sms-code").with("code", code).with("from", from).text(&call.language);
    let (channel, subject) = if contact.contains('@') {
        (Channel::Email, kernel::Message::new("mail-code").with("from", from).text(&call.language))
    } else {
        (Channel::Sms, String::new())
    };
    let message = outbox::Message { channel, recipient: contact.to_owned(), subject, body };
    outbox::store::insert(unit, call.location_id, &[message], call.now).await
}

fn mark(call: &Call, contact: &str, code: &str) -> String {
    call.app.mark(&format!("code {contact} {code}"), &[])
}

/// Whether that is the code sent to the contact. A wrong one takes an attempt, which counts whatever comes of the request, so
/// it is made durable by itself. A right one stays good until [`store::forget`] or its end.
pub async fn is_right(call: &Call, contact: &str, code: &str) -> Result<bool> {
    let mut tx = call.app.db().begin_beside().await?;
    let Some(kept) = store::take_attempt(&mut tx, contact, call.now).await? else { return Ok(false) };
    let right = call.app.is_mark(&format!("code {contact} {}", code.trim()), &[], &kept);
    if right {
        store::give_back(&mut tx, contact).await?;
    }
    tx.commit().await?;
    Ok(right)
}
