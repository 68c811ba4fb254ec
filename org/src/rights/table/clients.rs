//! Clients and loyalty.

use crate::rights::right::{
    ALL_CLIENTS, Branch, Section::Clients, Section::Loyalty, flag, group, id, own, root, under,
};

#[rustfmt::skip]
pub(super) const BRANCHES: &[Branch] = &[
    root(Clients, &[
        group("clients_access", "-acm-f", "Clients", "Opens the list of clients and their cards.").recommended(),
    ]),
    under(Clients, "clients_access", &[
        flag("client_phones_access", "-a-m--", "See phones in the list of clients", "").twins(&["clients_phones_access"]).recommended(),
        flag("clients_phones_email_access", "-a-m--", "See phones and e-mail addresses", "Covers every place where clients are listed."),
        flag("clients_card_phone_access", "-a-m--", "See the phone on a client's card", ""),
        flag("clients_edit_access", "-a-m--", "Change clients", "Adds clients and changes their cards.").recommended(),
        flag("clients_delete_access", "---m--", "Delete clients", "").recommended(),
        flag("clients_excel_access", "---m--", "Download clients as a table", "").twins(&["excel_access"]).recommended(),
        group("client_comments_list_access", "-acm-f", "See comments on clients", ""),
        group("client_files_list_access", "-acm-f", "See files of clients", ""),
        id("clients_visit_master_id", "Whose clients are shown", "Only clients who visited the chosen team member.", "master", ALL_CLIENTS).twins(&["get_visit_master_id"]),
        group("clients_deposits_access", "-acm-f", "See deposits of clients", ""),
        group("clients_loyalty_read_access", "-acm-f", "See loyalty on a client's card", "Cards, memberships and gift cards of a client."),
        group("clients_card_comment_access", "-acm-f", "See the note on a client's card", ""),
        group("clients_surname_middle_name_access", "-acm-f", "See last and middle names", "Without it only first names are shown.").twins(&["clients_surname_patronymic_access"]),
        flag("clients_show_attendance_history_access", "-acm-f", "See the visit history", ""),
    ]),
    under(Clients, "client_comments_list_access", &[
        flag("client_comments_add_access", "-a-m--", "Comment on clients", ""),
        own("client_comments_own_edit_access", "-a-m--", "Change one's own comments", ""),
        flag("client_comments_other_edit_access", "---m--", "Change other users' comments", ""),
    ]),
    under(Clients, "client_files_list_access", &[
        flag("client_files_upload_access", "-a-m--", "Add files to a client", ""),
        flag("client_files_delete_access", "---m--", "Delete files of a client", ""),
    ]),
    under(Clients, "clients_deposits_access", &[
        flag("clients_deposits_create_access", "-a-m--", "Open deposits", ""),
        flag("clients_deposits_history_access", "-acm-f", "See deposit movements", ""),
        flag("clients_deposits_topup_access", "-a-m--", "Top up deposits", ""),
    ]),
    under(Clients, "clients_loyalty_read_access", &[
        flag("clients_loyalty_settings_access", "-a-m--", "Change loyalty on a client's card", ""),
    ]),
    under(Clients, "clients_card_comment_access", &[
        flag("clients_card_comment_edit_access", "-a-m--", "Change the note on a client's card", ""),
    ]),
    under(Clients, "clients_surname_middle_name_access", &[
        flag("clients_surname_middle_name_edit_access", "-a-m--", "Change last and middle names", "").twins(&["clients_surname_patronymic_edit_access"]),
    ]),
    root(Loyalty, &[
        group("loyalty_access", "-a-m-f", "Loyalty", "Opens loyalty programs, cards, memberships and gift cards.").twins(&["has_loyalty_access"]).recommended(),
    ]),
    under(Loyalty, "loyalty_access", &[
        flag("loyalty_cards_manual_transactions_access", "-a-m--", "Credit and debit loyalty cards by hand", "").twins(&["has_loyalty_cards_manual_transactions_access"]).recommended(),
        flag("loyalty_certificate_and_abonement_manual_transactions_access", "---m--", "Debit gift cards and memberships by hand", "").recommended(),
        flag("loyalty_cards_issue_and_removal_access", "-a-m--", "Issue and remove loyalty cards", ""),
        flag("loyalty_abonement_history_access", "-a-m-f", "See the history of a membership", ""),
        flag("loyalty_abonement_balance_edit_access", "---m--", "Change the balance of a membership", ""),
        flag("loyalty_abonement_period_edit_access", "---m--", "Change the term of a membership", "Freezes a membership and moves its last day."),
        flag("loyalty_certificate_balance_edit_access", "---m--", "Change the balance of a gift card", ""),
        flag("loyalty_certificate_period_edit_access", "---m--", "Change the term of a gift card", ""),
    ]),
];
