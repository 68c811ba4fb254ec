//! Parts of which version 1 makes up team members: position, picture, rating, user.

use kernel::OrEmpty;
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::ObjectBuilder;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::positions::StaffPositionOut;
use crate::team::rules;
use crate::team::store::{Linked, Member};
use crate::team::view::View;

/// Things that may be absent; the wire has an empty list then.
macro_rules! or_empty {
    ($($(#[$doc:meta])* $name:ident = $thing:ty;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize)]
        #[serde(transparent)]
        pub struct $name(OrEmpty<$thing>);

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                OrEmpty::<$thing>::schema()
            }
        }

        impl ToSchema for $name {}
    )*};
}
or_empty! {
    /// A position, or none.
    TeamPositionOut = StaffPositionOut;
    /// A picture, or none.
    TeamPictureOut = TeamImageGroupOut;
}

impl TeamPositionOut {
    /// What it holds.
    pub(super) fn into_inner(self) -> Option<StaffPositionOut> {
        self.0.0
    }
}

pub(super) fn position(member: &Member) -> TeamPositionOut {
    let named = member.position_id.zip(member.position_title.clone());
    TeamPositionOut(OrEmpty(named.map(|(id, title)| StaffPositionOut { id, title })))
}

/// The contract draws a number here, and says of such ids that they are texts, which they are.
pub(super) fn text_or_number() -> ObjectBuilder {
    use utoipa::openapi::schema::{SchemaType, Type};
    let kinds = SchemaType::from_iter([Type::String, Type::Integer, Type::Null]);
    ObjectBuilder::new().schema_type(kinds).examples(["42"])
}

pub(super) fn api_id(member: &Member) -> Option<String> {
    Some(member.api_id.clone()).filter(|id| !id.is_empty())
}

/// A flag as a text.
pub(super) fn digit(flag: bool) -> String {
    i64::from(flag).to_string()
}

/// A rating; a whole one without a fraction.
#[derive(Clone, Copy, Debug)]
pub struct Rating(f64);

impl Rating {
    pub(super) fn of(member: &Member) -> Self {
        Self(rules::rating(member.rating_sum, member.votes_count))
    }
}

impl Serialize for Rating {
    #[allow(clippy::cast_possible_truncation, reason = "checked to be whole; a handful of stars")]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.fract() == 0.0 {
            serializer.serialize_i64(self.0 as i64)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

/// One version of a team member's picture.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TeamImageOut {
    /// Its id.
    #[schema(example = 186_817)]
    id: i64,
    /// Its address.
    #[schema(
        example = "http://127.0.0.1:8080/uploads/team_member/37532/5f0e6c1b2a3948576a7b8c9d-small.jpeg"
    )]
    path: String,
    /// Pixels.
    #[schema(example = "240")]
    width: String,
    /// Pixels.
    #[schema(example = "240")]
    height: String,
    /// `jpeg` or `png`.
    #[schema(example = "jpeg")]
    r#type: String,
    /// Its group.
    #[schema(example = 72250)]
    image_group_id: i64,
    /// `sm`, `norm` or `origin`.
    #[schema(example = "sm")]
    version: String,
}

/// A picture's versions.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TeamImagesOut {
    /// The small one.
    #[schema(inline)]
    sm: TeamImageOut,
    /// The large one.
    #[schema(inline)]
    norm: TeamImageOut,
    /// The largest that is kept.
    #[schema(inline)]
    origin: TeamImageOut,
}

/// A team member's picture.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TeamImageGroupOut {
    /// Its id.
    #[schema(example = 72250)]
    id: i64,
    /// `master`.
    #[schema(example = "master")]
    entity: &'static str,
    /// The team member.
    #[schema(example = 1001)]
    entity_id: i64,
    /// Its versions.
    #[schema(inline)]
    images: TeamImagesOut,
}

pub(super) fn image_group(view: &View, id: i64) -> TeamPictureOut {
    let image = |stored: &str, version: &str| {
        view.shot(id, stored).map(|shot| TeamImageOut {
            id: shot.id,
            path: view.address(&shot.path),
            width: shot.width.to_string(),
            height: shot.height.to_string(),
            r#type: shot.r#type.clone(),
            image_group_id: shot.image_group_id,
            version: version.to_owned(),
        })
    };
    let group = || {
        let images = TeamImagesOut {
            sm: image("small", "sm")?,
            norm: image("basic", "norm")?,
            origin: image("basic", "origin")?,
        };
        Some(TeamImageGroupOut { id: images.sm.image_group_id, entity: "master", entity_id: id, images })
    };
    TeamPictureOut(OrEmpty(group()))
}

/// The user that a team member is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TeamUserOut {
    /// His id.
    #[schema(example = 10)]
    id: i64,
    /// Name.
    #[schema(example = "Ann Lee")]
    name: String,
    /// Whether he has accepted the invitation.
    is_approved: bool,
}

impl From<Linked> for TeamUserOut {
    fn from(user: Linked) -> Self {
        Self { id: user.user_id, name: user.name, is_approved: user.is_approved }
    }
}
