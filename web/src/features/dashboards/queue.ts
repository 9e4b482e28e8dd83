// So many at once and no more: a page of tiles leaves connections for everything else (a browser has six).

export interface Queue {
  /** Runs the task when it is its turn. What was given up meanwhile is never begun. */
  run: <T>(task: () => Promise<T>, signal?: AbortSignal) => Promise<T>;
}

export function makeQueue(atOnceMax: number): Queue {
  let running = 0;
  const waiting: (() => void)[] = [];
  const next = () => {
    while (running < atOnceMax) {
      const begin = waiting.shift();
      if (!begin) return;
      begin();
    }
  };
  return {
    run: (task, signal) =>
      new Promise((resolve, reject) => {
        waiting.push(() => {
          if (signal?.aborted) {
            reject(new DOMException("Given up", "AbortError"));
            return;
          }
          running += 1;
          task()
            .then(resolve, reject)
            .finally(() => {
              running -= 1;
              next();
            });
        });
        next();
      }),
  };
}
