import type { SupplierFields } from "@express-on-ecs/suppliers-kit/supplier";
import type { Browser, BrowserContext, Page } from "playwright-core";

/** Somebody in the office, in a browser of their own. */
export class Employee {
  private constructor(
    readonly page: Page,
    private readonly url: string,
    private readonly context: BrowserContext,
  ) {}

  /** @param url of the production listener */
  static async sitDown(browser: Browser, url: string): Promise<Employee> {
    const context = await browser.newContext();
    return new Employee(await context.newPage(), url, context);
  }

  async leave(): Promise<void> {
    await this.context.close();
  }

  async open(path: string): Promise<number | undefined> {
    return (await this.page.goto(this.url + path))?.status();
  }

  /** Fills the fields of the form that is open. */
  async fill(entry: Partial<SupplierFields>): Promise<void> {
    for (const [name, value] of Object.entries(entry)) await this.page.fill(`#${name}`, value);
  }

  /** Sends the form that is open. @returns the status of the page that comes */
  async send(): Promise<number | undefined> {
    const [response] = await Promise.all([
      this.page.waitForResponse((one) => one.request().isNavigationRequest() && one.status() !== 303),
      this.page.click("main form[method=post] button"),
    ]);
    await this.page.waitForLoadState();
    return response.status();
  }

  /** Adds a supplier. @returns the status of the page that comes */
  async add(entry: SupplierFields): Promise<number | undefined> {
    await this.open("/admin/supplier-add");
    await this.fill(entry);
    return this.send();
  }

  /** Opens the form of the supplier with this name, by the list's search. */
  async edit(name: string): Promise<void> {
    await this.open(`/admin/suppliers?q=${encodeURIComponent(name)}`);
    await this.page.click("tbody a[href*=supplier-update]");
  }

  /** The fields of the form that is open. */
  async fields(): Promise<SupplierFields> {
    const value = (name: string) => this.page.inputValue(`#${name}`);
    return {
      name: await value("name"),
      address: await value("address"),
      city: await value("city"),
      state: await value("state"),
      email: await value("email"),
      phone: await value("phone"),
    };
  }

  /** What is written on the page. */
  text(): Promise<string> {
    return this.page.innerText("body");
  }
}

/** The rows of the list on a page, each as its cells. */
export function rowsOf(page: Page): Promise<readonly (readonly string[])[]> {
  return page.$$eval("tbody tr", (rows) =>
    rows.map((row) => [...row.querySelectorAll("th, td")].map((cell) => cell.textContent?.trim() ?? "")),
  );
}
