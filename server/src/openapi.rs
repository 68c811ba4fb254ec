//! One pass over the generated documents: what every operation shares is said here once.

use kernel::api::operations;
use serde_json::{Value, json};
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::info::{ContactBuilder, InfoBuilder, LicenseBuilder};
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    ComponentsBuilder, OpenApi, Ref, RefOr, Required, ResponseBuilder, Schema, ServerBuilder,
};

use crate::documents::Document;

/// Tags, in the order of the portal, with what they hold.
const TAGS: &[(&str, &str)] = &[
    ("Authentication B2B", "Signing a user in."),
    ("Locations", "The places where a business works."),
    ("Team Members", "Who serves clients at a location, and their positions."),
    ("Schedule & Resources", "Working hours, the appointment calendar, rooms and devices."),
    ("Appointments", "What is booked with whom: made, moved, cancelled, and the visits that they make up."),
    ("Booking Users", "Clients as an appointment shows them, and what their visits come to."),
    ("Events", "Group events: one service for several clients at once."),
    ("Online Booking Settings", "How clients book online, and the forms they book with."),
    ("Clients", "The people whom a location serves: lists, cards, comments, files."),
    ("Users & Permissions", "Who may do what at a location."),
    ("Chain Management", "Locations that belong together."),
    ("Utilities", "Licence, phone numbers, pictures."),
    ("Tags", "Labels for clients, appointments and events."),
    ("Custom Fields", "A location's own fields of clients and appointments."),
    ("Services", "What is offered, in categories: prices, durations, who does it, names in other languages."),
    ("Schedule & Resources", "Rooms, chairs and devices that services take up."),
    ("Dictionaries", "Countries, cities, kinds of business."),
    ("Sessions", "The signed-in user's own sessions, password and second factor."),
    ("Invitations", "Behind the link that an invited user gets."),
    ("Resources", "Rooms, chairs and devices, each with its instances."),
    ("Composite Services", "Services that consist of others, and trials."),
    ("Chain Services", "What a chain offers, and its locations take over."),
    ("Client Files", "Adding files to clients, and downloading them."),
    ("Notifications", "Messages to clients, and how people are told of what happens."),
    ("Webhooks", "What happens at a location, told to addresses that were set."),
    ("Calendar Feeds", "The calendar at secret addresses, for programs of calendars to subscribe to."),
    ("Demo", "The demo's clock, its snapshots, and rules by which requests fail."),
    ("Audit", "Who did what, when and from where."),
];

const PARTNER: &str = "partner";
const USER: &str = "partner_user";

/// Finishes a document.
pub fn finish(document: &Document, mut raw: OpenApi) -> OpenApi {
    raw.info = InfoBuilder::new()
        .title(format!("Frontdesk: {}", document.title))
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(format!(
            "{} {}Frontdesk is independent software, compatible with the Altegio API on the wire.",
            document.about,
            if raw.paths.paths.is_empty() { "None of its operations is built yet. " } else { "" }
        )))
        .license(Some(
            LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build(),
        ))
        .contact(Some(ContactBuilder::new().name(Some("Frontdesk")).build()))
        .build();
    raw.servers =
        Some(vec![ServerBuilder::new().url(document.base).description(Some("This server")).build()]);
    let v2 = document.name == "b2b-v2";
    let mut used = Vec::new();
    for item in raw.paths.paths.values_mut() {
        if let Some(read) = &mut item.get {
            complete(read, false, v2);
        }
        for write in [&mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten()
        {
            complete(write, true, v2);
        }
        used.extend(operations(item).flat_map(|o| o.tags.iter().flatten().cloned()));
        post_headers(item);
    }
    let tags = TAGS.iter().filter(|(name, _)| used.iter().any(|u| u == name));
    raw.tags = Some(
        tags.map(|(name, about)| TagBuilder::new().name(*name).description(Some(*about)).build()).collect(),
    );
    let mut components = raw.components.take().unwrap_or_else(|| ComponentsBuilder::new().build());
    components.schemas.insert("Error".to_owned(), error_schema(v2).into());
    components.schemas.insert("OlderError".to_owned(), older_error_schema().into());
    components.security_schemes.insert(
        PARTNER.to_owned(),
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some("The partner token: `Authorization: Bearer PARTNER`."))
                .build(),
        )
        .into(),
    );
    components.security_schemes.insert(
        USER.to_owned(),
        SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
            "Authorization",
            "Partner and user token in one header: `Bearer PARTNER, User USER`.",
        )))
        .into(),
    );
    raw.components = Some(components);
    raw
}

