//! Appointments, version 2.

pub mod change;
pub mod delete;
mod include;
pub mod list;
pub mod make;
mod told;
pub mod wire;

use db::Conn;
use kernel::{Collection, Compound, Problems, Result};
use org::access::At;

use self::include::Asked;
use self::told::Told;
use self::wire::{AppointmentResource, IncludedWithAppointment};
use super::store::Appointment;

type Item = Compound<AppointmentResource, IncludedWithAppointment>;
type Items = Collection<AppointmentResource, IncludedWithAppointment>;

/// What `include` asks for, known and allowed.
fn asked<P>(at: &At<P>, include: Vec<String>) -> Result<Asked> {
    let mut problems = Problems::new();
    let asked = Asked::read(include, &mut problems);
    problems.done()?;
    asked.allowed(&at.membership.grants)
}

async fn item<P>(at: &At<P>, conn: &mut Conn, of: &Appointment, asked: &Asked) -> Result<Item> {
    let all = std::slice::from_ref(of);
    let told = Told::read(at, conn, all, asked).await?;
    Ok(Compound::new(told.resource(of), told.included(all)))
}

async fn items<P>(at: &At<P>, conn: &mut Conn, all: &[Appointment], asked: &Asked) -> Result<Items> {
    let told = Told::read(at, conn, all, asked).await?;
    Ok(Collection::new(all.iter().map(|a| told.resource(a)).collect(), told.included(all)))
}
