/** What a figure is to be. */
export type Aim = { readonly atMost: number } | { readonly atLeast: number };

/** Something that was measured. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** `s`, `ms`, `MiB`, ...; empty for a ratio or a count. */
  readonly unit: string;
  /** @default - none: it is told, and nothing is promised */
  readonly aim?: Aim | undefined;
}

const figures: Figure[] = [];

/** Notes a figure for the report of the benchmark that is under way. */
export function keep(figure: Figure): void {
  figures.push(figure);
}

/** The figures that were noted since the last call. */
export function takeFigures(): readonly Figure[] {
  return figures.splice(0);
}

/** Whether a figure is what was aimed for; undefined where nothing was. What is no number reaches nothing. */
export function isReached({ value, aim }: Figure): boolean | undefined {
  if (!aim) return undefined;
  return "atMost" in aim ? value <= aim.atMost : value >= aim.atLeast;
}

/** An aim in words: `at most 0.5 s`. */
export function aimInWords(aim: Aim, unit: string): string {
  return "atMost" in aim ? `at most ${withUnit(aim.atMost, unit)}` : `at least ${withUnit(aim.atLeast, unit)}`;
}

const withUnit = (value: number, unit: string) => `${value}${unit && ` ${unit}`}`;
