//! Mailings, version 1.

use clients::Shown;
use clients::search::store::Search;
use kernel::{Accepted, Error, Lenient, Problems, Query, Result};
use org::access::{Anybody, At, Signed, perm};
use org::outbox::Channel;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::ArrayBuilder;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::flow;
use super::rules::{self, Letter, Sent, Wanted};

/// Taken: 201.
fn accepted() -> Accepted {
    Accepted::new("accepted").created()
}

/// An SMS to clients who are named.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct SmsByIdIn {
    /// The clients.
    #[schema(required, nullable = false, example = json!([66]))]
    client_ids: Option<Vec<i64>>,
    /// Text.
    #[schema(required, nullable = false, example = "Dear clients...")]
    text: Option<String>,
}

/// An e-mail to clients who are named.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct EmailByIdIn {
    /// The clients.
    #[schema(required, nullable = false, example = json!([66]))]
    client_ids: Option<Vec<i64>>,
    /// Subject.
    #[schema(required, nullable = false, example = "Important!")]
    subject: Option<String>,
    /// Text.
    #[schema(required, nullable = false, example = "Dear clients...")]
    text: Option<String>,
}

/// An SMS to clients who are found.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct SmsByFilterIn {
    /// Text.
    #[schema(required, nullable = false, example = "Dear clients...")]
    text: Option<String>,
    /// Must be true where no filter is said: an addition of ours, so that nobody writes to everybody by mistake.
    #[schema(nullable = false, example = true)]
    confirm_all: Option<bool>,
}

/// An e-mail to clients who are found.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct EmailByFilterIn {
    /// Subject.
    #[schema(required, nullable = false, example = "Important!")]
    subject: Option<String>,
    /// Text.
    #[schema(required, nullable = false, example = "Dear clients...")]
    text: Option<String>,
    /// Must be true where no filter is said: an addition of ours, so that nobody writes to everybody by mistake.
    #[schema(nullable = false, example = true)]
    confirm_all: Option<bool>,
}

/// To whom; parts of words are enough, and all must hold.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct MailingFilter {
    /// A part of the name.
    #[param(nullable = false, example = "Joh")]
    fullname: Option<String>,
    /// A part of the phone number.
    #[param(nullable = false, example = "1315")]
    phone: Option<String>,
    /// A part of the e-mail address.
    #[param(nullable = false, example = "test@")]
    email: Option<String>,
    /// A part of the card's number.
    #[param(nullable = false, example = "555")]
    card: Option<String>,
}

impl From<MailingFilter> for Wanted {
    fn from(f: MailingFilter) -> Self {
        Self { fullname: f.fullname, phone: f.phone, email: f.email, card: f.card }
    }
}

async fn by_id(
    at: &At<perm::SendMessages>,
    channel: Channel,
    ids: Option<Vec<i64>>,
    subject: Option<String>,
    text: Option<String>,
) -> Result<Accepted> {
    let mut problems = Problems::new();
    let ids = rules::named(ids, &mut problems);
    let letter = Letter::read(channel, subject, text, &mut problems);
    problems.done()?;
    flow::send(at, &letter, ids, accepted()).await
}

async fn by_filter(
    at: &At<perm::SendMessages>,
    channel: Channel,
    wanted: Wanted,
    subject: Option<String>,
    text: Option<String>,
    confirm_all: Option<bool>,
) -> Result<Accepted> {
    let mut problems = Problems::new();
    let letter = Letter::read(channel, subject, text, &mut problems);
    let filters = wanted.filters();
    rules::confirmed(&filters, confirm_all.unwrap_or_default(), &mut problems);
    problems.done()?;
    let search = Search { filters, ..Search::default() };
    let shown = Shown::in_list(&at.membership);
    let ids = super::store::found(&mut at.conn().await?, at.location_id, &search, &shown).await?;
    flow::send(at, &letter, ids, accepted()).await
}

/// Send an SMS to clients who are named
///
/// Those who want no mailings (`sms_not`) are left out.
#[utoipa::path(
    post, path = "/sms/clients/by_id/{location_id}", operation_id = "send_sms_to_clients", tag = "Notifications",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = SmsByIdIn,
    responses((status = 201, description = "It is sent", body = Accepted))
)]
pub async fn send_sms_to_clients(at: At<perm::SendMessages>, input: Lenient<SmsByIdIn>) -> Result<Accepted> {
    by_id(&at, Channel::Sms, input.0.client_ids, None, input.0.text).await
}

/// Send an SMS to clients who are found
///
/// Those who want no mailings (`sms_not`) are left out. Without a filter it would go to every client, and must be
/// confirmed by `confirm_all`.
#[utoipa::path(
    post, path = "/sms/clients/by_filter/{location_id}", operation_id = "send_sms_campaign_to_filtered_clients",
    tag = "Notifications",
    params(("location_id" = i64, Path, description = "The location"), MailingFilter),
    request_body = SmsByFilterIn,
    responses((status = 201, description = "It is sent", body = Accepted))
)]
pub async fn send_sms_campaign_to_filtered_clients(
    at: At<perm::SendMessages>,
    query: Query<MailingFilter>,
    input: Lenient<SmsByFilterIn>,
) -> Result<Accepted> {
    by_filter(&at, Channel::Sms, query.0.into(), None, input.0.text, input.0.confirm_all).await
}

