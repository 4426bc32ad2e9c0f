import { Agent, type IncomingHttpHeaders, request } from "node:http";

/** An answer to a {@link Visitor}. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A form as the page has it: the hidden fields, and what is filled in. */
export type FormValues = Readonly<Record<string, string>>;

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

/** Text of a page as people see it. */
export function unescaped(markup: string): string {
  return markup.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}

/** The fields of the form with `method="post"` on a page, with their values. */
export function formOf({ body }: Answer): FormValues {
  const [form = ""] = /<form[^>]* method="post"[\s\S]*?<\/form>/.exec(body) ?? [];
  const inputs = [...form.matchAll(/<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"/g)];
  return Object.fromEntries(inputs.map(([, name = "", value = ""]) => [name, unescaped(value)]));
}

/** A browser without its looks: keeps cookies and connections, follows nothing by itself. */
export class Visitor {
  readonly #cookies = new Map<string, string>();
  readonly #agent = new Agent({ keepAlive: true });

  /** @param url of the service */
  constructor(private readonly url: string) {}

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.#send("GET", path, headers);
  }

  /** Sends fields as a form, as they are. */
  post(path: string, fields: FormValues | string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const body = typeof fields === "string" ? fields : new URLSearchParams(fields).toString();
    return this.#send("POST", path, { "content-type": "application/x-www-form-urlencoded", ...headers }, body);
  }

  /** Opens the page of a form, fills it in, and sends it. */
  async fill(path: string, fields: FormValues): Promise<Answer> {
    return this.post(path, { ...formOf(await this.get(path)), ...fields });
  }

  /** Ends the connections. */
  leave(): void {
    this.#agent.destroy();
  }

  #send(method: string, path: string, given: Readonly<Record<string, string>>, body?: string): Promise<Answer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { accept: "text/html", ...(cookie && { cookie }), ...given };
    return new Promise((resolve, reject) => {
      const sent = request(this.url + path, { method, headers, agent: this.#agent }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.once("end", () => {
          this.#keep(response.headers["set-cookie"] ?? []);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        });
        response.once("error", reject);
      });
      sent.once("error", reject).end(body);
    });
  }

  #keep(cookies: readonly string[]): void {
    for (const cookie of cookies) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/; Expires=Thu, 01 Jan 1970/.test(cookie)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
  }
}
