/** How often measures are sent at most, in seconds of a clock that nobody hurries. */
const LONGEST_SECONDS = 5;

/** So many make a minute of CloudWatch, however short it is. */
const MEASURES_PER_MINUTE = 4;

const SECONDS_PER_MINUTE = 60;

/** Real seconds that a minute of CloudWatch takes. @param timeScale of `npm start` */
export function scaledMinuteSeconds(timeScale: number): number {
  return SECONDS_PER_MINUTE / timeScale;
}

/** Real seconds between two measures. */
export function measureSeconds(timeScale: number): number {
  return Math.min(LONGEST_SECONDS, scaledMinuteSeconds(timeScale) / MEASURES_PER_MINUTE);
}
