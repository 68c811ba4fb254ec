//! The test attribute: one test, run on each database.

use proc_macro::TokenStream;
use quote::quote;
use syn::{Ident, ItemFn, parse_macro_input};

/// `#[testkit::test] async fn name(app: App)` is two tests, `name::sqlite` and `name::postgres`; with
/// `#[testkit::test(sqlite)]` or `#[testkit::test(postgres)]` it is one. The argument is any
/// `testkit::Fixture`: an `App`, or a `Spot` for tests of the storage itself.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let function = parse_macro_input!(item as ItemFn);
    let only = if arguments.is_empty() { None } else { Some(parse_macro_input!(arguments as Ident)) };
    if function.sig.asyncness.is_none() || function.sig.inputs.len() != 1 {
        let message = "a test is an async function of one fixture";
        return syn::Error::new_spanned(&function.sig, message).to_compile_error().into();
    }
    let wanted = |base: &str| only.as_ref().is_none_or(|only| only == base);
    if let Some(only) = only.as_ref().filter(|only| *only != "sqlite" && *only != "postgres") {
        return syn::Error::new_spanned(only, "sqlite or postgres").to_compile_error().into();
    }
    let name = &function.sig.ident;
    let attributes = &function.attrs;
    let sqlite = wanted("sqlite").then(|| {
        quote! {
            #[test]
            fn sqlite() { ::testkit::run(::testkit::Base::Sqlite, super::#name); }
        }
    });
    let postgres = wanted("postgres").then(|| {
        quote! {
            #[test]
            fn postgres() { ::testkit::run(::testkit::Base::Postgres, super::#name); }
        }
    });
    let mut body = function.clone();
    body.attrs.clear();
    quote! {
        #(#attributes)*
        #[cfg(test)]
        #body

        #[cfg(test)]
        mod #name {
            #sqlite
            #postgres
        }
    }
    .into()
}
