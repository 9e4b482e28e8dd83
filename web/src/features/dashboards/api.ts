import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type Answer, get, post, send } from "@/api/client";
import { follow } from "@/api/events";
import type { RunEvent } from "@/api/eventTypes";
import type { Cell } from "@/api/sql";
import { saveFile } from "./files";
import type { Chosen } from "./filters";
import { makeQueue } from "./queue";

export type Listed = Answer<"/v1/dashboards">["dashboards"][number];

type Declared = Answer<"/v1/dashboards/{package}/{dashboard}">;
type DeclaredPage = Declared["pages"][number];
type DeclaredTile = DeclaredPage["tiles"][number];
type ByColumn = Record<string, string>;

// What the API's description calls an object of any names.
export type Tile = Omit<DeclaredTile, "format" | "labels" | "filter_on_click" | "drill"> & {
  format: ByColumn;
  labels: ByColumn;
  filter_on_click: ByColumn;
  drill: { page: string | null; filters: ByColumn; target: "invoice" | "customer" | "product" | null; column: string | null } | null;
};
export type Filter = Declared["filters"][number];
export type BoardPage = Omit<DeclaredPage, "tiles"> & { tiles: Tile[] };
export type Definition = Omit<Declared, "pages"> & { pages: BoardPage[] };

type DeclaredAnswer = Answer<"/v1/dashboards/{package}/{dashboard}/tiles/{page}/{tile}", "post">;
interface Rows {
  columns: { name: string; type: string }[];
  rows: Cell[][];
  truncated: boolean;
}
export type Compared = Rows & { range: { from: string | null; to: string | null }; sql: string };
export type TileAnswer = Omit<DeclaredAnswer, keyof Rows | "compare" | "sparkline"> &
  Rows & { compare: Compared | null; sparkline: Rows | null };

export function useDashboards() {
  return useQuery({
    queryKey: ["dashboards", "list"],
    queryFn: ({ signal }) => get("/v1/dashboards", { signal }),
    select: (answer) => answer.dashboards,
  });
}

export interface BoardAddress {
  package: string;
  dashboard: string;
}

export function useDashboard(of: BoardAddress) {
  return useQuery({
    queryKey: ["dashboards", "declared", of],
    queryFn: async ({ signal }) =>
      (await get("/v1/dashboards/{package}/{dashboard}", { path: of, signal })) as unknown as Definition,
  });
}

const choicesShown = 200;

/** What can be chosen in a filter; `search` leaves what has it. */
export function useFilterState(of: BoardAddress, filter: string, search: string, enabled: boolean) {
  return useQuery({
    queryKey: ["dashboards", "filter", of, filter, search],
    queryFn: ({ signal }) =>
      get("/v1/dashboards/{package}/{dashboard}/filters/{filter}", {
        path: { ...of, filter },
        query: { search, limit: choicesShown },
        signal,
      }),
    enabled,
    placeholderData: keepPreviousData,
  });
}

const tilesAtOnce = 4; // of a browser's six connections: events and the next page need one, too
const queue = makeQueue(tilesAtOnce);

export interface TileAddress extends BoardAddress {
  page: string;
  tile: string;
}

const tilePath = "/v1/dashboards/{package}/{dashboard}/tiles/{page}/{tile}";

/** The rows of a tile. While those of other filters come, the ones before stay in sight. */
export function useTile(of: TileAddress, filters: Chosen, refreshMs: number) {
  return useQuery({
    queryKey: ["dashboards", "tile", of, filters],
    queryFn: async ({ signal }) =>
      (await queue.run(
        () => post(tilePath, { path: { ...of }, body: { filters } as never, signal }),
        signal,
      )) as unknown as TileAnswer,
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });
}

const settleMs = 1000; // SQL shows a new version a moment after it was told

const ended = (data: unknown) => ["succeeded", "failed", "cancelled"].includes((data as RunEvent).state);

/** Tiles are asked for anew when a run or an asset has ended: there may be new rows. */
export function useNewData(of: BoardAddress): void {
  const client = useQueryClient();
  const { package: name, dashboard } = of;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const refresh = () => {
      timer = null;
      void client.invalidateQueries({ queryKey: ["dashboards", "tile"] });
      void client.invalidateQueries({ queryKey: ["dashboards", "filter"] });
    };
    const unfollow = follow((type, data) => {
      if ((type === "run" || type === "asset") && ended(data)) timer ??= setTimeout(refresh, settleMs);
    });
    return () => {
      unfollow();
      if (timer) clearTimeout(timer);
    };
  }, [client, name, dashboard]);
}

export const fileKinds = [
  { id: "csv", title: "CSV", type: "text/csv" },
  { id: "xlsx", title: "Excel", type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
] as const;

export type FileKind = (typeof fileKinds)[number]["id"];

/** All rows of a tile, as the filters leave them, in a file that the server writes. */
export async function exportTile(of: TileAddress, filters: Chosen, kind: FileKind): Promise<void> {
  const path = [of.package, of.dashboard, "tiles", of.page, of.tile].map(encodeURIComponent).join("/");
  const response = await send(`/v1/dashboards/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: fileKinds.find(({ id }) => id === kind)?.type ?? "text/csv" },
    body: JSON.stringify({ filters }),
  });
  saveFile(await response.blob(), `${of.dashboard}-${of.tile}.${kind}`);
}
