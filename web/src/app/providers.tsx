import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { connection } from "@/api/connection";
import { follow } from "@/api/events";
import { ApiError } from "@/api/problem";

const retriesMax = 2;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: true,
      // The connection is watched by ourselves: a server on this machine needs no network.
      networkMode: "always",
      retry: (count, error) =>
        count < retriesMax && error instanceof ApiError && error.passing && !error.unreachable,
      retryDelay: (count, error) =>
        error instanceof ApiError && error.retryAfter ? error.retryAfter * 1000 : 400 * 2 ** count,
    },
    mutations: { networkMode: "always" },
  },
});

/** When the server is back, or events were missed, everything in sight is asked for anew. */
function useRecovery() {
  useEffect(() => {
    let before = connection.get();
    const unfollow = connection.follow(() => {
      const now = connection.get();
      if (now === "here" && before !== "here") void client.invalidateQueries();
      before = now;
    });
    const unfollowEvents = follow((type) => {
      if (type === "reset") void client.invalidateQueries();
    });
    return () => {
      unfollow();
      unfollowEvents();
    };
  }, []);
}

export function Providers({ children }: { children: ReactNode }) {
  useRecovery();
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
