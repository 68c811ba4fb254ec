//! What webhooks tell of: one table.

use std::collections::HashMap;

use ::clients::Shown;
use ::clients::clients::ClientOut;
use db::Conn;
use futures_util::future::BoxFuture;
use kernel::{App, Result};
use serde::Serialize;
use serde_json::Value;

use super::rules::Flag;

/// For whom, when and of what to load.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// The application.
    pub app: &'a App,
    /// The instant.
    pub now: i64,
    /// The location.
    pub location_id: i64,
    /// Ids of things of one kind.
    pub ids: &'a [i64],
}

/// Things by their ids, as they are sent.
pub type Loaded = HashMap<i64, Value>;

/// Loads things, those deleted with them.
pub type Load = for<'a> fn(Wanted<'a>, &'a mut Conn) -> BoxFuture<'a, Result<Loaded>>;

/// A kind of thing that webhooks tell of.
pub struct Resource {
    /// What rooms call it in their events, and webhooks on the wire.
    pub name: &'static str,
    /// Which flag asks for it.
    pub flag: Flag,
    /// How it is loaded. None: nobody makes such things yet.
    pub load: Option<Load>,
}

/// `resource!(name, flag, loader)`, or without a loader.
macro_rules! resource {
    ($name:literal, $flag:ident) => {
        Resource { name: $name, flag: Flag::$flag, load: None }
    };
    ($name:literal, $flag:ident, $load:ident) => {
        Resource { name: $name, flag: Flag::$flag, load: Some(|wanted, conn| Box::pin($load(wanted, conn))) }
    };
}

/// All of them. A kind more is a line more.
pub static RESOURCES: &[Resource] = &[
    resource!("salon", Salon, locations),
    resource!("staff", Master, team),
    resource!("service", Service, services),
    resource!("service_category", ServiceCategory, categories),
    resource!("schedule", Schedule, schedules),
    resource!("client", Client, clients),
    resource!("record", Record, appointments),
    resource!("good", Good),
    resource!("goods_operations_sale", GoodsOperationsSale),
    resource!("goods_operations_receipt", GoodsOperationsReceipt),
    resource!("goods_operations_consumable", GoodsOperationsConsumable),
    resource!("goods_operations_stolen", GoodsOperationsStolen),
    resource!("goods_operations_move", GoodsOperationsMove),
    resource!("finances_operation", FinancesOperation),
    resource!("loyalty_card", LoyaltyCard),
];

/// The kind that a room's events call so.
pub fn resource(entity: &str) -> Option<&'static Resource> {
    RESOURCES.iter().find(|r| r.name == entity)
}

fn loaded<T: Serialize>(things: impl IntoIterator<Item = (i64, T)>) -> Loaded {
    let value = |thing| serde_json::to_value(thing).unwrap_or_default();
    things.into_iter().map(|(id, thing)| (id, value(thing))).collect()
}

async fn locations(wanted: Wanted<'_>, conn: &mut Conn) -> Result<Loaded> {
    let mut out = Vec::new();
    for mut location in org::locations::details(wanted.app, conn, wanted.now, wanted.ids).await? {
        // A location tells of itself alone, so this is no loop of queries.
        let (comment, email) = booking::online::store::demands(conn, location.id).await?;
        location.booking_comment_required = comment;
        location.booking_email_required = email;
        out.push((location.id, location));
    }
    Ok(loaded(out))
}

async fn team(wanted: Wanted<'_>, conn: &mut Conn) -> Result<Loaded> {
    let Wanted { app, now, location_id, ids } = wanted;
    let members = org::team::details(app, conn, now, location_id, ids).await?;
    Ok(loaded(members.into_iter().map(|m| (m.id, m))))
}

async fn services(wanted: Wanted<'_>, conn: &mut Conn) -> Result<Loaded> {
    Ok(loaded(catalog::services::details(wanted.app, conn, wanted.location_id, wanted.ids).await?))
}

async fn categories(wanted: Wanted<'_>, conn: &mut Conn) -> Result<Loaded> {
    Ok(loaded(catalog::categories::details(conn, wanted.location_id, wanted.ids).await?))
}

async fn clients(wanted: Wanted<'_>, conn: &mut Conn) -> Result<Loaded> {
    let Wanted { location_id, ids, .. } = wanted;
    let zone = org::locations::store::zone(conn, location_id).await?;
    let all = Shown::everything();
    let found = ClientOut::load(conn, location_id, ids, &all, &zone).await?;
    Ok(loaded(found.into_iter().map(|client| (client.id, client))))
}

async fn appointments(wanted: Wanted<'_>, conn: &mut Conn) -> Result<Loaded> {
    Ok(loaded(booking::appointments::details(wanted.app, conn, wanted.location_id, wanted.ids).await?))
}

/// Of a schedule only whose it is is told.
async fn schedules(wanted: Wanted<'_>, _: &mut Conn) -> Result<Loaded> {
    Ok(wanted.ids.iter().map(|id| (*id, Value::Array(Vec::new()))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_asks_for_something() {
        for flag in Flag::ALL {
            assert!(RESOURCES.iter().any(|r| r.flag == *flag), "{flag:?}");
        }
        assert_eq!(RESOURCES.len(), Flag::ALL.len());
    }
}
