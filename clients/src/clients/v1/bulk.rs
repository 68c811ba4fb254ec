//! Many clients at once.

use kernel::{Data, Lenient, Result};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::schema::{ArrayBuilder, OneOfBuilder};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::wire::ClientIn;
use crate::clients::flow;
use crate::clients::view::ClientOut;

/// Clients to make, 500 at the most. The contract draws one there and shows a list of them: both are taken.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct LinesIn(Vec<Value>);

impl PartialSchema for LinesIn {
    fn schema() -> RefOr<Schema> {
        let one = RefOr::Ref(utoipa::openapi::Ref::from_schema_name(ClientIn::name()));
        OneOfBuilder::new().item(ArrayBuilder::new().items(one.clone())).item(one).into()
    }
}

impl ToSchema for LinesIn {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((ClientIn::name().into_owned(), ClientIn::schema()));
        ClientIn::schemas(schemas);
    }
}

/// A client who was made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreatedClient)]
pub struct CreatedOut {
    #[serde(flatten)]
    client: ClientOut,
    /// 1 when he is left out of mailings, by the name that the wire has for it here.
    #[schema(example = 0)]
    sms_bot: i64,
}

impl From<ClientOut> for CreatedOut {
    fn from(client: ClientOut) -> Self {
        Self { sms_bot: client.sms_not, client }
    }
}

/// A line of which no client was made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClientLineError)]
pub struct LineErrorOut {
    /// Its phone, as it was sent.
    #[schema(example = "13155550181")]
    pub(crate) phone: String,
    /// Its name.
    #[schema(example = "James Smith")]
    pub(crate) name: String,
    /// Why not.
    #[schema(example = "A client with this phone number is here already.")]
    pub(crate) error: String,
}

/// What became of the lines.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClientsMade)]
pub struct MadeOut {
    /// The clients who were made.
    pub(crate) created: Vec<CreatedOut>,
    /// The other lines.
    pub(crate) errors: Vec<LineErrorOut>,
}

/// Create many clients
///
/// At most 500. Each line stands for itself: of those that can't be carried out it is told why, the others are.
#[utoipa::path(
    post, path = "/clients/{location_id}/bulk", operation_id = "bulk_create_clients", tag = "Clients",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = LinesIn,
    responses((status = 200, description = "What became of each line", body = Data<MadeOut>))
)]
pub async fn bulk_create_clients(
    at: At<perm::ClientsEdit>,
    input: Lenient<LinesIn>,
) -> Result<Data<MadeOut>> {
    flow::create_all(&at, input.0.0).await
}
