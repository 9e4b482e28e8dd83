import { Link as RouterLink } from "@tanstack/react-router";
import type { ComponentProps, ReactNode } from "react";
import { splitAddress } from "@/lib/urlState";

interface LinkProps extends Omit<ComponentProps<"a">, "href"> {
  /** "/runs/12?tab=log"; parameters are part of it. */
  to: string;
  search?: Record<string, unknown>;
  children: ReactNode;
}

/** A link within the UI. Its page is fetched when somebody points at it. */
export function Link({ to, search, children, ...rest }: LinkProps) {
  const address = splitAddress(to);
  return (
    <RouterLink
      to={address.to as "/"}
      search={{ ...address.search, ...search } as never}
      preload="intent"
      {...rest}
    >
      {children}
    </RouterLink>
  );
}
