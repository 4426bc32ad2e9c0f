/** Something that waits until the test lets it go on. */
export interface Gate {
  readonly open: () => void;
  readonly opened: Promise<void>;
}

/** Makes a gate; it is closed. */
export function gate(): Gate {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}
