import { html, type SafeHtml } from "@express-on-ecs/kit/html";
import type { ErrorFacts, Site } from "@express-on-ecs/kit/site";
import { picture, type SuppliersSite, sitePage } from "./layout";

/** What people read about an error. */
interface ErrorText {
  readonly heading: string;
  readonly lead: SafeHtml;
  /** The word for the way on. @default - there is none but home */
  readonly retry?: string;
}

function textOf({ status, title, detail }: ErrorFacts): ErrorText {
  if (status === 404) return { heading: "404", lead: html`Sorry, we don't seem to have that page in stock` };
  if (status === 503) {
    const lead = html`Sorry, we can't reach our suppliers at the moment. Please try again in a few seconds.`;
    return { heading: "We will be right back", lead, retry: "Try again" };
  }
  if (status >= 500) return { heading: "There was an error", lead: html`Sorry, there was a problem with your request` };
  return { heading: title, lead: detail === undefined ? html`Sorry, this request can't be answered` : html`${detail}` };
}

function retryLink(label: string | undefined): SafeHtml | undefined {
  // An empty address is that of the page itself.
  return label === undefined ? undefined : html`<a class="button" href="">${label}</a>`;
}

/** The pages about errors, in the site's layout. */
export function errorPage(site: SuppliersSite): Site["errorPage"] {
  return (about) => {
    const { heading, lead, retry } = textOf(about);
    return sitePage(site, {
      title: about.status === 404 ? "Page not found" : heading,
      content: html`<div class="card narrow">
${picture(site, 64)}
<h1>${heading}</h1>
<p class="lead">${lead}</p>
<div class="actions">${retryLink(retry)}<a class="button${retry ? " plain" : ""}" href="${site.home}">Return to home page</a></div>
${about.status >= 500 ? html`<p class="quiet">Request id: ${about.requestId}</p>` : undefined}
</div>`,
    });
  };
}
