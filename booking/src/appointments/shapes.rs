//! What version 1 says of money beside appointments and visits. The lists are empty until the location takes payments
//! here; their shapes are published all the same, since clients read them.

use kernel::Money;
use serde::Serialize;
use utoipa::ToSchema;

/// Something by its id and name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TitledOut {
    /// Its id.
    #[schema(example = 5)]
    pub id: i64,
    /// Its name.
    #[schema(example = "Provision of services")]
    pub title: String,
}

/// A payer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PayerOut {
    /// The id.
    #[schema(example = 18_936_825)]
    pub id: i64,
    /// The name.
    #[schema(example = "James Smith")]
    pub name: String,
    /// The phone.
    #[schema(example = "+13155550175")]
    pub phone: String,
}

macro_rules! shape {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty $(as $shown:ty)?,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, ToSchema)]
        #[allow(missing_docs, reason = "named as the wire names them")]
        pub struct $name { $($(#[$field_doc])* $(#[schema(value_type = $shown)])? pub $field: $type,)* }
    };
}

shape! {
    /// A consumable written off.
    ConsumableOut {
        id: i64, document_id: i64, record_id: i64, type_id: i64, company_id: i64, good_id: i64,
        amount: Money as f64, cost_per_unit: Money as f64, discount: Money as f64, cost: Money as f64,
        unit_id: i64, operation_unit_type: i64, storage_id: i64, supplier_id: i64, client_id: i64, master_id: i64,
        create_date: String, comment: String, service_id: i64, user_id: i64, deleted: bool,
        pkg_amount: Money as f64,
    }
}

shape! {
    /// A payment.
    FinanceTransactionOut {
        id: i64, document_id: i64, date: String, type_id: i64, expense_id: i64, account_id: i64,
        amount: Money as f64, client_id: i64, master_id: i64, supplier_id: i64, comment: String, item_id: i64,
        target_type_id: i64, record_id: i64, goods_transaction_id: i64, expense: TitledOut, account: TitledOut,
        client: PayerOut, master: Vec<TitledOut>, supplier: Vec<TitledOut>,
    }
}

shape! {
    /// What a loyalty program did.
    LoyaltyTransactionOut {
        id: i64, status_id: i64, amount: Money as f64, type_id: i64, program_id: i64, card_id: i64,
        salon_group_id: i64, item_id: i64, item_type_id: i64, item_record_id: i64, goods_transaction_id: i64,
        is_discount: bool, is_loyalty_withdraw: bool, r#type: TitledOut,
    }
}

shape! {
    /// The document of a receipt.
    ReceiptDocumentOut { id: i64, r#type: i64, type_title: String, }
}

shape! {
    /// Who printed a receipt.
    CashierOut { id: i64, name: String, }
}

shape! {
    /// A receipt.
    ReceiptOut {
        id: i64, print_date: String, printed_count: i64, sum: Money as f64, r#type: TitledOut, status: TitledOut,
        document: ReceiptDocumentOut, cashier: CashierOut,
    }
}

shape! {
    /// Receipts.
    ReceiptsOut { last_operation_type: i64, transactions: Vec<ReceiptOut>, }
}
