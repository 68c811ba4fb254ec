//! Plans: what a call of an operation must carry, worked out beforehand, and the check of a value by it.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::{
    answers::is_json,
    document::{Document, entries, items, reference},
};

/// Headers that a document may list as parameters, but that say nothing about the call: they are a matter
/// of security and content (the last is a misspelling that is in use).
const SILENT_HEADERS: [&str; 4] = ["authorization", "accept", "content-type", "conetnt-type"];

/// Complaints by field, in the order found.
pub(super) type Complaints = Map<String, Value>;

/// What a call must carry.
#[derive(Default)]
pub(super) struct Plan {
    /// A name and kinds for each parameter of the path, by its place.
    pub(super) segments: Vec<Parameter>,
    pub(super) query: Vec<Parameter>,
    pub(super) headers: Vec<Parameter>,
    pub(super) body: Option<Body>,
}

/// A parameter outside of the body.
pub(super) struct Parameter {
    pub(super) name: Box<str>,
    pub(super) required: bool,
    pub(super) kinds: Kinds,
}

/// What is known of the body: a graph of schemas, the first of which is the body's.
pub(super) struct Body {
    pub(super) required: bool,
    /// Whether the body is JSON by the document; else a form.
    pub(super) json: bool,
    nodes: Vec<Node>,
    root: usize,
}

/// A schema, as far as it is checked: kinds of values and presence.
#[derive(Default)]
struct Node {
    kinds: Kinds,
    required: Vec<Box<str>>,
    members: Vec<(Box<str>, usize)>,
    others: Option<usize>,
    items: Option<usize>,
    all: Vec<usize>,
    any: Vec<usize>,
}

/// A set of JSON types; empty for any.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    const NULL: Self = Self(1);
    const BOOLEAN: Self = Self(2);
    const INTEGER: Self = Self(4);
    const NUMBER: Self = Self(8);
    const STRING: Self = Self(16);
    const ARRAY: Self = Self(32);
    const OBJECT: Self = Self(64);

    const NAMES: [(&'static str, Self); 7] = [
        ("null", Self::NULL),
        ("boolean", Self::BOOLEAN),
        ("integer", Self::INTEGER),
        ("number", Self::NUMBER),
        ("string", Self::STRING),
        ("array", Self::ARRAY),
        ("object", Self::OBJECT),
    ];

    fn of(schema: &Value) -> Self {
        let named =
            |name: &str| Self::NAMES.iter().find(|(known, _)| *known == name).map_or(0, |(_, kind)| kind.0);
        let mut kinds = match &schema["type"] {
            Value::String(name) => named(name),
            Value::Array(names) => {
                names.iter().filter_map(Value::as_str).fold(0, |set, name| set | named(name))
            }
            _ => 0,
        };
        if kinds != 0 && schema["nullable"] == true {
            kinds |= Self::NULL.0;
        }
        Self(kinds)
    }

    fn of_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(_) => Self::NUMBER,
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }

    fn or(self, more: Self) -> Self {
        Self(self.0 | more.0)
    }

    fn has(self, kind: Self) -> bool {
        self.0 & kind.0 != 0
    }

    fn is_any(self) -> bool {
        self.0 == 0
    }

    /// Whether a list will do, and an object won't.
    pub(super) fn is_list(self) -> bool {
        self.has(Self::ARRAY) && !self.has(Self::OBJECT)
    }

    /// Whether a text that stands for a value (in a path, a query or a form) will do.
    pub(super) fn take_text(self, text: &str) -> bool {
        self.is_any()
            || self.has(Self(Self::STRING.0 | Self::ARRAY.0 | Self::OBJECT.0))
            || self.has(Self::BOOLEAN) && matches!(text, "0" | "1" | "true" | "false")
            || self.has(Self::INTEGER) && (text.parse::<i64>().is_ok() || matches!(text, "true" | "false"))
            || self.has(Self::NUMBER)
                && (text.parse::<f64>().is_ok_and(f64::is_finite) || matches!(text, "true" | "false"))
            || self.has(Self::NULL) && text.is_empty()
    }

    /// Whether a value will do. Clients send numbers as texts and flags as numbers, and the other way
    /// round; an empty list is how some of them write an empty object.
    fn take(self, value: &Value) -> bool {
        if self.is_any() {
            return true;
        }
        match value {
            Value::Null => self.has(Self::NULL),
            Value::Bool(_) => self.has(Self(Self::BOOLEAN.0 | Self::INTEGER.0 | Self::NUMBER.0)),
            Value::Number(number) => {
                self.has(Self(Self::NUMBER.0 | Self::STRING.0))
                    || self.has(Self::INTEGER) && number.as_f64().is_some_and(|number| number.fract() == 0.0)
                    || self.has(Self::BOOLEAN) && matches!(number.as_i64(), Some(0 | 1))
            }
            Value::String(text) => {
                self.has(Self::STRING)
                    || Self(self.0 & (Self::BOOLEAN.0 | Self::INTEGER.0 | Self::NUMBER.0)).take_scalar(text)
            }
            Value::Array(values) => self.has(Self::ARRAY) || values.is_empty() && self.has(Self::OBJECT),
            Value::Object(_) => self.has(Self::OBJECT),
        }
    }

    fn take_scalar(self, text: &str) -> bool {
        !self.is_any() && self.take_text(text)
    }

    /// What to tell a caller whose value won't do.
    pub(super) fn complaint(self) -> String {
        let names: Vec<&str> =
            Self::NAMES.iter().filter(|(_, kind)| self.has(*kind)).map(|(name, _)| *name).collect();
        format!("The value must be of type {}.", names.join(" or "))
    }
}

