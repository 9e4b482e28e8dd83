// Colours between colours, and what can be read on them.

type Rgb = [number, number, number];

export function rgbOf(hex: string): Rgb {
  const full = hex.length === 4 ? hex.replace(/[^#]/g, "$&$&") : hex;
  const value = Number.parseInt(full.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

const hexOf = (rgb: Rgb) => `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;

/** The colour at `place` (0 to 1) of a scale of colours. */
export function colourAt(scale: string[], place: number): string {
  const steps = scale.length - 1;
  const at = Math.min(Math.max(place, 0), 1) * steps;
  const below = Math.min(Math.floor(at), steps - 1);
  const [from, to] = [rgbOf(scale[below] ?? "#000"), rgbOf(scale[below + 1] ?? "#000")];
  const part = at - below;
  return hexOf([0, 1, 2].map((i) => (from[i] ?? 0) + ((to[i] ?? 0) - (from[i] ?? 0)) * part) as Rgb);
}

/** Relative luminance (WCAG 2.1). */
export function luminance(hex: string): number {
  const [r, g, b] = rgbOf(hex).map((part) => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const dark = "#0b1512";
const light = "#ffffff";

/** Dark or light, whichever stands out more. */
export function inkOn(hex: string): string {
  const below = luminance(hex);
  const contrast = (ink: string) => {
    const above = luminance(ink);
    return (Math.max(above, below) + 0.05) / (Math.min(above, below) + 0.05);
  };
  return contrast(dark) >= contrast(light) ? dark : light;
}
