//! Lists of clients, version 1.

use axum::extract::{FromRequest, Request};
use calc::zone::Zone;
use kernel::{App, Data, Error, Kind, Lenient, Message, Money, Nothing, Page, Problems, Query, Result};
use org::access::{At, perm};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::memory;
use super::rules::{self, Filter, Order, PhoneText, Range, Wrong};
use super::store::{self, Search};
use crate::Shown;
use crate::clients::view::{ClientOut, Whole, With};

/// Which clients.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ClientsFilter {
    /// A part of the name, or several.
    #[param(nullable = false, example = "james")]
    fullname: Option<String>,
    /// A part of the phone number.
    #[param(nullable = false, example = "5550177")]
    phone: Option<String>,
    /// A part of the e-mail address.
    #[param(nullable = false, example = "example.com")]
    email: Option<String>,
    /// A part of the card's number.
    #[param(nullable = false, example = "555")]
    card: Option<String>,
    /// Who paid so much at least.
    #[param(nullable = false, value_type = Option<f64>, example = 0)]
    paid_min: Option<Money>,
    /// Who paid so much at the most.
    #[param(nullable = false, value_type = Option<f64>, example = 10000)]
    paid_max: Option<Money>,
    /// These clients.
    #[param(nullable = false, example = json!([]))]
    id: Option<Vec<i64>>,
    /// These clients, by the name that the wire has for them here; the location's own id says nothing.
    #[param(nullable = false, example = json!([]))]
    location_id: Option<Vec<i64>>,
    /// Changed then or later.
    #[param(nullable = false, example = "2000-01-01T00:00:00")]
    changed_after: Option<String>,
    /// Changed then or earlier.
    #[param(nullable = false, example = "2100-01-01T00:00:00")]
    changed_before: Option<String>,
    /// The page, from 1.
    #[param(nullable = false, example = 1)]
    page: Option<i64>,
    /// Clients on a page, 20 if not said, 200 at the most.
    #[param(nullable = false, example = 20)]
    count: Option<i64>,
}

impl ClientsFilter {
    fn read(self, location_id: i64, zone: &Zone) -> Result<Search> {
        let mut problems = Problems::new();
        let mut at = |text: Option<String>, is_last: bool, field: &str| {
            let text = text?;
            let at = rules::instant(&text, is_last, zone);
            problems.check(at.is_some(), field, "field-moment");
            at
        };
        let from = at(self.changed_after, false, "changed_after");
        let to = at(self.changed_before, true, "changed_before");
        problems.done()?;
        let ids: Vec<i64> = self.location_id.into_iter().flatten().filter(|id| *id != location_id).collect();
        let range = |from: Option<i64>, to: Option<i64>| {
            (from.is_some() || to.is_some()).then_some(Range { from, to })
        };
        let said = [
            self.fullname.map(|text| Filter::Name(rules::words(&text))),
            self.phone.map(|text| PhoneText::read(&text).map_or(Filter::Nobody, Filter::Phone)),
            self.email.map(|text| Filter::Email(text.trim().to_lowercase())),
            self.card.map(|text| Filter::Card(text.trim().to_lowercase())),
            self.id.filter(|ids| !ids.is_empty()).map(Filter::Ids),
            Some(ids).filter(|ids| !ids.is_empty()).map(Filter::Ids),
            range(self.paid_min.map(|m| m.0), self.paid_max.map(|m| m.0)).map(Filter::Paid),
            range(from, to).map(Filter::Changed),
        ];
        let filters: Vec<Filter> = said.into_iter().flatten().collect();
        if filters.iter().map(rules::weight).sum::<usize>() > rules::VALUES {
            return Err(Error::invalid("id", Message::new("field-too-many").with("limit", rules::VALUES)));
        }
        Ok(Search { filters, ..Search::default() })
    }
}

/// `meta` of a page of clients.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClientsPage)]
pub struct PageMeta {
    /// The page.
    #[schema(example = 1)]
    page: i64,
    /// How many there are in all.
    #[schema(example = 8)]
    total_count: i64,
}

/// Clients, whole. The contract draws the number of a card as a number in this one list: it is text, both are published.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct ListedOut(Vec<ClientOut>);