fn said<'a>(operation: &'a Operation, key: &str) -> Option<&'a Value> {
    operation.extensions.as_ref()?.get(key)
}

/// Security and the answers that any operation may give. A refusal that an operation names by its status alone
/// gets the refusals' body.
fn complete(operation: &mut Operation, is_write: bool, v2: bool) {
    let auth = said(operation, "x-auth").and_then(Value::as_str).unwrap_or("open").to_owned();
    let right = said(operation, "x-permission").and_then(Value::as_str).map(ToOwned::to_owned);
    let older = said(operation, "x-legacy-errors").is_some();
    let numbered = said(operation, "x-numbered-errors").is_some();
    let scopes: [&str; 0] = [];
    operation.security = Some(match auth.as_str() {
        "partner" => vec![SecurityRequirement::new(PARTNER, scopes), SecurityRequirement::new(USER, scopes)],
        "partner+user" => vec![SecurityRequirement::new(USER, scopes)],
        _ => Vec::new(),
    });
    if let Some(right) = &right {
        let about = operation.description.get_or_insert_default();
        if !about.is_empty() {
            about.push_str("\n\n");
        }
        about.push_str(&format!("Needs the right `{right}`."));
    }
    let named: Vec<String> = operation.responses.responses.keys().cloned().collect();
    let names = |status: u16| named.contains(&status.to_string());
    let has_body = operation.request_body.is_some();
    let in_path = |p: &RefOr<Parameter>| matches!(p, RefOr::T(p) if p.parameter_in == ParameterIn::Path);
    let has_path = operation.parameters.iter().flatten().any(in_path);
    let mut add = |status: &str, description: &str, message: &str, older: bool| {
        let known = match operation.responses.responses.get(status) {
            Some(RefOr::T(known)) if known.content.is_empty() => Some(known.description.clone()),
            Some(_) => return,
            None => None,
        };
        let description = known.as_deref().unwrap_or(description);
        let answer = if numbered {
            numbered_answer(description, message)
        } else {
            error_answer(status, description, message, older, v2)
        };
        operation.responses.responses.insert(status.to_owned(), answer.into());
    };
    if auth != "open" {
        let message = if auth == "partner" { "Partner ID not specified" } else { "Authentication needed." };
        add("401", "A token is missing or not valid", message, older);
    }
    // A user may be kept to some addresses, whatever the right.
    if right.is_some() || names(403) || (auth == "partner+user" && has_path) {
        add(
            "403",
            "The right is missing, or the user may not ask from this address",
            "Access denied.",
            false,
        );
    }
    if has_path || names(404) {
        add("404", "There is no such thing for the asker", "Not found", older);
    }
    if v2 && !has_body {
        add(
            "400",
            "The Accept header is missing",
            "The Accept header must have application/vnd.api.v2+json.",
            false,
        );
    }
    if has_body {
        add("400", "The request can't be read", "The request could not be read.", false);
        add("413", "Too large", "The request is too large.", false);
        add("415", "Content type not understood", "This content type is not understood.", false);
    }
    if is_write {
        add("409", "In conflict with what is there", "This is in conflict with what is there.", false);
        add("412", "Changed meanwhile (`If-Match`)", "It has been changed meanwhile.", false);
    }
    if !numbered {
        add("422", "Fields are wrong, each is named", "An error has occurred.", false);
    }
    add("429", "Too many requests", "Too many requests, try again in 1 s.", false);
    add(
        "503",
        "Not available for the moment",
        "The service is not available for the moment, try again.",
        false,
    );
}

