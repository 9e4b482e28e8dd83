import type { ErrorComponentProps } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { sawSilence, useConnection } from "@/api/connection";
import { ErrorState } from "@/ui/ErrorState";
import { Page } from "@/ui/Layout";
import { isUnloaded, reloadPage } from "./unloaded";

/** A page that failed; one that the server could not send comes by itself when the server is back. */
export function Failed({ error, reset }: ErrorComponentProps) {
  const connection = useConnection();
  const unloaded = isUnloaded(error);
  const wasAway = useRef(false);
  useEffect(() => {
    if (unloaded) sawSilence();
  }, [unloaded]);
  useEffect(() => {
    if (connection !== "here") wasAway.current = true;
    else if (unloaded && wasAway.current) reloadPage();
  }, [connection, unloaded]);
  if (!unloaded) {
    return (
      <Page title="This page failed">
        <ErrorState error={error} retry={reset} />
      </Page>
    );
  }
  const reason = new Error("The server did not send it. It comes by itself when the server is back.");
  return (
    <Page title="This page is not here yet">
      <ErrorState error={reason} retry={reloadPage} />
    </Page>
  );
}
