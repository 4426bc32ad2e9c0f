import type { JsonPath } from "./json-path";

/** Something wrong with a value, before it is known in which file the value stands. */
export interface Finding {
  /** Where: the value to change first, then the values that it does not agree with. */
  readonly at: readonly [JsonPath, ...JsonPath[]];
  readonly problem: string;
  readonly allowed: string;
  readonly mend: string;
  /** Printed in place of the value. @default - the value, unless its name or form says that it is a secret */
  readonly given?: string;
}

/**
 * What is left of a value when everything of the wrong shape is taken out. Checks read this, so that they still find
 * what is wrong elsewhere in a file that has a fault of shape.
 */
export type Salvaged<Value> = Value extends string | number | boolean
  ? Value
  : Value extends readonly (infer Member)[]
    ? readonly (Salvaged<Member> | undefined)[]
    : { readonly [Key in keyof Value]?: Salvaged<Value[Key]> | undefined };

/** The members of a salvaged list that are there, with their places in the file. */
export function present<Member>(
  list: readonly (Member | undefined)[] | undefined,
): readonly (readonly [number, Member])[] {
  return (list ?? []).flatMap((member, index) => (member === undefined ? [] : [[index, member] as const]));
}

/** The members of a salvaged list that are there. */
export function members<Member>(list: readonly (Member | undefined)[] | undefined): readonly Member[] {
  return present(list).map(([, member]) => member);
}

/** A finding for each member that stands in a list a second time. */
export function findDuplicates(
  list: readonly (string | undefined)[] | undefined,
  path: JsonPath,
  what: string,
): readonly Finding[] {
  const first = new Map<string, number>();
  return present(list).flatMap(([index, member]) => {
    const earlier = first.get(member);
    if (earlier === undefined) {
      first.set(member, index);
      return [];
    }
    return [
      {
        at: [[...path, index]] as const,
        problem: `${what} ${JSON.stringify(member)} is given twice, first as number ${earlier + 1} of the list`,
        allowed: "each once",
        mend: "remove one of the two",
      },
    ];
  });
}
