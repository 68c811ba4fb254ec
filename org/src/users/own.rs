//! Accepting an invitation: additions of ours, behind the link that was sent.

use kernel::{Data, Error, Lenient, Path, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{flow, store};
use crate::access::Anybody;

/// An open invitation.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationOut {
    /// The location.
    #[schema(example = 37532)]
    location_id: i64,
    /// Its name.
    #[schema(example = "James Smith LLC")]
    location: String,
    /// The name under which the user is invited.
    #[schema(example = "Olivia")]
    name: String,
    /// Whether the user must choose a password.
    needs_password: bool,
}

impl From<store::Invitation> for InvitationOut {
    fn from(row: store::Invitation) -> Self {
        Self {
            location_id: row.location_id,
            location: row.title,
            name: row.name,
            needs_password: !row.has_password,
        }
    }
}

/// See an invitation
#[utoipa::path(
    get, path = "/invitations/{token}", operation_id = "get_invitation", tag = "Invitations",
    params(("token" = String, Path, description = "The secret of the link")),
    responses((status = 200, description = "The invitation", body = Data<InvitationOut>))
)]
pub async fn get_invitation(at: Anybody, Path(token): Path<String>) -> Result<Data<InvitationOut>> {
    let found = store::invitation(&mut at.conn().await?, &kernel::Hash::of(&token), at.now).await?;
    Ok(Data::new(found.ok_or_else(Error::not_found)?.into()))
}

/// What a new user chooses.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct AcceptIn {
    /// Name; the one of the invitation when left out.
    #[schema(example = "Olivia Brown")]
    #[serde(default)]
    name: String,
    /// Password, of at least 8 characters; for new users only.
    #[schema(format = Password)]
    #[serde(default)]
    password: String,
}

/// Accept an invitation
#[utoipa::path(
    post, path = "/invitations/{token}/accept", operation_id = "accept_invitation", tag = "Invitations",
    params(("token" = String, Path, description = "The secret of the link")),
    request_body = AcceptIn,
    responses((status = 200, description = "Accepted", body = Data<InvitationOut>))
)]
pub async fn accept_invitation(
    at: Anybody,
    Path(token): Path<String>,
    input: Lenient<AcceptIn>,
) -> Result<Data<InvitationOut>> {
    flow::accept(&at, &token, &input.0.name, &input.0.password).await
}
