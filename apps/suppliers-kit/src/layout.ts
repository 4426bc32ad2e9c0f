import type { Assets } from "@express-on-ecs/kit/assets";
import { html, type SafeHtml } from "@express-on-ecs/kit/html";

/** A link of the navigation. */
export interface SiteLink {
  readonly label: string;
  readonly path: string;
}

/** What the pages of one of the services have in common. */
export interface SuppliersSite {
  readonly brand: string;
  /** The first page; a link of `links`. */
  readonly home: string;
  readonly links: readonly SiteLink[];
  readonly assets: Assets;
}

/** One page of it. */
export interface SitePage {
  readonly title: string;
  /** The path of the link that is marked as the current one. @default - none */
  readonly current?: string;
  /** What has just been done, in a sentence. @default - nothing */
  readonly message?: string | undefined;
  readonly content: SafeHtml;
}

function link({ label, path }: SiteLink, current: string | undefined): SafeHtml {
  if (path === current) return html`<li><a href="${path}" aria-current="page">${label}</a></li>`;
  return html`<li><a href="${path}">${label}</a></li>`;
}

/** The picture, which says nothing that the text doesn't. */
export function picture({ assets }: SuppliersSite, pixels: number): SafeHtml {
  return html`<img src="${assets.path("coffee.svg")}" alt="" width="${pixels}" height="${pixels}">`;
}

/** A whole HTML document with the site's header, navigation and footer. */
export function sitePage(site: SuppliersSite, { title, current, message, content }: SitePage): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – ${site.brand}</title>
<link rel="icon" type="image/svg+xml" href="${site.assets.path("coffee.svg")}">
<link rel="stylesheet" href="${site.assets.path("style.css")}">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="site-header">
<div class="wrap">
<a class="brand" href="${site.home}">${picture(site, 36)}${site.brand}</a>
<nav aria-label="Main"><ul>${site.links.map((one) => link(one, current))}</ul></nav>
</div>
</header>
<main class="wrap" id="content" tabindex="-1">
<div role="status">${message === undefined ? undefined : html`<div class="note good"><p>${message}</p></div>`}</div>
${content}
</main>
<footer class="site-footer"><div class="wrap"><p>${site.brand}</p></div></footer>
</body>
</html>
`.toString();
}
