import { useState } from "react";
import { useUrlState } from "@/lib/urlState";
import { EmptyState } from "@/ui/EmptyState";
import { Card, Page, Stack } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock } from "@/ui/Skeleton";
import { useBegin, useSources } from "./api";
import { Chosen } from "./Chosen";
import { DropZone } from "./DropZone";
import { Outcome } from "./Outcome";
import { Recent } from "./Recent";
import { readLook } from "./readFile";
import type { Look } from "./sniff";

const state = { id: 0 };
const zoneHeight = 220;

interface Held {
  file: File;
  look: Look;
}

function Bring({ onBegun }: { onBegun: (id: number) => void }) {
  const { tables, sources } = useSources();
  const [held, setHeld] = useState<Held | null>(null);
  const begin = useBegin(onBegun);
  return (
    <QueryView
      query={tables}
      loading={<SkeletonBlock height={zoneHeight} />}
      isEmpty={(found) => found.length === 0}
      empty={
        <Card>
          <EmptyState title="No source takes files">
            A package brings sources along: each has a contract that files are read by. A folder of
            files becomes a package with <code>tradewind init shop --from FOLDER</code>.
          </EmptyState>
        </Card>
      }
    >
      {() =>
        held && sources ? (
          <Chosen
            {...held}
            sources={sources}
            busy={begin.isPending}
            onForget={() => {
              setHeld(null);
            }}
            onImport={(source, again) => {
              begin.mutate({ file: held.file, source, again });
            }}
          />
        ) : (
          <DropZone
            onFile={(file) => {
              void readLook(file).then((look) => {
                setHeld({ file, look });
              });
            }}
          />
        )
      }
    </QueryView>
  );
}

export default function ImportPage() {
  const [{ id }, setState] = useUrlState(state);
  const follow = (wanted: number) => {
    setState({ id: wanted }, { push: true });
  };
  return (
    <Page
      title="Import"
      about="Bring in files. Each row is checked against its source's contract; what does not fit is told by line and put aside."
      crumbs={id ? [{ title: "Import", to: "/import" }, { title: `Import ${id}` }] : undefined}
    >
      <Stack gap={5}>
        {id ? (
          <Outcome
            id={id}
            onAnother={() => {
              follow(0);
            }}
          />
        ) : (
          <Bring onBegun={follow} />
        )}
        <Recent />
      </Stack>
    </Page>
  );
}
