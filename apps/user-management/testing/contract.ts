import type { IncomingHttpHeaders } from "node:http";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { openApiDocument } from "../src/openapi/document";

/** What is used of a Response Object of OpenAPI. */
interface DocumentedAnswer {
  readonly headers: Readonly<
    Record<string, { readonly required: boolean; readonly schema: { readonly type?: string } }>
  >;
  readonly content?: Readonly<Record<string, object>>;
}

/** An operation of the document. */
export interface Operation {
  readonly method: string;
  /** As the document has it: `/usermgmt/user/{username}`. */
  readonly path: string;
}

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const ID = "document";

const pointerPart = (text: string) => text.replaceAll("~", "~0").replaceAll("/", "~1");

/** Checks answers against the OpenAPI document, with ajv in the dialect of OpenAPI 3.1 (2020-12). */
export class Contract {
  readonly document = openApiDocument();
  readonly operations: readonly Operation[];
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor() {
    addFormats.default(this.#ajv);
    this.#ajv.addSchema({ $id: ID, ...this.document }, ID);
    this.operations = Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
    );
  }

  /** Whether a value is what a schema of the document says. */
  fits(name: "UserFields" | "User" | "Problem", value: unknown): boolean {
    return this.#faults(["components", "schemas", name], value).length === 0;
  }

  /** What in an answer is not as the document says; none when it fits. @param head the answer to a HEAD of a GET */
  faultsOf({ method, path }: Operation, answer: RawAnswer, head = false): readonly string[] {
    const pointer = ["paths", path, method.toLowerCase(), "responses", String(answer.status)];
    const documented = pointer.reduce<unknown>((at, part) => (at as Record<string, unknown>)?.[part], this.document);
    if (documented === undefined) return [`status ${answer.status} is not in the document`];
    const { headers, content } = documented as DocumentedAnswer;
    const headerFaults = Object.entries(headers).flatMap(([name, header]) => {
      const value = answer.headers[name.toLowerCase()];
      if (value === undefined) return header.required ? [`no ${name}`] : [];
      const typed = header.schema.type === "integer" ? Number(value) : value;
      return this.#faults([...pointer, "headers", name, "schema"], typed).map((fault) => `${name}: ${fault}`);
    });
    return [...headerFaults, ...this.#bodyFaults([...pointer, "content"], content, answer, head)];
  }

  /** What is wrong with the answer to a path or a method that is not in the document. */
  faultsOfOther(answer: RawAnswer): readonly string[] {
    const { status, headers, body } = answer;
    if (status === 204) return headers.allow === undefined ? ["no Allow"] : [];
    if (![400, 404, 405, 413, 415].includes(status)) return [`status ${status}`];
    if (status === 405 && headers.allow === undefined) return ["no Allow"];
    return this.#faults(["components", "schemas", "Problem"], JSON.parse(body));
  }

  #bodyFaults(
    pointer: readonly string[],
    content: DocumentedAnswer["content"],
    { headers, body }: RawAnswer,
    head: boolean,
  ): readonly string[] {
    const type = headers["content-type"]?.split(";")[0] ?? "";
    if (!content) return body === "" ? [] : ["a body where there is none in the document"];
    if (content[type] === undefined) return [`content type ${type} is not in the document`];
    if (head) return body === "" ? [] : ["a body for HEAD"];
    const value: unknown = type.endsWith("json") ? JSON.parse(body) : body;
    return this.#faults([...pointer, type, "schema"], value);
  }

  #faults(pointer: readonly string[], value: unknown): readonly string[] {
    const $ref = `${ID}#/${pointer.map((part) => encodeURIComponent(pointerPart(part))).join("/")}`;
    const validate = this.#compiled.get($ref) ?? this.#ajv.compile({ $ref });
    this.#compiled.set($ref, validate);
    return validate(value)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  }
}
