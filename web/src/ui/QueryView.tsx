import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { problemOf } from "@/api/problem";
import { ErrorState } from "./ErrorState";
import { SkeletonLines } from "./Skeleton";
import { StaleBadge } from "./StaleBadge";
import css from "./queryView.module.css";

interface QueryViewProps<T> {
  query: UseQueryResult<T>;
  /** In the size of what comes. */
  loading?: ReactNode;
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
  children: (data: T) => ReactNode;
}

/** The four states of whatever is asked for: loading, empty, error, and data that may be stale. */
export function QueryView<T>({ query, loading, isEmpty, empty, children }: QueryViewProps<T>) {
  if (query.data === undefined) {
    if (query.isError) {
      return (
        <ErrorState
          error={query.error}
          retry={() => {
            void query.refetch();
          }}
        />
      );
    }
    return loading ?? <SkeletonLines />;
  }
  if (empty && isEmpty?.(query.data)) return empty;
  return (
    <>
      {query.isRefetchError && (
        <div className={css.stale}>
          <StaleBadge since={query.dataUpdatedAt} why={problemOf(query.error).detail} />
        </div>
      )}
      {children(query.data)}
    </>
  );
}