/// Any POST may be sent with an Idempotency-Key.
fn post_headers(item: &mut utoipa::openapi::PathItem) {
    let Some(post) = &mut item.post else { return };
    post.parameters.get_or_insert_default().push(
        ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(
                "Sent again with the same key, the request is not carried out twice: the first answer is repeated.",
            ))
            .schema(Some(ObjectBuilder::new().schema_type(Type::String).max_length(Some(255))))
            .build()
            .into(),
    );
}

fn numbered_answer(description: &str, message: &str) -> utoipa::openapi::Response {
    let schema = ObjectBuilder::new()
        .property("success", ObjectBuilder::new().schema_type(Type::Boolean))
        .property("error_code", ObjectBuilder::new().schema_type(Type::Integer))
        .property("error_message", text())
        .required("success")
        .required("error_code")
        .required("error_message");
    let example = json!({"success": false, "error_code": 5, "error_message": message});
    let content = ContentBuilder::new().schema(Some(schema)).example(Some(example)).build();
    ResponseBuilder::new().description(description).content("application/json", content).build()
}

fn error_answer(
    status: &str,
    description: &str,
    message: &str,
    older: bool,
    v2: bool,
) -> utoipa::openapi::Response {
    let (schema, example) = if older {
        let code: i64 = status.parse().unwrap_or_default();
        let errors = json!({"code": code, "message": message.trim_end_matches('.')});
        ("OlderError", json!({"errors": errors, "meta": {"message": message}}))
    } else {
        let mut meta = json!({"message": message});
        if status == "422" {
            meta["errors"] = if v2 {
                json!({"title": ["This field is required."]})
            } else {
                json!([{"field": "title", "message": "This field is required."}])
            };
        }
        ("Error", json!({"success": false, "data": null, "meta": meta}))
    };
    let content = ContentBuilder::new()
        .schema(Some(RefOr::<Schema>::Ref(Ref::from_schema_name(schema))))
        .example(Some(example))
        .build();
    ResponseBuilder::new().description(description).content("application/json", content).build()
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn number(about: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer).description(Some(about))
}

/// Version 1 lists the fields at fault, version 2 has an object of them.
fn error_schema(by_field: bool) -> Schema {
    let field = ObjectBuilder::new()
        .property(
            "field",
            text().description(Some("Path of the field: `invites.0.search`. Left out where it is of none.")),
        )
        .property("message", text().description(Some("What is wrong with it.")))
        .property("code", number("The number of the reason, where reasons are numbered."))
        .property("id", number("Which of several things asked for is meant, by its own number."))
        .required("message");
    let errors: Schema = if by_field {
        ObjectBuilder::new()
            .additional_properties(Some(ArrayBuilder::new().items(text())))
            .description(Some("The fields at fault, each with what is wrong."))
            .into()
    } else {
        ArrayBuilder::new().items(field).description(Some("The fields at fault.")).into()
    };
    let meta = ObjectBuilder::new()
        .property("message", text().description(Some("What is wrong, in the language asked for.")))
        .property("errors", errors);
    let conflict = ObjectBuilder::new()
        .schema_type(Type::Boolean)
        .description(Some("True where something else takes place at that time."));
    let meta = if by_field { meta } else { meta.property("conflict", conflict) }.required("message");
    ObjectBuilder::new()
        .description(Some("A refusal."))
        .property("success", ObjectBuilder::new().schema_type(Type::Boolean))
        .property("data", ObjectBuilder::new().schema_type(SchemaType::Type(Type::Null)))
        .property("meta", meta)
        .required("success")
        .required("data")
        .required("meta")
        .into()
}

fn older_error_schema() -> Schema {
    let errors = ObjectBuilder::new()
        .property("code", ObjectBuilder::new().schema_type(Type::Integer))
        .property("message", text())
        .required("code")
        .required("message");
    ObjectBuilder::new()
        .description(Some("A refusal in the older form."))
        .property("errors", errors)
        .property("meta", ObjectBuilder::new().property("message", text()).required("message"))
        .required("errors")
        .required("meta")
        .into()
}
