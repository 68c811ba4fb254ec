//! What is drawn in the document before the rooms that make it are built: nothing is made of these types.
#![allow(dead_code, reason = "drawn, not made")]

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A thing, in short.
#[derive(Serialize, ToSchema)]
pub struct ThingInShort {
    /// Its id.
    id: i64,
    /// Its name.
    title: String,
}

/// A product.
#[derive(Serialize, ToSchema)]
pub struct GoodData {
    /// Its id.
    #[schema(example = 701)]
    good_id: i64,
    /// Its name.
    #[schema(example = "Shampoo")]
    title: String,
    /// The same.
    #[schema(example = "Shampoo")]
    value: String,
    /// Its name with its article in brackets.
    #[schema(example = "Shampoo (SH-001)")]
    label: String,
    /// Article.
    #[schema(example = "SH-001")]
    article: String,
    /// Its category.
    category: String,
    /// Its category.
    category_id: i64,
    /// The location.
    #[schema(example = 37532)]
    salon_id: i64,
    /// Price of sale.
    #[schema(example = 25)]
    cost: f64,
    /// Unit of sale.
    unit_id: i64,
    /// Unit of sale.
    #[schema(example = "pc")]
    unit_short_title: String,
    /// Unit of use.
    service_unit_id: i64,
    /// Unit of use.
    #[schema(example = "ml")]
    service_unit_short_title: String,
    /// Cost price.
    actual_cost: f64,
    /// Cost price of a unit.
    unit_actual_cost: f64,
    /// The same, for people.
    unit_actual_cost_format: String,
    /// Units of use in a unit of sale.
    unit_equals: f64,
    /// Bar code.
    barcode: String,
    /// Whether it is the chain's.
    is_chain: bool,
    /// For people.
    comment: String,
    /// The membership it is.
    loyalty_abonement_type_id: i64,
    /// The gift card it is.
    loyalty_certificate_type_id: i64,
    /// The gift card it is.
    #[schema(value_type = Option<Object>)]
    loyalty_certificate_type: Option<Value>,
    /// 1 when it may be sold without a code.
    loyalty_allow_empty_code: i64,
    /// 1 when its codes are of a list.
    loyalty_serial_number_limited: i64,
    /// How much there is, by storage.
    #[schema(value_type = Vec<Object>)]
    actual_amounts: Vec<Value>,
    /// Below which there is too little.
    critical_amount: Option<f64>,
    /// How much there should be.
    desired_amount: f64,
    /// When it was changed.
    last_change_date: String,
    /// Whether each piece is marked.
    is_goods_mark_enabled: bool,
}

/// An operation on products.
#[derive(Serialize, ToSchema)]
pub struct GoodsOperationData {
    /// Its id.
    #[schema(example = 801)]
    id: i64,
    /// Its document.
    document_id: i64,
    /// Its kind: 1 a sale, 3 an arrival, 4 a write-off, 0 a movement.
    #[schema(example = 1)]
    type_id: i64,
    /// Its kind, for people.
    #[schema(example = "Sale")]
    r#type: String,
    /// 1 of sale, 2 of use.
    #[schema(example = "1")]
    operation_unit_type: String,
    /// How much.
    #[schema(example = 2)]
    amount: f64,
    /// When.
    create_date: String,
    /// Price of a unit.
    #[schema(example = 25)]
    cost_per_unit: f64,
    /// Sum.
    #[schema(example = 50)]
    cost: f64,
    /// Discount, percent.
    #[schema(example = 0)]
    discount: f64,
    /// For people.
    comment: String,
    /// The appointment; 0 for none.
    record_id: i64,
    /// When it was changed.
    last_change_date: String,
    /// The membership sold.
    loyalty_abonement_id: Option<i64>,
    /// The gift card sold.
    loyalty_certificate_id: Option<i64>,
    /// The product.
    good: ThingInShort,
    /// The unit.
    #[schema(value_type = Object)]
    unit: Value,
    /// The storage.
    storage: ThingInShort,
    /// The client.
    #[schema(value_type = Object)]
    client: Value,
    /// The team member.
    master: ThingInShort,
    /// The service.
    service: ThingInShort,
    /// The supplier.
    supplier: ThingInShort,
}

/// A payment.
#[derive(Serialize, ToSchema)]
pub struct FinancesOperationData {
    /// Its id.
    #[schema(example = 901)]
    id: i64,
    /// Its document.
    document_id: i64,
    /// When.
    date: Option<String>,
    /// How much.
    #[schema(example = 50)]
    amount: f64,
    /// For people.
    comment: String,
    /// When it was changed.
    last_change_date: Option<String>,
    /// The appointment; 0 for none.
    #[schema(example = 501)]
    record_id: i64,
    /// The visit; 0 for none.
    visit_id: i64,
    /// What was paid for; 0 for nothing in particular.
    sold_item_id: i64,
    /// `service`, `goods_transaction`, or empty.
    #[schema(example = "service")]
    sold_item_type: String,
    /// What kind of income or expense it is.
    expense: ThingInShort,
    /// The team member; an empty list for none.
    #[schema(value_type = Object)]
    master: Value,
    /// The supplier; an empty list for none.
    #[schema(value_type = Object)]
    supplier: Value,
    /// The account.
    #[schema(value_type = Object)]
    account: Value,
    /// The client; an empty list for none.
    #[schema(value_type = Object)]
    client: Value,
    /// The appointment, in short.
    #[schema(value_type = Object)]
    record: Value,
    /// Ids in the payment system.
    payment_system_transaction_ids: Vec<String>,
}

/// A loyalty card, in short.
#[derive(Serialize, ToSchema)]
pub struct LoyaltyCardData {
    /// Its id.
    #[schema(example = 601)]
    id: i64,
    /// What is on it.
    #[schema(example = 150)]
    balance: f64,
    /// Its number.
    #[schema(example = "LC-00601")]
    number: String,
    /// Its client's phone.
    #[schema(example = "+13155550175")]
    phone: String,
}
