//! An appointment on the wire of version 1.

use std::sync::Arc;

use ::clients::clients::Card;
use calc::zone::{local_iso, local_iso_basic};
use org::tags::rules::font_color;
use serde::Serialize;
use serde_json::{Map, Number, Value};
use utoipa::ToSchema;

use super::parts::{
    AppointmentComerOut, AppointmentDocumentOut, AppointmentServiceOut, AppointmentTagOut, CustomValuesOut,
    Flag, custom_values, flag,
};
use crate::appointments::links;
use crate::appointments::shapes::{AppointmentStaffOut, ConsumableOut, FinanceTransactionOut};
use crate::appointments::store::Appointment;
use crate::appointments::store::with;
use crate::appointments::view::View;

/// An appointment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AppointmentOut {
    /// Its id.
    #[schema(example = 2)]
    id: i64,
    /// The location.
    #[schema(example = 4564)]
    company_id: i64,
    /// The team member.
    #[schema(example = 9)]
    staff_id: i64,
    /// What for.
    services: Vec<AppointmentServiceOut>,
    /// Promotions; the location has none.
    #[schema(value_type = Vec<Object>)]
    events: [(); 0],
    /// Products sold with it.
    #[schema(value_type = Vec<Object>)]
    goods_transactions: [(); 0],
    /// The team member.
    #[schema(value_type = Option<AppointmentStaffOut>)]
    staff: Option<Arc<AppointmentStaffOut>>,
    /// The client, null for nobody in particular.
    #[schema(value_type = Option<Card>)]
    client: Option<Arc<Card>>,
    /// Whether a visitor comes, if one is noted.
    #[schema(example = json!(null))]
    comer: Option<bool>,
    /// The visitor.
    comer_person_info: Option<AppointmentComerOut>,
    /// Seats.
    #[schema(example = 1)]
    clients_count: i64,
    /// When it begins, by the location's clock.
    #[schema(example = "2026-01-16T16:00:00-05:00")]
    date: String,
    /// The same.
    #[schema(example = "2026-01-16T16:00:00-05:00")]
    datetime: String,
    /// When it was made.
    #[schema(example = "2026-01-16T20:35:11-0500")]
    create_date: String,
    /// What is noted of it.
    #[schema(example = "")]
    comment: String,
    /// Whether the client booked it online.
    #[schema(example = false)]
    online: bool,
    /// Of the visit: -1 absent, 0 waiting, 1 came, 2 confirmed.
    #[schema(example = 0)]
    visit_attendance: i64,
    /// Of the appointment: the same numbers.
    #[schema(example = 0)]
    attendance: i64,
    /// 1 when nobody need ring up any more.
    #[schema(example = 1)]
    confirmed: i64,
    /// Seconds, with the break.
    #[schema(example = 3600)]
    seance_length: i64,
    /// The same.
    #[schema(example = 3600)]
    length: i64,
    /// Seconds of it at its end.
    #[schema(example = 0)]
    technical_break_duration: i64,
    /// A reminder by SMS so many hours ahead, 0 for none.
    #[schema(example = 5)]
    sms_before: i64,
    /// 1 when the client was to be told by SMS at once.
    #[schema(example = 0)]
    sms_now: i64,
    /// Text of that SMS where it is not the usual one; always empty.
    #[schema(example = "")]
    sms_now_text: &'static str,
    /// 1 when the client was to be told by e-mail at once.
    #[schema(example = 0)]
    email_now: i64,
    /// 1 when the client was told of it.
    #[schema(example = 0)]
    notified: i64,
    /// 1 when the client named the team member.
    #[schema(example = 1)]
    master_request: i64,
    /// Its id elsewhere.
    #[schema(example = "")]
    api_id: String,
    /// The page from which it was booked.
    #[schema(example = "")]
    from_url: String,
    /// 1 when the client was asked for a review.
    #[schema(example = 0)]
    review_requested: i64,
    /// Whether the reminder went out.
    #[schema(example = false)]
    is_remind_sms_sent: bool,
    /// The visit.
    #[schema(example = 8_262_996)]
    visit_id: i64,
    /// Who made it, 0 for a client.
    #[schema(example = 1_073_232)]
    created_user_id: i64,
    /// Whether it was deleted.
    #[schema(schema_with = flag, example = false)]
    deleted: Flag,
    /// 1 when it is paid.
    #[schema(example = 0)]
    paid_full: i64,
    /// How it was paid, 0 not yet.
    #[schema(example = 0)]
    payment_status: i64,
    /// Whether it is to be paid in advance.
    #[schema(schema_with = flag, example = false)]
    prepaid: Flag,
    /// Whether it was.
    #[schema(schema_with = flag, example = false)]
    prepaid_confirmed: Flag,
    /// Whether it can't be changed.
    #[schema(example = false)]
    is_update_blocked: bool,
    /// When it was changed last.
    #[schema(example = "2026-01-16T20:35:15-0500")]
    last_change_date: String,
    /// Its colour, `rrggbb` or empty.
    #[schema(example = "f44336")]
    custom_color: String,
    /// Colour of text on its colour, or empty.
    #[schema(example = "#ffffff")]
    custom_font_color: String,
    /// Its tags.
    record_labels: Vec<AppointmentTagOut>,
    /// The event, 0 for none.
    #[schema(example = 0)]
    activity_id: i64,
    /// Values of custom fields by code, as far as they may be seen; an empty list for none.
    #[schema(schema_with = custom_values)]
    custom_fields: CustomValuesOut,
    /// Its documents.
    documents: Vec<AppointmentDocumentOut>,
    /// A reminder by SMS so many hours ahead.
    #[schema(example = 5)]
    sms_remain_hours: Option<i64>,
    /// A reminder by e-mail so many hours ahead.
    #[schema(example = 1)]
    email_remain_hours: Option<i64>,
    /// The form through which it was booked, 0 for none.
    #[schema(example = 0)]
    bookform_id: i64,
    /// Where it came from, in words.
    #[schema(example = "")]
    record_from: String,
    /// 0 made by staff, 1 booked on a phone, 2 on a desktop.
    #[schema(example = 0)]
    is_mobile: i64,
    /// Whether a receipt was printed.
    #[schema(example = false)]
    is_sale_bill_printed: bool,
    /// Consumables written off with it, when asked for.
    consumables: Vec<ConsumableOut>,
    /// Payments, when asked for.
    finance_transactions: Vec<FinanceTransactionOut>,
    /// Its free acceptance; null where there is none.
    #[schema(example = json!(null))]
    acceptance_free: Option<bool>,
    /// The instances of resources that it takes up.
    #[schema(example = json!([]))]
    resource_instance_ids: Vec<i64>,
    /// The page where the client sees, moves and cancels it.
    #[schema(example = "https://example.com/a/4564-2-d41d8cd98f00b204e9800998ecf8427e")]
    short_link: String,
    /// Services that are several in one, in parts.
    #[schema(value_type = Vec<Object>)]
    composite: [(); 0],
}

