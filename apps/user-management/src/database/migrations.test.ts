import { checksum } from "@express-on-ecs/kit/database/history";
import { describe, expect, it } from "vitest";
import { userFields } from "../user";
import { migrations } from "./migrations";
import { samples } from "./samples";

describe("the migrations", () => {
  it("are numbered from 1 on, without a gap", () => {
    expect(migrations.map(({ id }) => id)).toEqual(migrations.map((_, index) => index + 1));
  });

  it("have not been changed since they were released", () => {
    expect(migrations.map((migration) => checksum(migration).slice(0, 16))).toEqual([
      "474726a40a2273cf",
      "bb3bd1aa5aedd905",
      "83a52e9f40773ac6",
    ]);
  });
});

describe("the samples", () => {
  it("are users that the service would take", () => {
    for (const row of samples.rows) {
      const fields = Object.fromEntries(samples.columns.map((column, index) => [column, row[index]]));
      expect(userFields.safeParse(fields).data).toEqual(fields);
    }
  });
});
