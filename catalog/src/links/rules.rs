//! Decisions about links between services and team members, without I/O.

use kernel::{Message, Money, Patch, Problems};

use super::store::Link;
use crate::categories::rules::STAFF;
use crate::services::rules::DURATION;
use crate::services::store::Service;

/// Steps of a duration that stands in a service's own list of team members: a quarter of an hour.
const QUARTER: i64 = 900;
/// Resources that a service needs, at the most.
pub const RESOURCES: usize = 50;

/// Names in other languages sent at once, at the most.
const LANGUAGES: usize = 100;

/// A team member in a service's own list.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sent {
    pub id: Option<i64>,
    pub seance_length: Option<i64>,
}

/// A link as it is set by itself.
#[derive(Clone, Debug, Default)]
pub struct Assigned {
    pub seance_length: Option<i64>,
    pub technological_card_id: Patch<i64>,
    pub api_id: Option<String>,
    pub is_online: Option<bool>,
    pub is_offline_records_allowed: Option<bool>,
}

/// A link as it is set among all of a service's.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    pub team_member_id: Option<i64>,
    pub technological_card_id: Patch<i64>,
    pub hours: Option<i64>,
    pub minutes: Option<i64>,
    pub price: Patch<Price>,
}

/// Prices of one team member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Price {
    pub min: Option<Money>,
    /// None: there is but one.
    pub max: Option<Money>,
}

/// A link of a service before anything is said of it.
pub fn fresh(service: &Service, team_member_id: i64) -> Link {
    Link { service_id: service.id, team_member_id, seance_length: service.duration, ..Link::default() }
}

fn found(before: &[Link], service: &Service, id: i64) -> Link {
    let same = before.iter().find(|link| link.team_member_id == id);
    same.cloned().unwrap_or_else(|| fresh(service, id))
}

/// The links that a service's own list makes; names what is wrong. Who stays keeps his prices.
pub fn listed(service: &Service, before: &[Link], sent: &[Sent], problems: &mut Problems) -> Vec<Link> {
    if sent.len() > STAFF {
        problems.add("staff", Message::new("field-too-many").with("limit", STAFF));
        return Vec::new();
    }
    let mut links: Vec<Link> = Vec::with_capacity(sent.len());
    for (at, Sent { id, seance_length }) in sent.iter().enumerate() {
        let Some(id) = *id else {
            problems.add(format!("staff.{at}.id"), "field-required");
            continue;
        };
        let mut link = found(before, service, id);
        if let Some(seconds) = seance_length.filter(|s| *s != link.seance_length) {
            let field = format!("staff.{at}.seance_length");
            problems.range(seconds, DURATION, &field);
            problems.check(
                seconds % QUARTER == 0,
                &field,
                Message::new("field-multiple").with("of", QUARTER),
            );
            link.seance_length = seconds;
        }
        let twice = links.iter().any(|l| l.team_member_id == id);
        problems.check(!twice, &format!("staff.{at}.id"), "field-duplicate");
        links.push(link);
    }
    links
}

fn card(link: &mut Link, sent: &Patch<i64>, field: &str, problems: &mut Problems) {
    match sent {
        Patch::Absent => {}
        Patch::Null => link.technological_card_id = 0,
        Patch::Set(id) => {
            problems.range(*id, 0..=i64::MAX, field);
            link.technological_card_id = *id;
        }
    }
}

/// A link as it becomes; names what is wrong.
pub fn assigned(before: Link, sent: &Assigned, problems: &mut Problems) -> Link {
    let mut link = before;
    match sent.seance_length {
        Some(seconds) => {
            problems.range(seconds, DURATION, "seance_length");
            link.seance_length = seconds;
        }
        None => problems.add("seance_length", "field-required"),
    }
    card(&mut link, &sent.technological_card_id, "technological_card_id", problems);
    if let Some(api_id) = &sent.api_id {
        problems.length(api_id, 255, "api_id");
        link.api_id.clone_from(api_id);
    }
    link.is_online = sent.is_online.unwrap_or(link.is_online);
    link.is_offline_records_allowed =
        sent.is_offline_records_allowed.unwrap_or(link.is_offline_records_allowed);
    link
}

