//! What version 1 says of an appointment's team member, made once for all appointments, and of money beside
//! appointments and visits. The lists of the latter are empty until the location takes payments here; their shapes are
//! published all the same, since clients read them.

use kernel::{Money, OrEmpty};
use org::team::rules::rating;
use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::events::store::MemberTold;

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

/// A team member's position.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AppointmentPositionOut {
    /// Its id.
    #[schema(example = 1)]
    id: i64,
    /// Its name.
    #[schema(example = "Administrator")]
    title: String,
    /// How services are bound to it.
    #[schema(example = 0)]
    services_binding_type: i64,
}

/// An appointment's team member.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AppointmentStaffOut {
    /// The id.
    #[schema(example = 9)]
    id: i64,
    /// The id elsewhere, if any.
    #[schema(example = "42")]
    api_id: Option<String>,
    /// The name.
    #[schema(example = "Alex Taylor")]
    name: String,
    /// What it does.
    #[schema(example = "hair extension")]
    specialization: String,
    /// The same by a shorter name, in the answer to a change alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "stylist")]
    spec: Option<String>,
    /// The position, or an empty list.
    #[schema(schema_with = or_empty_position)]
    position: OrEmpty<AppointmentPositionOut>,
    /// The address of the small picture.
    #[schema(example = "https://example.com/images/no-master-sm.svg")]
    avatar: String,
    /// The address of the large picture.
    #[schema(example = "https://example.com/images/no-master.svg")]
    avatar_big: String,
    /// Mean of the votes.
    #[schema(example = 4.89)]
    rating: f64,
    /// Votes.
    #[schema(example = 7)]
    votes_count: i64,
}

fn or_empty_position() -> RefOr<Schema> {
    OrEmpty::<AppointmentPositionOut>::schema()
}

impl AppointmentStaffOut {
    /// Of that team member, with the addresses of the small and the large picture.
    pub(super) fn of(member: &MemberTold, [avatar, avatar_big]: &[String; 2]) -> Self {
        let position = member.position_id.zip(member.position_title.clone()).map(|(id, title)| {
            let services_binding_type = member.position_binding.unwrap_or_default();
            AppointmentPositionOut { id, title, services_binding_type }
        });
        Self {
            id: member.id,
            api_id: Some(member.api_id.clone()).filter(|id| !id.is_empty()),
            name: member.name.clone(),
            specialization: member.specialization.clone(),
            spec: None,
            position: OrEmpty(position),
            avatar: avatar.clone(),
            avatar_big: avatar_big.clone(),
            rating: rating(member.rating_sum, member.votes_count),
            votes_count: member.votes_count,
        }
    }

    /// As it stands in the answer to a change.
    pub(super) fn change(&mut self) {
        self.spec = Some(self.specialization.clone());
    }
}
