//! Money: accounts, transactions, suppliers, payment items, fiscal devices, payroll, reports.

use crate::rights::right::{
    Branch, NOBODY, Section::Finances, days, flag, group, id, ids, limited, picks, root, today, under,
};

#[rustfmt::skip]
pub(super) const BRANCHES: &[Branch] = &[
    root(Finances, &[
        group("finances_access", "-acm-f", "Finances", "Opens the finance part of the location.").recommended(),
    ]),
    under(Finances, "finances_access", &[
        group("finances_transactions_access", "-acm-f", "See payments", "The list of money received and spent.").recommended(),
        group("finances_accounts_access", "--cm-f", "See accounts and cash desks", "").recommended(),
        group("finances_suppliers_read_access", "-acm-f", "See suppliers", ""),
        group("finances_expenses_read_access", "--cm-f", "See payment items", "The list of what money is received and spent for.").twins(&["expenses_read_access"]),
        flag("finances_kkm_transactions_access", "-acm-f", "See receipts of fiscal devices", "").twins(&["kkm_transactions_accounts_access"]),
        group("finances_kkm_settings_read_access", "--cm-f", "See fiscal device settings", "").twins(&["kkm_settings_reed_access"]).spelt(&["kkm_settings_read_access", "finances_kkm_settings_reed_access"]),
        group("finances_settings_invoicing_read_access", "--cm-f", "See billing details for invoices", "").twins(&["settings_invoicing_read_access"]),
        group("finances_options_read_access", "--cm-f", "See finance settings", "").twins(&["options_read_access"]),
        flag("finances_salary_schemes_access", "--cm--", "Manage payroll rules", "Sets how the rewards of team members are reckoned."),
        group("finances_salary_calc_access", "w-cm--", "See payroll", "What team members have earned.").recommended(),
        group("finances_period_report_access", "--cm-f", "Report for a period", ""),
        group("finances_year_report_access", "--cm-f", "Report for a year", ""),
        flag("finances_print_check_access", "-acm--", "Print receipts", ""),
        group("finances_z_report_access", "-acm-f", "Report for a day", "The closing report of the cash desk."),
    ]),
    under(Finances, "finances_transactions_access", &[
        days("finances_last_days_count", "--cm-f", "Days of payments that are shown", "How many past days are listed; -1 sets no limit."),
        ids("finances_expenses_ids", "Payment items that are shown", "Nothing chosen means all of them.", "expense"),
        group("finances_create_transactions_access", "-acm--", "Add payments", ""),
        group("finances_edit_transactions_access", "--cm--", "Change payments", ""),
        flag("finances_delete_transactions_access", "---m--", "Delete payments", "").recommended(),
        flag("finances_transactions_excel_access", "--cm--", "Download payments as a table", ""),
    ]),
    under(Finances, "finances_create_transactions_access", &[
        days("finances_create_last_days_count", "--cm--", "Days back for adding payments", "How far back a payment may be dated; -1 sets no limit."),
    ]),
    under(Finances, "finances_edit_transactions_access", &[
        days("finances_edit_last_days_count", "--cm--", "Days back for changing payments", "How old a payment may be; -1 sets no limit."),
    ]),
    under(Finances, "finances_accounts_access", &[
        limited("finances_accounts_limited_access", "------", "Only the chosen accounts", "Restricts the user to the accounts listed below."),
        flag("finances_accounts_banalce_access", "--cm-f", "See account balances", "").spelt(&["finances_accounts_balance_access"]),
    ]),
    under(Finances, "finances_accounts_limited_access", &[
        ids("finances_accounts_ids", "Accounts that are shown", "Nothing chosen means all of them, unless the user is restricted.", "account"),
    ]),
    under(Finances, "finances_suppliers_read_access", &[
        flag("finances_suppliers_create_access", "-acm--", "Add suppliers", ""),
        flag("finances_suppliers_update_access", "--cm--", "Change suppliers", ""),
        flag("finances_suppliers_delete_access", "---m--", "Delete suppliers", ""),
        flag("finances_suppliers_excel_access", "--cm--", "Download suppliers as a table", ""),
    ]),
    under(Finances, "finances_expenses_read_access", &[
        flag("finances_expenses_create_access", "--cm--", "Add payment items", "").twins(&["expenses_create_access"]),
        flag("finances_expenses_update_access", "--cm--", "Change payment items", "").twins(&["expenses_update_access"]),
        flag("finances_expenses_delete_access", "---m--", "Delete payment items", "").twins(&["expenses_delete_access"]),
    ]),
    under(Finances, "finances_kkm_settings_read_access", &[
        flag("finances_kkm_settings_update_access", "---m--", "Change fiscal device settings", "").twins(&["kkm_settings_update_access"]),
    ]),
    under(Finances, "finances_settings_invoicing_read_access", &[
        flag("finances_settings_invoicing_update_access", "---m--", "Change billing details for invoices", "").twins(&["settings_invoicing_update_access"]),
    ]),
    under(Finances, "finances_options_read_access", &[
        flag("finances_options_update_access", "---m--", "Change finance settings", "").twins(&["options_update_access"]),
    ]),
    under(Finances, "finances_salary_calc_access", &[
        today("finances_salary_not_limitation_today_access", "w-cm--", "Payroll of any day", "Without it only today's figures are shown."),
        group("finances_payroll_calculation_create_access", "--cm--", "Make payroll statements", "Fixes what a team member is to be paid for a period."),
        picks("finances_salary_access_master_checkbox", "w-----", "Payroll of one team member only", "Restricts the user to the team member chosen below."),
    ]),
    under(Finances, "finances_payroll_calculation_create_access", &[
        today("finances_payroll_calculation_create_not_limitation_today_access", "--cm--", "Payroll statements for any day", "Without it a statement is made for today only."),
    ]),
    under(Finances, "finances_salary_access_master_checkbox", &[
        id("finances_salary_access_master_id", "Whose payroll is shown", "", "master", NOBODY).twins(&["get_salary_access_master_id"]),
        today("finances_salary_master_not_limitation_today_access", "w-----", "That team member's payroll of any day", "Without it only today's figures are shown."),
        group("finances_payroll_calculation_create_by_master_access", "------", "Make that team member's payroll statements", ""),
    ]),
    under(Finances, "finances_payroll_calculation_create_by_master_access", &[
        today("calculation_create_by_master_not_limitation_today_access", "------", "That team member's statements for any day", "Without it a statement is made for today only."),
    ]),
    under(Finances, "finances_period_report_access", &[
        flag("finances_period_report_excel_access", "--cm--", "Download the period report as a table", ""),
    ]),
    under(Finances, "finances_year_report_access", &[
        flag("finances_year_report_excel_access", "--cm--", "Download the year report as a table", ""),
    ]),
    under(Finances, "finances_z_report_access", &[
        today("finances_z_report_no_limit_today_access", "--cm-f", "Day report of any day", "Without it only today's report is shown."),
        flag("finances_z_report_excel_access", "--cm--", "Download the day report as a table", ""),
    ]),
];