/// Send an e-mail to clients who are named
///
/// Those who want no mailings (`sms_not`) are left out.
#[utoipa::path(
    post, path = "/email/clients/by_id/{location_id}", operation_id = "send_email_newsletter_to_clients",
    tag = "Notifications",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = EmailByIdIn,
    responses((status = 201, description = "It is sent", body = Accepted))
)]
pub async fn send_email_newsletter_to_clients(
    at: At<perm::SendMessages>,
    input: Lenient<EmailByIdIn>,
) -> Result<Accepted> {
    by_id(&at, Channel::Email, input.0.client_ids, input.0.subject, input.0.text).await
}

/// Send an e-mail to clients who are found
///
/// Those who want no mailings (`sms_not`) are left out. Without a filter it would go to every client, and must be
/// confirmed by `confirm_all`.
#[utoipa::path(
    post, path = "/email/clients/by_filter/{location_id}",
    operation_id = "send_email_campaign_to_filtered_clients", tag = "Notifications",
    params(("location_id" = i64, Path, description = "The location"), MailingFilter),
    request_body = EmailByFilterIn,
    responses((status = 201, description = "It is sent", body = Accepted))
)]
pub async fn send_email_campaign_to_filtered_clients(
    at: At<perm::SendMessages>,
    query: Query<MailingFilter>,
    input: Lenient<EmailByFilterIn>,
) -> Result<Accepted> {
    let EmailByFilterIn { subject, text, confirm_all } = input.0;
    by_filter(&at, Channel::Email, query.0.into(), subject, text, confirm_all).await
}

/// What a gateway reports of a message.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct DeliveryStatusIn {
    /// The message, by the id that was sent with it.
    #[schema(required, nullable = false, example = "17")]
    id: Option<String>,
    /// 1 delivered, 2 not delivered, 4 sent to the phone, 8 with the operator, 16 refused by the operator, 52 not enough
    /// funds.
    #[schema(required, nullable = false, example = 1)]
    status: Option<i64>,
    /// What the whole message cost.
    #[schema(nullable = false, example = 0.045)]
    payment_sum: Option<f64>,
    /// In which currency.
    #[schema(nullable = false, example = "EUR")]
    currency_iso: Option<String>,
    /// In how many parts it was sent.
    #[schema(nullable = false, example = 2)]
    parts_amount: Option<i64>,
}

/// What a gateway reports of messages.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct DeliveryStatusesIn(Vec<DeliveryStatusIn>);

impl PartialSchema for DeliveryStatusesIn {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new().items(Ref::from_schema_name(DeliveryStatusIn::name())).into()
    }
}

impl ToSchema for DeliveryStatusesIn {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((DeliveryStatusIn::name().into_owned(), DeliveryStatusIn::schema()));
    }
}

impl DeliveryStatusesIn {
    fn read(self) -> Result<Vec<rules::Report>> {
        let sent = self.0.into_iter().map(|s| Sent {
            id: s.id,
            status: s.status,
            payment_sum: s.payment_sum,
            currency: s.currency_iso,
            parts: s.parts_amount,
        });
        rules::reports(sent.collect())
    }
}

/// Taken: `{success: true}`.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct ReportTaken {
    /// Always true.
    success: bool,
}

impl kernel::Answer for ReportTaken {
    fn status(&self) -> http::StatusCode {
        http::StatusCode::OK
    }

    fn body(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl axum::response::IntoResponse for ReportTaken {
    fn into_response(self) -> axum::response::Response {
        axum::Json(self).into_response()
    }
}

const TAKEN: ReportTaken = ReportTaken { success: true };

/// Report what became of messages
///
/// For gateways that have tokens: messages of locations where the user may write to clients. Nothing of a report is kept
/// that names a message which is not there.
#[utoipa::path(
    post, path = "/delivery/status", operation_id = "get_message_status_list", tag = "Notifications",
    request_body = DeliveryStatusesIn,
    responses(
        (status = 200, description = "Taken", body = ReportTaken),
        (status = 404, description = "There is no such message")
    )
)]
pub async fn get_message_status_list(at: Signed, input: Lenient<DeliveryStatusesIn>) -> Result<ReportTaken> {
    flow::report_by_user(&at, input.0.read()?, TAKEN).await
}

/// Report what became of messages, by the address that was sent with them
#[utoipa::path(
    post, path = "/messages/status/{location}/{secret}", operation_id = "report_message_status",
    tag = "Notifications",
    params(
        ("location" = i64, Path, description = "The location", example = 37532),
        ("secret" = String, Path, description = "Of the address", example = "example")
    ),
    request_body = DeliveryStatusesIn,
    responses(
        (status = 200, description = "Taken", body = ReportTaken),
        (status = 404, description = "There is no such address or message")
    )
)]
pub async fn report_message_status(
    at: Anybody,
    kernel::Path((location, secret)): kernel::Path<(i64, String)>,
    input: Lenient<DeliveryStatusesIn>,
) -> Result<ReportTaken> {
    if !super::is_callback(&at.app, location, &secret) {
        return Err(Error::not_found());
    }
    flow::report(&at, &[location], input.0.read()?, TAKEN).await
}
