import { PlugZap } from "lucide-react";
import { useEffect, useRef } from "react";
import { useConnection } from "@/api/connection";
import { say } from "@/ui/toast";
import css from "./shell.module.css";

/** Says that the server is away, and that it came back. */
export function ConnectionBanner() {
  const state = useConnection();
  const before = useRef(state);
  useEffect(() => {
    if (state === "here" && before.current !== "here") say("The server is back.");
    before.current = state;
  }, [state]);
  if (state === "here") return null;
  return (
    <div className={css.banner} role="alert">
      <PlugZap size={16} aria-hidden />
      {state === "starting"
        ? "The server is starting. This page goes on by itself when it is ready."
        : "The server does not answer. What is shown may be old; this page goes on by itself when it is back."}
    </div>
  );
}
