//! What the demo's location offers: services in categories, who does them, what they take up.

use catalog::categories::store::{self as categories, Category};
use catalog::chains::store::{self as chains, ChainCategory, ChainService};
use catalog::composites::store::{self as composites, Part};
use catalog::links::store::{self as links, Link};
use catalog::resources::store as resources;
use catalog::services::store::{self as services, Service};
use catalog::suggestions::store::{self as popularity, Had};
use db::Tx;
use kernel::Result;
use org::team::store as team;

/// Categories, the heaviest first: id, title.
const CATEGORIES: [(i64, &str); 6] = [
    (83167, "Haircuts for men"),
    (83161, "Haircuts for women"),
    (83162, "Colouring"),
    (83163, "Nails"),
    (83164, "Massage"),
    (83165, "Classes"),
];

/// Services: category, title, prices in whole units, minutes.
const SERVICES: [(i64, &str, (i64, i64), i64); 25] = [
    (83167, "Men's haircut", (25, 40), 60),
    (83167, "Beard trim", (15, 15), 30),
    (83167, "Royal shave", (30, 30), 45),
    (83167, "Boys' haircut", (18, 18), 30),
    (83167, "Haircut and beard", (38, 38), 90),
    (83161, "Women's haircut", (45, 80), 60),
    (83161, "Fringe trim", (10, 10), 15),
    (83161, "Blow-dry", (35, 50), 45),
    (83161, "Evening hairstyle", (70, 120), 90),
    (83161, "Girls' haircut", (22, 22), 45),
    (83162, "Root colouring", (60, 80), 90),
    (83162, "Full colouring", (90, 150), 150),
    (83162, "Highlights", (110, 180), 180),
    (83162, "Toning", (40, 55), 60),
    (83163, "Manicure", (25, 25), 45),
    (83163, "Gel manicure", (40, 40), 75),
    (83163, "Pedicure", (45, 45), 60),
    (83163, "Gel pedicure", (60, 60), 90),
    (83163, "Nail repair", (5, 10), 15),
    (83164, "Back massage", (50, 50), 30),
    (83164, "Whole-body massage", (90, 90), 60),
    (83164, "Hot stone massage", (120, 120), 90),
    (83164, "Foot massage", (35, 35), 30),
    (83165, "Make-up class", (60, 60), 120),
    (83165, "Morning stretching", (20, 20), 60),
];

/// The first service's id; the others follow.
const FIRST: i64 = 83169;
/// Resources: id, title, the first instance's id, categories whose services need it.
const RESOURCES: [(i64, &str, i64, i64); 3] =
    [(70, "Pedicure chair", 181, 0), (71, "Massage room", 183, 83164), (72, "Colour station", 185, 83162)];
/// Other titles: service's place above, language, title.
const TITLES: [(usize, i64, &str); 8] = [
    (0, 1, "Corte de pelo para hombre"),
    (0, 3, "Herrenhaarschnitt"),
    (0, 8, "Coupe homme"),
    (5, 1, "Corte de pelo para mujer"),
    (5, 3, "Damenhaarschnitt"),
    (14, 1, "Manicura"),
    (14, 3, "Maniküre"),
    (20, 3, "Ganzkörpermassage"),
];

/// The service at this place of the list.
fn id(at: usize) -> i64 {
    FIRST + i64::try_from(at).unwrap_or_default()
}

