// A page's own script or style that did not come.

/** Every browser says it in its own words. */
export const isUnloaded = (error: unknown): boolean =>
  error instanceof Error && /preload CSS|dynamically imported module|importing a module/i.test(error.message);

/** A script that failed to come is not asked for again by the same page. */
export function reloadPage(): void {
  window.location.reload();
}