/// All links of a service as they become; names what is wrong, in `list`.
pub fn settings(
    service: &Service,
    before: &[Link],
    sent: &[Setting],
    list: &str,
    problems: &mut Problems,
) -> Vec<Link> {
    if sent.len() > STAFF {
        problems.add(list, Message::new("field-too-many").with("limit", STAFF));
        return Vec::new();
    }
    let mut links: Vec<Link> = Vec::with_capacity(sent.len());
    for (at, setting) in sent.iter().enumerate() {
        let place = |name: &str| format!("{list}.{at}.{name}");
        let Some(id) = setting.team_member_id else {
            problems.add(place("team_member_id"), "field-required");
            continue;
        };
        let mut link = found(before, service, id);
        if setting.hours.is_some() || setting.minutes.is_some() {
            let (hours, minutes) = (setting.hours.unwrap_or_default(), setting.minutes.unwrap_or_default());
            problems.range(hours, 0..=23, &place("hours"));
            problems.range(minutes, 0..=59, &place("minutes"));
            if (0..=23).contains(&hours) && (0..=59).contains(&minutes) {
                link.seance_length = hours * 3600 + minutes * 60;
                problems.range(link.seance_length, DURATION, &place("minutes"));
            }
        }
        card(&mut link, &setting.technological_card_id, &place("tech_card_id"), problems);
        price(&mut link, setting.price.as_ref(), setting.price == Patch::Null, &place("price"), problems);
        let twice = links.iter().any(|l| l.team_member_id == id);
        problems.check(!twice, &place("team_member_id"), "field-duplicate");
        links.push(link);
    }
    links
}

fn price(link: &mut Link, sent: Option<&Price>, cleared: bool, field: &str, problems: &mut Problems) {
    if cleared {
        (link.price_min, link.price_max) = (None, None);
    }
    let Some(price) = sent else { return };
    let Some(Money(min)) = price.min else {
        problems.add(format!("{field}.min"), "field-required");
        return;
    };
    let max = price.max.map_or(min, |max| max.0);
    let fits = |amount: i64| (0..=Money::MOST).contains(&amount);
    let message = || Message::new("field-range").with("min", 0).with("max", Money(Money::MOST));
    problems.check(fits(min), &format!("{field}.min"), message());
    problems.check(fits(max), &format!("{field}.max"), message());
    problems.check(max >= min, &format!("{field}.max"), "field-price-order");
    (link.price_min, link.price_max) = (Some(min), Some(max));
}

/// A service's titles in other languages, as sent: (language, title); an empty one takes the title away. Names what
/// is wrong.
pub fn translations(sent: &[(Option<i64>, Option<String>)], problems: &mut Problems) -> Vec<(i64, String)> {
    if sent.len() > LANGUAGES {
        problems.add("translations", Message::new("field-too-many").with("limit", LANGUAGES));
        return Vec::new();
    }
    let mut out: Vec<(i64, String)> = Vec::with_capacity(sent.len());
    for (at, (language, title)) in sent.iter().enumerate() {
        let place = |name: &str| format!("translations.{at}.{name}");
        let Some(language) = *language else {
            problems.add(place("language_id"), "field-required");
            continue;
        };
        problems.check(
            org::dictionaries::language(language).is_some(),
            &place("language_id"),
            "field-language",
        );
        let twice = out.iter().any(|(l, _)| *l == language);
        problems.check(!twice, &place("language_id"), "field-duplicate");
        let title = title.as_deref().unwrap_or_default().trim();
        problems.length(title, 255, &place("translation"));
        out.push((language, title.to_owned()));
    }
    out
}

/// Rights that new links need: prices and lists of consumables are not everybody's.
pub fn rights(before: &[Link], after: &[Link]) -> Vec<&'static str> {
    let same = |link: &Link| before.iter().find(|b| b.team_member_id == link.team_member_id);
    let changed = |part: fn(&Link) -> (Option<i64>, Option<i64>)| {
        let new = part(&Link::default());
        after.iter().any(|link| same(link).map_or(new, part) != part(link))
    };
    let mut needed = Vec::new();
    if changed(|l| (l.price_min, l.price_max)) {
        needed.push("settings_services_edit_price_access");
    }
    if changed(|l| (Some(l.technological_card_id), None)) {
        needed.push("tech_card_edit");
    }
    needed
}

#[cfg(test)]
mod tests {
    use super::{Assigned, Price, Sent, Setting, assigned, listed, rights, settings, translations};
    use crate::links::store::Link;
    use crate::services::store::Service;
    use kernel::{Money, Patch, Problems};

    fn fields(problems: Problems) -> Vec<String> {
        problems.done().err().map(|e| e.fields().iter().map(|(f, _)| f.clone()).collect()).unwrap_or_default()
    }

    fn service() -> Service {
        Service { id: 7, ..Service::default() }
    }

    fn link(team_member_id: i64) -> Link {
        Link {
            service_id: 7,
            team_member_id,
            seance_length: 1200,
            price_min: Some(5),
            price_max: Some(9),
            ..Link::default()
        }
    }

