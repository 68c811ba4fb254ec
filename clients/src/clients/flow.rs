//! Writes of clients.

use std::collections::{BTreeMap, BTreeSet};

use calc::zone::Zone;
use kernel::{Change as Happened, Data, Error, Message, NoContent, Problems, Result, Unit};
use org::access::{At, perm};
use org::custom_fields::rules::Entity;
use org::custom_fields::store::Field;
use org::{custom_fields, dictionaries, locations, tags};
use serde_json::Value;

use super::rules::{Change, Changed, Place, tags_known};
use super::store::{self, Client};
use super::v1::bulk::{CreatedOut, LineErrorOut, MadeOut};
use super::v1::wire::{ClientIn, told};
use super::view::ClientOut;
use crate::Shown;

/// Clients made at once at the most.
pub const MOST: usize = 500;

/// What clients of a location are held against, read once.
struct Spot {
    zone: Zone,
    country: Option<&'static str>,
    fields: Vec<Field>,
}

impl Spot {
    async fn read(unit: &mut Unit, location_id: i64, with_fields: bool) -> Result<Self> {
        let location = locations::store::by_id(unit, location_id).await?;
        let fields = if with_fields {
            custom_fields::store::list(unit, location_id, &[Entity::Client]).await?
        } else {
            Vec::new()
        };
        Ok(Self {
            zone: Zone::parse(&location.timezone).unwrap_or_else(Zone::utc),
            country: dictionaries::country(location.country_id).map(|country| country.iso_code),
            fields,
        })
    }

    fn place(&self) -> Place<'_> {
        Place { zone: &self.zone, country: self.country, fields: &self.fields }
    }
}

/// Writes what belongs to clients that were just made, each with its id.
async fn put_details(unit: &mut Unit, location_id: i64, made: &[(i64, &Changed)]) -> Result<()> {
    let pairs: Vec<(i64, i64)> =
        made.iter().flat_map(|(id, changed)| changed.tags.iter().flatten().map(|tag| (*id, *tag))).collect();
    store::put_tags(unit, location_id, &pairs).await?;
    let values: Vec<(i64, i64, &str)> = made
        .iter()
        .flat_map(|(id, changed)| {
            changed.values.iter().filter_map(|(field, value)| Some((*id, *field, value.as_deref()?)))
        })
        .collect();
    store::put_values(unit, location_id, &values).await
}

/// The client as he is after the write.
async fn after(unit: &mut Unit, at: &At<perm::ClientsEdit>, id: i64, zone: &Zone) -> Result<ClientOut> {
    let shown = Shown::on_card(&at.membership);
    let found = ClientOut::load(unit, at.location_id, &[id], &shown, zone).await?;
    found.into_iter().next().ok_or_else(Error::not_found)
}

/// Makes a client.
pub(super) async fn create(at: &At<perm::ClientsEdit>, sent: Change) -> Result<Data<ClientOut>> {
    let location_id = at.location_id;
    let mut unit = at.begin().await?;
    let spot = Spot::read(&mut unit, location_id, sent.values.as_ref().is_some()).await?;
    let mut problems = Problems::new();
    let changed = sent.apply(&Client::default(), &spot.place(), &mut problems);
    if let Some(wanted) = &changed.tags {
        let known = tags::store::fitting(&mut unit, location_id, tags::rules::Entity::Client, wanted).await?;
        tags_known(wanted, &known, &[], &mut problems);
    }
    problems.done()?;
    changed.allowed(&Client::default(), &at.membership.grants)?;
    let rows = std::slice::from_ref(&changed.client);
    let made = store::insert_new(&mut unit, location_id, rows, at.now).await?;
    let Some((_, id)) = made.first() else { return Err(Error::invalid("phone", "client-phone-taken")) };
    put_details(&mut unit, location_id, &[(*id, &changed)]).await?;
    unit.emit("client", *id, Happened::Create).await?;
    let out = after(&mut unit, at, *id, &spot.zone).await?;
    unit.commit(Data::new(out).created()).await
}

/// Changes a client.
pub(super) async fn update(at: &At<perm::ClientsEdit>, id: i64, sent: Change) -> Result<Data<ClientOut>> {
    let location_id = at.location_id;
    let shown = Shown::on_card(&at.membership);
    let mut unit = at.begin().await?;
    let before = store::lock(&mut unit, location_id, id, &shown).await?;
    at.check_revision(before.revision)?;
    let spot = Spot::read(&mut unit, location_id, sent.values.as_ref().is_some()).await?;
    let mut problems = Problems::new();
    let mut changed = sent.as_seen(&shown).apply(&before, &spot.place(), &mut problems);
    if let Some(wanted) = &changed.tags {
        let kept: Vec<i64> =
            store::tags(&mut unit, location_id, &[id]).await?.into_iter().map(|tag| tag.id).collect();
        let known = tags::store::fitting(&mut unit, location_id, tags::rules::Entity::Client, wanted).await?;
        tags_known(wanted, &known, &kept, &mut problems);
    }
    problems.done()?;
    if !changed.values.is_empty() {
        let before = store::custom_values(&mut unit, location_id, &[id]).await?;
        changed.only_new_values(&before);
    }
    changed.allowed(&before, &at.membership.grants)?;
    let phone = &changed.client.phone;
    if *phone != before.phone
        && !phone.is_empty()
        && store::by_phone(&mut unit, location_id, phone).await?.is_some()
    {
        return Err(Error::invalid("phone", "client-phone-taken"));
    }
    store::update(&mut unit, location_id, &changed.client, at.now).await?;
    if let Some(wanted) = &changed.tags {
        store::keep_tags(&mut unit, location_id, id, wanted).await?;
    }
    put_details(&mut unit, location_id, &[(id, &changed)]).await?;
    let emptied = changed.values.iter().filter(|(_, value)| value.is_none()).map(|(field, _)| *field);
    store::drop_values(&mut unit, location_id, id, &emptied.collect::<Vec<i64>>()).await?;
    unit.emit("client", id, Happened::Update).await?;
    let out = after(&mut unit, at, id, &spot.zone).await?;
    unit.commit(Data::new(out).revision(before.revision + 1)).await
}

