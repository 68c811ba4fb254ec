//! Signing in by a code, and changes of the own data.

use calc::phone::Phone;
use kernel::{Call, Error, Kind, Problems, Result, Token, Unit};

use crate::codes;
use crate::locations::{public_title, store as locations};
use crate::sessions;
use crate::users::{self, User};

/// A phone as sent in this field, in its one form.
pub(super) fn phone(text: Option<&str>, country: Option<&str>, field: &str) -> Result<Phone> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| Error::invalid(field, "field-required"))?;
    Phone::parse(text, country).ok_or_else(|| Error::invalid(field, "field-phone"))
}

/// Sends a code to a phone, or to an e-mail address where no phone is given, in the name of a location. What the asker calls himself is noted, and not sent: it would put
/// anybody's words into the location's messages.
pub(super) async fn send_code(
    call: &Call,
    location_id: i64,
    (sent, email): (Option<&str>, Option<&str>),
    name: Option<String>,
) -> Result<Unit> {
    let mut problems = Problems::new();
    problems.length(name.as_deref().unwrap_or_default(), 255, "fullname");
    problems.done()?;
    let location = locations::by_id(&mut call.conn().await?, location_id).await?;
    let country = crate::dictionaries::country(location.country_id).map(|country| country.iso_code);
    let is_given = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
    let (contact, masked) = if is_given(email) && !is_given(sent) {
        let email = email.unwrap_or_default().trim().to_lowercase();
        if !users::rules::is_email(&email) {
            return Err(Error::invalid("email", "field-email"));
        }
        let masked = email.split_once('@').map(|(_, domain)| format!("*@{domain}")).unwrap_or_default();
        (email, masked)
    } else {
        let phone = phone(sent, country, "phone")?;
        (phone.e164().to_owned(), phone.masked())
    };
    let mut call = call.clone();
    call.location_id = location_id;
    let mut unit = call.begin().await?;
    codes::send(&mut unit, &call, &contact, &public_title(&location)).await?;
    unit.about("code", location_id, serde_json::json!({"contact": masked, "name": name}));
    Ok(unit)
}

/// Signs in whoever has the code sent to the phone; makes the user where there is none yet.
///
/// # Errors
/// 401 for a wrong code, and for who has a second factor, which a code does not stand for.
pub(super) async fn sign_in(call: &Call, phone: &str, code: &str) -> Result<(Unit, Token)> {
    let attempts = call.app.room::<sessions::Attempts>();
    let wait = attempts.wait(phone, &call.origin.ip, call.now);
    if wait > 0 {
        return Err(Error::too_many("too-many-sign-ins", wait));
    }
    if !codes::is_right(call, phone, code).await? {
        attempts.failed(phone, &call.origin.ip, call.now);
        return Err(Error::new(Kind::Unauthorized, "wrong-code"));
    }
    let known = users::store::by_login(&mut call.conn().await?, phone).await?;
    if let Some(user) = &known {
        sessions::without_second_factor(call, user.id).await?;
    }
    attempts.succeeded(phone);
    let mut unit = call.begin().await?;
    codes::store::forget(&mut unit, phone).await?;
    let user_id = match known {
        Some(user) => user.id,
        None => create(&mut unit, phone, call.now).await?,
    };
    users::store::confirm_phone(&mut unit, user_id, phone).await?;
    let token = sessions::begin_in(&mut unit, call, user_id).await?;
    unit.by_user(user_id);
    unit.about("session", user_id, serde_json::json!({"by": "code"}));
    Ok((unit, token))
}

async fn create(unit: &mut Unit, phone: &str, now: i64) -> Result<i64> {
    let new = users::store::NewRow {
        name: String::new(),
        login: phone.to_owned(),
        email: None,
        phone: Some(phone.to_owned()),
        is_approved: true,
    };
    let made = users::store::insert(unit, &[new], now).await?;
    made.first().map(|(_, id)| *id).ok_or_else(Error::not_found)
}

/// A change of the own data; what is left out stays.
#[derive(Clone, Debug, Default)]
pub(super) struct Change {
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) code: Option<String>,
}

/// Changes the own data. Another phone needs the code that was sent to it.
pub(super) async fn update(call: &Call, change: Change) -> Result<Unit> {
    let user = users::store::by_id(&mut call.conn().await?, call.user_id).await?;
    let mut problems = Problems::new();
    let name = change.name.map_or(user.name.clone(), |name| name.trim().to_owned());
    problems.length(&name, 255, "name");
    let email = match change.email.map(|email| email.trim().to_lowercase()) {
        None => user.email.clone(),
        Some(email) if email.is_empty() => None,
        Some(email) => Some(email),
    };
    let fine = email.as_deref().is_none_or(users::rules::is_email);
    problems.check(fine, "email", "field-email");
    problems.done()?;
    let mut new_phone = None;
    if let Some(sent) = change.phone.as_deref().filter(|text| !text.trim().is_empty()) {
        let sent = phone(Some(sent), None, "phone")?;
        if user.phone.as_deref() != Some(sent.e164()) {
            let code = change.code.as_deref().unwrap_or_default();
            if !codes::is_right(call, sent.e164(), code).await? {
                return Err(Error::invalid("confirmation_code", "wrong-code"));
            }
            new_phone = Some(sent.e164().to_owned());
        }
    }
    if email.is_none() && user.phone.is_none() && new_phone.is_none() {
        return Err(Error::invalid("email", "field-required"));
    }
    let mut unit = call.begin().await?;
    taken(&mut unit, &user, email.as_deref(), new_phone.as_deref()).await?;
    users::store::set_contacts(&mut unit, &user, &name, email.as_deref(), new_phone.as_deref()).await?;
    if let Some(phone) = &new_phone {
        codes::store::forget(&mut unit, phone).await?;
    }
    unit.about("user", user.id, serde_json::json!({}));
    unit.stale();
    Ok(unit)
}

/// Names contacts that are another user's.
async fn taken(unit: &mut Unit, user: &User, email: Option<&str>, phone: Option<&str>) -> Result<()> {
    let contacts: Vec<String> = [email, phone].into_iter().flatten().map(ToOwned::to_owned).collect();
    let others = users::store::by_contacts(unit, &contacts).await?;
    let mut problems = Problems::new();
    for (contact, field) in [(email, "email"), (phone, "phone")] {
        let is = |other: &User| {
            let of = [other.email.as_deref(), other.phone.as_deref(), Some(other.login.as_str())];
            other.id != user.id && contact.is_some() && of.contains(&contact)
        };
        problems.check(!others.iter().any(is), field, "taken");
    }
    problems.done()
}

/// The location in whose name a code is sent: that named, or the first of the chain.
pub(super) async fn sender(call: &Call, location: Option<i64>, chain: Option<i64>) -> Result<i64> {
    if let Some(id) = location.filter(|id| *id != 0) {
        return Ok(id);
    }
    let chain = chain.filter(|id| *id != 0).ok_or_else(|| Error::invalid("company_id", "field-required"))?;
    let first = locations::first_of_chain(&mut call.conn().await?, chain).await?;
    first.ok_or_else(Error::not_found)
}
