//! The deliveries as the document for developers describes them.

use std::borrow::Cow;

use booking::appointments::AppointmentOut;
use catalog::categories::CategoryOut;
use catalog::services::ServiceOut;
use clients::clients::ClientOut;
use org::locations::LocationDataOut;
use org::team::TeamMemberDataOut;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, PathItem};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};
use utoipa::openapi::{OpenApi, Paths, Ref, RefOr, Required, ResponseBuilder, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::drawn::{FinancesOperationData, GoodData, GoodsOperationData, LoyaltyCardData};

/// Always an empty list: of a schedule only whose it is is told.
struct ScheduleData;

impl PartialSchema for ScheduleData {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new().items(ObjectBuilder::new()).max_items(Some(0)).description(Some("Empty.")).into()
    }
}

impl ToSchema for ScheduleData {
    fn name() -> Cow<'static, str> {
        "ScheduleData".into()
    }
}

/// Adds what is sent to those who asked for it.
pub fn describe(document: &mut OpenApi) {
    let mut adding = Adding { document, webhooks: Paths::new() };
    adding.one::<LocationDataOut>("SalonEvent", "webhook_salon", &["salon"], "A location was changed");
    adding.one::<TeamMemberDataOut>("StaffEvent", "webhook_staff", &["staff"], "A team member was changed");
    adding.one::<ServiceOut>("ServiceEvent", "webhook_service", &["service"], "A service was changed");
    adding.one::<CategoryOut>(
        "ServiceCategoryEvent",
        "webhook_service_category",
        &["service_category"],
        "A category of services was changed",
    );
    adding.one::<ClientOut>("ClientEvent", "webhook_client", &["client"], "A client was changed");
    adding.one::<AppointmentOut>("RecordEvent", "webhook_record", &["record"], "An appointment was changed");
    adding.one::<LoyaltyCardData>(
        "LoyaltyCardEvent",
        "webhook_loyalty_card",
        &["loyalty_card"],
        "A loyalty card was changed",
    );
    adding.one::<ScheduleData>(
        "ScheduleEvent",
        "webhook_schedule",
        &["schedule"],
        "A team member's schedule was changed",
    );
    adding.one::<GoodData>("GoodEvent", "webhook_good", &["good"], "A product was changed");
    adding.one::<GoodsOperationData>(
        "GoodsOperationEvent",
        "webhook_goods_operation",
        &[
            "goods_operations_sale",
            "goods_operations_receipt",
            "goods_operations_consumable",
            "goods_operations_stolen",
            "goods_operations_move",
        ],
        "Products were sold, received, used up, written off or moved",
    );
    adding.one::<FinancesOperationData>(
        "FinancesOperationEvent",
        "webhook_finances_operation",
        &["finances_operation"],
        "A payment was changed",
    );
    document.webhooks = Some(adding.webhooks);
}

struct Adding<'a> {
    document: &'a mut OpenApi,
    webhooks: Paths,
}

impl Adding<'_> {
    fn one<T: ToSchema>(&mut self, name: &str, id: &str, resources: &[&str], summary: &str) {
        let mut schemas = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut schemas);
        let components = self.document.components.get_or_insert_default();
        for (name, schema) in schemas {
            components.schemas.entry(name).or_insert(schema);
        }
        let content = ContentBuilder::new().schema(Some(envelope(resources, &T::name()))).build();
        let body = RequestBodyBuilder::new()
            .content("application/json", content)
            .required(Some(Required::True))
            .description(Some("The thing as it is, whole, on deletion too."))
            .build();
        let operation = OperationBuilder::new()
            .operation_id(Some(id))
            .tag("Webhooks")
            .summary(Some(summary))
            .description(Some(
                "About 5 s after the change. Any answer of the 200s takes it; after 429, any of the 500s or no answer \
                 within 10 s it is sent again, twice at the most and 1.5 s apart, unless the webhook is set to be \
                 repeated for longer. It may come twice.",
            ))
            .request_body(Some(body))
            // Whoever receives it asks for no token.
            .securities(Some(Vec::new()))
            .response("200", ResponseBuilder::new().description("Taken").build())
            .build();
        self.webhooks.paths.insert(name.to_owned(), PathItem::new(HttpMethod::Post, operation));
    }
}

fn envelope(resources: &[&str], data: &str) -> Schema {
    let int =
        |about: &str| ObjectBuilder::new().schema_type(Type::Integer).description(Some(about.to_owned()));
    let choice = |about: &str, values: &[&str]| {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(about.to_owned()))
            .enum_values(Some(values.iter().map(ToString::to_string).collect::<Vec<_>>()))
    };
    ObjectBuilder::new()
        .property("company_id", int("The location."))
        .property("resource", choice("What was changed.", resources))
        .property("resource_id", int("Which one."))
        .property("status", choice("How.", &["create", "update", "delete"]))
        .property("data", Ref::from_schema_name(data))
        .required("company_id")
        .required("resource")
        .required("resource_id")
        .required("status")
        .required("data")
        .into()
}