/// Lays all of it. The team members are those that are there by now.
pub async fn lay(tx: &mut Tx, location_id: i64, chain_id: i64, now: i64) -> Result<()> {
    let rows = CATEGORIES.iter().zip((1..=6i64).rev()).map(|((id, title), weight)| Category {
        id: *id,
        title: (*title).to_owned(),
        weight: weight * 10,
        ..Category::default()
    });
    categories::insert(tx, location_id, rows.collect(), now).await?;
    let rows = SERVICES.iter().enumerate().zip((1..=25i64).rev());
    let rows = rows.map(|((at, (category_id, title, price, minutes)), weight)| Service {
        id: id(at),
        category_id: *category_id,
        title: (*title).to_owned(),
        price_min: price.0 * 100,
        price_max: price.1 * 100,
        duration: minutes * 60,
        weight,
        is_multi: *category_id == 83165,
        capacity: if *category_id == 83165 { 8 } else { 0 },
        ..Service::default()
    });
    services::insert(tx, location_id, rows.collect(), now).await?;
    staff(tx, location_id).await?;
    resources_of(tx, location_id, now).await?;
    for at in [0, 5, 14, 20] {
        let titles: Vec<(i64, String)> = TITLES
            .iter()
            .filter(|(service, ..)| *service == at)
            .map(|(_, language, title)| (*language, (*title).to_owned()))
            .collect();
        links::put_translations(tx, location_id, id(at), &titles).await?;
    }
    let part = |position, service_id, duration, price| Part {
        composite_service_id: id(4),
        position,
        service_id,
        team_member_id: None,
        duration,
        price_min: price,
        price_max: price,
    };
    let parts = [part(1, id(0), 3600, 2500), part(2, id(1), 1800, 1300)];
    composites::set_parts(tx, location_id, id(4), &parts, 5400).await?;

    let category = ChainCategory { title: "Signature".to_owned(), weight: 10, ..ChainCategory::default() };
    let category_id = chains::insert_category(tx, chain_id, &category, now).await?;
    let service = ChainService {
        category_id,
        title: "Signature haircut".to_owned(),
        price_min: 6000,
        price_max: 6000,
        ..ChainService::default()
    };
    chains::insert_service(tx, chain_id, &service, now).await?;
    tx.after_fixed_ids(&["service_categories", "services", "resources", "resource_instances"]).await?;
    Ok(())
}

/// Every service has one or two who do it, by their places in the team.
async fn staff(tx: &mut Tx, location_id: i64) -> Result<()> {
    let filter = team::Filter { deleted: Some(false), ..team::Filter::default() };
    let mut members = team::list(tx, location_id, &filter).await?;
    members.sort_by_key(|m| m.id);
    let team: Vec<i64> = members.iter().map(|m| m.id).collect();
    if team.is_empty() {
        return Ok(());
    }
    let dismissed = |id: i64| members.iter().any(|m| m.id == id && m.fired);
    let mut rows: Vec<Link> = Vec::new();
    for (at, (_, _, price, minutes)) in SERVICES.iter().enumerate() {
        let (first, second) = (team[at % team.len()], team[(at + 1) % team.len()]);
        // Somebody who is there has to do it.
        let first = if dismissed(first) { second } else { first };
        let link = Link {
            service_id: id(at),
            team_member_id: first,
            seance_length: minutes * 60,
            ..Link::default()
        };
        if at % 2 == 0 && second != first {
            // The second is quicker, and dearer.
            let price = (price.1 + 10) * 100;
            let seance_length = (minutes - 15).max(15) * 60;
            let prices = (Some(price), Some(price));
            rows.push(Link {
                team_member_id: second,
                seance_length,
                price_min: prices.0,
                price_max: prices.1,
                ..link.clone()
            });
        }
        rows.push(link);
    }
    links::put(tx, location_id, &rows).await?;
    let had = |service: usize, times| Had {
        team_member_id: team[0],
        client_id: None,
        service_id: id(service),
        record_id: 0,
        times,
    };
    popularity::count(tx, location_id, &[had(0, 12), had(2, 7)]).await
}

async fn resources_of(tx: &mut Tx, location_id: i64, now: i64) -> Result<()> {
    for (resource, title, first, category) in RESOURCES {
        resources::insert(tx, location_id, Some(resource), title, now).await?;
        let titles = [format!("{title} #1"), format!("{title} #2")];
        resources::insert_instances(tx, location_id, resource, Some(first), &titles, now).await?;
        let needing = SERVICES.iter().enumerate().filter(|(_, (of, name, ..))| {
            *of == category || (resource == 70 && name.to_lowercase().contains("pedicure"))
        });
        for (at, _) in needing {
            resources::set_needed(tx, location_id, id(at), &[resource]).await?;
        }
    }
    Ok(())
}