impl PartialSchema for ListedOut {
    fn schema() -> RefOr<Schema> {
        let RefOr::T(Schema::Object(mut client)) = ClientOut::schema() else { return ClientOut::schema() };
        if let Some(RefOr::T(Schema::Object(card))) = client.properties.get_mut("card") {
            card.schema_type = SchemaType::from_iter([Type::String, Type::Number]);
        }
        ArrayBuilder::new().items(RefOr::T(Schema::Object(client))).into()
    }
}

impl ToSchema for ListedOut {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        ClientOut::schemas(schemas);
    }
}

/// List clients
///
/// By id. Texts match by a part, whatever the case.
#[utoipa::path(
    get, path = "/clients/{location_id}", operation_id = "deprecated_get_client_list", tag = "Clients",
    params(("location_id" = i64, Path, description = "The location"), ClientsFilter),
    responses((status = 200, description = "The clients", body = Data<ListedOut, PageMeta>))
)]
pub async fn deprecated_get_client_list(
    at: At<perm::Clients>,
    query: Query<ClientsFilter>,
) -> Result<Data<ListedOut, PageMeta>> {
    let shown = Shown::in_list(&at.membership);
    let page = Page::of(query.0.page, query.0.count, 20, 200);
    let mut conn = at.conn().await?;
    let zone = org::locations::store::zone(&mut conn, at.location_id).await?;
    let search = query.0.read(at.location_id, &zone)?;
    let total_count = memory::count(&at.app, &mut conn, at.location_id, &search, &shown).await?;
    let ids = store::ids(&mut conn, at.location_id, &search, &shown, page).await?;
    let clients = ClientOut::load(&mut conn, at.location_id, &ids, &shown, &zone).await?;
    let page = page.offset / page.limit.max(1) + 1;
    Ok(Data::with_meta(ListedOut(clients), PageMeta { page, total_count }))
}

/// A value to search for, as the type of its filter has it.
#[derive(Debug)]
pub struct AnyValue;

impl PartialSchema for AnyValue {
    fn schema() -> RefOr<Schema> {
        let of = |kind: Type| ObjectBuilder::new().schema_type(kind);
        let either = SchemaType::from_iter([Type::Integer, Type::String]);
        OneOfBuilder::new()
            .item(ArrayBuilder::new().items(ObjectBuilder::new().schema_type(either)))
            .item(of(Type::String))
            .item(of(Type::Boolean))
            .examples([serde_json::json!([1, 2, 3])])
            .into()
    }
}

impl ToSchema for AnyValue {}

/// An end of a range: a number, or a date and time by the location's clock.
#[derive(Debug)]
pub struct AnyEnd;

impl PartialSchema for AnyEnd {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::Number, Type::String])).into()
    }
}

impl ToSchema for AnyEnd {}

/// What a filter narrows by: a value, a range, or the parts of a filter that has some.
#[derive(Debug, ToSchema)]
#[schema(as = ClientFilterState)]
#[allow(dead_code, reason = "describes the state; its type decides how it is read")]
pub struct StateIn {
    /// Of `id`, `importance`, `category`, `gender`: the values, one at least. Of `quick_search`: a text. Of the others
    /// without a range: whether.
    value: Option<AnyValue>,
    /// Of `sold_amount` and `birthday`: from here on.
    from: Option<AnyEnd>,
    /// To here, with it.
    to: Option<AnyEnd>,
    /// Of `record`: with these team members.
    #[schema(no_recursion)]
    staff: Option<PartIn>,
    /// Of `record`: of these services.
    service: Option<PartIn>,
    /// Of `record`: of services of these categories.
    service_category: Option<PartIn>,
    /// Of `record`: of this attendance.
    status: Option<PartIn>,
    /// Of `record`: made within.
    created: Option<PartIn>,
    /// Of `record`: so many.
    records_count: Option<PartIn>,
    /// Of `record` and `client`: for so much.
    sold_amount: Option<PartIn>,
    /// Of `client`: these.
    id: Option<PartIn>,
    /// Of `client`: born within.
    birthday: Option<PartIn>,
    /// Of `sale`: with memberships of such a balance.
    abonement_balance: Option<PartIn>,
}

/// A part of a filter.
#[derive(Debug, ToSchema)]
#[schema(as = ClientFilterPart)]
#[allow(dead_code, reason = "describes the part; its name decides how it is read")]
pub struct PartIn {
    /// The values.
    value: Option<AnyValue>,
    /// From here on.
    from: Option<AnyEnd>,
    /// To here, with it.
    to: Option<AnyEnd>,
}

