//! Decisions about team members, without I/O.

use calc::zone::{Zone, local_sql, parse_instant};
use kernel::{Patch, Problems};

use super::store::{Member, Profile, Secrets};

/// How a team member is paid in advance by those who book online.
pub const PREPAID: [&str; 3] = ["forbidden", "allowed", "required"];
/// Weights, from and to.
const WEIGHT: i64 = 1_000_000_000;

/// What a request says of a team member; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub name: Patch<String>,
    pub specialization: Patch<String>,
    pub weight: Patch<i64>,
    pub information: Patch<String>,
    pub api_id: Patch<String>,
    pub hidden: Patch<bool>,
    pub fired: Patch<bool>,
    pub has_access_timetable: Patch<bool>,
    pub is_paid_staff: Patch<bool>,
    pub is_in_payment_policy: Patch<bool>,
    pub show_rating: Patch<bool>,
    pub prepaid: Patch<String>,
    pub phone: Patch<String>,
    pub tt_markup: Patch<i64>,
    pub is_assistant: Patch<bool>,
    /// 0 or null for none.
    pub position_id: Patch<i64>,
    /// 0 or null for none.
    pub user_id: Patch<i64>,
}

/// The team member as he becomes; names what is wrong. Whether position and user are the location's, only the
/// database knows.
pub fn change(before: Option<&Member>, change: Change, now: i64, problems: &mut Problems) -> Member {
    let mut member = before.cloned().unwrap_or_default();
    match (change.name, before) {
        (Patch::Set(name), _) => {
            name.trim().clone_into(&mut member.name);
            problems.check(!member.name.is_empty(), "name", "field-empty");
            problems.length(&member.name, 255, "name");
        }
        (Patch::Null, Some(_)) => problems.add("name", "field-empty"),
        (Patch::Null | Patch::Absent, None) => problems.add("name", "field-required"),
        (Patch::Absent, Some(_)) => {}
    }
    text(&mut member.specialization, change.specialization, 255, "specialization", problems);
    text(&mut member.information, change.information, 100_000, "information", problems);
    text(&mut member.api_id, change.api_id, 100, "api_id", problems);
    if let Patch::Set(weight) = change.weight {
        problems.range(weight, -WEIGHT..=WEIGHT, "weight");
    }
    member.weight = change.weight.apply(member.weight);
    member.hidden = change.hidden.apply(member.hidden);
    let fired = change.fired.apply(member.fired);
    if fired != member.fired {
        member.fired_at = fired.then_some(now);
        member.fired = fired;
    }
    member.has_access_timetable = change.has_access_timetable.apply(member.has_access_timetable);
    member.is_paid_staff = change.is_paid_staff.apply(member.is_paid_staff);
    if let Patch::Set(included) = change.is_in_payment_policy {
        member.is_in_payment_policy = included;
    }
    member.show_rating = change.show_rating.apply(member.show_rating);
    if let Patch::Set(prepaid) = change.prepaid {
        problems.check(PREPAID.contains(&prepaid.as_str()), "prepaid", "field-choice");
        member.prepaid = prepaid;
    }
    phone(&mut member.phone, change.phone, "phone_number", problems);
    if let Patch::Set(minutes) = change.tt_markup {
        problems.range(minutes, 1..=1440, "tt_markup");
        member.tt_markup = minutes;
    }
    member.is_assistant = change.is_assistant.apply(member.is_assistant);
    id(&mut member.position_id, &change.position_id);
    id(&mut member.user_id, &change.user_id);
    member
}

fn id(field: &mut Option<i64>, sent: &Patch<i64>) {
    match sent {
        Patch::Absent => {}
        Patch::Null | Patch::Set(0) => *field = None,
        Patch::Set(id) => *field = Some(*id),
    }
}

fn text(field: &mut String, sent: Patch<String>, limit: usize, name: &str, problems: &mut Problems) {
    if let Patch::Set(text) = &sent {
        problems.length(text, limit, name);
    }
    *field = sent.apply(std::mem::take(field));
}

fn phone(field: &mut String, sent: Patch<String>, name: &str, problems: &mut Problems) {
    if let Patch::Set(phone) = &sent {
        problems.check(phone.is_empty() || is_phone(phone), name, "field-phone-digits");
    }
    *field = sent.apply(std::mem::take(field));
}

