// The form's colour, made readable.

type Rgb = [number, number, number];

function parse(color: string): Rgb {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  return hex ? [hex[1], hex[2], hex[3]].map((part) => parseInt(part ?? '0', 16)) as Rgb : [28, 100, 160];
}

function luminance(color: Rgb): number {
  const [r, g, b] = color.map((part) => {
    const c = part / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** The colour, darkened until it stands out from white by this ratio. */
function darkened(color: Rgb, ratio: number): Rgb {
  let dark = color;
  while (contrast(dark, [255, 255, 255]) < ratio) dark = dark.map((part) => Math.floor(part * 0.96)) as Rgb;
  return dark;
}

const DARK: Rgb = [17, 24, 39];
const WHITE: Rgb = [255, 255, 255];

function css(color: Rgb): string {
  return `rgb(${color.join(' ')})`;
}

/** Lays the form's colour over the page: surfaces keep it where dark or white text can be read on it. */
export function paint(color: string): void {
  const given = parse(color);
  const takesDark = contrast(given, DARK) >= 7;
  const surface = takesDark ? given : darkened(given, 4.6);
  const style = document.documentElement.style;
  style.setProperty('--accent', css(surface));
  style.setProperty('--on-accent', css(takesDark ? DARK : WHITE));
  style.setProperty('--accent-text', css(darkened(given, 5.2)));
}
