//! Decisions about tags, without I/O.

use kernel::{Error, Kind, Problems, Result};

use super::store::Tag;

/// What a tag is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    /// Anything.
    Common,
    /// Clients.
    Client,
    /// Appointments.
    Appointment,
    /// Events.
    Event,
}

impl Entity {
    const ALL: [(Entity, i64, &'static str); 4] = [
        (Entity::Common, 0, "common"),
        (Entity::Client, 1, "client"),
        (Entity::Appointment, 2, "record"),
        (Entity::Event, 3, "activity"),
    ];

    /// By its number or its name on the wire.
    pub fn parse(text: &str) -> Option<Self> {
        let by = |(_, code, name): &&(Entity, i64, &str)| text == *name || text.parse() == Ok(*code);
        Self::ALL.iter().find(by).map(|(entity, ..)| *entity)
    }

    /// By its number.
    pub fn of(code: i64) -> Option<Self> {
        Self::ALL.iter().find(|(_, c, _)| *c == code).map(|(entity, ..)| *entity)
    }

    /// Its number.
    pub fn code(self) -> i64 {
        Self::ALL.iter().find(|(entity, ..)| *entity == self).map_or(0, |(_, code, _)| *code)
    }

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(entity, ..)| *entity == self).map_or("common", |(.., name)| name)
    }
}

/// What a request says of a tag; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub title: Option<String>,
    pub color: Option<String>,
    pub entity: Option<i64>,
    pub icon: Option<String>,
}

/// The tag as it becomes; names what is wrong. A new tag needs title and colour.
pub fn change(before: Option<&Tag>, change: Change, problems: &mut Problems) -> Tag {
    let mut tag = before.cloned().unwrap_or_default();
    if before.is_none() {
        problems.check(change.title.is_some(), "title", "field-required");
        problems.check(change.color.is_some(), "color", "field-required");
    }
    if let Some(title) = change.title {
        problems.check(!title.trim().is_empty(), "title", "field-empty");
        problems.length(&title, 100, "title");
        title.trim().clone_into(&mut tag.title);
    }
    if let Some(color) = change.color {
        problems.check(is_color(&color), "color", "field-color");
        tag.color = color.to_ascii_lowercase();
    }
    if let Some(entity) = change.entity {
        problems.check(Entity::of(entity).is_some(), "entity", "field-choice");
        tag.entity = entity;
    }
    if let Some(icon) = change.icon {
        problems.length(&icon, 50, "icon");
        tag.icon = icon;
    }
    tag
}

/// Whether it is `#RRGGBB`.
pub fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Black or white, whichever is read better on the colour (by its relative luminance, WCAG 2).
pub fn font_color(color: &str) -> &'static str {
    let part = |at: usize| {
        let value = color.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or(255);
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let luminance = 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
    // Contrast with white, (1.05)/(L+0.05), against contrast with black, (L+0.05)/0.05.
    if (luminance + 0.05) * (luminance + 0.05) > 1.05 * 0.05 { "#000000" } else { "#ffffff" }
}

/// Whether the tag may be changed or deleted.
pub fn editable(tag: &Tag) -> Result<()> {
    if tag.is_editable { Ok(()) } else { Err(Error::new(Kind::Forbidden, "tag-not-editable")) }
}

#[cfg(test)]
mod tests {
    use super::{Change, Entity, change, font_color, is_color};
    use kernel::Problems;
    use proptest::prelude::*;

    #[test]
    fn entities_are_read_by_name_and_number() {
        for (text, entity) in [("client", Entity::Client), ("1", Entity::Client), ("3", Entity::Event)] {
            assert_eq!(Entity::parse(text), Some(entity));
        }
        assert_eq!(Entity::parse("4"), None);
        assert_eq!(Entity::parse("nothing"), None);
    }

    #[test]
    fn a_new_tag_needs_title_and_color() {
        let mut problems = Problems::new();
        change(None, Change { entity: Some(9), ..Change::default() }, &mut problems);
        let error = problems.done().expect_err("refused");
        let fields: Vec<_> = error.fields().iter().map(|(f, _)| f.as_str()).collect();
        assert_eq!(fields, ["title", "color", "entity"]);
    }

    #[test]
    fn letters_are_read_on_their_color() {
        assert_eq!(font_color("#ffff00"), "#000000");
        assert_eq!(font_color("#000080"), "#ffffff");
    }

    proptest! {
        #[test]
        fn any_text_is_a_color_or_not(text in ".{0,9}") {
            let _ = is_color(&text);
            let _ = font_color(&text);
        }
    }
}
