//! What a client sees and does of his own appointments.

use axum::Json;
use kernel::{Data, Lenient, NoContent, Page, Path, Query, Result};
use org::access::AnyPartner;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::wire::BookedOut;
use crate::appointments::store::list;
use crate::bookings::{flow, store};

async fn shown(by: &AnyPartner, conn: &mut db::Conn, location_id: i64, id: i64) -> Result<BookedOut> {
    let found = list::by_ids(conn, location_id, &[id]).await?;
    let mut out = BookedOut::of(&by.app, conn, location_id, &found).await?;
    out.pop().ok_or_else(kernel::Error::not_found)
}

/// Read an own appointment
///
/// By its secret, or as the user whose it is. An object by itself, without the envelope.
#[utoipa::path(
    get, path = "/book_record/{location_id}/{record_id}/{record_hash}", operation_id = "get_online_booking_details",
    tag = "Online Booking",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("record_id" = i64, Path, description = "The appointment"),
        ("record_hash" = String, Path, description = "Its secret")
    ),
    responses((status = 200, description = "The appointment", body = BookedOut))
)]
pub async fn get_online_booking_details(
    by: AnyPartner,
    Path((location_id, id, hash)): Path<(i64, i64, String)>,
) -> Result<Json<BookedOut>> {
    flow::own(&by, location_id, id, Some(&hash)).await?;
    Ok(Json(shown(&by, &mut by.conn().await?, location_id, id).await?))
}

/// Another time.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct MoveBookingIn {
    /// The new time, as the free times have it.
    #[schema(nullable = false, example = "2026-09-21T23:00:00-05:00")]
    datetime: Option<String>,
    /// What the client says.
    #[schema(nullable = false, example = "")]
    comment: Option<String>,
    /// Its secret, for who is not signed in: an addition of ours.
    #[serde(alias = "hash")]
    #[schema(nullable = false, example = "567df655304da9b98487769426d4e76e")]
    record_hash: Option<String>,
}

/// Move an own appointment
///
/// As the user whose it is, or by its secret.
#[utoipa::path(
    put, path = "/book_record/{location_id}/{record_id}", operation_id = "update_online_booking_datetime",
    tag = "Online Booking",
    params(
        ("location_id" = i64, Path, description = "The location"),
        ("record_id" = i64, Path, description = "The appointment")
    ),
    request_body = MoveBookingIn,
    responses(
        (status = 200, description = "Moved", body = Data<BookedOut>),
        (status = 403, description = "It is too late, or clients may not move")
    )
)]
pub async fn update_online_booking_datetime(
    by: AnyPartner,
    Path((location_id, id)): Path<(i64, i64)>,
    input: Lenient<MoveBookingIn>,
) -> Result<Data<BookedOut>> {
    let MoveBookingIn { datetime, comment, record_hash } = input.0;
    let mut unit =
        flow::reschedule(&by, location_id, id, record_hash.as_deref(), datetime.as_deref(), comment).await?;
    let out = shown(&by, &mut unit, location_id, id).await?;
    unit.commit(Data::new(out)).await
}

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct OwnPage {
    /// The page, from 1.
    #[param(nullable = false, example = 1)]
    page: Option<i64>,
    /// Appointments of a page.
    #[param(nullable = false, example = 50)]
    count: Option<i64>,
}

/// List own appointments
///
/// The one of that id by its secret; for who is signed in, all of the user's for the id 0, the latest first.
#[utoipa::path(
    get, path = "/user/records/{record_id}/{record_hash}", operation_id = "get_user_appointment_list",
    tag = "Client Personal Cabinet",
    params(
        ("record_id" = i64, Path, description = "The appointment, 0 for all"),
        ("record_hash" = String, Path, description = "Its secret"),
        OwnPage
    ),
    responses((status = 201, description = "The appointments", body = Data<Vec<BookedOut>>))
)]
pub async fn get_user_appointment_list(
    by: AnyPartner,
    Path((id, hash)): Path<(i64, String)>,
    query: Query<OwnPage>,
) -> Result<Data<Vec<BookedOut>>> {
    if id != 0 {
        let location_id = located(&by, id).await?;
        let own = flow::own(&by, location_id, id, Some(&hash)).await?;
        let out = BookedOut::of(&by.app, &mut by.conn().await?, location_id, &[own]).await?;
        return Ok(Data::new(out).created());
    }
    let user = flow::user(&by).await?.ok_or_else(kernel::Error::sign_in_needed)?;
    let mut conn = by.conn().await?;
    let phone = org::users::store::proven_phone(&mut conn, user.id).await?;
    let page = Page::of(query.0.page, query.0.count, 50, 200);
    let ids = store::of_user(&mut conn, user.id, phone.as_deref(), page.limit, page.offset).await?;
    Ok(Data::new(BookedOut::of_all(&by.app, &mut conn, &ids).await?).created())
}

/// The location of an appointment.
async fn located(by: &AnyPartner, id: i64) -> Result<i64> {
    list::location_of(&mut by.conn().await?, id).await?.ok_or_else(kernel::Error::not_found)
}

/// Cancel an own appointment
///
/// By its secret, or as the user whose it is; as long before the beginning as the location allows.
#[utoipa::path(
    delete, path = "/user/records/{record_id}/{record_hash}", operation_id = "delete_user_appointment",
    tag = "Client Personal Cabinet",
    params(
        ("record_id" = i64, Path, description = "The appointment"),
        ("record_hash" = String, Path, description = "Its secret")
    ),
    responses(
        (status = 200, description = "Cancelled"),
        (status = 403, description = "It is too late, or clients may not cancel")
    )
)]
pub async fn delete_user_appointment(
    by: AnyPartner,
    Path((id, hash)): Path<(i64, String)>,
) -> Result<NoContent> {
    let location_id = located(&by, id).await?;
    let unit = flow::cancel(&by, location_id, id, Some(&hash)).await?;
    unit.commit(NoContent::ok()).await
}
