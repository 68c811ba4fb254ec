//! Kinds of business.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A group of kinds of business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusinessGroup {
    /// Its id on the wire, 1 to 10.
    pub id: i64,
    /// For people.
    pub title: &'static str,
    /// Path of its drawing on this server.
    pub image: String,
    /// Path of its drawing for small places: the same, since it is drawn in lines.
    pub image_small: String,
    /// Its kinds.
    pub types: Vec<BusinessType>,
}

/// A kind of business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusinessType {
    /// Its id on the wire.
    pub id: i64,
    /// For people.
    pub title: &'static str,
    /// The [`BusinessGroup`] it belongs to.
    pub business_group_id: i64,
}

/// Files under `/images/business-groups/`.
const IMAGES: [(&str, &[u8]); 10] = [
    ("beauty.svg", include_bytes!("../../data/business-groups/beauty.svg")),
    ("health.svg", include_bytes!("../../data/business-groups/health.svg")),
    ("sport.svg", include_bytes!("../../data/business-groups/sport.svg")),
    ("education.svg", include_bytes!("../../data/business-groups/education.svg")),
    ("auto.svg", include_bytes!("../../data/business-groups/auto.svg")),
    ("pets.svg", include_bytes!("../../data/business-groups/pets.svg")),
    ("leisure.svg", include_bytes!("../../data/business-groups/leisure.svg")),
    ("retail.svg", include_bytes!("../../data/business-groups/retail.svg")),
    ("business.svg", include_bytes!("../../data/business-groups/business.svg")),
    ("services.svg", include_bytes!("../../data/business-groups/services.svg")),
];

static GROUPS: LazyLock<Vec<BusinessGroup>> = LazyLock::new(|| {
    let mut groups: Vec<BusinessGroup> = Vec::new();
    for line in include_str!("../../data/business.tsv").lines() {
        if let Some(line) = line.strip_prefix('\t') {
            if let (Some(group), Some((id, title))) = (groups.last_mut(), id_and_rest(line)) {
                group.types.push(BusinessType { id, title, business_group_id: group.id });
            }
        } else if let Some((id, rest)) = id_and_rest(line)
            && let Some((name, title)) = rest.split_once('\t')
        {
            let image = format!("/images/business-groups/{name}.svg");
            groups.push(BusinessGroup { id, title, image_small: image.clone(), image, types: Vec::new() });
        }
    }
    groups
});

fn id_and_rest(line: &'static str) -> Option<(i64, &'static str)> {
    let (id, rest) = line.split_once('\t')?;
    Some((id.parse().ok()?, rest))
}

/// Every group with its kinds, by id.
pub fn business_groups() -> &'static [BusinessGroup] {
    &GROUPS
}

/// The group of that id.
pub fn business_group(id: i64) -> Option<&'static BusinessGroup> {
    GROUPS.iter().find(|group| group.id == id)
}

/// The kind of that id.
pub fn business_type(id: i64) -> Option<&'static BusinessType> {
    static TYPES: LazyLock<HashMap<i64, &'static BusinessType>> =
        LazyLock::new(|| GROUPS.iter().flat_map(|group| &group.types).map(|kind| (kind.id, kind)).collect());
    TYPES.get(&id).copied()
}

/// The drawing of that file name (`beauty.svg`), an SVG.
pub fn image(name: &str) -> Option<&'static [u8]> {
    IMAGES.iter().find(|(file, _)| *file == name).map(|(_, bytes)| *bytes)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_contracts_rows() {
        let kind = |id| business_type(id).map(|kind| (kind.title, kind.business_group_id));
        assert_eq!(kind(1), Some(("Beauty Salons", 1)));
        assert_eq!(kind(25), Some(("Spa", 1)));
        assert_eq!(kind(31), Some(("Studio", 10)));
        assert_eq!(business_group(1).unwrap().title, "beauty");
        assert_eq!(business_group(10).unwrap().title, "Domestic services");
        assert!(business_group(11).is_none() && business_type(0).is_none());
    }

    #[test]
    fn the_tree_is_sound() {
        let ids: Vec<_> = business_groups().iter().map(|group| group.id).collect();
        assert_eq!(ids, (1..=10).collect::<Vec<_>>());
        let mut seen = HashSet::new();
        for group in business_groups() {
            assert!(group.types.len() > 3, "{}", group.title);
            let file = group.image.strip_prefix("/images/business-groups/").unwrap();
            assert!(image(file).is_some_and(|svg| svg.starts_with(b"<svg ")), "{file}");
            for kind in &group.types {
                assert!(seen.insert(kind.id), "{kind:?}");
                assert_eq!(kind.business_group_id, group.id);
                assert_eq!(business_type(kind.id), Some(kind));
            }
        }
        let lines = include_str!("../../data/business.tsv").lines().count();
        assert_eq!(seen.len() + business_groups().len(), lines);
        assert!(image("../beauty.svg").is_none() && image("").is_none());
    }
}
