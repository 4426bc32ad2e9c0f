import { checksum } from "@express-on-ecs/kit/database/history";
import { describe, expect, it } from "vitest";
import { migrations } from "./migrations";

describe("the migrations", () => {
  it("are numbered from 1 on, without a gap", () => {
    expect(migrations.map(({ id }) => id)).toEqual(migrations.map((_, index) => index + 1));
  });

  it("have not been changed since they were released", () => {
    expect(migrations.map((migration) => checksum(migration).slice(0, 16))).toEqual(["809f84a4e342de97"]);
  });
});
