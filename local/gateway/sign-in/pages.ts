import { createHash } from "node:crypto";
import { html, Markup } from "./html";

const STYLESHEET = `
:root { color-scheme: light dark; --ink: #16202c; --paper: #f4f6f9; --card: #fff; --line: #6b7887; --accent: #1d4ed8; --on-accent: #fff; --quiet: #51606f; --fault: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8edf3; --paper: #10161d; --card: #19222c; --line: #8695a5; --accent: #8ab4ff; --on-accent: #10161d; --quiet: #a3b1c0; --fault: #ffb4ab; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 26rem; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-top: 0.3rem solid var(--accent); border-radius: 0.5rem; }
h1 { margin: 0 0 0.25rem; font-size: 1.75rem; line-height: 1.2; }
p { margin: 0 0 1.25rem; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
label { display: block; margin-bottom: 0.25rem; font-weight: 600; }
input { width: 100%; margin-bottom: 1.25rem; padding: 0.6rem 0.75rem; background: var(--card); color: var(--ink); border: 1px solid var(--line); border-radius: 0.3rem; font: inherit; }
input[aria-invalid="true"] { border: 2px solid var(--fault); }
.fault { margin: 0 0 0.4rem; color: var(--fault); font-weight: 600; }
button { width: 100%; padding: 0.7rem; background: var(--accent); color: var(--on-accent); border: 0; border-radius: 0.3rem; font: inherit; font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
code { font-size: 0.95em; }
`;

const STYLESHEET_HASH = `'sha256-${createHash("sha256").update(STYLESHEET).digest("base64")}'`;

/** What is wrong with the fields of the sign-in page. */
export interface FieldFaults {
  readonly username?: string;
  readonly password?: string;
}

export interface LoginPage {
  /** The domain that is signed in to. */
  readonly domain: string;
  /** The parameters of the app's request, as it made it. */
  readonly query: string;
  readonly csrfToken: string;
  readonly username: string;
  readonly faults: FieldFaults;
}

/** Headers of every page: no script, nothing from elsewhere, in no frame. @param formAction sources, beside itself */
export function pageHeaders(formAction = ""): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    `style-src ${STYLESHEET_HASH}`,
    "img-src data:",
    `form-action 'self'${formAction && ` ${formAction}`}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    // The address has the app's parameters. `no-referrer` would leave the form without an Origin.
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
  };
}

/** The page that asks for user name and password. The first field that is wrong, or empty, has the cursor. */
export function loginPage({ domain, query, csrfToken, username, faults }: LoginPage): string {
  const isFaulty = faults.username !== undefined || faults.password !== undefined;
  const inPassword = faults.username === undefined && (faults.password !== undefined || username !== "");
  const focus = html` autofocus`;
  return page(
    isFaulty ? "Sign-in failed" : "Sign in",
    html`<h1>Sign in</h1>
<p class="quiet">${domain}, on this machine</p>
<form method="post" action="/login?${query}" novalidate>
<input type="hidden" name="_csrf" value="${csrfToken}">
<label for="username">User name or e-mail address</label>
${faultOf("username", faults.username)}<input id="username" name="username" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="128" required value="${username}"${describedBy("username", faults.username)}${inPassword ? undefined : focus}>
<label for="password">Password</label>
${faultOf("password", faults.password)}<input id="password" name="password" type="password" autocomplete="current-password" maxlength="256" required${describedBy("password", faults.password)}${inPassword ? focus : undefined}>
<button type="submit">Sign in</button>
</form>`,
  );
}

/** A page for what can't be told to the app. */
export function errorPage(title: string, error: string, description: string): string {
  return page(title, html`<h1>${title}</h1>\n<p>${description}</p>\n<p class="quiet"><code>${error}</code></p>`);
}

function faultOf(field: keyof FieldFaults, fault: string | undefined): Markup | undefined {
  return fault === undefined ? undefined : html`<p class="fault" id="${field}-fault" role="alert">${fault}</p>\n`;
}

function describedBy(field: keyof FieldFaults, fault: string | undefined): Markup | undefined {
  return fault === undefined ? undefined : html` aria-invalid="true" aria-describedby="${field}-fault"`;
}

/** A whole document; the empty icon keeps browsers from asking for `/favicon.ico`. */
function page(title: string, content: Markup): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Markup(STYLESHEET)}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`.text;
}
