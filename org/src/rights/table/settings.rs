//! Settings of the location: users, services, positions, team members, notifications.

use crate::rights::right::{Branch, Section::Settings, flag, group, limited, root, under};

#[rustfmt::skip]
pub(super) const BRANCHES: &[Branch] = &[
    root(Settings, &[
        group("settings_access", "-a-m-f", "Settings", "Opens the settings of the location.").recommended(),
    ]),
    under(Settings, "settings_access", &[
        flag("settings_basis_access", "---m--", "Basic settings", "How the location works: calendar, rules of booking, currency.").recommended(),
        flag("settings_information_access", "---m-f", "Information about the location", "Title, address, contacts, photos."),
        group("users_access", "---m--", "Users", "Sees who has access to the location.").recommended(),
        group("settings_services_access", "-a-m-f", "Services", "Sees the list of services with its settings.").recommended(),
        group("settings_positions_read", "-a-m-f", "Positions", "Sees the positions of the team."),
        group("settings_master_access", "-a-m-f", "Team members", "Sees the list of team members with its settings.").recommended(),
        flag("schedule_edit", "-a-m--", "Work schedules", "Changes the working hours of team members.").recommended(),
        group("settings_notifications_access", "---m-f", "Notifications", "What clients and the team are told, and how."),
        flag("webhook_read_access", "---m--", "Webhooks", "Sees and changes where events are sent to."),
        flag("settings_clients_labels_access", "-a-m--", "Tags of clients and appointments", ""),
        flag("settings_close_docs_access", "---m--", "Closing of periods", "Closes past days, so that their documents stay as they are."),
    ]),
    under(Settings, "users_access", &[
        flag("create_users_access", "---m--", "Invite users", ""),
        flag("edit_users_access", "---m--", "Change users' rights", "").recommended(),
        flag("delete_users_access", "---m--", "Remove users", ""),
        limited("limited_users_access", "------", "Only users with fewer rights", "Restricts the user to those whose role is below his own."),
    ]),
    under(Settings, "settings_services_access", &[
        flag("settings_services_create_access", "---m--", "Add services", ""),
        group("services_edit", "---m--", "Change services", ""),
        flag("services_delete", "---m--", "Delete services", ""),
    ]),
    under(Settings, "services_edit", &[
        flag("settings_services_edit_title_access", "---m--", "Change titles", ""),
        flag("settings_services_relation_category_access", "---m--", "Change categories", ""),
        flag("settings_services_edit_price_access", "---m--", "Change prices", ""),
        flag("settings_services_edit_image_access", "---m--", "Change pictures", ""),
        flag("settings_services_edit_online_seance_date_time_access", "---m--", "Change days and hours of online booking", ""),
        flag("settings_services_edit_online_pay_access", "---m--", "Change online payment", ""),
        flag("settings_services_edit_services_related_resource_access", "---m--", "Change resources", "Rooms and equipment that a service takes up."),
        flag("edit_master_service_and_duration", "---m--", "Change who does a service and how long", ""),
        flag("tech_card_edit", "---m--", "Change lists of consumables", "What a service uses up."),
    ]),
    under(Settings, "settings_positions_read", &[
        flag("settings_positions_create", "---m--", "Add and change positions", ""),
        flag("settings_positions_delete", "---m--", "Delete positions", ""),
    ]),
    under(Settings, "settings_master_access", &[
        flag("master_create", "---m--", "Add team members", ""),
        flag("master_edit", "---m--", "Change team members", ""),
        flag("master_delete", "---m--", "Delete team members", ""),
        flag("settings_master_dismiss_access", "---m--", "Dismiss team members", ""),
    ]),
    under(Settings, "settings_notifications_access", &[
        flag("settings_email_notifications_access", "---m--", "E-mail notifications", ""),
        flag("settings_template_notifications_access", "---m--", "Texts of notifications", ""),
        flag("settings_user_notifications_access", "---m--", "Notifications to users", ""),
    ]),
];
