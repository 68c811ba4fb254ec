//! Reference data: countries, cities, languages, kinds of business.
//!
//! Held in memory, read once from the files in `org/data` (see the README there for sources, licences and the rule
//! that ids never change). Everything here lives as long as the server: functions hand out `'static` references.

mod business;
mod cities;
mod countries;
mod fold;
mod v1;

pub use business::{BusinessGroup, BusinessType, business_group, business_groups, business_type, image};
pub use cities::{City, cities, cities_of, city, city_by_title, largest_cities, main_time_zone};
pub use countries::{
    Country, Language, countries, country, country_by_phone, country_by_title, language, languages,
};

use kernel::{Api, op};

/// Version 1.
pub fn v1() -> Api {
    use v1::*;
    Api::new().op(op!(get_country_list)).op(op!(get_city_list)).op(op!(get_business_types_by_group))
}
