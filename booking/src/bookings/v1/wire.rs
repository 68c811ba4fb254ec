//! An appointment as its client sees it.

use std::collections::BTreeMap;

use calc::zone::{local_iso, local_iso_basic};
use db::Conn;
use kernel::{App, Money, OrEmpty, Result};
use org::locations::{Location, store as locations};
use org::team::rules::rating;
use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::appointments::links;
use crate::appointments::store::with::Line;
use crate::appointments::store::{Appointment, list};
use crate::appointments::view::{Seen, View};
use crate::events::store::MemberTold;
use crate::online::settings::Settings;

/// A service booked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookedServiceOut {
    /// Its id.
    #[schema(example = 389_043)]
    id: i64,
    /// Its name.
    #[schema(example = "Correction of extended nails")]
    title: String,
    /// What it costs.
    #[schema(value_type = f64, example = 2300)]
    cost: Money,
    /// From.
    #[schema(value_type = f64, example = 2300)]
    price_min: Money,
    /// To.
    #[schema(value_type = f64, example = 2300)]
    price_max: Money,
    /// Percent.
    #[schema(value_type = f64, example = 0)]
    discount: Money,
    /// How often.
    #[schema(example = 1)]
    amount: i64,
    /// Seconds.
    #[schema(example = 1800)]
    seance_length: i64,
}

impl From<&Line> for BookedServiceOut {
    fn from(line: &Line) -> Self {
        Self {
            id: line.service_id,
            title: line.title.clone(),
            cost: Money(line.cost),
            price_min: Money(line.price_min),
            price_max: Money(line.price_max),
            discount: Money(line.discount),
            amount: line.amount,
            seance_length: line.seance_length,
        }
    }
}

/// The location.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookedLocationOut {
    /// Its id.
    #[schema(example = 4564)]
    id: i64,
    /// Its name.
    #[schema(example = "Nail studio")]
    title: String,
    /// Its name for clients.
    #[schema(example = "Nail studio")]
    public_title: String,
    /// Its country.
    #[schema(example = 7)]
    country_id: i64,
    /// The same.
    #[schema(example = "United States")]
    country: String,
    /// Its city.
    #[schema(example = 2)]
    city_id: i64,
    /// The same.
    #[schema(example = "New York")]
    city: String,
    /// Its first phone.
    #[schema(example = "+13155550175")]
    phone: String,
    /// Its phones.
    #[schema(example = json!([]))]
    phones: Vec<String>,
    /// Hours east of Greenwich when the appointment begins.
    #[schema(example = "-5")]
    timezone: String,
    /// Its zone.
    #[schema(example = "America/New_York")]
    timezone_name: String,
    /// Its address.
    #[schema(example = "New York, 787 Jackson Drive")]
    address: String,
    /// Its postal code.
    #[schema(example = "11435")]
    zip: String,
    /// The address of its logo.
    #[schema(example = "")]
    logo: String,
    /// Its place.
    #[schema(example = 40.73061)]
    coordinate_lat: f64,
    /// Its place.
    #[schema(example = -73.935_242)]
    coordinate_lon: f64,
    /// Its kind of business.
    #[schema(example = 1)]
    business_type_id: i64,
    /// Its main chain, 0 for none.
    #[schema(example = 1)]
    business_group_id: i64,
    /// Whether clients may cancel.
    #[schema(example = true)]
    allow_delete_record: bool,
    /// Whether clients may move what they booked.
    #[schema(example = true)]
    allow_change_record: bool,
    /// Its site.
    #[schema(example = "www.example.com")]
    site: String,
    /// Its currency.
    #[schema(example = "USD")]
    currency_short_title: String,
    /// Until how many seconds before the beginning clients may move.
    #[schema(example = 0)]
    allow_change_record_delay_step: i64,
    /// Until how many seconds before the beginning clients may cancel.
    #[schema(example = 0)]
    allow_delete_record_delay_step: i64,
}

/// A position.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookedPositionOut {
    /// Its id.
    #[schema(example = 446)]
    id: i64,
    /// Its name.
    #[schema(example = "Manicurist")]
    title: String,
}

