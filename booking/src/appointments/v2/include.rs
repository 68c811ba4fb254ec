//! What can be asked for beside an appointment.

use kernel::{Error, Problems, Result, includes};
use org::custom_fields::rules::Entity;
use org::rights::Grants;

/// What may be asked for.
const INCLUDES: &[&str] = &[
    "client",
    "client.custom_field_values",
    "staff",
    "services",
    "goods",
    "resource_instances",
    "labels",
    "attendance_service_items",
    "attendance_good_items",
    "attendance_document",
    "transactions",
    "fast_payment_settings",
    "acceptance_free",
    "custom_field_values",
    "comer",
    "client_notification_settings",
    "client_schedule",
    "duration_details",
];

/// What is asked for beside appointments.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked(Vec<String>);

impl Asked {
    /// Reads `include`; names what it does not know.
    pub(super) fn read(include: Vec<String>, problems: &mut Problems) -> Self {
        includes(&include, INCLUDES, problems);
        Self(include)
    }

    /// The same of what the user may see.
    ///
    /// # Errors
    /// 403 for values of custom fields without the right to them.
    pub(super) fn allowed(self, grants: &Grants) -> Result<Self> {
        for (name, entity) in
            [("custom_field_values", Entity::Appointment), ("client.custom_field_values", Entity::Client)]
        {
            if self.has(name) && !entity.readable(grants) {
                return Err(Error::denied());
            }
        }
        Ok(self)
    }

    /// Whether that is asked for.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|asked| asked == name)
    }

    /// Whether anything is.
    pub(super) fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Whether clients are, with or without their values.
    pub(super) fn clients(&self) -> bool {
        self.has("client") || self.has("client.custom_field_values")
    }
}
