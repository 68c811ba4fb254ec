//! What a site's owner puts into his pages to show a booking form.

use org::tags::rules::font_color;
use serde_json::json;

use super::store::Form;

fn page(public_url: &str, id: i64) -> String {
    format!("{}/book/{id}", public_url.trim_end_matches('/'))
}

fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// Where the button stands, as CSS.
fn place(position: &str) -> String {
    position.split_whitespace().map(|side| format!("{side}:20px;")).collect()
}

/// A link to the form's page; a button in the corner of the window where the form wants one.
pub fn link(public_url: &str, form: &Form) -> String {
    let style = if form.show_button {
        format!(
            " style=\"position:fixed;{}z-index:9999;padding:14px 24px;border-radius:8px;background:{};color:{};\
             font:600 16px sans-serif;text-decoration:none\"",
            place(&form.button_position),
            text(&form.button_color),
            font_color(&form.button_color)
        )
    } else {
        String::new()
    };
    format!(
        "<a href=\"{}\" target=\"_blank\" rel=\"noopener\"{style}>{}</a>",
        text(&page(public_url, form.id)),
        text(&form.title)
    )
}

/// Opens the form in a panel at the window's side: at a press of its button, or of any element that has
/// `data-booking-form` with the form's id.
pub fn script(public_url: &str, form: &Form) -> String {
    const CODE: &str = r#"(function(c){var d=document,f;function o(){if(f){f.remove();f=null;return}
f=d.createElement("iframe");f.src=c.url;f.title=c.title;f.style.cssText="position:fixed;z-index:9999;top:0;"+c.side+":0;width:min(420px,100%);height:100%;border:0;background:#fff;box-shadow:0 0 24px rgba(0,0,0,.3)";d.body.appendChild(f)}
function s(){if(!c.button)return;var b=d.createElement("button");b.type="button";b.textContent=c.title;b.style.cssText="position:fixed;z-index:10000;"+c.place+"padding:14px 24px;border:0;border-radius:8px;font:600 16px sans-serif;cursor:pointer;background:"+c.color+";color:"+c.text;b.onclick=o;d.body.appendChild(b);
if(c.moves&&b.animate)b.animate({transform:["scale(1)","scale(1.06)","scale(1)"]},{duration:2000,iterations:Infinity})}
d.addEventListener("click",function(e){var t=e.target.closest&&e.target.closest('[data-booking-form="'+c.id+'"]');if(t){e.preventDefault();o()}});
if(d.body)s();else d.addEventListener("DOMContentLoaded",s)})"#;
    let settings = json!({
        "id": form.id,
        "url": page(public_url, form.id),
        "title": form.title,
        "button": form.show_button,
        "place": place(&form.button_position),
        "side": form.form_position,
        "color": form.button_color,
        "text": font_color(&form.button_color),
        "moves": form.button_animation,
    });
    // Within a script no text of ours may end it or begin a comment.
    let settings = settings
        .to_string()
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029");
    format!("<script>{CODE}({settings});</script>")
}

#[cfg(test)]
mod tests {
    use super::{link, script};
    use crate::forms::Form;

    #[test]
    fn what_a_location_writes_stays_text() {
        let title = "</script><b onclick='x'>\"&\u{2028}".to_owned();
        let form = Form { id: 7, title, ..Form::default() };
        let link = link("https://desk.example.com/", &form);
        assert!(link.starts_with("<a href=\"https://desk.example.com/book/7\" "), "{link}");
        assert!(
            link.ends_with(">&lt;/script&gt;&lt;b onclick=&#39;x&#39;&gt;&quot;&amp;\u{2028}</a>"),
            "{link}"
        );
        let script = script("https://desk.example.com", &form);
        assert_eq!(script.matches("</script>").count(), 1, "{script}");
        assert!(!script.contains("<b ") && !script.contains('\u{2028}'), "{script}");
        assert!(script.contains("\"url\":\"https://desk.example.com/book/7\""), "{script}");
    }

    #[test]
    fn the_button_stands_where_it_is_wanted() {
        let form = Form { id: 7, button_position: "top left".into(), ..Form::default() };
        assert!(link("http://x", &form).contains("top:20px;left:20px;"));
        assert!(script("http://x", &form).contains("\"place\":\"top:20px;left:20px;\""));
        let plain = Form { show_button: false, ..form };
        assert!(!link("http://x", &plain).contains("style"));
    }
}
