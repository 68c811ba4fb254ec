//! Decisions about composite services, without I/O.

use kernel::{Message, Money, Problems};

use super::store::Part;
use crate::links::store::Link;
use crate::services::rules::DURATION;
use crate::services::store::Service;

/// Parts of a composite service at the most.
pub const MOST: usize = 20;

/// A part, as sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sent {
    pub service_id: Option<i64>,
    pub team_member_id: Option<i64>,
    pub duration: Option<i64>,
    pub price_min: Option<Money>,
    pub price_max: Option<Money>,
}

/// The parts as they become; names what is wrong. What a part does not say itself is the team member's, else the
/// service's own, as it is now. `services` and `links` are those of the parts.
pub fn parts(
    composite: &Service,
    sent: &[Sent],
    services: &[Service],
    links: &[Link],
    problems: &mut Problems,
) -> Vec<Part> {
    if sent.len() > MOST {
        problems.add("parts", Message::new("field-too-many").with("limit", MOST));
        return Vec::new();
    }
    problems.check(sent.len() != 1, "parts", "parts-too-few");
    let mut out = Vec::with_capacity(sent.len());
    for (at, part) in sent.iter().enumerate() {
        let place = |name: &str| format!("parts.{at}.{name}");
        let Some(id) = part.service_id else {
            problems.add(place("service_id"), "field-required");
            continue;
        };
        let Some(service) = services.iter().find(|s| s.id == id) else {
            problems.add(place("service_id"), "field-not-found");
            continue;
        };
        let simple = id != composite.id && !service.is_composite;
        problems.check(simple, &place("service_id"), "part-is-composite");
        let member = part.team_member_id.filter(|id| *id != 0);
        let link = links.iter().find(|l| l.service_id == id && Some(l.team_member_id) == member);
        problems.check(member.is_none() || link.is_some(), &place("team_member_id"), "part-not-done");
        let duration = part.duration.unwrap_or_else(|| link.map_or(service.duration, |l| l.seance_length));
        if part.duration.is_some() {
            problems.range(duration, DURATION, &place("duration"));
        }
        let own = link.and_then(|l| Some((l.price_min?, l.price_max?)));
        let (min, max) = own.unwrap_or((service.price_min, service.price_max));
        let price_min = part.price_min.map_or(min, |m| m.0);
        let price_max =
            part.price_max.map_or_else(|| if part.price_min.is_some() { price_min } else { max }, |m| m.0);
        problems.range(price_min, 0..=Money::MOST, &place("price_min"));
        problems.range(price_max, 0..=Money::MOST, &place("price_max"));
        problems.check(price_max >= price_min, &place("price_max"), "field-price-order");
        let position = i64::try_from(at).unwrap_or_default() + 1;
        out.push(Part {
            composite_service_id: composite.id,
            position,
            service_id: id,
            team_member_id: member,
            duration,
            price_min,
            price_max,
        });
    }
    let whole: i64 = out.iter().map(|p| p.duration).sum();
    problems.check(whole <= *DURATION.end(), "parts", "parts-too-long");
    out
}

#[cfg(test)]
mod tests {
    use super::{Sent, parts};
    use crate::links::store::Link;
    use crate::services::store::Service;
    use kernel::{Money, Problems};

    fn service(id: i64, is_composite: bool) -> Service {
        Service { id, is_composite, duration: 1800, price_min: 100, price_max: 200, ..Service::default() }
    }

    fn sent(id: i64) -> Sent {
        Sent { service_id: Some(id), ..Sent::default() }
    }

    #[test]
    fn a_part_is_as_its_team_member_or_its_service_has_it() {
        let (whole, services) = (service(9, false), [service(1, false), service(2, false)]);
        let link = Link { service_id: 2, team_member_id: 7, seance_length: 2700, ..Link::default() };
        let priced = Link {
            price_min: Some(5),
            price_max: Some(6),
            service_id: 1,
            team_member_id: 7,
            ..Link::default()
        };
        let asked = [
            sent(1),
            Sent { team_member_id: Some(7), ..sent(2) },
            Sent { team_member_id: Some(7), duration: Some(600), ..sent(1) },
            Sent { price_min: Some(Money(50)), ..sent(1) },
        ];
        let mut problems = Problems::new();
        let out = parts(&whole, &asked, &services, &[link, priced], &mut problems);
        assert!(problems.is_empty());
        let seen: Vec<_> = out.iter().map(|p| (p.position, p.duration, p.price_min, p.price_max)).collect();
        assert_eq!(seen, [(1, 1800, 100, 200), (2, 2700, 100, 200), (3, 600, 5, 6), (4, 1800, 50, 50)]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let (whole, services) = (service(9, false), [service(1, false), service(2, true), service(9, false)]);
        let asked = [
            Sent::default(),
            sent(3),
            sent(2),
            sent(9),
            Sent { team_member_id: Some(8), duration: Some(1), price_max: Some(Money(1)), ..sent(1) },
        ];
        let mut problems = Problems::new();
        parts(&whole, &asked, &services, &[], &mut problems);
        let error = problems.done().expect_err("refused");
        let fields: Vec<_> = error.fields().iter().map(|(f, _)| f.as_str()).collect();
        assert_eq!(
            fields,
            [
                "parts.0.service_id",
                "parts.1.service_id",
                "parts.2.service_id",
                "parts.3.service_id",
                "parts.4.team_member_id",
                "parts.4.duration",
                "parts.4.price_max"
            ]
        );
        let mut problems = Problems::new();
        parts(&whole, &[sent(1)], &services, &[], &mut problems);
        assert!(!problems.is_empty(), "one part makes no composite");
    }
}
