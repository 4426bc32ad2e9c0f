import { describe, expect, it } from "vitest";
import { QUOTA_IDS, QUOTAS } from "./quotas";

describe("quotas as data", () => {
  it.each(QUOTA_IDS)("%s has AWS's name, the service and the page that it was read from", (id) => {
    const { name, service, page } = QUOTAS[id];
    for (const text of [name, service, page]) expect(text).toMatch(/^\S.*\S$/);
  });

  it.each(QUOTA_IDS)("%s has a default, or is one that each resource has its own of", (id) => {
    const { default: usual, adjustable } = QUOTAS[id];
    if (usual === undefined) expect(adjustable).toBe(false);
    else expect(Number.isInteger(usual) && usual > 0).toBe(true);
  });

  it("has no quota twice", () => {
    const names = QUOTA_IDS.map((id) => `${QUOTAS[id].service}: ${QUOTAS[id].name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it("lets AWS raise by itself only what it raises at all", () => {
    expect(QUOTA_IDS.filter((id) => QUOTAS[id].grows && !QUOTAS[id].adjustable)).toEqual([]);
  });
});
