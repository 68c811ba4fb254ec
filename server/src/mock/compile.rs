//! From a document to what the mock runs on: a matcher of paths, and for each operation its plan and its
//! finished answers.

use axum::http::{HeaderValue, Method, StatusCode};
use matchit::Router as Matcher;
use serde_json::Value;

use super::{
    answers::Answer,
    check::Plan,
    document::{Document, entries},
};

/// The methods that a path item may describe. A HEAD request is answered by the GET operation.
const METHODS: [(&str, Method); 6] = [
    ("get", Method::GET),
    ("post", Method::POST),
    ("put", Method::PUT),
    ("patch", Method::PATCH),
    ("delete", Method::DELETE),
    ("options", Method::OPTIONS),
];

/// One document.
pub(super) struct Mock {
    pub(super) name: Box<str>,
    matcher: Matcher<usize>,
    paths: Vec<Operations>,
}

/// One operation.
pub(super) struct Operation {
    /// Whether a call must carry an `Authorization` header.
    pub(super) secured: bool,
    /// What a call must carry besides; none when there is nothing to look at.
    pub(super) plan: Option<Plan>,
    pub(super) success: Answer,
    pub(super) unauthorized: Answer,
    /// Every documented answer, for `Prefer: code`.
    pub(super) answers: Vec<Answer>,
}

/// The operations of one path, by method.
pub(super) struct Operations {
    by_method: [Option<Box<Operation>>; METHODS.len()],
    /// The value of the `Allow` header.
    pub(super) allow: HeaderValue,
}

/// A path that was found, and the texts that stand where its parameters are.
pub(super) struct Found<'m, 'p> {
    pub(super) operations: &'m Operations,
    pub(super) segments: Vec<&'p str>,
}

impl Mock {
    pub(super) fn compile(name: &str, root: &Value) -> Self {
        let document = Document::new(root);
        let base = document.base();
        let mut mock = Self { name: name.into(), matcher: Matcher::new(), paths: Vec::new() };
        for (path, item) in document.paths() {
            // Two templates may differ in the names of their parameters only; to a caller they are one path.
            let (template, parameters) = normalised(path);
            let index = mock.insert(&template);
            for (by_method, (method, _)) in mock.paths[index].by_method.iter_mut().zip(&METHODS) {
                if let Some(described) = item.get(method) {
                    *by_method = Some(Box::new(Operation::compile(document, item, described, &parameters)));
                }
            }
            mock.paths[index].list_allowed();
            mock.alias(&format!("{base}{template}"), index);
        }
        // Last, since a path that is spelt out goes before one that merely follows from the base.
        for (path, _) in document.paths() {
            let (template, _) = normalised(path);
            if let Some(short) = template.strip_prefix(base).filter(|short| short.starts_with('/'))
                && let Some(index) = mock.at(&template)
            {
                mock.alias(short, index);
            }
        }
        mock
    }

    /// The path that a request's path (`/company/1`) belongs to.
    pub(super) fn find<'p>(&self, path: &'p str) -> Option<Found<'_, 'p>> {
        let path = trimmed(path);
        let found = self.matcher.at(path).ok()?;
        let segments = found.params.iter().map(|(_, segment)| segment).collect();
        Some(Found { operations: self.paths.get(*found.value)?, segments })
    }

    /// The index of the path of this template, which is made if it isn't there.
    fn insert(&mut self, template: &str) -> usize {
        if let Some(index) = self.at(template) {
            return index;
        }
        let index = self.paths.len();
        self.paths.push(Operations::none());
        self.alias(template, index);
        index
    }

    /// The index of the path that has exactly this template.
    fn at(&self, template: &str) -> Option<usize> {
        let found = self.matcher.at(template).ok()?;
        // A template matches itself with its parameters' own names in the parameters' places.
        let literal = found.params.iter().all(|(name, value)| value == format!("{{{name}}}"));
        let parameters = template.matches('{').count();
        (literal && found.params.len() == parameters).then_some(*found.value)
    }

    fn alias(&mut self, template: &str, index: usize) {
        // A template that is there already keeps what it has.
        drop(self.matcher.insert(template, index));
    }
}

impl Operations {
    fn none() -> Self {
        Self { by_method: [const { None }; METHODS.len()], allow: HeaderValue::from_static("") }
    }

    /// The operation of this method.
    pub(super) fn of(&self, method: &Method) -> Option<&Operation> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        let index = METHODS.iter().position(|(_, known)| known == method)?;
        self.by_method[index].as_deref()
    }

    fn list_allowed(&mut self) {
        let mut names = Vec::new();
        for (operation, (_, method)) in self.by_method.iter().zip(&METHODS) {
            if operation.is_some() {
                names.push(method.as_str());
                if *method == Method::GET {
                    names.push("HEAD");
                }
            }
        }
        self.allow = HeaderValue::from_str(&names.join(",")).unwrap_or(HeaderValue::from_static(""));
    }
}

impl Operation {
    fn compile(document: Document<'_>, item: &Value, described: &Value, parameters: &[&str]) -> Self {
        let answers: Vec<Answer> = entries(&described["responses"])
            .filter_map(|(status, response)| {
                Some((StatusCode::from_bytes(status.as_bytes()).ok()?, response))
            })
            .map(|(status, response)| Answer::compile(document, status, document.resolve(response)))
            .collect();
        let security = document.security(described);
        Self {
            // An empty requirement among the alternatives means that nothing is fine, too.
            secured: !security.is_empty() && !security.iter().any(|one| entries(one).next().is_none()),
            plan: Plan::compile(document, item, described, parameters),
            success: success(document, &described["responses"]),
            unauthorized: described["responses"].get("401").map_or_else(
                || Answer::envelope(StatusCode::UNAUTHORIZED),
                |response| Answer::compile(document, StatusCode::UNAUTHORIZED, document.resolve(response)),
            ),
            answers,
        }
    }
}

/// The answer of a call that went well: the lowest 2xx, else a 3xx, else what `default` describes.
fn success(document: Document<'_>, responses: &Value) -> Answer {
    let mut statuses: Vec<&str> = entries(responses).map(|(status, _)| status).collect();
    statuses.sort_unstable();
    let chosen = ["2", "3", "default"]
        .iter()
        .find_map(|start| statuses.iter().find(|status| status.starts_with(start)))
        .copied();
    // `2XX` and `default` don't say which: 200.
    let status = chosen.and_then(|chosen| StatusCode::from_bytes(chosen.as_bytes()).ok());
    let response = chosen.map_or(&Value::Null, |chosen| &responses[chosen]);
    Answer::compile(document, status.unwrap_or(StatusCode::OK), document.resolve(response))
}

/// A template with its parameters named by place (`/company/{0}`), and their own names.
///
/// A segment that is a parameter and more (`{id}.ics`) counts as a parameter, since the matcher takes
/// whole segments only.
fn normalised(path: &str) -> (String, Vec<&str>) {
    let mut template = String::new();
    let mut parameters = Vec::new();
    for segment in trimmed(path).split('/').skip(1) {
        template.push('/');
        if let Some((_, rest)) = segment.split_once('{') {
            template.push('{');
            template.push_str(&parameters.len().to_string());
            template.push('}');
            parameters.push(rest.split('}').next().unwrap_or_default());
        } else {
            template.push_str(segment);
        }
    }
    (template, parameters)
}

/// The path without slashes at its end, but for the root itself.
fn trimmed(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() { "/" } else { trimmed }
}
