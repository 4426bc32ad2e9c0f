import { describe, expect, it } from "vitest";
import type { ViewName } from "../cloud/view";
import { addressBook, namespaceOf, type Place } from "./address-book";

const NAME = "mail.shop.internal";

/** Two tasks that run, `a` and `b`, and one that does not. */
const PLACES: Readonly<Record<string, Place>> = {
  a: { address: "127.1.0.1", port: 8096 },
  b: { address: "127.1.0.2", port: 8096 },
};

function bookOf(name: Omit<ViewName, "targets">, places: Readonly<Record<string, Place>> = PLACES) {
  const targets = ["a", "b", "stopped"].map((id) => ({
    task: `arn:aws:ecs:us-east-1:123456789012:task/shop/${id}`,
    container: "mail",
    containerPort: 8096,
  }));
  return addressBook({
    names: [{ ...name, targets }],
    namespaces: ["shop.internal"],
    served: [],
    placeOf: (task, container, port) =>
      container === "mail" && port === 8096 ? places[task.split("/").at(-1) ?? ""] : undefined,
  });
}

describe("the address book", () => {
  it("has the addresses of the tasks that run under a name of type A", () => {
    expect(bookOf({ name: NAME, type: "A" })).toEqual({
      names: { [NAME]: [{ address: "127.1.0.1" }, { address: "127.1.0.2" }] },
      endpoints: {},
      namespaces: ["shop.internal"],
    });
  });

  it("leads to the right ports where tasks share an address", () => {
    const shared = { a: { address: "127.0.0.1", port: 8096 }, b: { address: "127.0.0.1", port: 50123 } };
    expect(bookOf({ name: NAME, type: "A" }, shared).endpoints).toEqual({
      [`${NAME}:8096`]: [shared.a, shared.b],
    });
  });

  it("has a service record for each task under a name of type SRV, and a name of its own for the address", () => {
    expect(bookOf({ name: NAME, type: "SRV" }).names).toEqual({
      [NAME]: [
        { name: `a.${NAME}`, address: "127.1.0.1", port: 8096 },
        { name: `b.${NAME}`, address: "127.1.0.2", port: 8096 },
      ],
      [`a.${NAME}`]: [{ address: "127.1.0.1" }],
      [`b.${NAME}`]: [{ address: "127.1.0.2" }],
    });
  });

  it("leads from an alias of Service Connect and its port to the tasks", () => {
    const book = bookOf({ name: "Mail", type: "CONNECT", port: 80 });
    expect(book).toEqual({
      names: {},
      endpoints: { "mail:80": [PLACES.a, PLACES.b] },
      namespaces: ["shop.internal"],
    });
  });

  it("keeps a name behind which nothing runs", () => {
    expect(bookOf({ name: NAME, type: "A" }, {}).names).toEqual({ [NAME]: [] });
    expect(bookOf({ name: "mail", type: "CONNECT", port: 80 }, {}).endpoints).toEqual({ "mail:80": [] });
  });

  it("leads from each name of a listener to where it is served", () => {
    const at = { address: "127.0.0.1", port: 40123 };
    const served = [{ hosts: ["Shop-1.elb.amazonaws.com", "shop.example.test"], port: 80, at }];
    expect(addressBook({ names: [], namespaces: [], served, placeOf: () => undefined })).toEqual({
      names: {},
      endpoints: { "shop-1.elb.amazonaws.com:80": [at], "shop.example.test:80": [at] },
      namespaces: [],
    });
  });
});

describe("the namespace of a name", () => {
  it("is what is after its first label, and none for Service Connect", () => {
    expect(namespaceOf({ name: NAME, type: "A", targets: [] })).toBe("shop.internal");
    expect(namespaceOf({ name: NAME, type: "SRV", targets: [] })).toBe("shop.internal");
    expect(namespaceOf({ name: "mail.shop", type: "CONNECT", port: 80, targets: [] })).toBeUndefined();
  });
});
