//! The review after a visit, by the appointment's secret link.

use ::clients::clients::store::{OnCard, by_ids};
use calc::zone::local_iso_basic;
use kernel::{Data, Error, Lenient, Money, OrEmpty, Path, Result};
use org::access::AnyPartner;
use serde::{Deserialize, Serialize};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::flow::{self, Said};
use super::store;
use crate::appointments::links;
use crate::appointments::store::{Appointment, list};
use crate::appointments::view::{Seen, View};

/// A position.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedbackPositionOut {
    /// Its id.
    #[schema(example = 2185)]
    id: i64,
    /// Its name.
    #[schema(example = "Artist")]
    title: String,
}

/// The team member.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedbackMasterOut {
    /// The id.
    #[schema(example = 58961)]
    id: i64,
    /// The name.
    #[schema(example = "Alex Johnson")]
    name: String,
    /// The location.
    #[schema(example = 28939)]
    company_id: i64,
    /// What it does.
    #[schema(example = "Permanent make-up")]
    specialization: String,
    /// Mean of the votes.
    #[schema(example = 5)]
    rating: f64,
    /// 1 when clients see the rating.
    #[schema(example = 1)]
    show_rating: i64,
    /// The address of the small picture.
    #[schema(example = "https://example.com/images/no-master-sm.svg")]
    avatar: String,
    /// Whether it can or must be paid online.
    #[schema(example = "forbidden")]
    prepaid: String,
    /// The position, or an empty list.
    #[schema(schema_with = or_empty_position)]
    position: OrEmpty<FeedbackPositionOut>,
}

fn or_empty_position() -> RefOr<Schema> {
    OrEmpty::<FeedbackPositionOut>::schema()
}

/// The location.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedbackLocationOut {
    /// Its id.
    #[schema(example = 28939)]
    id: i64,
    /// Its name.
    #[schema(example = "Eyes and lips")]
    title: String,
    /// The address of its logo.
    #[schema(example = "")]
    logo: String,
    /// Its address.
    #[schema(example = "New York, 787 Jackson Drive")]
    address: String,
}

/// The appointment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedbackRecordOut {
    /// Its id.
    #[schema(example = 8_219_891)]
    id: i64,
    /// What it cost.
    #[schema(value_type = f64, example = 2000)]
    payed_cost: Money,
    /// When it began.
    #[schema(example = "2026-08-11T15:00:00-0500")]
    date: String,
}

/// The location's currency.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedbackCurrencyOut {
    /// The country's number, which stands for it.
    #[schema(example = 7)]
    id: i64,
    /// ISO 4217.
    #[schema(example = "USD")]
    iso: &'static str,
    /// Its name; the ISO code.
    #[schema(example = "USD")]
    name: &'static str,
    /// Its sign.
    #[schema(example = "$")]
    symbol: &'static str,
    /// Whether the sign comes after the amount.
    #[schema(example = true)]
    is_symbol_after_amount: bool,
}

/// What is agreed to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedbackLinksOut {
    /// The address of the terms; the location's own page.
    #[schema(example = "https://example.com/")]
    terms_of_use: String,
    /// The address of the policy; the location's own page.
    #[schema(example = "https://example.com/")]
    confidentiality_agreement: String,
}

/// The language.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedbackLanguageOut {
    /// Its id.
    #[schema(example = 2)]
    id: i64,
    /// Its name for programs.
    #[schema(example = "en-US")]
    locale: &'static str,
    /// Its ISO code.
    #[schema(example = "en")]
    iso: &'static str,
}

/// What the page of a review shows.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedbackOut {
    /// The address of an icon.
    #[schema(example = "https://example.com/docs/favicon.svg")]
    favicon_url: String,
    /// Whether a review was left.
    #[schema(example = false)]
    is_review_submitted: bool,
    /// The page's title.
    #[schema(example = "Leave feedback")]
    page_title: String,
    /// The team member.
    master: Option<FeedbackMasterOut>,
    /// The location.
    company: FeedbackLocationOut,
    /// Tips that can be given; none here.
    #[schema(value_type = Vec<Object>)]
    tips: [(); 0],
    /// The appointment.
    record: FeedbackRecordOut,
    /// The currency.
    currency: FeedbackCurrencyOut,
    /// What is agreed to.
    agreement_links: FeedbackLinksOut,
    /// The language.
    language: FeedbackLanguageOut,
}

/// The appointment of a link.
async fn opened(by: &AnyPartner, conn: &mut db::Conn, token: &str) -> Result<(i64, Appointment)> {
    let (location_id, id) = links::open(&by.app, token).ok_or_else(Error::not_found)?;
    let found = list::by_ids(conn, location_id, &[id]).await?;
    found.into_iter().next().map(|a| (location_id, a)).ok_or_else(Error::not_found)
}