    #[test]
    fn a_list_sets_durations_and_keeps_prices() {
        let mut problems = Problems::new();
        let sent = [
            Sent { id: Some(1), seance_length: Some(1200) },
            Sent { id: Some(2), seance_length: None },
            Sent { id: Some(3), seance_length: Some(2700) },
        ];
        let links = listed(&service(), &[link(1), link(9)], &sent, &mut problems);
        assert!(problems.is_empty());
        let seen: Vec<_> = links.iter().map(|l| (l.team_member_id, l.seance_length, l.price_min)).collect();
        // 1200 is no quarter of an hour, but it was so before.
        assert_eq!(seen, [(1, 1200, Some(5)), (2, 3600, None), (3, 2700, None)]);
    }

    #[test]
    fn a_wrong_list_is_named() {
        let mut problems = Problems::new();
        let sent = [
            Sent { id: Some(1), seance_length: Some(1000) },
            Sent { id: Some(1), seance_length: None },
            Sent { id: None, seance_length: None },
            Sent { id: Some(2), seance_length: Some(90_000) },
        ];
        listed(&service(), &[], &sent, &mut problems);
        let wrong = ["staff.0.seance_length", "staff.1.id", "staff.2.id", "staff.3.seance_length"];
        assert_eq!(fields(problems), wrong);
    }

    #[test]
    fn one_link_is_held_to_its_bounds() {
        for (seconds, fine) in [(299, false), (300, true), (86_100, true), (86_101, false)] {
            let mut problems = Problems::new();
            let sent = Assigned { seance_length: Some(seconds), ..Assigned::default() };
            assert_eq!(assigned(link(1), &sent, &mut problems).seance_length, seconds);
            assert_eq!(problems.is_empty(), fine, "{seconds}");
        }
        let mut problems = Problems::new();
        let sent = Assigned { technological_card_id: Patch::Set(-1), ..Assigned::default() };
        assigned(link(1), &sent, &mut problems);
        assert_eq!(fields(problems), ["seance_length", "technological_card_id"]);
    }

    #[test]
    fn settings_have_prices_of_their_own() {
        let price = |min, max| Patch::Set(Price { min: Some(Money(min)), max });
        let setting = |id, price| Setting { team_member_id: Some(id), price, ..Setting::default() };
        let mut problems = Problems::new();
        let sent = [
            setting(1, Patch::Null),
            setting(2, price(99_999, None)),
            setting(3, price(100, Some(Money(200)))),
            Setting { hours: Some(1), minutes: Some(30), ..setting(4, Patch::Absent) },
        ];
        let links = settings(&service(), &[link(1), link(4)], &sent, "x", &mut problems);
        assert!(problems.is_empty());
        let seen: Vec<_> = links.iter().map(|l| (l.seance_length, l.price_min, l.price_max)).collect();
        assert_eq!(
            seen,
            [
                (1200, None, None),
                (3600, Some(99_999), Some(99_999)),
                (3600, Some(100), Some(200)),
                (5400, Some(5), Some(9))
            ]
        );
        let mut problems = Problems::new();
        let wrong = [
            setting(1, price(5, Some(Money(4)))),
            Setting { hours: Some(0), minutes: Some(60), ..setting(2, Patch::Set(Price::default())) },
            Setting { hours: Some(0), minutes: Some(4), ..setting(2, Patch::Absent) },
        ];
        settings(&service(), &[], &wrong, "x", &mut problems);
        assert_eq!(
            fields(problems),
            ["x.0.price.max", "x.1.minutes", "x.1.price.min", "x.2.minutes", "x.2.team_member_id"]
        );
    }

    #[test]
    fn prices_and_consumables_need_rights() {
        assert!(rights(&[link(1)], &[link(1)]).is_empty());
        assert!(rights(&[], &[Link { price_min: None, price_max: None, ..link(1) }]).is_empty());
        assert_eq!(rights(&[], &[link(1)]), ["settings_services_edit_price_access"]);
        let card = Link { technological_card_id: 5, ..link(1) };
        assert_eq!(rights(&[link(1)], &[card]), ["tech_card_edit"]);
    }

    #[test]
    fn no_end_of_languages_is_looked_at() {
        let mut problems = Problems::new();
        assert!(translations(&vec![(Some(2), None); 101], &mut problems).is_empty());
        assert_eq!(fields(problems), ["translations"]);
    }

    #[test]
    fn languages_are_known_and_named_once() {
        let mut problems = Problems::new();
        let sent = [(Some(2), Some("Massage".to_owned())), (Some(3), None)];
        assert_eq!(translations(&sent, &mut problems), [(2, "Massage".to_owned()), (3, String::new())]);
        assert!(problems.is_empty());
        translations(&[(Some(0), None), (Some(2), None), (Some(2), None), (None, None)], &mut problems);
        assert_eq!(
            fields(problems),
            ["translations.0.language_id", "translations.2.language_id", "translations.3.language_id"]
        );
    }
}
