//! Who is told of what, and when; without I/O.

use org::outbox::Channel;
use org::rights::Role;
use org::users::Membership;

/// Ways by which somebody is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Channels {
    /// On the phone.
    pub push: bool,
    /// By SMS.
    pub sms: bool,
    /// By e-mail.
    pub email: bool,
}

macro_rules! kinds {
    ($($variant:ident $name:literal ($push:literal $sms:literal $email:literal);)*) => {
        /// What people of a location are told of.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "named as on the wire")]
        pub enum Kind { $($variant,)* }

        impl Kind {
            /// All of them, in the order of the wire.
            pub const ALL: &[Kind] = &[$(Kind::$variant),*];

            /// Its name on the wire.
            pub fn name(self) -> &'static str {
                match self { $(Kind::$variant => $name,)* }
            }

            /// By which ways, where the location says nothing else.
            pub fn default_channels(self) -> Channels {
                match self {
                    $(Kind::$variant => Channels { push: $push == 1, sms: $sms == 1, email: $email == 1 },)*
                }
            }
        }
    };
}

kinds! {
    CreateOnlineStaff "record_create_online_staff" (1 0 1);
    MoveAdmin "record_move_admin" (1 0 0);
    LicenseExpire "license_expire" (1 1 1);
    CreateOfflineAdmin "record_create_offline_admin" (1 0 1);
    CreateOfflineStaff "record_create_offline_staff" (1 0 0);
    CreateOnlineAdmin "record_create_online_admin" (1 0 1);
    DeleteAdmin "record_delete_admin" (0 0 1);
    DeleteStaff "record_delete_staff" (1 0 0);
    MoveStaff "record_move_staff" (0 0 0);
}

impl Kind {
    /// By its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// Whether a user of that kind is told of it.
    pub fn is_for(self, mode: Mode) -> bool {
        match mode {
            Mode::Disabled => false,
            Mode::Admin => !self.name().ends_with("_staff"),
            Mode::Staff => !self.name().ends_with("_admin"),
        }
    }
}

/// As what a user is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Of all that happens.
    Admin,
    /// Of what happens to himself.
    Staff,
    /// Of nothing.
    Disabled,
}

impl Mode {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Staff => "staff",
            Self::Disabled => "disabled",
        }
    }

    /// Of this user of a location.
    pub fn of(membership: &Membership) -> Self {
        if !membership.is_approved || !membership.grants.allows("notification") {
            return Self::Disabled;
        }
        match membership.role() {
            Role::Owner | Role::Manager | Role::Administrator => Self::Admin,
            _ if membership.team_member_id.is_some() => Self::Staff,
            _ => Self::Disabled,
        }
    }
}

/// What people know of an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// When it begins.
    pub starts_at: i64,
    /// With whom.
    pub team_member_id: i64,
    /// Whether it is cancelled.
    pub is_over: bool,
}

/// What there is to tell of an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// It was made.
    Made,
    /// It has another time or another team member.
    Moved,
    /// It is cancelled.
    Cancelled,
}

/// What happened to an appointment since people were last told. One that was there before anybody was told is known
/// from then on.
pub fn happened(before: Option<Notice>, after: Notice, is_new: bool) -> Option<Happened> {
    match before {
        None => (is_new && !after.is_over).then_some(Happened::Made),
        Some(before) if before.is_over => (!after.is_over).then_some(Happened::Made),
        Some(_) if after.is_over => Some(Happened::Cancelled),
        Some(before) => (before != after).then_some(Happened::Moved),
    }
}

/// What the team member and the administrators are told of it.
pub fn kinds(happened: Happened, is_online: bool) -> (Kind, Kind) {
    match (happened, is_online) {
        (Happened::Made, true) => (Kind::CreateOnlineStaff, Kind::CreateOnlineAdmin),
        (Happened::Made, false) => (Kind::CreateOfflineStaff, Kind::CreateOfflineAdmin),
        (Happened::Moved, _) => (Kind::MoveStaff, Kind::MoveAdmin),
        (Happened::Cancelled, _) => (Kind::DeleteStaff, Kind::DeleteAdmin),
    }
}

/// A reminder that is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// By which way.
    pub channel: Channel,
    /// When.
    pub due_at: i64,
    /// Of an appointment that begins then.
    pub starts_at: i64,
}

