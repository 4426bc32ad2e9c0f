/** One step of the schema. Once released it is never changed: another one is added behind it. */
export interface Migration {
  /** 1, 2, 3, ... */
  readonly id: number;
  readonly name: string;
  /** Run one by one; MySQL can't take back a change of the schema, so a migration does one thing. */
  readonly statements: readonly string[];
}
