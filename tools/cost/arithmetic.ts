/** How a number came about: a number, or a sum, a product or a ratio of such. What is printed and what it is worth are one. */
export type Term =
  | number
  | { readonly sum: readonly Term[] }
  | { readonly product: readonly Term[] }
  | { readonly part: number; readonly of: number };

/** Digits behind the point that a price or a quantity may have. */
const DIGITS = 6;

const CENTS = 100;

export function sum(...terms: readonly Term[]): Term {
  const members = terms.flatMap((term) => (typeof term === "object" && "sum" in term ? term.sum : [term]));
  const [only, ...others] = members;
  return only !== undefined && others.length === 0 ? only : { sum: members };
}

export function product(...factors: readonly Term[]): Term {
  return {
    product: factors.flatMap((factor) =>
      typeof factor === "object" && "product" in factor ? factor.product : [factor],
    ),
  };
}

/** A part of a whole, such as 1 of 3, which is printed exactly where a fraction of ten is not. */
export function ratio(part: number, of: number): Term {
  return { part, of };
}

export function worthOf(term: Term): number {
  if (typeof term === "number") return term;
  if ("sum" in term) return term.sum.reduce((total: number, member) => total + worthOf(member), 0);
  if ("product" in term) return term.product.reduce((total: number, factor) => total * worthOf(factor), 1);
  return term.part / term.of;
}

/** The term as a person writes it: `2 × 730 × (0.25 × 0.04048 + 0.5 × 0.004445)`. */
export function written(term: Term): string {
  if (typeof term === "number") return String(Number(term.toFixed(DIGITS)));
  if ("sum" in term) return term.sum.map(written).join(" + ");
  if ("product" in term) return term.product.map(factor).join(" × ");
  return term.of === 1 ? written(term.part) : `${written(term.part)} / ${written(term.of)}`;
}

function factor(term: Term): string {
  return typeof term === "object" && "sum" in term ? `(${written(term)})` : written(term);
}

/** What a term is worth in whole cents: sums of what is printed are then what is printed as their sum. */
export function cents(term: Term): number {
  // 730 × 0.0225 is 16.425, and in binary a little less: without the digits beyond it would be rounded down.
  return Math.round(Number((worthOf(term) * CENTS).toFixed(DIGITS)));
}

/** An amount of cents as dollars: `1,234.50`. */
export function dollars(amount: number): string {
  const [whole = "", fraction = ""] = (Math.abs(amount) / CENTS).toFixed(2).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${amount < 0 ? "-" : ""}${grouped}.${fraction}`;
}
