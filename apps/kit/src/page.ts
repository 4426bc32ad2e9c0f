import { createHash } from "node:crypto";
import { html, SafeHtml } from "./html";

// Inline, because the load balancer routes a service's own paths only: `/style.css` would reach another service or nobody.
// The content security policy allows exactly this text by its hash.
const STYLESHEET = `
:root { color-scheme: light dark; --ink: #16202c; --paper: #f4f6f9; --card: #fff; --line: #d5dce5; --accent: #1d4ed8; --quiet: #51606f; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8edf3; --paper: #10161d; --card: #19222c; --line: #2f3b48; --accent: #8ab4ff; --quiet: #a3b1c0; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 34rem; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-top: 0.3rem solid var(--accent); border-radius: 0.5rem; }
h1 { margin: 0 0 1rem; font-size: 2rem; line-height: 1.2; overflow-wrap: anywhere; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.5rem 1.5rem; margin: 0; }
dt { color: var(--quiet); }
dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
`;

/** The source expression for `style-src` that allows the stylesheet of {@link page}. */
export const STYLESHEET_HASH = `'sha256-${createHash("sha256").update(STYLESHEET).digest("base64")}'`;

/** One line of a page: a term and what it is. */
export type Fact = readonly [term: string, description: string];

/** A list of facts. */
export function facts(list: readonly Fact[]): SafeHtml {
  return html`<dl>${list.map(([term, description]) => html`<dt>${term}</dt><dd>${description}</dd>`)}</dl>`;
}

/** A whole HTML document: no script, nothing fetched (the empty icon keeps browsers from asking for `/favicon.ico`). */
export function page(title: string, content: SafeHtml): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${SafeHtml.constant(STYLESHEET)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`.toString();
}