/// Read what a review is about
#[utoipa::path(
    get, path = "/master_record_review/{record_token}", operation_id = "get_feedback_form_status",
    tag = "Client Personal Cabinet",
    params(("record_token" = String, Path, description = "The word of the appointment's secret link")),
    responses((status = 200, description = "What it is about", body = Data<FeedbackOut>))
)]
pub async fn get_feedback_form_status(
    by: AnyPartner,
    Path(token): Path<String>,
) -> Result<Data<FeedbackOut>> {
    let mut conn = by.conn().await?;
    let (location_id, a) = opened(&by, &mut conn, &token).await?;
    let is_review_submitted = store::is_reviewed(&mut conn, location_id, a.id).await?;
    let location = org::locations::store::by_id(&mut conn, location_id).await?;
    let view = View::of(&by.app, &mut conn, location_id, std::slice::from_ref(&a), Seen::nothing()).await?;
    let country = org::dictionaries::country(location.country_id);
    let page = format!("{}/a/{token}", by.app.public_url());
    let master = view.member(&a).map(|m| FeedbackMasterOut {
        id: m.id,
        name: m.name.clone(),
        company_id: location_id,
        specialization: m.specialization.clone(),
        rating: org::team::rules::rating(m.rating_sum, m.votes_count),
        show_rating: i64::from(m.show_rating),
        avatar: view.avatar(m.id, false),
        prepaid: m.prepaid.clone(),
        position: OrEmpty(
            m.position_id.zip(m.position_title.clone()).map(|(id, title)| FeedbackPositionOut { id, title }),
        ),
    });
    Ok(Data::new(FeedbackOut {
        favicon_url: format!("{}/docs/favicon.svg", by.app.public_url()),
        is_review_submitted,
        page_title: kernel::Message::from("review-title").text(&by.language),
        master,
        company: FeedbackLocationOut {
            id: location_id,
            title: org::locations::public_title(&location),
            logo: location.logo.clone(),
            address: location.address.clone(),
        },
        tips: [],
        record: FeedbackRecordOut {
            id: a.id,
            payed_cost: Money(a.cost),
            date: local_iso_basic(a.starts_at, view.zone()),
        },
        currency: FeedbackCurrencyOut {
            id: location.country_id,
            iso: country.map_or("", |c| c.currency_iso),
            name: country.map_or("", |c| c.currency_iso),
            symbol: country.map_or("", |c| c.currency),
            is_symbol_after_amount: true,
        },
        agreement_links: FeedbackLinksOut { terms_of_use: page.clone(), confidentiality_agreement: page },
        language: FeedbackLanguageOut { id: 2, locale: "en-US", iso: "en" },
    }))
}

/// A review.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct FeedbackIn {
    /// Stars, 1 to 5.
    #[schema(required, nullable = false, example = 5)]
    rating: Option<i64>,
    /// In words.
    #[schema(nullable = false, example = "Excellent!")]
    text: Option<String>,
    /// A tip; refused, since none can be given here.
    #[schema(nullable = false, value_type = Option<f64>, example = 0)]
    tips_amount: Option<Money>,
    /// Where to go back to after a payment; of no account.
    #[allow(dead_code, reason = "sent along by clients; there is no payment to come back from")]
    #[schema(nullable = false, example = "https://example.com")]
    redirect_prefix: Option<String>,
}

/// Where a tip is paid.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedbackChargeOut {
    /// Empty: nothing is to be paid.
    #[schema(example = "")]
    url: &'static str,
}

/// What follows a review.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeedbackLeftOut {
    /// Where a tip is paid.
    charge: FeedbackChargeOut,
}

/// Leave a review after a visit
///
/// Once for an appointment, from its beginning on.
#[utoipa::path(
    post, path = "/master_record_review/{record_token}", operation_id = "submit_feedback_form",
    tag = "Client Personal Cabinet",
    params(("record_token" = String, Path, description = "The word of the appointment's secret link")),
    request_body = FeedbackIn,
    responses((status = 200, description = "Left", body = Data<FeedbackLeftOut>))
)]
pub async fn submit_feedback_form(
    by: AnyPartner,
    Path(token): Path<String>,
    input: Lenient<FeedbackIn>,
) -> Result<Data<FeedbackLeftOut>> {
    let mut conn = by.conn().await?;
    let (location_id, a) = opened(&by, &mut conn, &token).await?;
    flow::is_over(&a, by.now)?;
    if input.0.tips_amount.is_some_and(|tips| tips.0 != 0) {
        return Err(Error::invalid("tips_amount", "field-not-taken"));
    }
    let name = match a.client_id {
        Some(id) => by_ids::<OnCard>(&mut conn, location_id, &[id]).await?,
        None => Vec::new(),
    };
    drop(conn);
    let name = name.first().map(|client| client.name.clone()).unwrap_or_default();
    let said = Said { rating: input.0.rating, text: input.0.text.unwrap_or_default(), name };
    let of = Some(a.team_member_id);
    let (unit, _) = flow::leave(&by, location_id, of, Some(a.id), said, "rating").await?;
    unit.commit(Data::new(FeedbackLeftOut { charge: FeedbackChargeOut { url: "" } })).await
}