/// The reminders of an appointment: so many hours ahead for each way, 0 for none. One whose time has passed already when
/// it is planned is not sent, unless it was planned before.
pub fn reminders(
    notice: Notice,
    hours: [(Channel, i64); 2],
    planned: &[Reminder],
    now: i64,
) -> Vec<Reminder> {
    if notice.is_over {
        return Vec::new();
    }
    let all = hours.into_iter().filter(|(_, hours)| *hours > 0).map(|(channel, hours)| Reminder {
        channel,
        due_at: notice.starts_at - hours * 3_600_000,
        starts_at: notice.starts_at,
    });
    all.filter(|reminder| reminder.due_at > now || planned.contains(reminder)).collect()
}

/// Whether a reminder that is due is still to be sent.
pub fn is_to_be_sent(reminder: Reminder, notice: Notice, attendance: i64, now: i64) -> bool {
    !notice.is_over && attendance != -1 && notice.starts_at == reminder.starts_at && now < notice.starts_at
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn notice(starts_at: i64) -> Notice {
        Notice { starts_at, team_member_id: 1, is_over: false }
    }

    #[test]
    fn people_are_told_of_what_they_do_not_know() {
        let (a, b) = (notice(10 * HOUR), notice(12 * HOUR));
        let over = Notice { is_over: true, ..a };
        let other = Notice { team_member_id: 2, ..a };
        assert_eq!(happened(None, a, true), Some(Happened::Made));
        assert_eq!(happened(None, a, false), None);
        assert_eq!(happened(None, over, true), None);
        assert_eq!(happened(Some(a), a, false), None);
        assert_eq!(happened(Some(a), a, true), None);
        assert_eq!(happened(Some(a), b, false), Some(Happened::Moved));
        assert_eq!(happened(Some(a), other, false), Some(Happened::Moved));
        assert_eq!(happened(Some(a), over, false), Some(Happened::Cancelled));
        assert_eq!(happened(Some(over), over, false), None);
        assert_eq!(happened(Some(over), a, false), Some(Happened::Made));
    }

    #[test]
    fn reminders_are_planned_ahead_and_never_late() {
        let hours = |sms, email| [(Channel::Sms, sms), (Channel::Email, email)];
        let at = notice(100 * HOUR);
        let planned = reminders(at, hours(2, 24), &[], 0);
        let due: Vec<_> = planned.iter().map(|r| (r.channel, r.due_at / HOUR)).collect();
        assert_eq!(due, [(Channel::Sms, 98), (Channel::Email, 76)]);
        assert!(reminders(at, hours(0, 0), &[], 0).is_empty());
        assert!(reminders(Notice { is_over: true, ..at }, hours(2, 24), &[], 0).is_empty());
        // Made an hour before: no reminder of two hours ahead.
        assert!(reminders(at, hours(2, 0), &[], 99 * HOUR).is_empty());
        // Planned before, and due just now: a change of something else does not lose it.
        assert_eq!(reminders(at, hours(2, 0), &planned, 98 * HOUR), planned[..1]);
        // Moved: planned anew.
        let moved = reminders(notice(200 * HOUR), hours(2, 24), &planned, 90 * HOUR);
        assert_eq!(moved[0].due_at, 198 * HOUR);
    }

    #[test]
    fn a_reminder_is_of_the_appointment_as_it_is() {
        let at = notice(10 * HOUR);
        let one = Reminder { channel: Channel::Sms, due_at: 8 * HOUR, starts_at: 10 * HOUR };
        assert!(is_to_be_sent(one, at, 0, 8 * HOUR));
        assert!(is_to_be_sent(one, at, 2, 9 * HOUR));
        assert!(!is_to_be_sent(one, at, 0, 10 * HOUR));
        assert!(!is_to_be_sent(one, at, -1, 8 * HOUR));
        assert!(!is_to_be_sent(one, notice(11 * HOUR), 0, 8 * HOUR));
        assert!(!is_to_be_sent(one, Notice { is_over: true, ..at }, 0, 8 * HOUR));
    }

    #[test]
    fn kinds_are_for_admins_or_for_staff_or_both() {
        let of = |mode| Kind::ALL.iter().filter(|kind| kind.is_for(mode)).count();
        assert_eq!((of(Mode::Admin), of(Mode::Staff), of(Mode::Disabled)), (5, 5, 0));
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.name()), Some(*kind));
        }
    }
}
