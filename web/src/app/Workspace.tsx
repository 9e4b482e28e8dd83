import { useQuery } from "@tanstack/react-query";
import { Boxes } from "lucide-react";
import { get } from "@/api/client";
import { useConnection } from "@/api/connection";
import { Badge } from "@/ui/Badge";
import css from "./shell.module.css";

/** Which packages this server runs, and whether it is there. */
export function Workspace() {
  const state = useConnection();
  const queries = useQuery({
    queryKey: ["packages"],
    queryFn: async ({ signal }) => {
      const { tables } = await get("/v1/tables", { signal });
      const shipped = tables.filter((table) => table.kind === "asset" || table.kind === "view");
      return [...new Set(shipped.map((table) => table.schema))].sort();
    },
    staleTime: 60_000,
  });
  const packages = queries.data ?? [];
  return (
    <div className={css.workspace}>
      <Boxes size={16} aria-hidden />
      <span className={css.packages} title={packages.join(", ")}>
        {packages.length > 0 ? packages.join(" · ") : location.host}
      </span>
      {state === "here" ? (
        <Badge tone="good" dot>
          live
        </Badge>
      ) : (
        <Badge tone="bad" dot>
          {state === "starting" ? "starting" : "away"}
        </Badge>
      )}
    </div>
  );
}
