//! A location as webhooks tell of it.

use kernel::{App, Result};
use serde::Serialize;
use utoipa::ToSchema;

use super::list::{logo, public_title};
use super::one::{ChainOut, SocialOut};
use crate::dictionaries;
use crate::locations::store::{self, Location};

/// Opening hours.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct OpeningHoursOut {
    /// In words; left out where nothing is said.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false, example = "Mon-Fri 10-20")]
    text: String,
}

/// A location, as webhooks tell of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct LocationDataOut {
    /// Its id.
    #[schema(example = 37532)]
    pub id: i64,
    /// Name.
    #[schema(example = "James Smith LLC")]
    title: String,
    /// Name for clients.
    #[schema(example = "James Smith Beauty")]
    public_title: String,
    /// The main phone; empty when there is none.
    #[schema(example = "+12125357710")]
    phone: String,
    /// Phones.
    #[schema(example = json!(["+12125357710"]))]
    phones: Vec<String>,
    /// Country's id.
    #[schema(example = 7)]
    country_id: i64,
    /// Country.
    #[schema(example = "United States")]
    country: String,
    /// City's id; 0 for a city that the dictionary does not have.
    #[schema(example = 181)]
    city_id: i64,
    /// City.
    #[schema(example = "New York")]
    city: String,
    /// 1 when it can be booked.
    #[schema(example = 1)]
    active: i64,
    /// Hours from UTC today.
    #[schema(example = "-4")]
    timezone: String,
    /// Time zone, IANA.
    #[schema(example = "America/New_York")]
    timezone_name: String,
    /// Address.
    #[schema(example = "New York, 787 Jackson Drive")]
    address: String,
    /// Latitude, degrees.
    #[schema(example = 40.73061)]
    coordinate_lat: f64,
    /// Longitude, degrees.
    #[schema(example = -73.935_242)]
    coordinate_lon: f64,
    /// Code of its currency.
    #[schema(example = "USD")]
    currency_short_title: String,
    /// Group of its business type; 0 for none.
    #[schema(example = 1)]
    business_group_id: i64,
    /// Business type's id.
    #[schema(example = 1)]
    business_type_id: i64,
    /// Site.
    #[schema(example = "james-smith-company.com")]
    site: String,
    /// Postal code.
    #[schema(example = "11435")]
    zip: String,
    /// Address of the logo.
    #[schema(example = "http://127.0.0.1:8080/images/no-logo.svg")]
    logo: String,
    /// What it is, in a line.
    #[schema(example = "Beauty studio")]
    short_descr: String,
    /// Description, HTML.
    #[schema(example = "The <strong>James Smith</strong> location")]
    description: String,
    /// Opening hours.
    schedule: OpeningHoursOut,
    /// E-mail address.
    #[schema(example = "info@james-smith-company.com")]
    email: String,
    /// Pages in social networks.
    social: SocialOut,
    /// The main chain's id; 0 for none.
    #[schema(example = 9206)]
    main_group_id: i64,
    /// The main chain; null for none.
    main_group: Option<ChainOut>,
    /// What is booked: 0 both, 1 appointments of one client, 2 group events.
    #[schema(example = 0)]
    record_type_id: i64,
    /// Whether clients must say something when they book.
    pub booking_comment_required: bool,
    /// Whether clients must give an e-mail address when they book.
    pub booking_email_required: bool,
    /// Whether clients confirm their phone by a code.
    phone_confirmation: bool,
    /// How many team members work there.
    #[schema(example = 2)]
    active_staff_count: i64,
    /// Weight in its chain, the larger the earlier.
    #[schema(example = 900)]
    group_priority: i64,
    /// 1 when a confirmation by push counts.
    #[schema(example = 1)]
    push_notification_phone_confirm: i64,
}

/// `+3`, `-4`, `+5.5`.
fn hours(offset: f64) -> String {
    if offset < 0.0 { offset.to_string() } else { format!("+{offset}") }
}

impl LocationDataOut {
    fn of(app: &App, now: i64, l: Location, phones: Vec<String>, kind: &str) -> Self {
        let country = dictionaries::country(l.country_id);
        let zone = calc::zone::Zone::parse(&l.timezone).unwrap_or_else(calc::zone::Zone::utc);
        let chain = l.main_chain_id.zip(l.main_chain_title.clone());
        Self {
            id: l.id,
            public_title: public_title(&l),
            logo: logo(app, &l),
            title: l.title,
            phone: phones.first().cloned().unwrap_or_default(),
            phones,
            country_id: l.country_id,
            country: country.map(|c| c.full_title.to_owned()).unwrap_or_default(),
            city_id: l.city_id,
            city: l.city,
            active: l.active.into(),
            timezone: hours(calc::zone::offset_hours(now, &zone)),
            timezone_name: l.timezone,
            address: l.address,
            coordinate_lat: l.latitude,
            coordinate_lon: l.longitude,
            currency_short_title: country.map(|c| c.currency_iso.to_owned()).unwrap_or_default(),
            business_group_id: dictionaries::business_type(l.business_type_id)
                .map_or(0, |t| t.business_group_id),
            business_type_id: l.business_type_id,
            site: l.site,
            zip: l.zip,
            short_descr: l.short_descr,
            description: l.description,
            schedule: OpeningHoursOut { text: l.schedule },
            email: l.email,
            social: l.social.into(),
            main_group_id: l.main_chain_id.unwrap_or_default(),
            main_group: chain.map(|(id, title)| ChainOut { id, title }),
            record_type_id: match kind {
                "single" => 1,
                "activity" => 2,
                _ => 0,
            },
            booking_comment_required: false,
            booking_email_required: false,
            phone_confirmation: l.phone_confirmation,
            active_staff_count: l.active_staff_count,
            group_priority: l.group_priority,
            push_notification_phone_confirm: l.push_notification_phone_confirm.into(),
        }
    }
}

/// These locations as webhooks tell of them, those deleted with them. What booking asks for is the caller's to say.
pub async fn details(app: &App, conn: &mut db::Conn, now: i64, ids: &[i64]) -> Result<Vec<LocationDataOut>> {
    let rows = store::all_by_ids(conn, ids).await?;
    let phones = store::phones(conn, ids).await?;
    let kinds = store::record_types(conn, ids).await?;
    let out = rows.into_iter().map(|row| {
        let own = phones.iter().filter(|(at, _)| *at == row.id).map(|(_, phone)| phone.clone()).collect();
        let kind = kinds.iter().find(|(at, _)| *at == row.id).map_or("", |(_, kind)| kind);
        LocationDataOut::of(app, now, row, own, kind)
    });
    Ok(out.collect())
}

#[cfg(test)]
mod tests {
    #[test]
    fn hours_have_their_sign() {
        for (offset, text) in [(3.0, "+3"), (-4.0, "-4"), (5.5, "+5.5"), (0.0, "+0"), (-3.5, "-3.5")] {
            assert_eq!(super::hours(offset), text);
        }
    }
}