/// Whether it is a phone number as team members have it: 9 to 15 digits, without a plus.
pub fn is_phone(text: &str) -> bool {
    (9..=15).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// Of a team member's picture: the version that is kept small or large, and the path of what is shown without one.
pub fn picture(large: bool) -> (&'static str, &'static str) {
    if large { ("basic", "/images/no-master.svg") } else { ("small", "/images/no-master-sm.svg") }
}

/// The rating of so many votes with this sum of stars, to five places; 0 without votes.
#[allow(clippy::cast_precision_loss, reason = "at most 5.00000 in hundred-thousandths")]
pub fn rating(sum: i64, votes: i64) -> f64 {
    const PLACES: i128 = 100_000;
    if votes <= 0 {
        return 0.0;
    }
    let (sum, votes) = (i128::from(sum), i128::from(votes));
    let scaled = (sum * PLACES + votes / 2) / votes;
    scaled as f64 / PLACES as f64
}

/// Whether clients can book him: neither hidden, dismissed nor deleted, with a schedule today or later.
pub fn bookable(member: &Member, today: &str) -> bool {
    !member.hidden && !member.fired && !member.is_deleted && has_schedule(&member.schedule_till, today)
}

/// Whether a schedule that goes until that day (ISO; empty for none) goes on today.
pub fn has_schedule(till: &str, today: &str) -> bool {
    !till.is_empty() && till >= today
}

/// What a request says of a team member's employment; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct Employment {
    pub phone: Patch<String>,
    pub firstname: Patch<String>,
    pub surname: Patch<String>,
    pub patronymic: Patch<String>,
    pub date_admission: Patch<String>,
    pub date_registration_end: Patch<String>,
    pub citizenship: Patch<String>,
    pub gender: Patch<i64>,
    pub passport_data: Patch<String>,
    pub personal_tax_reference_number: Patch<String>,
    pub number_insurance_certificates: Patch<String>,
}

/// The profile and the phone as they become; names what is wrong.
pub fn employ(
    before: &Profile,
    number: &str,
    sent: Employment,
    problems: &mut Problems,
) -> (Profile, String) {
    let mut profile = before.clone();
    let mut number = number.to_owned();
    phone(&mut number, sent.phone, "phone", problems);
    text(&mut profile.firstname, sent.firstname, 100, "firstname", problems);
    text(&mut profile.surname, sent.surname, 100, "surname", problems);
    text(&mut profile.patronymic, sent.patronymic, 100, "patronymic", problems);
    day(&mut profile.date_admission, sent.date_admission, "date_admission", problems);
    day(&mut profile.date_registration_end, sent.date_registration_end, "date_registration_end", problems);
    text(&mut profile.citizenship, sent.citizenship, 100, "citizenship", problems);
    if let Patch::Set(gender) = sent.gender {
        problems.check((0..=2).contains(&gender), "gender", "field-choice");
    }
    profile.gender = sent.gender.apply(profile.gender);
    let Secrets { passport, tax, insurance } = &mut profile.secrets;
    text(passport, sent.passport_data, 1000, "passport_data", problems);
    text(tax, sent.personal_tax_reference_number, 100, "personal_tax_reference_number", problems);
    text(insurance, sent.number_insurance_certificates, 100, "number_insurance_certificates", problems);
    (profile, number)
}

