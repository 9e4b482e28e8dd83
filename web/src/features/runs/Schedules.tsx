import type { UseQueryResult } from "@tanstack/react-query";
import { CalendarClock } from "lucide-react";
import { useUrlState } from "@/lib/urlState";
import { EmptyState } from "@/ui/EmptyState";
import { Grid } from "@/ui/Layout";
import { QueryView } from "@/ui/QueryView";
import { SkeletonBlock } from "@/ui/Skeleton";
import type { Schedule } from "./api";
import { Jobs } from "./Jobs";
import { ScheduleCard } from "./ScheduleCard";

const state = { schedule: "" };

export function Schedules({ schedules }: { schedules: UseQueryResult<Schedule[]> }) {
  const [{ schedule }, setState] = useUrlState(state);
  const [name = "", shown = ""] = schedule.split(":");
  return (
    <QueryView
      query={schedules}
      loading={<SkeletonBlock height={260} />}
      isEmpty={(found) => found.length === 0}
      empty={
        <EmptyState title="Nothing runs by itself" icon={CalendarClock}>
          Schedules and sensors stand in a package’s package.yml, under “schedules:” and “sensors:”.
        </EmptyState>
      }
    >
      {(found) => (
        <>
          <Grid size="wide">
            {found.map((one) => (
              <ScheduleCard
                key={`${one.package}:${one.name}`}
                schedule={one}
                onJobs={() => {
                  setState({ schedule: `${one.package}:${one.name}` });
                }}
              />
            ))}
          </Grid>
          {shown && (
            <Jobs
              which={{ package: name, name: shown }}
              onClose={() => {
                setState({ schedule: "" });
              }}
            />
          )}
        </>
      )}
    </QueryView>
  );
}
