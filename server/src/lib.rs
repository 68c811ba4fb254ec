//! Frontdesk: a self-hosted server for businesses that live by appointments.
//!
//! This crate puts the rooms of all others together: the router, the published documents, the portal, the mock
//! server, the command line, the background work.

pub mod backup;
mod book;
mod calendar;
pub mod cli;
pub mod config;
mod controls;
pub mod demo;
mod demo_booking;
mod demo_catalog;
mod demo_clients;
pub mod demo_generate;
mod demo_today;
pub mod documents;
mod gate;
mod limits;
mod mail;
mod mock;
mod observe;
mod openapi;
mod pages;
mod patience;
mod portal;
mod router;
mod serve;
mod site;
mod sms;
mod start;
mod worker;

pub use controls::Controls;
pub use limits::Quotas;
pub use portal::PortalConfig;
pub use router::{Options, router};
pub use sms::Asked as SmsGateway;
pub use start::{Failure, app};
pub use worker::{deliver_due, deliver_due_by};
