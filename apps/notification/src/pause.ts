/**
 * Waits. It keeps no process alive: what has to be finished is waited for at the end of the service.
 *
 * @param signal ends it early
 * @returns whether the whole time passed
 */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve(false);
      return;
    }
    const end = (passed: boolean) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      resolve(passed);
    };
    const abort = () => end(false);
    const timer = setTimeout(() => end(true), milliseconds).unref();
    signal?.addEventListener("abort", abort);
  });
}