/// What to tell a caller who left a field out.
pub(super) const MISSING: &str = "The field is required.";

/// Notes a complaint about a field.
pub(super) fn complain(complaints: &mut Complaints, field: &str, message: impl Into<String>) {
    if let Value::Array(messages) = complaints.entry(field).or_insert_with(|| Value::Array(Vec::new())) {
        let message = Value::String(message.into());
        if !messages.contains(&message) {
            messages.push(message);
        }
    }
}

impl Plan {
    /// The plan of an operation, whose path has parameters of these names; none if anything goes.
    pub(super) fn compile(
        document: Document<'_>,
        item: &Value,
        operation: &Value,
        in_path: &[&str],
    ) -> Option<Self> {
        let mut plan = Self::default();
        let any = |name: &&str| Parameter { name: (*name).into(), required: false, kinds: Kinds::default() };
        plan.segments = in_path.iter().map(any).collect();
        // The operation's own parameters come last: they take the place of the path's.
        for parameter in items(&item["parameters"]).iter().chain(items(&operation["parameters"])) {
            plan.add(document, document.resolve(parameter));
        }
        plan.body = Body::compile(document, document.resolve(&operation["requestBody"]));
        let lenient = |parameter: &Parameter| !parameter.required && parameter.kinds.take_text("?");
        plan.query.retain(|parameter| !lenient(parameter));
        plan.headers.retain(|parameter| !lenient(parameter));
        let idle = plan.segments.iter().all(|parameter| parameter.kinds.take_text("?"))
            && plan.query.is_empty()
            && plan.headers.is_empty()
            && plan.body.is_none();
        (!idle).then_some(plan)
    }

    fn add(&mut self, document: Document<'_>, described: &Value) {
        let Some(name) = described["name"].as_str() else { return };
        let schema = described
            .get("schema")
            .or_else(|| entries(&described["content"]).next().map(|(_, media)| &media["schema"]));
        let kinds = Kinds::of(document.resolve(schema.unwrap_or(&Value::Null)));
        let required = described["required"] == true;
        let parameter = Parameter { name: name.into(), required, kinds };
        let parameters = match described["in"].as_str() {
            Some("path") => &mut self.segments,
            Some("query") => &mut self.query,
            Some("header") if !SILENT_HEADERS.iter().any(|silent| name.eq_ignore_ascii_case(silent)) => {
                &mut self.headers
            }
            _ => return,
        };
        match parameters.iter_mut().find(|known| *known.name == *name) {
            Some(known) => *known = parameter,
            None if described["in"] != "path" => parameters.push(parameter),
            None => {}
        }
    }
}

impl Body {
    fn compile(document: Document<'_>, described: &Value) -> Option<Self> {
        let (media, content) = entries(&described["content"])
            .find(|(media, _)| is_json(media))
            .or_else(|| entries(&described["content"]).next())?;
        let json = is_json(media);
        let is_form =
            media.starts_with("multipart/") || media.starts_with("application/x-www-form-urlencoded");
        if !json && !is_form {
            return None;
        }
        let mut builder = Builder { document, nodes: Vec::new(), known: HashMap::new() };
        let root = builder.node(&content["schema"]);
        let nodes = builder.nodes;
        let mut body = Self { required: described["required"] == true, json, nodes, root };
        // Documents contradict themselves; whoever sends the document's example must get through.
        let schema = document.resolve(&content["schema"]);
        let named = entries(&content["examples"]).filter_map(|(_, one)| document.resolve(one).get("value"));
        let examples = content.get("example").into_iter().chain(named);
        for example in examples.chain(schema.get("example")).chain(items(&schema["examples"])) {
            body.learn(body.root, example);
        }
        Some(body)
    }

    /// Whether an empty body can't be right.
    pub(super) fn needs_fields(&self) -> bool {
        self.required_fields().next().is_some() || !self.nodes[self.root].any.is_empty()
    }

    /// The fields that must be there, of an object.
    pub(super) fn required_fields(&self) -> impl Iterator<Item = &str> {
        let root = &self.nodes[self.root];
        let nested = root.all.iter().flat_map(|part| &self.nodes[*part].required);
        root.required.iter().chain(nested).map(|name| &**name)
    }

