// Numbers, money, sizes and times as the reader writes them. The browser's languages decide;
// null and what is no number are an en dash, never "NaN".

export const nothing = "–";
const minus = "−";

let locale: string | undefined;
const made = new Map<string, Intl.NumberFormat>();

/** For tests, and for a reader who chooses another language than the browser's. */
export function setLocale(name: string | undefined): void {
  locale = name;
  made.clear();
}

export type Numeric = number | string | bigint | null | undefined;

function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  let format = made.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, options);
    made.set(key, format);
  }
  return format;
}

/** Decimals travel as text or numbers; both are shown, and nothing else is guessed at. */
export function toNumber(value: Numeric): number | null {
  if (value === null || value === undefined || value === "") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

function shown(value: Numeric, options: Intl.NumberFormatOptions): string {
  const number = toNumber(value);
  if (number === null) return nothing;
  return numberFormat(options).format(number).replace("-", minus);
}

/** 541,909 */
export function formatCount(value: Numeric): string {
  return shown(value, { maximumFractionDigits: 0 });
}

/** 12.5, 0.003 – as many digits as say something. */
export function formatNumber(value: Numeric, digits = 2): string {
  const number = toNumber(value);
  if (number === null) return nothing;
  const small = number !== 0 && Math.abs(number) < 1;
  return shown(number, small ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: digits });
}

/** 541.9K, 8.3M: for tiles and axes. */
export function formatCompact(value: Numeric): string {
  const number = toNumber(value);
  if (number === null) return nothing;
  if (Math.abs(number) < 1000) return formatNumber(number, 1);
  return shown(number, { notation: "compact", maximumFractionDigits: 1 });
}

/** £8,278,519.42; whole: £8,278,519 */
export function formatMoney(value: Numeric, currency = "GBP", whole = false): string {
  const digits = whole ? { maximumFractionDigits: 0, minimumFractionDigits: 0 } : {};
  return shown(value, { style: "currency", currency, ...digits });
}

export function formatMoneyCompact(value: Numeric, currency = "GBP"): string {
  const number = toNumber(value);
  if (number === null) return nothing;
  const short = { style: "currency", currency, notation: "compact" } as const;
  const digits = Math.abs(number) < 1000 ? 2 : 1;
  return shown(number, { ...short, minimumFractionDigits: 0, maximumFractionDigits: digits });
}

/** 0.125 → 12.5% */
export function formatPercent(value: Numeric, digits = 1): string {
  return shown(value, { style: "percent", maximumFractionDigits: digits });
}

/** +12.5 %: a change against the period before. */
export function formatChange(value: Numeric): string {
  return shown(value, { style: "percent", maximumFractionDigits: 1, signDisplay: "exceptZero" });
}

const byteUnits = ["B", "KiB", "MiB", "GiB", "TiB"];

export function formatBytes(value: Numeric): string {
  let number = toNumber(value);
  if (number === null) return nothing;
  let unit = 0;
  while (Math.abs(number) >= 1024 && unit < byteUnits.length - 1) {
    number /= 1024;
    unit += 1;
  }
  return `${formatNumber(number, unit === 0 ? 0 : 1)} ${byteUnits[unit] ?? ""}`;
}

/** 380 ms, 1.8 s, 2 min 5 s, 3 h 20 min */
export function formatDuration(milliseconds: Numeric): string {
  const number = toNumber(milliseconds);
  if (number === null) return nothing;
  if (number < 1000) return `${formatNumber(Math.round(number), 0)} ms`;
  const seconds = number / 1000;
  if (seconds < 60) return `${formatNumber(seconds, 1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${formatCount(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}
