//! Appointments in events, version 2.

pub mod change;
pub mod make;
pub mod wire;

use db::Conn;
use kernel::{Compound, Problems, Result, includes};
use org::access::At;

use self::wire::{AppointmentResource, INCLUDES, IncludedWithAppointment};
use super::store::Appointment;

type Item = Compound<AppointmentResource, IncludedWithAppointment>;

/// What `include` asks for is known.
fn asked(include: &[String]) -> Result<()> {
    let mut problems = Problems::new();
    includes(include, INCLUDES, &mut problems);
    problems.done()
}

async fn item<P>(at: &At<P>, conn: &mut Conn, of: &Appointment, include: &[String]) -> Result<Item> {
    let told = wire::Told::read(at, &at.membership.grants, conn, of).await?;
    Ok(Compound::new(told.resource(include), told.included(include)))
}
