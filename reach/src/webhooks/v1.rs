//! Settings of webhooks, version 1: one set of flags for all addresses.

use kernel::{Data, Lenient, Result};
use org::access::{At, perm};
use serde::Serialize;
use utoipa::ToSchema;

use super::flow;
use super::rules::{Flags, FlagsOut, SettingsIn};
use super::store::{self, Webhook};
use crate::outgoing::Outgoing;

/// The settings of one address.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = WebhookAddressOut)]
pub struct AddressOut {
    /// The address.
    #[schema(example = "https://example.com/hook")]
    url: String,
    /// 1 when anything is sent.
    #[schema(example = 1)]
    active: i64,
    #[serde(flatten)]
    flags: FlagsOut,
    /// 1 when events are sent too that its creator caused himself.
    #[schema(example = 0)]
    self_sending: i64,
}

impl AddressOut {
    fn of(webhook: &Webhook) -> Self {
        Self {
            url: webhook.url.clone(),
            active: webhook.active.into(),
            flags: webhook.flags().into(),
            self_sending: webhook.self_sending.into(),
        }
    }
}

/// A location's webhooks. What stands beside the addresses are the settings of the first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = WebhookSettingsOut)]
pub struct SettingsOut {
    /// Addresses; one empty text where there is none.
    #[schema(example = json!(["https://example.com/hook"]))]
    urls: Vec<String>,
    /// 1 when anything is sent.
    #[schema(example = 1)]
    active: i64,
    #[serde(flatten)]
    flags: FlagsOut,
    /// 1 when events are sent too that its creator caused himself.
    #[schema(example = 0)]
    self_sending: i64,
    /// The settings of each address.
    url_settings: Vec<AddressOut>,
    /// The location.
    #[schema(example = 37532)]
    company_id: i64,
}

impl SettingsOut {
    fn of(location_id: i64, webhooks: &[Webhook]) -> Self {
        let first = webhooks.first();
        Self {
            urls: match first {
                Some(_) => webhooks.iter().map(|w| w.url.clone()).collect(),
                None => vec![String::new()],
            },
            active: first.is_some_and(|w| w.active).into(),
            flags: first.map_or(Flags::default(), Webhook::flags).into(),
            self_sending: first.is_some_and(|w| w.self_sending).into(),
            url_settings: webhooks.iter().map(AddressOut::of).collect(),
            company_id: location_id,
        }
    }
}

/// Get the webhooks of a location
#[utoipa::path(
    get, path = "/hooks_settings/{location_id}", operation_id = "get_event_notification_settings",
    tag = "Webhooks",
    params(("location_id" = i64, Path, description = "The location")),
    responses((status = 200, description = "The settings", body = Data<SettingsOut>))
)]
pub async fn get_event_notification_settings(at: At<perm::Webhooks>) -> Result<Data<SettingsOut>> {
    let webhooks = store::list(&mut at.conn().await?, at.location_id).await?;
    Ok(Data::new(SettingsOut::of(at.location_id, &webhooks)))
}

/// Set the webhooks of a location
///
/// They take the place of all that were set before, whoever set them: an address left out is no longer sent
/// anything, a flag left out is 0, and what is set counts for every address. Needs the right `settings_basis_access`
/// too.
#[utoipa::path(
    post, path = "/hooks_settings/{location_id}", operation_id = "update_event_notification_settings",
    tag = "Webhooks",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = SettingsIn,
    responses((status = 201, description = "The settings", body = Data<SettingsOut>))
)]
pub async fn update_event_notification_settings(
    at: At<perm::Webhooks>,
    input: Lenient<SettingsIn>,
) -> Result<Data<SettingsOut>> {
    let settings = input.0.read(at.app.room::<Outgoing>().allowed())?;
    let answer = |webhooks: Vec<Webhook>| Data::new(SettingsOut::of(at.location_id, &webhooks)).created();
    flow::replace(&at, settings, answer).await
}
