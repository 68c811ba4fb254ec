//! Rights as types: an operation names one in its signature.

use crate::rights::Role;
use crate::users::Membership;

/// A right at a location.
pub trait Right: Send + Sync + 'static {
    /// Its slug in the contract's permission tree; none for what every user of the location may do.
    const SLUG: Option<&'static str>;

    /// Whether this user of the location has it.
    fn allowed(membership: &Membership) -> bool {
        Self::SLUG.is_none_or(|slug| membership.grants.allows(slug))
    }
}

/// Every user of the location.
#[derive(Clone, Copy, Debug)]
pub struct Member;

impl Right for Member {
    const SLUG: Option<&'static str> = None;
}

/// The location's owners alone.
#[derive(Clone, Copy, Debug)]
pub struct Owner;

impl Right for Owner {
    const SLUG: Option<&'static str> = Some("owner");

    fn allowed(membership: &Membership) -> bool {
        membership.role() == Role::Owner
    }
}

macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident = $slug:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name;
            impl Right for $name {
                const SLUG: Option<&'static str> = Some($slug);
            }
        )*
        /// The slugs that operations name; a test holds them against the tree.
        pub const NAMED: &[&str] = &[$($slug),*];
    };
}

rights! {
    /// The location's basic settings.
    SettingsBasis = "settings_basis_access";
    /// The list of users.
    Users = "users_access";
    /// Inviting users.
    UsersCreate = "create_users_access";
    /// Changing users' rights.
    UsersEdit = "edit_users_access";
    /// Removing users.
    UsersDelete = "delete_users_access";
    /// The settings of team members.
    Team = "settings_master_access";
    /// Adding team members.
    TeamCreate = "master_create";
    /// Changing team members.
    TeamEdit = "master_edit";
    /// Deleting team members.
    TeamDelete = "master_delete";
    /// Dismissing team members, and taking them back.
    TeamDismiss = "settings_master_dismiss_access";
    /// The list of positions.
    Positions = "settings_positions_read";
    /// Adding and changing positions.
    PositionsEdit = "settings_positions_create";
    /// Deleting positions.
    PositionsDelete = "settings_positions_delete";
    /// Tags.
    TagsEdit = "settings_clients_labels_access";
    /// The appointment calendar.
    Calendar = "timetable_access";
    /// Making appointments and events.
    AppointmentsCreate = "create_records_access";
    /// Changing appointments and events.
    AppointmentsEdit = "edit_records_access";
    /// Deleting appointments and events.
    AppointmentsDelete = "delete_records_access";
    /// Reviews.
    Reviews = "dash_reviews_access";
    /// What clients had.
    ClientHistory = "clients_show_attendance_history_access";
    /// Working hours.
    ScheduleEdit = "schedule_edit";
    /// Settings of online booking.
    OnlineBooking = "online_record_access";
    /// Messages to clients.
    SendMessages = "send_sms";
    /// The list of messages that were sent.
    Messages = "dash_message_access";
    /// How people are told of what happens.
    Notifications = "settings_notifications_access";
    /// Which users are told of what happens.
    UserNotifications = "settings_user_notifications_access";
    /// Webhooks.
    Webhooks = "webhook_read_access";
    /// Adding services and their categories.
    ServicesCreate = "settings_services_create_access";
    /// Changing services and their categories.
    ServicesEdit = "services_edit";
    /// Deleting services and their categories.
    ServicesDelete = "services_delete";
    /// Who does a service, and how long.
    ServicesTeam = "edit_master_service_and_duration";
    /// Resources, and which of them services take up.
    ServicesResources = "settings_services_edit_services_related_resource_access";
    /// Pictures of services.
    ServicesEditImage = "settings_services_edit_image_access";
    /// The list of clients and their cards.
    Clients = "clients_access";
    /// Adding clients and changing them.
    ClientsEdit = "clients_edit_access";
    /// Deleting clients.
    ClientsDelete = "clients_delete_access";
    /// Comments on clients.
    ClientComments = "client_comments_list_access";
    /// Commenting on clients.
    ClientCommentsAdd = "client_comments_add_access";
    /// Files of clients.
    ClientFiles = "client_files_list_access";
    /// Adding files to clients.
    ClientFilesUpload = "client_files_upload_access";
    /// Deleting files of clients.
    ClientFilesDelete = "client_files_delete_access";
}

/// A right in a chain.
pub trait ChainRight: Send + Sync + 'static {
    /// Its slug in the contract's `access` of a chain.
    const SLUG: &'static str;
}

/// Clients of the whole chain.
#[derive(Clone, Copy, Debug)]
pub struct ChainClients;

impl ChainRight for ChainClients {
    const SLUG: &'static str = "clients_access";
}

/// Services of the whole chain.
#[derive(Clone, Copy, Debug)]
pub struct ChainServices;

impl ChainRight for ChainServices {
    const SLUG: &'static str = "chain_services_access";
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_named_right_is_in_the_tree() {
        for slug in super::NAMED {
            assert!(crate::rights::right(slug).is_some(), "{slug}");
        }
    }
}
