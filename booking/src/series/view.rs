//! Days of series with all that is said of them, read for all of them at once.

use std::collections::HashMap;

use db::Conn;
use jiff::civil::Date;
use kernel::{Call, Page, Result};

use super::store::{self, Changed, Day, DayInstance, DayTag, Entry};
use crate::events::store::{self as events, Event, Filter};
use crate::events::view::View;

/// The setting in which days of a series are shown.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) view: View,
    tags: Vec<DayTag>,
    instances: Vec<DayInstance>,
    entries: Vec<Entry>,
    events: HashMap<i64, Event>,
}

impl Told {
    /// Of these days, with their entries of the series from a day on where wanted.
    pub(super) async fn of(
        call: &Call,
        conn: &mut Conn,
        location_id: i64,
        days: &[Day],
        entries: Option<(i64, Option<Date>)>,
    ) -> Result<Self> {
        let ids: Vec<i64> = days.iter().map(|day| day.id).collect();
        let mut of_days = Vec::new();
        if let Some((series_id, first)) = entries {
            let first = first.map(|day| day.to_string()).unwrap_or_default();
            let all = store::entries(conn, location_id, series_id).await?;
            of_days.extend(all.into_iter().filter(|e| ids.contains(&e.day_id) && e.date >= first));
        }
        let events: Vec<i64> = of_days.iter().filter_map(|entry| entry.event_id).collect();
        let filter = Filter { ids: Some(events), with_deleted: true, ..Filter::default() };
        let events = events::list(conn, location_id, &filter, Page { limit: i64::MAX, offset: 0 }).await?;
        let team = of_days.iter().map(|entry| entry.given.team_member_id);
        let mut team: Vec<i64> = team.chain(days.iter().map(|day| day.team_member_id)).collect();
        team.sort_unstable();
        team.dedup();
        Ok(Self {
            view: View::wider(call, conn, location_id, &events, &team).await?,
            tags: store::tags(conn, location_id, &ids).await?,
            instances: store::instances(conn, location_id, &ids).await?,
            entries: of_days,
            events: events.into_iter().map(|event| (event.id, event)).collect(),
        })
    }

    /// A day's tags.
    pub(super) fn tags(&self, day: &Day) -> impl Iterator<Item = &DayTag> {
        let id = day.id;
        self.tags.iter().filter(move |tag| tag.day_id == id)
    }

    /// A day's instances.
    pub(super) fn instances(&self, day: &Day) -> impl Iterator<Item = &DayInstance> {
        let id = day.id;
        self.instances.iter().filter(move |instance| instance.day_id == id)
    }

    /// A day's entries, each with its event.
    pub(super) fn entries(&self, day: &Day) -> impl Iterator<Item = (&Entry, Option<&Event>)> {
        let id = day.id;
        let event = |entry: &Entry| entry.event_id.and_then(|id| self.events.get(&id));
        self.entries.iter().filter(move |entry| entry.day_id == id).map(move |entry| (entry, event(entry)))
    }

    /// What of an event was changed by hand; nothing of one that is not there any more.
    pub(super) fn changed(&self, entry: &Entry, event: Option<&Event>) -> Changed {
        let Some(event) = event.filter(|event| !event.is_deleted) else { return Changed::default() };
        let instances = self.view.instances(event).iter().map(|i| i.id);
        entry.given.changed(event, instances, self.view.tags(event).iter().map(|t| t.id))
    }
}
