// The figures of the moment, from server-sent events; kept while the page is open.
import { useEffect, useState } from "react";
import { useEvent } from "@/api/events";
import type { AssetEvent, KpiEvent, LagEvent } from "@/api/eventTypes";

const samplesMax = 90;
const sampleMs = 1000;

/** The newest samples, one a second. */
export function withSample(samples: number[], value: number): number[] {
  return [...samples, value].slice(-samplesMax);
}

export function useKpi(): { kpi: KpiEvent | null; rates: number[] } {
  const [kpi, setKpi] = useState<KpiEvent | null>(null);
  const [rates, setRates] = useState<number[]>([]);
  useEvent("kpi", setKpi);
  const rate = kpi?.records_per_second ?? null;
  useEffect(() => {
    if (rate === null) return;
    const timer = setInterval(() => {
      setRates((samples) => withSample(samples, rate));
    }, sampleMs);
    return () => {
      clearInterval(timer);
    };
  }, [rate]);
  return { kpi, rates };
}

/** Streams by name, with how far each sink is behind. Null: nothing was told yet. */
export function useLags(): LagEvent[] | null {
  const [lags, setLags] = useState<Record<string, LagEvent> | null>(null);
  useEvent("lag", (lag) => {
    setLags((known) => ({ ...known, [lag.stream]: lag }));
  });
  useEvent("kpi", () => {
    setLags((known) => known ?? {}); // figures come last: no stream has told of itself
  });
  return lags && Object.values(lags).sort((a, b) => a.stream.localeCompare(b.stream));
}

/** What is being made now, by run. */
export function useProgress(): Map<number, AssetEvent> {
  const [assets, setAssets] = useState(new Map<number, AssetEvent>());
  useEvent("asset", (asset) => {
    setAssets((known) => {
      const next = new Map(known);
      if (asset.state === "running") next.set(asset.run, asset);
      else if (next.get(asset.run)?.asset === asset.asset) next.delete(asset.run);
      return next;
    });
  });
  return assets;
}