/// The team member.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookedStaffOut {
    /// The id.
    #[schema(example = 55436)]
    id: i64,
    /// The location.
    #[schema(example = 4564)]
    company_id: i64,
    /// The name.
    #[schema(example = "Natalie Parker")]
    name: String,
    /// What it does.
    #[schema(example = "Manicure and pedicure")]
    specialization: String,
    /// The same, by a shorter name.
    #[schema(example = "Manicure and pedicure")]
    spec: String,
    /// The position, or an empty list.
    #[schema(schema_with = or_empty_position)]
    position: OrEmpty<BookedPositionOut>,
    /// 1 when clients see the rating.
    #[schema(example = 1)]
    show_rating: i64,
    /// Mean of the votes.
    #[schema(example = 4.84)]
    rating: f64,
    /// The same, by its other name.
    #[schema(example = 4.84)]
    average_score: f64,
    /// Votes.
    #[schema(example = 0)]
    votes_count: i64,
    /// Comments.
    #[schema(example = 37)]
    comments_count: i64,
    /// The address of the small picture.
    #[schema(example = "https://example.com/images/no-master-sm.svg")]
    avatar: String,
    /// Whether it can or must be paid online: `forbidden`, `allowed` or `required`.
    #[schema(example = "forbidden")]
    prepaid: String,
}

fn or_empty_position() -> RefOr<Schema> {
    OrEmpty::<BookedPositionOut>::schema()
}

impl BookedStaffOut {
    fn of(member: &MemberTold, view: &View) -> Self {
        let rating = rating(member.rating_sum, member.votes_count);
        let position = member.position_id.zip(member.position_title.clone());
        Self {
            id: member.id,
            company_id: view.location_id,
            name: member.name.clone(),
            specialization: member.specialization.clone(),
            spec: member.specialization.clone(),
            position: OrEmpty(position.map(|(id, title)| BookedPositionOut { id, title })),
            show_rating: i64::from(member.show_rating),
            rating,
            average_score: rating,
            votes_count: member.votes_count,
            comments_count: member.comments_count,
            avatar: view.avatar(member.id, false),
            prepaid: member.prepaid.clone(),
        }
    }
}

/// An appointment as its client sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookedOut {
    /// Its id.
    #[schema(example = 13_132_699)]
    id: i64,
    /// What for.
    services: Vec<BookedServiceOut>,
    /// Where.
    company: BookedLocationOut,
    /// With whom.
    staff: Option<BookedStaffOut>,
    /// Seats.
    #[schema(example = 1)]
    clients_count: i64,
    /// When it begins, by the location's clock.
    #[schema(example = "2026-09-21T23:00:00-05:00")]
    date: String,
    /// The same.
    #[schema(example = "2026-09-21T23:00:00-05:00")]
    datetime: String,
    /// When it was made.
    #[schema(example = "2026-10-20T21:40:24-0500")]
    create_date: String,
    /// What is noted of it.
    #[schema(example = "")]
    comment: String,
    /// Whether it was cancelled.
    #[schema(example = false)]
    deleted: bool,
    /// -1 absent, 0 waiting, 1 came, 2 confirmed.
    #[schema(example = 0)]
    attendance: i64,
    /// Seconds, with the break.
    #[schema(example = 1800)]
    length: i64,
    /// A reminder by SMS so many hours ahead, 0 for none.
    #[schema(example = 0)]
    notify_by_sms: i64,
    /// A reminder by e-mail so many hours ahead, 0 for none.
    #[schema(example = 0)]
    notify_by_email: i64,
    /// Whether the client named the team member.
    #[schema(example = false)]
    master_requested: bool,
    /// Whether the client booked it.
    #[schema(example = true)]
    online: bool,
    /// Its id elsewhere, a text.
    #[schema(schema_with = api_id)]
    api_id: String,
    /// When it was changed last.
    #[schema(example = "2026-10-24T23:54:02-0500")]
    last_change_date: String,
    /// Whether it is to be paid in advance.
    #[schema(example = false)]
    prepaid: bool,
    /// Whether it was.
    #[schema(example = false)]
    prepaid_confirmed: bool,
    /// The event, 0 for none.
    #[schema(example = 0)]
    activity_id: i64,
    /// The page where it is seen, moved and cancelled.
    #[schema(example = "https://example.com/a/4564-2-d41d8cd98f00b204e9800998ecf8427e")]
    link: String,
}

fn api_id() -> utoipa::openapi::schema::ObjectBuilder {
    kernel::number_or_text().examples([""])
}

