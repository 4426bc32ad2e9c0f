import { html } from "@express-on-ecs/kit/html";
import { picture, type SuppliersSite, sitePage } from "./layout";

/** The first page: what this is for, and the way to the list. @param list the path of the list */
export function homePage(site: SuppliersSite, list: string): string {
  return sitePage(site, {
    title: "Welcome",
    current: site.home,
    content: html`<div class="card hero">
${picture(site, 144)}
<div>
<h1>Welcome</h1>
<p class="lead">Use this app to keep track of your coffee suppliers</p>
<a class="button" href="${list}">List of suppliers</a>
</div>
</div>`,
  });
}
