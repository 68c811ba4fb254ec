//! The small still kernel: what every room needs and what knows no business word.

mod again;
pub mod api;
mod app;
mod call;
mod clock;
mod document;
mod error;
mod face;
mod html;
mod i18n;
pub mod input;
mod list;
mod money;
mod recent;
mod reply;
mod secrets;
mod unit;

pub use again::{again, again_where};
pub use api::{Access, Api, Auth, Declared, Op};
pub use app::{App, AppBuilder, Memory};
pub use call::{Call, ClientIp, IdempotencyKey, MatchRevision, Origin, Shape};
pub use clock::Clock;
pub use document::{
    Collection, Compound, Document, Documents, Linked, PageMeta, Paged, PagedCollection, Pagination,
    Resource, ResourceIdentifier, ToMany, ToOne, includes,
};
pub use error::{Code, Error, Kind, Problems, Result};
pub use face::{face, fallback, keep_key, method_fallback};
pub use html::escaped;
pub use i18n::{Language, Message};
pub use input::{Lenient, Patch, Path, Query, Strict, from_value};
pub use list::Page;
pub use money::Money;
pub use recent::{Recent, Weight};
pub use reply::{
    Accepted, Answer, Bare, Count, Data, Done, Empty, EmptyObject, List, MetaMessage, NoContent, Nothing,
    OrEmpty, number_or_text,
};
pub use secrets::{Hash, Seal, Signet, Token};
pub use unit::{Change, Unit};
