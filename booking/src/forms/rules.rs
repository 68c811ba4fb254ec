//! What a booking form may be, without I/O.

use std::collections::BTreeMap;

use kernel::{Message, Patch, Problems};
use org::tags::rules::is_color;

use super::store::Form;

const POSITIONS: [&str; 4] = ["bottom right", "bottom left", "top right", "top left"];
/// Pictures of a form's head at the most.
const IMAGES: usize = 10;

/// What a request says of a form; what is left out stays.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "named as the form's fields")]
pub struct Change {
    pub title: Option<String>,
    pub description: Option<String>,
    pub is_default: Option<bool>,
    pub without_menu: Option<bool>,
    /// 0 for none.
    pub service_id: Option<i64>,
    pub service_step_hide: Option<bool>,
    /// 0 for none.
    pub team_member_id: Option<i64>,
    pub team_step_hide: Option<bool>,
    pub service_step_num: Option<i64>,
    pub team_step_num: Option<i64>,
    pub datetime_step_num: Option<i64>,
    pub show_button: Option<bool>,
    pub button_position: Option<String>,
    pub form_position: Option<String>,
    pub button_color: Option<String>,
    pub button_animation: Option<bool>,
    pub ab_test_enabled: Option<bool>,
    pub is_chain: Option<bool>,
    pub sequence_type: Option<String>,
    pub service_step_title: Option<String>,
    pub team_step_title: Option<String>,
    pub specialization_display_mode: Option<i64>,
    pub datetime_step_title: Option<String>,
    pub map_type: Option<i64>,
    pub default_language_id: Option<i64>,
    /// 0 for none.
    pub chain_id: Option<i64>,
    pub facebook_pixel_id: Option<String>,
    pub vk_pixel_id: Option<String>,
    pub online_sales_group_id: Option<i64>,
    pub service_step_category_view_type: Option<String>,
    pub location_select_type_code: Option<String>,
    pub record_type_id: Patch<i64>,
    pub display_event_type: Option<String>,
    pub is_multiple_event_booking: Option<bool>,
    pub event_booking_count: Option<i64>,
    pub header_images: Patch<BTreeMap<String, String>>,
    pub is_weekly_view_enabled: Option<bool>,
    pub weekly_view_without_booking: Option<bool>,
    pub weekly_view_location_id: Patch<i64>,
}

/// The form as it becomes; names what is wrong, by version 1's names. What it refers to is looked up elsewhere.
pub fn change(before: &Form, change: Change, problems: &mut Problems) -> Form {
    match change.title.as_deref().map(str::trim) {
        None => problems.check(before.id != 0, "title", "field-required"),
        Some(title) => problems.check(!title.is_empty(), "title", "field-empty"),
    }
    let color = change.button_color.map(|color| color.trim().to_ascii_lowercase());
    let position = change.button_position.map(|position| position.trim().to_owned());
    let images = match change.header_images {
        Patch::Absent => before.header_images.clone(),
        Patch::Null => None,
        Patch::Set(images) => Some(images),
    };
    let or_none = |sent: Option<i64>, before: Option<i64>| match sent {
        Some(0) => None,
        Some(id) => Some(id),
        None => before,
    };
    let nullable = |sent: Patch<i64>, before: Option<i64>| match sent {
        Patch::Absent => before,
        Patch::Null => None,
        Patch::Set(id) => Some(id),
    };
    let b = before.clone();
    let after = Form {
        id: b.id,
        title: change.title.map_or(b.title, |title| title.trim().to_owned()),
        is_default: change.is_default.unwrap_or(b.is_default),
        description: change.description.unwrap_or(b.description),
        without_menu: change.without_menu.unwrap_or(b.without_menu),
        service_id: or_none(change.service_id, b.service_id),
        service_step_hide: change.service_step_hide.unwrap_or(b.service_step_hide),
        team_member_id: or_none(change.team_member_id, b.team_member_id),
        team_step_hide: change.team_step_hide.unwrap_or(b.team_step_hide),
        service_step_num: change.service_step_num.unwrap_or(b.service_step_num),
        team_step_num: change.team_step_num.unwrap_or(b.team_step_num),
        datetime_step_num: change.datetime_step_num.unwrap_or(b.datetime_step_num),
        show_button: change.show_button.unwrap_or(b.show_button),
        button_position: position.unwrap_or(b.button_position),
        form_position: change.form_position.unwrap_or(b.form_position),
        button_color: color.unwrap_or(b.button_color),
        button_animation: change.button_animation.unwrap_or(b.button_animation),
        ab_test_enabled: change.ab_test_enabled.unwrap_or(b.ab_test_enabled),
        is_chain: change.is_chain.unwrap_or(b.is_chain),
        sequence_type: change.sequence_type.unwrap_or(b.sequence_type),
        service_step_title: change.service_step_title.unwrap_or(b.service_step_title),
        team_step_title: change.team_step_title.unwrap_or(b.team_step_title),
        specialization_display_mode: change
            .specialization_display_mode
            .unwrap_or(b.specialization_display_mode),
        datetime_step_title: change.datetime_step_title.unwrap_or(b.datetime_step_title),
        map_type: change.map_type.unwrap_or(b.map_type),
        default_language_id: change.default_language_id.unwrap_or(b.default_language_id),
        chain_id: or_none(change.chain_id, b.chain_id),
        facebook_pixel_id: change.facebook_pixel_id.unwrap_or(b.facebook_pixel_id),
        vk_pixel_id: change.vk_pixel_id.unwrap_or(b.vk_pixel_id),
        online_sales_group_id: change.online_sales_group_id.unwrap_or(b.online_sales_group_id),
        service_step_category_view_type: change
            .service_step_category_view_type
            .unwrap_or(b.service_step_category_view_type),
        location_select_type_code: change.location_select_type_code.unwrap_or(b.location_select_type_code),
        record_type_id: nullable(change.record_type_id, b.record_type_id),
        display_event_type: change.display_event_type.unwrap_or(b.display_event_type),
        is_multiple_event_booking: change.is_multiple_event_booking.unwrap_or(b.is_multiple_event_booking),
        event_booking_count: change.event_booking_count.unwrap_or(b.event_booking_count),
        header_images: images,
        is_weekly_view_enabled: change.is_weekly_view_enabled.unwrap_or(b.is_weekly_view_enabled),
        weekly_view_without_booking: change
            .weekly_view_without_booking
            .unwrap_or(b.weekly_view_without_booking),
        weekly_view_location_id: nullable(change.weekly_view_location_id, b.weekly_view_location_id),
        has_service: b.has_service,
        has_team_member: b.has_team_member,
    };
    check(&after, problems);
    after
}

