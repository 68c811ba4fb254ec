//! Reference data: countries, cities, languages, kinds of business.
//!
//! Held in memory, read once from the files in `org/data` (see the README there for sources, licences and the rule
//! that ids never change). Everything here lives as long as the server: functions hand out `'static` references.

mod business;
mod cities;
mod countries;
mod fold;

pub use business::{BusinessGroup, BusinessType, business_group, business_groups, business_type, image};
pub use cities::{City, cities, cities_of, city, city_by_title};
pub use countries::{Country, Language, countries, country, country_by_title, language, languages};
