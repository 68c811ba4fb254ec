//! What stands around services in answers, read for all of them at once.

use std::collections::HashMap;

use db::Conn;
use kernel::Result;
use org::images;

use super::store;
use crate::links::store::Link;
use crate::{links, resources};

/// What stands around services, each by the service's id.
#[derive(Debug, Default)]
pub struct Around {
    /// Who does it.
    pub links: HashMap<i64, Vec<Link>>,
    /// Its single days.
    pub dates: HashMap<i64, Vec<String>>,
    /// What it takes up: (resource, title).
    pub resources: HashMap<i64, Vec<(i64, String)>>,
    /// Its other titles: (language, title).
    pub translations: HashMap<i64, Vec<(i64, String)>>,
    /// Its latest picture, in all versions.
    pub images: HashMap<i64, Vec<images::store::Shot>>,
}

/// Reads what stands around these services, or around all of the location's: in five queries, however many they
/// are.
pub async fn around(conn: &mut Conn, location_id: i64, of: Option<&[i64]>) -> Result<Around> {
    let mut out = Around::default();
    for link in links::store::of_services(conn, location_id, of).await? {
        out.links.entry(link.service_id).or_default().push(link);
    }
    for (service, day) in store::dates(conn, location_id, of).await? {
        out.dates.entry(service).or_default().push(day);
    }
    for (service, id, title) in resources::store::needed(conn, location_id, of).await? {
        out.resources.entry(service).or_default().push((id, title));
    }
    for (service, language, title) in links::store::translations(conn, location_id, of).await? {
        out.translations.entry(service).or_default().push((language, title));
    }
    for shot in images::store::latest(conn, location_id, "service", of).await? {
        out.images.entry(shot.entity_id).or_default().push(shot);
    }
    Ok(out)
}
