import { describe, expect, it } from "vitest";
import { deploymentUnit, groupsOf, unitsOf } from "./deployment-unit";
import { serviceNames } from "./names";

describe("the unit of a service", () => {
  it("is its system's, or its group's", () => {
    expect(deploymentUnit({ system: "shop" })).toBe("shop");
    expect(deploymentUnit({ system: "shop", group: "orders" })).toBe("shop-orders");
  });

  it("is in all names of the service", () => {
    const names = Object.values(serviceNames({ system: "shop", group: "orders", name: "cart" }, "dev"));
    expect(names.filter((name) => name.includes("shop") && !name.includes("shop-orders"))).toEqual([]);
    expect(names).toEqual(
      expect.arrayContaining(["shop-orders-dev-cart", "/shop-orders/dev/cart/task-definition", "shop-orders-dev/cart"]),
    );
  });
});

describe("the units of systems", () => {
  const services = [
    { system: "shop", group: "orders" },
    { system: "shop", group: "catalogue" },
    { system: "shop", group: "orders" },
    { system: "bank" },
  ];

  it("are the system's own first, there or not, then its groups by name, each once", () => {
    expect(groupsOf("shop", services)).toEqual([undefined, "catalogue", "orders"]);
    expect(unitsOf(["shop", "bank"], services)).toEqual(["shop", "shop-catalogue", "shop-orders", "bank"]);
  });
});
