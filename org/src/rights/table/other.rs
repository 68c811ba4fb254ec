//! Overview, security, notifications, visitors, online booking, and what stands alone.

use crate::rights::right::{
    Branch, Section::Comers, Section::Dashboard, Section::Notification, Section::OnlineRecord,
    Section::Other, Section::Security, Section::Settings, Section::Top, days, flag, group, ips, limited,
    root, under,
};

#[rustfmt::skip]
pub(super) const BRANCHES: &[Branch] = &[
    root(Dashboard, &[
        group("dashboard_access", "-a-m-f", "Overview", "Opens the overview of the location.").twins(&["dash_access"]).recommended(),
    ]),
    under(Dashboard, "dashboard_access", &[
        flag("dash_phones_access", "-a-m--", "See phones in the overview", ""),
        group("dash_records_access", "-a-m-f", "List of appointments", "Every appointment of the location with its changes."),
        group("dash_message_access", "-a-m-f", "List of messages", "Messages that were sent to clients."),
        group("dash_reviews_access", "-a-m-f", "List of reviews", ""),
        group("dashboard_calls_access", "-a-m-f", "List of calls", ""),
    ]),
    under(Dashboard, "dash_records_access", &[
        days("dash_records_last_days_count", "-a-m-f", "Days of appointments that are listed", "How many past days are shown; -1 sets no limit."),
        flag("dash_records_excel_access", "---m--", "Download the appointments as a table", ""),
        flag("dash_records_phones_access", "-a-m--", "See phones in the list of appointments", ""),
    ]),
    under(Dashboard, "dash_message_access", &[
        flag("dash_message_excel_access", "---m--", "Download the messages as a table", ""),
        flag("dash_message_phones_access", "-a-m--", "See phones in the list of messages", ""),
    ]),
    under(Dashboard, "dash_reviews_access", &[
        flag("dash_reviews_delete_access", "---m--", "Delete reviews", ""),
    ]),
    under(Dashboard, "dashboard_calls_access", &[
        flag("dashboard_calls_excel_access", "---m--", "Download the calls as a table", ""),
        flag("dashboard_calls_phones_access", "-a-m--", "See phones in the list of calls", ""),
    ]),
    root(Security, &[
        group("security_access", "------", "Security", "Opens the security log of the location.").also(&[Dashboard, Top]).recommended(),
    ]),
    under(Security, "security_access", &[
        flag("security_2fa_access", "------", "Manage the second factor", "Demands a second factor of the users and resets it.").also(&[Dashboard, Top]),
        flag("security_data_changes_access", "------", "See who changed data", "").also(&[Dashboard, Top]),
        flag("security_employee_changes_access", "------", "See who changed users and team members", "").also(&[Dashboard, Top]),
        flag("security_export_import_access", "------", "See downloads and uploads of data", "").also(&[Dashboard, Top]),
        flag("security_logins_access", "------", "See who signed in", "").also(&[Dashboard, Top]),
    ]),
    root(Notification, &[
        group("notification", "wa-m--", "Notifications", "The user is told of what happens in the location.").neutral(),
    ]),
    under(Notification, "notification", &[
        flag("web_push", "wa-m--", "In the browser", "").neutral(),
        flag("web_phone_push", "wa-m--", "On the phone", "").neutral(),
        flag("notification_sms_ending_license", "------", "Message when the licence ends", "").neutral(),
        flag("notification_sms_low_balance", "------", "Message when the balance is low", "").neutral(),
        flag("notification_email_ending_license", "------", "E-mail when the licence ends", "").neutral(),
    ]),
    root(Comers, &[
        group("comers_access", "-a-m-f", "Visitors", "Who comes with an appointment when it is not the client."),
    ]),
    under(Comers, "comers_access", &[
        group("comers_info_vehicle_view_access", "-a-m-f", "See vehicles of visitors", ""),
    ]),
    under(Comers, "comers_info_vehicle_view_access", &[
        flag("comers_info_vehicle_edit_access", "-a-m--", "Change vehicles of visitors", ""),
    ]),
    root(OnlineRecord, &[
        group("online_record_access", "---m-f", "Online booking", "Opens the settings of online booking.").recommended(),
    ]),
    under(OnlineRecord, "online_record_access", &[
        flag("online_record_privacy_policy_access", "---m--", "Change the privacy policy", "The texts that clients agree to when they book."),
    ]),
    root(Other, &[
        group("stat_access", "--cm-f", "Analytics", "Opens the figures of the location.").recommended(),
        group("billing_access", "---m--", "Billing", "Sees and pays what the location owes for the service.").recommended(),
        flag("send_sms", "-a-m--", "Send messages to clients", "").recommended(),
        limited("auth_enable_check_ip", "------", "Only from the listed addresses", "The user can sign in from the IP addresses listed below only.").personal(),
        flag("salon_to_salon_group_add_access", "---m--", "Add the location to a chain", ""),
        flag("is_salon_tips_manager", "------", "Manages tips", "Sees and sets up tips of the whole team.").also(&[Settings]),
    ]),
    under(Other, "stat_access", &[
        flag("analytics_constructor_access", "--cm--", "Build one's own reports", ""),
    ]),
    under(Other, "billing_access", &[
        flag("billing_invoices_access", "---m--", "See invoices", ""),
    ]),
    under(Other, "auth_enable_check_ip", &[
        ips("auth_list_allowed_ip", "Addresses to sign in from", "IP addresses or networks.").personal(),
    ]),
];
