import type { Samples } from "@express-on-ecs/kit/database/seed";

const NAMES = [
  "Blue Mountain",
  "Golden Bean",
  "Harbour Lane",
  "Old Mill",
  "Three Oaks",
  "Northern Star",
  "O'Brien & Daughters",
];
const TRADES = ["Coffee Roasters", "Coffee Imports", "Espresso Supply", "Green Coffee"];
const PLACES: readonly (readonly [city: string, state: string])[] = [
  ["Seattle", "WA"],
  ["Portland", "OR"],
  ["San Francisco", "CA"],
  ["Denver", "CO"],
  ["Austin", "TX"],
  ["Chicago", "IL"],
  ["Boston", "MA"],
];

/** A few more than a page of the list has. Phone numbers and domains are made-up ones. */
const rows = TRADES.flatMap((trade, row) =>
  NAMES.map((name, column) => {
    const [city, state] = PLACES[(row + column) % PLACES.length] ?? ["Seattle", "WA"];
    const number = 100 + row * NAMES.length + column;
    const domain = `${name} ${trade}`.toLowerCase().replace(/[^a-z]+/g, "-");
    return [
      `${name} ${trade}`,
      `${number} Main Street`,
      city,
      state,
      `orders@${domain}.example.com`,
      `+1 206 555 0${number}`,
    ];
  }),
);

/** Suppliers to try the pages with. */
export const samples: Samples = {
  table: "suppliers",
  columns: ["name", "address", "city", "state", "email", "phone"],
  rows,
};
