//! Pictures: what is taken and what becomes of it, without I/O.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

/// A picture's file at the most, bytes.
pub const LARGEST: usize = 10 * 1024 * 1024;
/// Width and height at the most: a small file may unpack to a huge picture.
const SIDE: u32 = 12_000;
/// Memory for unpacking, bytes.
const MEMORY: u64 = 256 * 1024 * 1024;
/// The versions kept, with the longest side of each.
const VERSIONS: [(&str, u32); 2] = [("basic", 1200), ("small", 240)];
/// Quality of JPEG files, of 100.
const QUALITY: u8 = 85;

/// One version of a picture.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its name.
    pub name: &'static str,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// `jpeg` or `png`.
    pub kind: &'static str,
    /// The file.
    pub content: Vec<u8>,
}

/// Reads a JPEG or PNG picture by its content and makes its versions; none when it is no such picture, or too
/// large a one. What the file says besides the picture (where it was taken) is left behind.
pub fn versions(content: &[u8]) -> Option<Vec<Version>> {
    let mut reader = ImageReader::new(Cursor::new(content)).with_guessed_format().ok()?;
    let kind = match reader.format()? {
        ImageFormat::Jpeg => "jpeg",
        ImageFormat::Png => "png",
        _ => return None,
    };
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE);
    limits.max_image_height = Some(SIDE);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let orientation = decoder.orientation().ok()?;
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    picture.apply_orientation(orientation);
    VERSIONS.iter().map(|(name, side)| version(&picture, name, *side, kind)).collect()
}

fn version(picture: &DynamicImage, name: &'static str, side: u32, kind: &'static str) -> Option<Version> {
    let small = picture.width() <= side && picture.height() <= side;
    let picture = if small { picture.clone() } else { picture.thumbnail(side, side) };
    let mut content = Vec::new();
    match kind {
        "jpeg" => {
            let rgb = DynamicImage::ImageRgb8(picture.to_rgb8());
            rgb.write_with_encoder(JpegEncoder::new_with_quality(&mut content, QUALITY)).ok()?;
        }
        _ => picture.write_to(&mut Cursor::new(&mut content), ImageFormat::Png).ok()?,
    }
    Some(Version { name, width: picture.width(), height: picture.height(), kind, content })
}

#[cfg(test)]
mod tests {
    use super::versions;
    use image::{DynamicImage, ImageFormat};
    use std::io::Cursor;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut out = Vec::new();
        DynamicImage::new_rgb8(width, height)
            .write_to(&mut Cursor::new(&mut out), ImageFormat::Png)
            .expect("encodes");
        out
    }

    #[test]
    fn a_picture_is_made_smaller_never_larger() {
        let made = versions(&png(1500, 300)).expect("a picture");
        let sizes: Vec<_> = made.iter().map(|v| (v.name, v.width, v.height, v.kind)).collect();
        assert_eq!(sizes, [("basic", 1200, 240, "png"), ("small", 240, 48, "png")]);
        let made = versions(&png(10, 20)).expect("a picture");
        assert!(made.iter().all(|v| (v.width, v.height) == (10, 20)));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        assert!(versions(b"").is_none());
        assert!(versions(b"<svg xmlns='http://www.w3.org/2000/svg'/>").is_none());
        assert!(versions(b"GIF89a\x01\x00\x01\x00").is_none());
        let mut cut = png(100, 100);
        cut.truncate(40);
        assert!(versions(&cut).is_none());
    }
}
