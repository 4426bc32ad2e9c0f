import { useLayoutEffect, useRef } from "preact/hooks";

/** How near to its end a text has to be scrolled to be kept there, in pixels. */
const NEAR = 40;

/** Text as it is, which scrolls by itself. @param isTail whether its end is shown, and what comes is followed there */
export function Raw(props: { readonly label: string; readonly text: string; readonly isTail?: boolean }) {
  const { label, text, isTail = false } = props;
  const box = useRef<HTMLElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    if (isTail && isAtEnd.current) box.current?.scrollTo(0, box.current.scrollHeight);
  }, [text, isTail]);
  const noteEnd = ({ currentTarget: { scrollTop, scrollHeight, clientHeight } }: { currentTarget: HTMLElement }) => {
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR;
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard (WCAG 2.1.1)
    <section class="raw" aria-label={label} tabIndex={0} ref={box} onScroll={noteEnd}>
      <pre>{text}</pre>
    </section>
  );
}
