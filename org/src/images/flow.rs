//! Storing and removing pictures.

use kernel::{Data, Done, Error, NoContent, Result};
use serde_json::json;

use super::files::Files;
use super::rules;
use super::store::{self, Image};
use super::v1::{Upload, UploadedAnswer};
use crate::access::{Signed, perm};

/// Bytes of randomness in a file's name.
const NAME: usize = 12;

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entity {
    Service,
    TeamMember,
    Location,
}

impl Entity {
    fn parse(name: &str) -> Result<Self> {
        match name.trim_matches(['"', '\'']) {
            "service" => Ok(Self::Service),
            "master" | "team_member" | "staff" => Ok(Self::TeamMember),
            "company" | "location" | "salon" => Ok(Self::Location),
            _ => Err(Error::not_found()),
        }
    }

    fn stored(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::TeamMember => "team_member",
            Self::Location => "company",
        }
    }
}

async fn require(at: &Signed, entity: Entity, location_id: i64) -> Result<()> {
    match entity {
        Entity::Service => at.require::<perm::ServicesEditImage>(location_id).await,
        Entity::TeamMember => at.require::<perm::TeamEdit>(location_id).await,
        Entity::Location => at.require::<perm::SettingsBasis>(location_id).await,
    }
    .map(drop)
}

/// Stores a picture in all its versions.
pub(super) async fn upload(at: &Signed, entity: &str, upload: Upload) -> Result<UploadedAnswer> {
    let entity = Entity::parse(entity)?;
    let fields = upload.fields;
    let (location_id, entity_id, bound) = match entity {
        Entity::Service => (
            fields.company_id,
            fields.service_id.unwrap_or_default(),
            fields.service_id.is_some_and(|id| id != 0),
        ),
        Entity::Location => (fields.company_id, fields.company_id.unwrap_or_default(), true),
        Entity::TeamMember => {
            let id = fields.master_id.ok_or_else(|| Error::invalid("master_id", "field-required"))?;
            let found = store::location_of_team_member(&mut at.conn().await?, id).await?;
            (Some(found.ok_or_else(Error::not_found)?), id, true)
        }
    };
    let location_id = location_id.ok_or_else(|| Error::invalid("company_id", "field-required"))?;
    require(at, entity, location_id).await?;
    // 0: of none yet.
    if entity == Entity::Service
        && entity_id != 0
        && !store::has_service(&mut at.conn().await?, location_id, entity_id).await?
    {
        return Err(Error::invalid("service_id", "field-not-found"));
    }
    let content = upload.image.ok_or_else(|| Error::invalid("image", "field-required"))?;
    let versions = tokio::task::spawn_blocking(move || rules::versions(&content))
        .await
        .map_err(Error::internal)?
        .ok_or_else(|| Error::invalid("image", "field-image"))?;

    // The files go first: a row never points to a file that is not there. Files of a write that fails after
    // that are removed again.
    let files = at.app.room::<Files>();
    let name = at.app.token(NAME);
    let mut images = Vec::with_capacity(versions.len());
    for version in versions {
        let path =
            format!("{}/{location_id}/{}-{}.{}", entity.stored(), name.reveal(), version.name, version.kind);
        files.put(&path, version.content).await?;
        images.push(Image {
            id: 0,
            path: format!("/uploads/{path}"),
            width: version.width.into(),
            height: version.height.into(),
            r#type: version.kind.to_owned(),
            image_group_id: 0,
            version: version.name.to_owned(),
        });
    }
    let paths: Vec<String> = images.iter().map(|i| i.path.clone()).collect();
    let stored = write(at, entity, location_id, entity_id, bound, images).await;
    if stored.is_err() {
        remove_files(files, &paths).await;
    }
    stored
}

async fn write(
    at: &Signed,
    entity: Entity,
    location_id: i64,
    entity_id: i64,
    bound: bool,
    mut images: Vec<Image>,
) -> Result<UploadedAnswer> {
    let mut unit = at.begin().await?;
    unit.at_location(location_id);
    let group = store::insert_group(&mut unit, location_id, entity.stored(), entity_id, at.now).await?;
    for image in &mut images {
        image.image_group_id = group;
    }
    let images = store::insert(&mut unit, location_id, &images).await?;
    unit.about("image", group, json!({"entity": entity.stored(), "entity_id": entity_id}));
    let answer = UploadedAnswer::of(at.app.public_url(), group, entity.stored(), entity_id, bound, images);
    unit.commit(answer).await
}

/// Removes a group of pictures.
pub(super) async fn delete(at: &Signed, entity: &str, group: Option<i64>) -> Result<Done> {
    let entity = Entity::parse(entity)?;
    let group = group.ok_or_else(|| Error::invalid("image_group_id", "field-required"))?;
    let found = store::group(&mut at.conn().await?, group).await?;
    let (location_id, _) = found.filter(|(_, kind)| kind == entity.stored()).ok_or_else(Error::not_found)?;
    require(at, entity, location_id).await?;
    let mut unit = at.begin().await?;
    unit.at_location(location_id);
    let paths = store::delete_group(&mut unit, location_id, group).await?;
    unit.about("image", group, json!({"removed": paths.len()}));
    unit.commit(NoContent::new()).await?;
    remove_files(at.app.room::<Files>(), &paths).await;
    Ok(Data::done())
}

async fn remove_files(files: &Files, paths: &[String]) {
    for path in paths {
        let name = path.trim_start_matches("/uploads/");
        if let Err(error) = files.delete(name).await {
            tracing::warn!(%error, name, "a file of a removed picture stays");
        }
    }
}