/// Hours, without a fraction where there is none.
fn hours(minutes: i32) -> String {
    let text = Money(i64::from(minutes) * 100 / 60).to_string();
    if text.contains('.') { text.trim_end_matches('0').to_owned() } else { text }
}

fn place(l: &Location, phones: &[String], settings: &Settings, at: i64, view: &View) -> BookedLocationOut {
    let country = org::dictionaries::country(l.country_id);
    BookedLocationOut {
        id: l.id,
        title: l.title.clone(),
        public_title: org::locations::public_title(l),
        country_id: l.country_id,
        country: country.map(|c| c.full_title.to_owned()).unwrap_or_default(),
        city_id: l.city_id,
        city: l.city.clone(),
        phone: phones.first().cloned().unwrap_or_default(),
        phones: phones.to_vec(),
        timezone: hours(view.zone().offset_minutes(at)),
        timezone_name: l.timezone.clone(),
        address: l.address.clone(),
        zip: l.zip.clone(),
        logo: l.logo.clone(),
        coordinate_lat: l.latitude,
        coordinate_lon: l.longitude,
        business_type_id: l.business_type_id,
        business_group_id: l.main_chain_id.unwrap_or_default(),
        allow_delete_record: settings.can_cancel,
        allow_change_record: settings.can_change,
        site: l.site.clone(),
        currency_short_title: country.map(|c| c.currency_iso.to_owned()).unwrap_or_default(),
        allow_change_record_delay_step: settings.change_deadline * 60,
        allow_delete_record_delay_step: settings.cancel_deadline * 60,
    }
}

impl BookedOut {
    /// These appointments, (location, id), in the order given. One location after the other, since zone, settings and
    /// team are a location's; a page has appointments of a few.
    pub async fn of_all(app: &App, conn: &mut Conn, ids: &[(i64, i64)]) -> Result<Vec<Self>> {
        let mut of: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for (location_id, id) in ids {
            of.entry(*location_id).or_default().push(*id);
        }
        let mut found: BTreeMap<(i64, i64), Self> = BTreeMap::new();
        for (location_id, ids) in of {
            let rows = list::by_ids(conn, location_id, &ids).await?;
            let out = Self::of(app, conn, location_id, &rows).await?;
            found.extend(rows.iter().map(|row| (location_id, row.id)).zip(out));
        }
        Ok(ids.iter().filter_map(|key| found.remove(key)).collect())
    }

    /// These appointments of one location, in the order given.
    pub async fn of(app: &App, conn: &mut Conn, location_id: i64, all: &[Appointment]) -> Result<Vec<Self>> {
        if all.is_empty() {
            return Ok(Vec::new());
        }
        let location = locations::by_id(conn, location_id).await?;
        let phones: Vec<String> =
            locations::phones(conn, &[location_id]).await?.into_iter().map(|(_, phone)| phone).collect();
        let settings = crate::online::store::get(conn, location_id).await?;
        let view = View::of(app, conn, location_id, all, Seen::nothing()).await?;
        let one = |a: &Appointment| Self {
            id: a.id,
            services: view.lines(a).iter().map(Into::into).collect(),
            company: place(&location, &phones, &settings, a.starts_at, &view),
            staff: view.member(a).map(|member| BookedStaffOut::of(member, &view)),
            clients_count: a.clients_count,
            date: local_iso(a.starts_at, view.zone()),
            datetime: local_iso(a.starts_at, view.zone()),
            create_date: local_iso_basic(a.created_at, view.zone()),
            comment: a.comment.clone(),
            deleted: a.is_deleted,
            attendance: a.attendance,
            length: a.length,
            notify_by_sms: a.sms_before,
            notify_by_email: a.email_before,
            master_requested: a.is_requested,
            online: a.device != 0,
            api_id: a.api_id.clone(),
            last_change_date: local_iso_basic(a.updated_at, view.zone()),
            prepaid: false,
            prepaid_confirmed: false,
            activity_id: a.event_id.unwrap_or_default(),
            link: links::page(app, location_id, a.id),
        };
        Ok(all.iter().map(one).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::hours;

    #[test]
    fn offsets_are_hours() {
        for (minutes, text) in [(-300, "-5"), (330, "5.5"), (345, "5.75"), (0, "0"), (-210, "-3.5")] {
            assert_eq!(hours(minutes), text);
        }
    }
}