fn custom(values: &[with::Value]) -> CustomValuesOut {
    let value = |v: &with::Value| match v.kind.as_str() {
        "number" => v.value.parse::<Number>().map_or_else(|_| Value::from(v.value.as_str()), Value::Number),
        _ => Value::from(v.value.as_str()),
    };
    CustomValuesOut(values.iter().map(|v| (v.code.clone(), value(v))).collect::<Map<String, Value>>())
}

impl AppointmentOut {
    /// Of that appointment.
    pub fn of(a: &Appointment, view: &View) -> Self {
        let client = view.client(a).cloned();
        let comer = a
            .comer_id
            .map(|id| AppointmentComerOut { id, name: view.comer(a).unwrap_or_default().to_owned() });
        let at = local_iso(a.starts_at, view.zone());
        let created = local_iso_basic(a.created_at, view.zone());
        let changed = match a.updated_at {
            at if at == a.created_at => created.clone(),
            at => local_iso_basic(at, view.zone()),
        };
        let font = if a.color.is_empty() { "" } else { font_color(&format!("#{}", a.color)) };
        Self {
            id: a.id,
            company_id: view.location_id,
            staff_id: a.team_member_id,
            services: view.lines(a).iter().map(Into::into).collect(),
            events: [],
            goods_transactions: [],
            staff: view.staff(a).cloned(),
            client,
            comer: comer.as_ref().map(|_| true),
            comer_person_info: comer,
            clients_count: a.clients_count,
            date: at.clone(),
            datetime: at,
            create_date: created,
            comment: a.comment.clone(),
            online: a.device != 0,
            visit_attendance: view.visit_attendance(a),
            attendance: a.attendance,
            confirmed: i64::from(a.confirmed),
            seance_length: a.length,
            length: a.length,
            technical_break_duration: a.technical_break,
            sms_before: a.sms_before,
            sms_now: i64::from(a.sms_now),
            sms_now_text: "",
            email_now: i64::from(a.email_now),
            notified: i64::from(a.is_reminded),
            master_request: i64::from(a.is_requested),
            api_id: a.api_id.clone(),
            from_url: a.from_url.clone(),
            review_requested: i64::from(a.is_review_asked),
            is_remind_sms_sent: a.is_reminded,
            visit_id: a.visit_id.unwrap_or_default(),
            created_user_id: a.created_user_id,
            deleted: Flag::Bool(a.is_deleted),
            paid_full: 0,
            payment_status: 0,
            prepaid: Flag::Bool(false),
            prepaid_confirmed: Flag::Bool(false),
            is_update_blocked: false,
            last_change_date: changed,
            custom_color: a.color.clone(),
            custom_font_color: font.to_owned(),
            record_labels: view.labels(a).iter().map(Into::into).collect(),
            activity_id: a.event_id.unwrap_or_default(),
            custom_fields: custom(view.values(a)),
            documents: view.documents(a).iter().map(|d| AppointmentDocumentOut::of(d, a, view)).collect(),
            sms_remain_hours: Some(a.sms_before),
            email_remain_hours: Some(a.email_before),
            bookform_id: a.form_id,
            record_from: a.record_from.clone(),
            is_mobile: a.device,
            is_sale_bill_printed: false,
            consumables: Vec::new(),
            finance_transactions: Vec::new(),
            acceptance_free: None,
            resource_instance_ids: view.instances(a).to_vec(),
            short_link: links::page(view.app(), view.location_id, a.id),
            composite: [],
        }
    }

    /// As it stands among the appointments of a visit.
    #[must_use]
    pub fn in_visit(mut self) -> Self {
        for flag in [&mut self.deleted, &mut self.prepaid, &mut self.prepaid_confirmed] {
            if let Flag::Bool(yes) = *flag {
                *flag = Flag::Number(yes);
            }
        }
        self
    }

    /// As it stands in the answer to its change.
    #[must_use]
    pub fn changed(mut self) -> Self {
        if let Some(staff) = &mut self.staff {
            Arc::make_mut(staff).change();
        }
        self
    }
}
