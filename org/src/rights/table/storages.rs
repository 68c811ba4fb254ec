//! Inventory.

use crate::rights::right::{Branch, Section::Storages, days, flag, group, ids, limited, root, under};

#[rustfmt::skip]
pub(super) const BRANCHES: &[Branch] = &[
    root(Storages, &[
        group("storages_access", "-acm-f", "Inventory", "Opens the warehouses of the location.").recommended(),
    ]),
    under(Storages, "storages_access", &[
        limited("storages_limited_access", "------", "Only the chosen warehouses", "Restricts the user to the warehouses listed below."),
        group("storages_transactions_access", "-acm-f", "See inventory transactions", "").recommended(),
        flag("storages_move_goods_access", "-acm--", "Move products between warehouses", ""),
        group("storages_inventory_access", "-acm-f", "See stocktakings", ""),
        group("storages_remnants_report_access", "-acm-f", "Report on stock", ""),
        group("storages_sales_report_access", "--cm-f", "Report on sales", ""),
        group("storages_consumable_report_access", "--cm-f", "Report on consumables", ""),
        group("storages_write_off_report_access", "--cm-f", "Report on write-offs", ""),
        group("storages_turnover_report_access", "--cm-f", "Report on turnover", ""),
        group("storages_goods_crud_access", "-acm--", "Manage products", "").recommended(),
        flag("storages_goods_prime_cost_view_access", "--cm--", "See cost prices", ""),
    ]),
    under(Storages, "storages_limited_access", &[
        ids("storages_ids", "Warehouses that are shown", "Nothing chosen means all of them, unless the user is restricted.", "storage"),
    ]),
    under(Storages, "storages_transactions_access", &[
        days("storages_last_days_count", "--cm-f", "Days of transactions that are shown", "How many past days are listed; -1 sets no limit."),
        ids("storages_transactions_types", "Kinds of transactions that are shown", "Nothing chosen means all of them.", "storage_transaction_type"),
        group("storages_create_transactions_access", "-acm--", "Add transactions", ""),
        group("storages_edit_transactions_access", "--cm--", "Change transactions", ""),
        flag("storages_delete_transactions_access", "---m--", "Delete transactions", "").recommended(),
        flag("storages_transactions_excel_access", "--cm--", "Download transactions as a table", ""),
    ]),
    under(Storages, "storages_create_transactions_access", &[
        days("storages_create_last_days_count", "--cm--", "Days back for adding transactions", "How far back a transaction may be dated; -1 sets no limit."),
        flag("storages_create_transactions_buy_access", "-acm--", "Add purchases", ""),
        flag("storages_create_transactions_sale_access", "-acm--", "Add sales", ""),
    ]),
    under(Storages, "storages_edit_transactions_access", &[
        days("storages_edit_last_days_count", "--cm--", "Days back for changing transactions", "How old a transaction may be; -1 sets no limit."),
        flag("storages_edit_transactions_buy_access", "--cm--", "Change purchases", ""),
        flag("storages_edit_transactions_sale_access", "--cm--", "Change sales", ""),
    ]),
    under(Storages, "storages_inventory_access", &[
        flag("storages_inventory_create_edit_access", "-acm--", "Make stocktakings", ""),
        flag("storages_inventory_delete_access", "---m--", "Delete stocktakings", ""),
        flag("storages_inventory_excel_access", "--cm--", "Download stocktakings as a table", ""),
    ]),
    under(Storages, "storages_remnants_report_access", &[
        flag("storages_remnants_report_excel_access", "--cm--", "Download the stock report as a table", ""),
    ]),
    under(Storages, "storages_sales_report_access", &[
        flag("storages_sales_report_excel_access", "--cm--", "Download the sales report as a table", ""),
    ]),
    under(Storages, "storages_consumable_report_access", &[
        flag("storages_consumable_report_excel_access", "--cm--", "Download the consumables report as a table", ""),
    ]),
    under(Storages, "storages_write_off_report_access", &[
        flag("storages_write_off_report_excel_access", "--cm--", "Download the write-off report as a table", ""),
    ]),
    under(Storages, "storages_turnover_report_access", &[
        flag("storages_turnover_report_excel_access", "--cm--", "Download the turnover report as a table", ""),
    ]),
    under(Storages, "storages_goods_crud_access", &[
        flag("storages_goods_create_access", "-acm--", "Add products", ""),
        group("storages_goods_update_access", "-acm--", "Change products", ""),
        flag("storages_goods_archive_access", "--cm--", "Archive products", ""),
        flag("storages_goods_delete_access", "---m--", "Delete products", ""),
    ]),
    under(Storages, "storages_goods_update_access", &[
        flag("storages_goods_title_edit_access", "-acm--", "Change titles", ""),
        flag("storages_goods_category_edit_access", "-acm--", "Change categories", ""),
        flag("storages_goods_selling_price_edit_access", "--cm--", "Change selling prices", ""),
        flag("storages_goods_cost_price_edit_access", "--cm--", "Change cost prices", ""),
        flag("storages_goods_units_edit_access", "--cm--", "Change units", ""),
        flag("storages_goods_critical_balance_edit_access", "-acm--", "Change the least stock", "The quantity below which a product is to be ordered."),
        flag("storages_goods_masses_edit_access", "-acm--", "Change weights", ""),
        flag("storages_goods_comment_edit_access", "-acm--", "Change comments", ""),
    ]),
];
