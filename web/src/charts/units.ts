// What the numbers of a chart are, and how axes (short) and tooltips (whole) write them.
import {
  formatBytes,
  formatCompact,
  formatCount,
  formatDuration,
  formatMoney,
  formatMoneyCompact,
  formatNumber,
  formatPercent,
  type Numeric,
} from "@/lib/format";

/** "money" is pounds; "money:EUR" is another currency. */
export type Unit = "count" | "number" | "money" | `money:${string}` | "percent" | "bytes" | "ms";

export interface UnitFormat {
  short: (value: Numeric) => string;
  long: (value: Numeric) => string;
}

export function unitFormat(unit: Unit): UnitFormat {
  if (unit.startsWith("money")) {
    const currency = unit.split(":")[1] ?? "GBP";
    return {
      short: (value) => formatMoneyCompact(value, currency),
      long: (value) => formatMoney(value, currency),
    };
  }
  switch (unit) {
    case "percent":
      return { short: (value) => formatPercent(value, 0), long: (value) => formatPercent(value) };
    case "bytes":
      return { short: formatBytes, long: formatBytes };
    case "ms":
      return { short: formatDuration, long: formatDuration };
    case "count":
      return { short: formatCompact, long: formatCount };
    default:
      return { short: formatCompact, long: (value) => formatNumber(value, 4) };
  }
}