/// A filter.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = ClientFilter)]
pub struct FilterIn {
    /// `id`, `sold_amount`, `quick_search`, `importance`, `has_mobile_app`, `category`, `has_passteam_card`,
    /// `passteam_card_ids`, `birthday`, `gender`, `record`, `client` or `sale`.
    #[schema(nullable = false, example = "id")]
    r#type: Option<String>,
    /// What it narrows by.
    #[schema(value_type = StateIn, example = json!({"value": [1, 2, 3]}))]
    state: Option<Value>,
}

/// Which clients, what of them, and in which order.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = ClientSearch)]
pub struct SearchIn {
    /// The page, from 1.
    #[schema(nullable = false, example = 1)]
    page: Option<i64>,
    /// Clients on a page, 25 if not said, 200 at the most.
    #[schema(nullable = false, example = 25)]
    page_size: Option<i64>,
    /// Fields of the answer; `id` and `name` if not said. One that is unknown is left out.
    #[schema(nullable = false, example = json!(["id", "name"]))]
    fields: Option<Vec<String>>,
    /// `id`, `name`, `phone`, `email`, `discount`, `first_visit_date`, `last_visit_date`, `sold_amount` or
    /// `visit_count`.
    #[schema(nullable = false, example = "name")]
    order_by: Option<String>,
    /// `ASC` or `DESC`.
    #[schema(nullable = false, example = "ASC")]
    order_by_direction: Option<String>,
    /// `AND`: all filters hold; `OR`: one of them is enough.
    #[schema(nullable = false, example = "AND")]
    operation: Option<String>,
    /// The filters, 50 at the most.
    #[schema(nullable = false, example = json!([{"type": "id", "state": {"value": [1, 2, 3]}}]))]
    filters: Option<Vec<FilterIn>>,
}

/// A search, whose every fault is a 400.
#[derive(Debug)]
pub struct Sought(SearchIn);

impl FromRequest<App> for Sought {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        Lenient::from_request(request, app).await.map(|Lenient(sought)| Self(sought)).map_err(refused)
    }
}

/// As this operation refuses.
fn refused(error: Error) -> Error {
    if error.kind() == Kind::Invalid {
        error.with_kind(Kind::BadRequest).with_message("filter-invalid")
    } else {
        error
    }
}

/// What is read of a search.
struct Asked {
    search: Search,
    page: Page,
    fields: Vec<String>,
}

impl SearchIn {
    fn read(self, zone: &Zone) -> Result<Asked> {
        let mut problems = Problems::new();
        let sent = self.filters.unwrap_or_default();
        let mut filters = Vec::with_capacity(sent.len().min(rules::FILTERS));
        if sent.len() > rules::FILTERS {
            problems.add("filters", "filter-many");
        } else {
            for FilterIn { r#type, state } in sent {
                let kind = r#type.unwrap_or_default();
                let about = |name| Message::new(name).with("type", kind.chars().take(40).collect::<String>());
                match rules::filter(&kind, &state.unwrap_or_default(), zone) {
                    Ok(filter) => filters.push(filter),
                    Err(Wrong::Type) => problems.add("filters", about("filter-type")),
                    Err(Wrong::State) => problems.add("filters", about("filter-state")),
                }
            }
        }
        if filters.iter().map(rules::weight).sum::<usize>() > rules::VALUES {
            problems.add("filters", "filter-many");
        }
        let order = self.order_by.map_or(Some(Order::Id), |name| Order::parse(&name));
        problems.check(order.is_some(), "order_by", "field-choice");
        let mut either = |text: Option<String>, usual: &str, other: &str, field: &str| {
            let text = text.map_or(usual.to_owned(), |text| text.trim().to_ascii_uppercase());
            problems.check(text == usual || text == other, field, "field-choice");
            text == other
        };
        let descending = either(self.order_by_direction, "ASC", "DESC", "order_by_direction");
        let any = either(self.operation, "AND", "OR", "operation");
        problems.done().map_err(refused)?;
        let named = self.fields.filter(|fields| !fields.is_empty());
        Ok(Asked {
            search: Search { filters, any, order: order.unwrap_or_default(), descending },
            page: Page::of(self.page, self.page_size, 25, 200),
            fields: named.unwrap_or_else(|| vec!["id".to_owned(), "name".to_owned()]),
        })
    }
}

