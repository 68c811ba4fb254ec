//! A visit's receipt as a PDF.

use calc::zone::local_sql;
use kernel::{Error, Language, Message, Money, Result};
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::text::{Font, TextDirection};
use krilla::{Data, Document};
use org::locations::Location;

use super::store::Visit;
use crate::appointments::store::Appointment;
use crate::appointments::view::View;

/// What a receipt says.
#[derive(Clone, Debug, Default)]
pub(super) struct Receipt {
    title: String,
    head: Vec<String>,
    /// What, and how much.
    lines: Vec<(String, String)>,
    total: (String, String),
}

impl Receipt {
    /// Of that visit.
    pub(super) fn of(
        visit: &Visit,
        location: &Location,
        all: &[Appointment],
        view: &View,
        language: &Language,
    ) -> Self {
        let say = |name: &'static str| Message::from(name).text(language);
        let currency =
            org::dictionaries::country(location.country_id).map_or("", |country| country.currency_iso);
        let amount = |hundredths: i64| format!("{} {currency}", Money(hundredths)).trim().to_owned();
        let client = all.iter().find_map(|a| view.client(a)).map(|client| client.display_name.clone());
        let when = local_sql(visit.starts_at.unwrap_or_default(), view.zone());
        let number = Message::new("receipt-number").with("number", visit.id.to_string()).text(language);
        let head = [
            Some(location.address.clone()),
            Some(number),
            Some(when.get(..16).unwrap_or_default().to_owned()),
            client,
        ];
        let mut lines = Vec::new();
        for a in all {
            let member = view.member(a).map_or("", |member| member.name.as_str());
            lines.extend(view.lines(a).iter().map(|line| {
                let times = if line.amount > 1 { format!(" × {}", line.amount) } else { String::new() };
                (format!("{}{times} ({member})", line.title), amount(line.cost))
            }));
        }
        let total = all.iter().map(|a| a.cost).sum();
        Self {
            title: org::locations::public_title(location),
            head: head.into_iter().flatten().filter(|text| !text.trim().is_empty()).collect(),
            lines,
            total: (say("receipt-total"), amount(total)),
        }
    }
}

/// Points.
const WIDTH: f32 = 298.0;
const MARGIN: f32 = 24.0;
const SIZE: f32 = 9.0;
const LEADING: f32 = 14.0;
/// Characters of a line at the most.
const LETTERS: usize = 34;

/// Draws it, off the async threads.
pub(super) async fn pdf(receipt: Receipt) -> Result<Vec<u8>> {
    tokio::task::spawn_blocking(move || draw(&receipt)).await.map_err(Error::internal)?
}

fn wrapped(text: &str) -> Vec<String> {
    let mut out: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let last = out.len() - 1;
        if !out[last].is_empty() && out[last].chars().count() + word.chars().count() >= LETTERS {
            out.push(word.to_owned());
        } else {
            if !out[last].is_empty() {
                out[last].push(' ');
            }
            out[last].push_str(word);
        }
    }
    out
}

fn draw(receipt: &Receipt) -> Result<Vec<u8>> {
    let font = |bytes: &'static [u8]| {
        Font::new(Data::from(bytes.to_vec()), 0).ok_or_else(|| Error::internal("a font that can't be read"))
    };
    let (plain, bold) = (font(dejavu::sans::regular())?, font(dejavu::sans::bold())?);
    let rows: Vec<(Vec<String>, &str)> =
        receipt.lines.iter().map(|(what, cost)| (wrapped(what), cost.as_str())).collect();
    let count: usize = receipt.head.len() + rows.iter().map(|(lines, _)| lines.len()).sum::<usize>();
    #[allow(clippy::cast_precision_loss, reason = "a few hundred lines at the most")]
    let height = 2.0 * MARGIN + 22.0 + (count as f32 + 4.0) * LEADING;
    let settings =
        PageSettings::from_wh(WIDTH, height).ok_or_else(|| Error::internal("a page without size"))?;
    let mut document = Document::new();
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    surface.set_fill(Some(Fill {
        paint: rgb::Color::new(20, 20, 20).into(),
        opacity: NormalizedF32::ONE,
        ..Fill::default()
    }));
    let mut y = MARGIN + 12.0;
    surface.draw_text(
        Point::from_xy(MARGIN, y),
        bold.clone(),
        13.0,
        &receipt.title,
        false,
        TextDirection::Auto,
    );
    y += 8.0;
    for text in &receipt.head {
        y += LEADING;
        surface.draw_text(Point::from_xy(MARGIN, y), plain.clone(), SIZE, text, false, TextDirection::Auto);
    }
    let rule = |surface: &mut krilla::surface::Surface<'_>, y: f32| {
        let mut path = PathBuilder::new();
        path.move_to(MARGIN, y);
        path.line_to(WIDTH - MARGIN, y);
        if let Some(path) = path.finish() {
            surface.set_stroke(Some(Stroke { width: 0.5, ..Stroke::default() }));
            surface.draw_path(&path);
            surface.set_stroke(None);
        }
    };
    y += LEADING * 0.7;
    rule(&mut surface, y);
    // Costs stand in a column of their own; digits are all of one width in this font.
    let right = |text: &str, size: f32| {
        #[allow(clippy::cast_precision_loss, reason = "a dozen letters")]
        let width = text.chars().count() as f32 * size * 0.636;
        WIDTH - MARGIN - width
    };
    for (lines, cost) in &rows {
        for (at, line) in lines.iter().enumerate() {
            y += LEADING;
            surface.draw_text(
                Point::from_xy(MARGIN, y),
                plain.clone(),
                SIZE,
                line,
                false,
                TextDirection::Auto,
            );
            if at == 0 {
                let x = right(cost, SIZE);
                surface.draw_text(
                    Point::from_xy(x, y),
                    plain.clone(),
                    SIZE,
                    cost,
                    false,
                    TextDirection::Auto,
                );
            }
        }
    }
    y += LEADING * 0.7;
    rule(&mut surface, y);
    y += LEADING + 2.0;
    let (word, sum) = &receipt.total;
    surface.draw_text(Point::from_xy(MARGIN, y), bold.clone(), SIZE + 1.0, word, false, TextDirection::Auto);
    surface.draw_text(
        Point::from_xy(right(sum, SIZE + 1.6), y),
        bold,
        SIZE + 1.0,
        sum,
        false,
        TextDirection::Auto,
    );
    surface.finish();
    page.finish();
    document.finish().map_err(|error| Error::internal(format!("{error:?}")))
}