fn check(form: &Form, problems: &mut Problems) {
    problems.length(&form.title, 255, "title");
    problems.length(&form.description, 1000, "description");
    problems.check(POSITIONS.contains(&form.button_position.as_str()), "button_position", "field-choice");
    problems.check(["right", "left"].contains(&form.form_position.as_str()), "form_position", "field-choice");
    problems.check(is_color(&form.button_color), "button_color", "field-color");
    let mut steps = [form.service_step_num, form.team_step_num, form.datetime_step_num];
    steps.sort_unstable();
    problems.check(steps == [1, 2, 3], "service_step_num", "field-steps");
    for (text, field) in [
        (&form.service_step_title, "service_step_title"),
        (&form.team_step_title, "master_step_title"),
        (&form.datetime_step_title, "datetime_step_title"),
        (&form.facebook_pixel_id, "facebook_pixel_id"),
        (&form.vk_pixel_id, "vk_pixel_id"),
    ] {
        problems.length(text, 100, field);
    }
    for (code, field) in [
        (&form.sequence_type, "sequence_type"),
        (&form.service_step_category_view_type, "service_step_category_view_type"),
        (&form.location_select_type_code, "salon_select_type_code"),
        (&form.display_event_type, "display_activity_type"),
    ] {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        problems.check(!code.is_empty() && code.bytes().all(plain), field, "field-code");
        problems.length(code, 50, field);
    }
    for (number, most, field) in [
        (form.specialization_display_mode, 9, "specialization_display_mode"),
        (form.map_type, 9, "map_type"),
        (form.default_language_id, 9999, "default_language_id"),
        (form.online_sales_group_id, i64::from(i32::MAX), "online_sales_group_id"),
        (form.event_booking_count, 255, "activity_record_count"),
        (form.record_type_id.unwrap_or_default(), 2, "record_type_id"),
    ] {
        problems.range(number, 0..=most, field);
    }
    problems.check(!form.is_chain || form.chain_id.is_some(), "group_id", "field-required");
    if let Some(images) = &form.header_images {
        if images.len() > IMAGES {
            problems.add("header_images", Message::new("field-too-many").with("limit", IMAGES));
        }
        for (name, address) in images.iter().take(IMAGES) {
            let link = address.starts_with("https://") || address.starts_with("http://");
            problems.check(link, "header_images", "field-link");
            problems.length(address, 500, "header_images");
            problems.length(name, 50, "header_images");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(before: &Form, sent: Change) -> (Form, Vec<String>) {
        let mut problems = Problems::new();
        let after = change(before, sent, &mut problems);
        let fields = |e: kernel::Error| e.fields().iter().map(|(f, _)| f.clone()).collect();
        (after, problems.done().err().map_or_else(Vec::new, fields))
    }

    #[test]
    fn what_is_left_out_stays() {
        let before = Form { id: 3, title: "A".into(), team_member_id: Some(7), ..Form::default() };
        assert_eq!(changed(&before, Change::default()), (before.clone(), vec![]));
        let none = Change { team_member_id: Some(0), ..Change::default() };
        assert_eq!(changed(&before, none).0, Form { team_member_id: None, ..before });
    }

    #[test]
    fn a_position_is_stored_without_its_blank() {
        let sent = Change {
            title: Some(" T ".into()),
            button_position: Some("top left ".into()),
            button_color: Some("#1C84C6".into()),
            ..Change::default()
        };
        let (after, wrong) = changed(&Form::default(), sent);
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!((after.title.as_str(), after.button_position.as_str()), ("T", "top left"));
        assert_eq!(after.button_color, "#1c84c6");
    }

    #[test]
    fn every_wrong_field_is_named() {
        let sent = Change {
            button_position: Some("middle".into()),
            form_position: Some("top".into()),
            button_color: Some("red".into()),
            service_step_num: Some(1),
            team_step_title: Some("x".repeat(101)),
            sequence_type: Some("no blanks".into()),
            map_type: Some(-1),
            record_type_id: Patch::Set(i64::MAX),
            is_chain: Some(true),
            header_images: Patch::Set([("desktop".to_owned(), "javascript:x".to_owned())].into()),
            ..Change::default()
        };
        assert_eq!(
            changed(&Form::default(), sent).1,
            [
                "title",
                "button_position",
                "form_position",
                "button_color",
                "service_step_num",
                "master_step_title",
                "sequence_type",
                "map_type",
                "record_type_id",
                "group_id",
                "header_images",
            ]
        );
        let blank = Change { title: Some("  ".into()), ..Change::default() };
        let there = Form { id: 1, title: "A".into(), ..Form::default() };
        assert_eq!(changed(&there, blank.clone()).1, ["title"]);
        assert_eq!(changed(&Form::default(), blank).1, ["title"]);
    }
}