/// Clients found, each with the fields asked for.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct FoundOut(Vec<Map<String, Value>>);

/// Names that a search has for fields of a client.
const SAME: &[(&str, &str)] =
    &[("sold_amount", "spent"), ("visit_count", "visits"), ("visits_count", "visits")];

/// Of a client, these fields.
fn picked(client: &ClientOut, fields: &[String]) -> Map<String, Value> {
    let Ok(Value::Object(mut all)) = serde_json::to_value(client) else { return Map::new() };
    for (name, same) in SAME {
        if let Some(value) = all.get(*same).cloned() {
            all.insert((*name).to_owned(), value);
        }
    }
    fields.iter().filter_map(|field| all.remove_entry(field.as_str())).collect()
}

impl PartialSchema for FoundOut {
    fn schema() -> RefOr<Schema> {
        let RefOr::T(Schema::Object(mut client)) = ClientOut::schema() else { return ClientOut::schema() };
        for (name, same) in SAME {
            if let Some(schema) = client.properties.get(*same).cloned() {
                client.properties.insert((*name).to_owned(), schema);
            }
        }
        client.required.clear();
        client.description = Some("A client found, with the fields asked for.".to_owned());
        ArrayBuilder::new().items(RefOr::T(Schema::Object(client))).into()
    }
}

impl ToSchema for FoundOut {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        ClientOut::schemas(schemas);
    }
}

/// `meta` of a search.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClientsFound)]
pub struct FoundMeta {
    /// How many there are in all.
    #[schema(example = 908)]
    total_count: i64,
}

/// What is wrong with a search.
#[derive(Debug, ToSchema)]
#[schema(as = ClientSearchRefusal)]
#[allow(dead_code, reason = "describes the refusal; the face writes it")]
pub struct RefusalOut {
    success: bool,
    data: Nothing,
    meta: RefusalMeta,
}

/// What is wrong, by field.
#[derive(Debug, ToSchema)]
#[schema(as = ClientSearchRefusalMeta)]
#[allow(dead_code, reason = "describes the refusal; the face writes it")]
pub struct RefusalMeta {
    /// In a word.
    #[schema(example = "A filter is not valid.")]
    message: String,
    /// By field.
    #[schema(nullable = false, value_type = Option<std::collections::BTreeMap<String, Vec<String>>>,
             example = json!({"filters": ["The state of the filter id is not valid."]}))]
    errors: Option<Map<String, Value>>,
}

/// Search clients
///
/// By any number of filters, of which all hold or one is enough. Texts match by a part, whatever the case. Filters by what
/// this location does not have (memberships, cards in wallets) find nobody.
#[utoipa::path(
    post, path = "/company/{location_id}/clients/search", operation_id = "get_client_list", tag = "Clients",
    params(("location_id" = i64, Path, description = "The location")),
    request_body = SearchIn,
    responses(
        (status = 200, description = "The clients", body = Data<FoundOut, FoundMeta>),
        (status = 400, description = "What is wrong, by field", body = RefusalOut)
    )
)]
pub async fn get_client_list(at: At<perm::Clients>, sought: Sought) -> Result<Data<FoundOut, FoundMeta>> {
    let shown = Shown::in_list(&at.membership);
    let mut conn = at.conn().await?;
    let zone = org::locations::store::zone(&mut conn, at.location_id).await?;
    let Asked { search, page, fields } = sought.0.read(&zone)?;
    let total_count = memory::count(&at.app, &mut conn, at.location_id, &search, &shown).await?;
    let ids = store::ids(&mut conn, at.location_id, &search, &shown, page).await?;
    let asked = |name: &str| fields.iter().any(|field| field == name);
    let with = With { tags: asked("categories"), values: asked("custom_fields") };
    let found = Whole::with(&mut conn, at.location_id, &ids, &shown, with).await?;
    let found = found.into_iter().map(|whole| ClientOut::of(whole, at.location_id, &zone));
    let clients = FoundOut(found.map(|client| picked(&client, &fields)).collect());
    Ok(Data::with_meta(clients, FoundMeta { total_count }))
}