/// `YYYY-MM-DD`, with or without a time of day after it.
fn day(field: &mut String, sent: Patch<String>, name: &str, problems: &mut Problems) {
    match sent {
        Patch::Absent => {}
        Patch::Null => field.clear(),
        Patch::Set(text) if text.is_empty() => field.clear(),
        // A longer text has an offset, which a day on a contract has not.
        Patch::Set(text) => match parse_instant(&text, &Zone::utc()).filter(|_| text.len() <= 19) {
            Some(at) => *field = local_sql(at, &Zone::utc()).replacen(' ', "T", 1),
            None => problems.add(name, "field-date"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Employment, bookable, change, employ, is_phone, rating};
    use crate::team::store::{Member, Profile};
    use kernel::{Patch, Problems};
    use proptest::prelude::*;

    #[test]
    fn every_wrong_field_is_named() {
        let mut problems = Problems::new();
        let wrong = Change {
            name: Patch::Set("  ".into()),
            weight: Patch::Set(i64::MAX),
            prepaid: Patch::Set("sometimes".into()),
            phone: Patch::Set("+12125357710".into()),
            tt_markup: Patch::Set(0),
            ..Change::default()
        };
        change(None, wrong, 0, &mut problems);
        let error = problems.done().expect_err("refused");
        let fields: Vec<&str> = error.fields().iter().map(|(f, _)| f.as_str()).collect();
        assert_eq!(fields, ["name", "weight", "prepaid", "phone_number", "tt_markup"]);
    }

    #[test]
    fn dismissal_is_dated_and_undone() {
        let mut problems = Problems::new();
        let there = Member { name: "Ann".into(), ..Member::default() };
        let fired = Change { fired: Patch::Set(true), ..Change::default() };
        let gone = change(Some(&there), fired.clone(), 7, &mut problems);
        assert_eq!((gone.fired, gone.fired_at), (true, Some(7)));
        // Dismissed again, he was dismissed when he was.
        assert_eq!(change(Some(&gone), fired, 9, &mut problems).fired_at, Some(7));
        let back = Change { fired: Patch::Set(false), ..Change::default() };
        assert_eq!(change(Some(&gone), back, 11, &mut problems), there);
        assert!(problems.is_empty());
    }

    #[test]
    fn zero_and_null_are_none() {
        let there =
            Member { name: "Ann".into(), position_id: Some(1), user_id: Some(2), ..Member::default() };
        let mut problems = Problems::new();
        let none = Change { position_id: Patch::Null, user_id: Patch::Set(0), ..Change::default() };
        let after = change(Some(&there), none, 0, &mut problems);
        assert_eq!((after.position_id, after.user_id), (None, None));
        let kept = change(Some(&there), Change::default(), 0, &mut problems);
        assert_eq!((kept.position_id, kept.user_id), (Some(1), Some(2)));
    }

    #[test]
    fn clients_book_those_who_are_there() {
        let there = Member { schedule_till: "2026-03-23".into(), ..Member::default() };
        assert!(bookable(&there, "2026-03-23"));
        assert!(!bookable(&there, "2026-03-24"));
        assert!(!bookable(&Member::default(), "2026-03-23"));
        for gone in [
            Member { hidden: true, ..there.clone() },
            Member { fired: true, ..there.clone() },
            Member { is_deleted: true, ..there.clone() },
        ] {
            assert!(!bookable(&gone, "2026-03-23"));
        }
    }

    #[test]
    fn days_are_read_with_or_without_time() {
        let mut problems = Problems::new();
        let sent = Employment {
            date_admission: Patch::Set("2025-02-28".into()),
            date_registration_end: Patch::Set("2027-01-31T18:30:00".into()),
            ..Employment::default()
        };
        let (profile, _) = employ(&Profile::default(), "", sent, &mut problems);
        assert!(problems.is_empty());
        assert_eq!(profile.date_admission, "2025-02-28T00:00:00");
        assert_eq!(profile.date_registration_end, "2027-01-31T18:30:00");
        for wrong in ["2025-02-30", "2025-02-28T00:00:00+01:00", "soon"] {
            let sent = Employment { date_admission: Patch::Set(wrong.into()), ..Employment::default() };
            let mut problems = Problems::new();
            employ(&Profile::default(), "", sent, &mut problems);
            assert!(!problems.is_empty(), "{wrong}");
        }
    }

    #[test]
    fn phones_are_digits() {
        for fine in ["123456789", "123456789012345"] {
            assert!(is_phone(fine), "{fine}");
        }
        for wrong in ["12345678", "1234567890123456", "+123456789", "12345 6789", ""] {
            assert!(!is_phone(wrong), "{wrong}");
        }
    }

    #[test]
    #[allow(clippy::float_cmp, reason = "exact by design")]
    fn a_rating_is_exact_to_five_places() {
        assert_eq!(rating(0, 0), 0.0);
        assert_eq!(rating(24, 5), 4.8);
        assert_eq!(rating(62, 13), 4.76923);
    }

    proptest! {
        #[test]
        fn a_rating_is_within_the_stars(votes in 1i64..1_000_000, stars in 1i64..=5) {
            prop_assert_eq!(rating(votes * stars, votes).to_string(), stars.to_string());
            prop_assert!(rating(i64::MAX, votes).is_finite());
        }
    }
}
