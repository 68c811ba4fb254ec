//! Frontdesk: a self-hosted server for businesses that live by appointments.
