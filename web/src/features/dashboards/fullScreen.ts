import { type RefObject, useEffect, useState } from "react";
import { sayError } from "@/ui/toast";

/** Whether the element has the whole screen, and a way to give or take it. Escape takes it, too. */
export function useFullScreen(frame: RefObject<HTMLElement | null>): [boolean, () => void] {
  const [full, setFull] = useState(false);
  useEffect(() => {
    const follow = () => {
      setFull(document.fullscreenElement !== null);
    };
    document.addEventListener("fullscreenchange", follow);
    return () => {
      document.removeEventListener("fullscreenchange", follow);
    };
  }, []);
  const toggle = () => {
    const done = document.fullscreenElement ? document.exitFullscreen() : frame.current?.requestFullscreen();
    done?.catch(sayError);
  };
  return [full, toggle];
}