    /// The kinds of the field of this name.
    pub(super) fn field_kinds(&self, name: &str) -> Kinds {
        let root = &self.nodes[self.root];
        let parts = root.all.iter().chain(&root.any).map(|part| &self.nodes[*part]);
        let mut members = std::iter::once(root).chain(parts).flat_map(|node| &node.members);
        members
            .find(|(known, _)| **known == *name)
            .map_or(Kinds::default(), |(_, node)| self.nodes[*node].kinds)
    }

    /// Holds a body against the plan.
    pub(super) fn check(&self, body: &Value, complaints: &mut Complaints) {
        self.visit(self.root, body, "", complaints);
    }

    fn visit(&self, node: usize, value: &Value, field: &str, complaints: &mut Complaints) {
        let node = &self.nodes[node];
        if !node.kinds.take(value) {
            let named = if field.is_empty() { "body" } else { field };
            complain(complaints, named, node.kinds.complaint());
            return;
        }
        if let Value::Object(members) = value {
            for name in &node.required {
                if !members.contains_key(&**name) {
                    complain(complaints, &join(field, name), MISSING);
                }
            }
            for (name, value) in members {
                let member = node.members.iter().find(|(known, _)| **known == **name).map(|(_, node)| *node);
                let Some(member) = member.or(node.others) else { continue };
                // An optional field that is null counts as left out, whatever its type.
                if !value.is_null() || node.required.iter().any(|required| **required == **name) {
                    self.visit(member, value, &join(field, name), complaints);
                }
            }
        }
        if let (Value::Array(values), Some(items)) = (value, node.items) {
            for (index, value) in values.iter().enumerate() {
                self.visit(items, value, &join(field, &index.to_string()), complaints);
            }
        }
        for part in &node.all {
            self.visit(*part, value, field, complaints);
        }
        self.visit_any(&node.any, value, field, complaints);
    }

    /// Widens the plan so that it takes this value.
    fn learn(&mut self, node: usize, value: &Value) {
        let known = &mut self.nodes[node];
        if !known.kinds.take(value) {
            known.kinds = known.kinds.or(Kinds::of_value(value));
        }
        let mut inner = Vec::new();
        match value {
            Value::Object(members) => {
                known.required.retain(|name| members.contains_key(&**name));
                for (name, value) in members {
                    let member = known.members.iter().find(|(known, _)| **known == **name);
                    inner
                        .extend(member.map(|(_, member)| *member).or(known.others).map(|node| (node, value)));
                }
            }
            Value::Array(values) => {
                inner.extend(known.items.iter().flat_map(|items| values.iter().map(|value| (*items, value))));
            }
            _ => {}
        }
        inner.extend(known.all.iter().map(|part| (*part, value)));
        let mut complaints = Complaints::new();
        let branches = known.any.clone();
        self.visit_any(&branches, value, "", &mut complaints);
        // When no branch fits, the first one learns.
        inner.extend(branches.first().filter(|_| !complaints.is_empty()).map(|branch| (*branch, value)));
        for (node, value) in inner {
            self.learn(node, value);
        }
    }

    /// One of the branches must fit; if none does, the complaints are those of the one that nearly did.
    fn visit_any(&self, branches: &[usize], value: &Value, field: &str, complaints: &mut Complaints) {
        let mut nearest: Option<Complaints> = None;
        for branch in branches {
            let mut found = Complaints::new();
            self.visit(*branch, value, field, &mut found);
            if found.is_empty() {
                return;
            }
            if nearest.as_ref().is_none_or(|nearest| found.len() < nearest.len()) {
                nearest = Some(found);
            }
        }
        complaints.extend(nearest.unwrap_or_default());
    }
}

fn join(field: &str, name: &str) -> String {
    if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") }
}

/// Makes the graph; a schema that is referred to is made once, so that one may contain itself.
struct Builder<'a> {
    document: Document<'a>,
    nodes: Vec<Node>,
    known: HashMap<&'a str, usize>,
}

impl<'a> Builder<'a> {
    fn node(&mut self, schema: &'a Value) -> usize {
        let index = self.nodes.len();
        if let Some(reference) = reference(schema) {
            if let Some(known) = self.known.get(reference) {
                return *known;
            }
            self.known.insert(reference, index);
        }
        self.nodes.push(Node::default());
        let schema = self.document.resolve(schema);
        let names = items(&schema["required"]).iter().filter_map(Value::as_str).map(Into::into).collect();
        let members = entries(&schema["properties"])
            .map(|(name, property)| (Box::from(name), self.node(property)))
            .collect();
        let others = schema.get("additionalProperties").filter(|others| others.is_object());
        let others = others.map(|others| self.node(others));
        let each = schema.get("items").filter(|items| items.is_object()).map(|items| self.node(items));
        let all = items(&schema["allOf"]).iter().map(|part| self.node(part)).collect();
        let any = items(&schema["anyOf"])
            .iter()
            .chain(items(&schema["oneOf"]))
            .map(|branch| self.node(branch))
            .collect();
        self.nodes[index] =
            Node { kinds: Kinds::of(schema), required: names, members, others, items: each, all, any };
        index
    }
}
