import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from "@tanstack/react-router";
import { Page } from "@/ui/Layout";
import { SkeletonBlock } from "@/ui/Skeleton";
import { Failed } from "./Failed";
import { NotFound } from "./NotFound";
import { pages } from "./pages";
import { Shell } from "./Shell";


function Pending() {
  return (
    <Page title="">
      <SkeletonBlock height={420} label="Loading the page" />
    </Page>
  );
}

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const routes = pages.flatMap((page) =>
  page.routes.map((route) =>
    createRoute({
      getParentRoute: () => root,
      path: route.path as "/",
      component: lazyRouteComponent(route.load),
    }),
  ),
);

export const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: "intent",
  defaultPendingMs: 120,
  defaultPendingComponent: Pending,
  defaultErrorComponent: Failed,
  scrollRestoration: true,
});
