//! The appointment form.

use crate::rights::right::{Branch, NO_TAG, Section::RecordForm, days, flag, group, id, root, under};

#[rustfmt::skip]
pub(super) const BRANCHES: &[Branch] = &[
    root(RecordForm, &[
        group("record_form_access", "wa-mrf", "Appointment form", "Opens an appointment.").recommended(),
    ]),
    under(RecordForm, "record_form_access", &[
        group("record_form_client_access", "wa-mrf", "See the client in an appointment", "Without it the client's part of the form is closed.").recommended(),
        group("records_autocomplete_access", "wa-m--", "Find clients while typing", "Offers known clients when a name or phone is typed in."),
        flag("create_records_access", "wa-m--", "Create appointments", "").recommended(),
        group("edit_records_access", "wa-m--", "Change appointments", "").recommended(),
        group("delete_records_access", "-a-m--", "Delete appointments", "").recommended(),
        group("records_goods_access", "wa-m-f", "See products in an appointment", "Products sold together with the visit."),
        group("records_finances_access", "-a-m-f", "Take payment in an appointment", "Opens the payment part of the visit."),
        group("records_group_id_access", "------", "Tag the client of a new appointment", "Every client booked by this user gets the tag chosen below.").neutral(),
        group("assistants_management_access", "-a-m--", "Assign assistants", "Adds assistants to the services of an appointment."),
        group("custom_fields_client_values_read_access", "wa-mrf", "See additional client fields", ""),
        group("custom_fields_record_values_read_access", "wa-mrf", "See additional appointment fields", ""),
    ]),
    under(RecordForm, "record_form_client_access", &[
        flag("record_form_client_add_access", "wa-m--", "Add a new client from an appointment", "Without it only known clients can be booked."),
    ]),
    under(RecordForm, "records_autocomplete_access", &[
        flag("records_autocomplete_phone_access", "-a-m--", "See phones among the offered clients", ""),
    ]),
    under(RecordForm, "edit_records_access", &[
        days("records_edit_last_days_count", "wa-m--", "Days back that can be changed", "How old an appointment may be to be changed; -1 sets no limit."),
        flag("edit_records_attendance_access", "wa-m--", "Set the visit status", "Marks a client as waiting, arrived, confirmed or absent."),
        flag("records_edit_date_and_master_access", "wa-m--", "Change date, time and team member", ""),
        flag("records_edit_duration_access", "wa-m--", "Change the duration", ""),
        flag("records_edit_comment_access", "wa-m--", "Change the comment", ""),
        flag("records_edit_services_access", "wa-m--", "Change the services", "Adds services to an appointment and takes them out."),
        flag("records_services_cost_access", "-a-m--", "Change prices of services", ""),
        flag("records_services_discount_access", "-a-m--", "Change discounts on services", ""),
        flag("records_consumables_edit_access", "wa-m--", "Change consumables of a service", "Corrects what was used up during the visit."),
        group("record_edit_full_paid_access", "---m--", "Change a paid appointment", "").recommended(),
    ]),
    under(RecordForm, "record_edit_full_paid_access", &[
        flag("record_edit_full_paid_client_came_access", "---m--", "Change a paid appointment after arrival", "Holds for visits with the status \"arrived\"."),
        flag("record_edit_full_paid_client_confirm_access", "---m--", "Change a paid appointment once confirmed", "Holds for visits with the status \"confirmed\"."),
    ]),
    under(RecordForm, "delete_records_access", &[
        flag("delete_customer_came_records_access", "---m--", "Delete appointments of clients who came", ""),
        flag("delete_paid_records_access", "---m--", "Delete paid appointments", "").recommended(),
    ]),
    under(RecordForm, "records_goods_access", &[
        group("records_goods_create_transaction_access", "wa-m--", "Sell products in an appointment", ""),
        group("records_goods_edit_transaction_access", "-a-m--", "Change product sales in an appointment", ""),
        flag("records_goods_cost_access", "-a-m--", "Change prices of products", ""),
        flag("records_goods_discount_access", "-a-m--", "Change discounts on products", ""),
    ]),
    under(RecordForm, "records_goods_create_transaction_access", &[
        days("records_goods_create_last_days_count", "-a-m--", "Days back for selling products", "How old the visit may be; -1 sets no limit."),
    ]),
    under(RecordForm, "records_goods_edit_transaction_access", &[
        days("records_goods_edit_last_days_count", "---m--", "Days back for changing product sales", "How old the visit may be; -1 sets no limit."),
    ]),
    under(RecordForm, "records_finances_access", &[
        days("records_finances_last_days_count", "---m--", "Days back for payments", "How old the visit may be to be paid; -1 sets no limit."),
        flag("records_finances_pay_from_deposits_access", "-a-m--", "Pay from a client's deposit", ""),
    ]),
    under(RecordForm, "records_group_id_access", &[
        id("records_group_id", "Tag for clients of new appointments", "", "client_category", NO_TAG).neutral(),
    ]),
    under(RecordForm, "assistants_management_access", &[
        flag("assistants_reward_share_edit_access", "---m--", "Change an assistant's share", "Sets how the reward is split between the team member and assistants."),
    ]),
    under(RecordForm, "custom_fields_client_values_read_access", &[
        flag("custom_fields_client_values_edit_access", "wa-m--", "Fill in additional client fields", ""),
    ]),
    under(RecordForm, "custom_fields_record_values_read_access", &[
        flag("custom_fields_record_values_edit_access", "wa-m--", "Fill in additional appointment fields", ""),
    ]),
];