/// Deletes a client, softly.
pub(super) async fn delete(at: &At<perm::ClientsDelete>, id: i64) -> Result<NoContent> {
    let mut unit = at.begin().await?;
    let before = store::lock(&mut unit, at.location_id, id, &Shown::on_card(&at.membership)).await?;
    at.check_revision(before.revision)?;
    store::delete(&mut unit, at.location_id, id, at.now).await?;
    unit.emit("client", id, Happened::Delete).await?;
    unit.commit(NoContent::new()).await
}

/// A line of a bulk creation: what it becomes, or why not.
fn line(
    at: &At<perm::ClientsEdit>,
    spot: &Spot,
    known: &[i64],
    sent: Result<Change>,
) -> std::result::Result<Changed, String> {
    let mut problems = Problems::new();
    let applied = sent.and_then(|sent| {
        let changed = sent.apply(&Client::default(), &spot.place(), &mut problems);
        tags_known(changed.tags.as_deref().unwrap_or_default(), known, &[], &mut problems);
        std::mem::take(&mut problems).done()?;
        changed.allowed(&Client::default(), &at.membership.grants)?;
        Ok(changed)
    });
    applied.map_err(|error| {
        let words = |message: &Message| message.text(&at.language);
        if error.fields().is_empty() {
            return words(error.message());
        }
        let fields = error.fields().iter();
        fields.map(|(field, message)| format!("{field}: {}", words(message))).collect::<Vec<_>>().join(" ")
    })
}

/// Makes many clients: those who can be made are, of each other it is told why not.
pub(super) async fn create_all(at: &At<perm::ClientsEdit>, lines: Vec<Value>) -> Result<Data<MadeOut>> {
    if lines.len() > MOST {
        return Err(Error::invalid("body", Message::new("clients-too-many").with("limit", MOST)));
    }
    let location_id = at.location_id;
    let mut unit = at.begin().await?;
    let spot = Spot::read(&mut unit, location_id, true).await?;
    let told: Vec<(String, String)> = lines.iter().map(told).collect();
    let read: Vec<Result<Change>> =
        lines.into_iter().map(|line| kernel::input::from_value::<ClientIn>(line).map(Change::from)).collect();
    let wanted: BTreeSet<i64> =
        read.iter().flatten().filter_map(|change| change.tags.as_ref()).flatten().copied().collect();
    let wanted: Vec<i64> = wanted.into_iter().collect();
    let known = tags::store::fitting(&mut unit, location_id, tags::rules::Entity::Client, &wanted).await?;

    let mut errors = Vec::new();
    let mut refuse = |(phone, name): &(String, String), error: String| {
        errors.push(LineErrorOut { phone: phone.clone(), name: name.clone(), error });
    };
    let mut fine: Vec<(usize, Changed)> = Vec::with_capacity(read.len());
    for (nth, sent) in read.into_iter().enumerate() {
        match line(at, &spot, &known, sent) {
            Ok(changed) => fine.push((nth, changed)),
            Err(error) => refuse(&told[nth], error),
        }
    }
    let rows: Vec<Client> = fine.iter().map(|(_, changed)| changed.client.clone()).collect();
    let mut by_phone: BTreeMap<String, i64> =
        store::insert_new(&mut unit, location_id, &rows, at.now).await?.into_iter().collect();
    let mut made: Vec<(i64, &Changed)> = Vec::with_capacity(fine.len());
    for (nth, changed) in &fine {
        // The first with a phone is the one who was made.
        match by_phone.remove(&changed.client.phone) {
            Some(id) => made.push((id, changed)),
            None => refuse(&told[*nth], Message::new("client-phone-taken").text(&at.language)),
        }
    }
    put_details(&mut unit, location_id, &made).await?;
    let ids: Vec<i64> = made.iter().map(|(id, _)| *id).collect();
    unit.emit_all("client", &ids, Happened::Create).await?;
    let shown = Shown::on_card(&at.membership);
    let created = ClientOut::load(&mut unit, location_id, &ids, &shown, &spot.zone).await?;
    let created = created.into_iter().map(CreatedOut::from).collect();
    unit.commit(Data::new(MadeOut { created, errors })).await
}
