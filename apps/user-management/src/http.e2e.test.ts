import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COLLECTION, runCollection } from "../testing/collection";
import { HTTP_FILE, readHttpFile, runHttpFile } from "../testing/http-file";
import { Together } from "../testing/together";

let both: Together;

beforeAll(async () => {
  both = await Together.open();
  for (const name of ["notification", "user-management"] as const) await both.start(name);
});
afterAll(() => both.close());

const target = () => ({ baseUrl: both.url("user-management"), notificationUrl: both.url("notification") });

describe("the Postman collection", () => {
  it("is as the services are", async () => {
    expect(await runCollection(target())).toEqual({ requests: 13, failures: [] });
    expect(await both.usernames()).toEqual([]);
  });

  it("shows that sending is refused, where it is expected to be", async () => {
    const { failures } = await runCollection({ ...target(), sendStatus: 404 });
    expect(failures).toEqual([
      expect.stringMatching(
        /^Send a mail: is answered with 404: expected response to have status code 404 but got 200/,
      ),
    ]);
  });

  it("fails when the services are not as it says", async () => {
    const text = await readFile(COLLECTION, "utf8");
    const broken = JSON.parse(text.replace("have.status(201)", "have.status(200)").replace("UP and RUNNING", "up"));
    const { failures } = await runCollection(target(), broken);
    expect(failures).toEqual([
      expect.stringMatching(/^User management is up: says so: /),
      expect.stringMatching(
        /^Create a user: is answered with 201: expected response to have status code 200 but got 201/,
      ),
    ]);
  });

  it("fails when nobody answers", async () => {
    const { failures } = await runCollection({ baseUrl: "http://127.0.0.1:1" });
    expect(failures.filter((failure) => failure.includes("ECONNREFUSED"))).toHaveLength(13);
  });
});

describe("the .http file", () => {
  it("has the requests of the collection, in their order, with the same results", async () => {
    const { item } = JSON.parse(await readFile(COLLECTION, "utf8")) as {
      item: { item: { request: { method: string; url: { raw: string } } }[] }[];
    };
    const inCollection = item
      .flatMap((folder) => folder.item)
      .map(({ request: { method, url } }) => `${method} ${url.raw}`);
    const names = { baseUrl: "{{baseUrl}}", notificationUrl: "{{notificationUrl}}", username: "{{username}}" };
    const requests = readHttpFile(await readFile(HTTP_FILE, "utf8"), names);
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual(inCollection);
    expect(await runHttpFile(target())).toEqual({ requests: inCollection.length, failures: [] });
    expect(await both.usernames()).toEqual([]);
  });

  it("fails when the services are not as it says", async () => {
    const text = await readFile(HTTP_FILE, "utf8");
    const broken = text.replace("expect 409", "expect 400").replace("expect 200 Hostname:", "expect 200 Name:");
    const { failures } = await runHttpFile({ ...target(), sendStatus: 404 }, broken);
    expect(failures).toEqual([
      "Create the same user: expected 400, was answered 409",
      expect.stringMatching(/^Which task of notification answers: expected Name: in Notification Service IP Address/),
      "Send a mail: expected 404, was answered 200",
    ]);
  });

  it("has to say what is expected, and to have its variables", () => {
    expect(() => readHttpFile("### A\nGET http://a.test")).toThrow(
      'the request "A" of the .http file needs a line "METHOD URL", and "# expect STATUS" before it',
    );
    expect(() => readHttpFile("### A\n# expect 200\nGET {{a}}")).toThrow(
      'the .http file has no variable a: add "@a = ..." at its top',
    );
  });
});
