/** What something took for so many services. */
export interface Point {
  readonly services: number;
  readonly value: number;
}

/**
 * How something grows: `value ≈ c · services^exponent`, by least squares on the logarithms. 1 is linear, 2 quadratic, and below
 * 1 is what has a large part that does not grow.
 *
 * @throws for fewer than two points, or for one that has no logarithm
 */
export function growthExponent(points: readonly Point[]): number {
  if (new Set(points.map(({ services }) => services)).size < 2) {
    throw new Error(`growth needs two numbers of services; given: ${JSON.stringify(points)}`);
  }
  if (points.some(({ services, value }) => !(services > 0 && value > 0))) {
    throw new Error(`growth needs positive numbers; given: ${JSON.stringify(points)}`);
  }
  const x = points.map(({ services }) => Math.log(services));
  const y = points.map(({ value }) => Math.log(value));
  const [meanX, meanY] = [mean(x), mean(y)];
  const covariance = sum(x.map((one, index) => (one - meanX) * ((y[index] ?? 0) - meanY)));
  return covariance / sum(x.map((one) => (one - meanX) ** 2));
}

/** How many times as much something is for twice as many services. @throws where one of the two was not measured */
export function doublingRatio(points: readonly Point[], services: number): number {
  const at = (wanted: number) => points.find((point) => point.services === wanted)?.value;
  const [half, whole] = [at(services / 2), at(services)];
  if (half === undefined || whole === undefined) {
    throw new Error(`${services / 2} and ${services} services are needed; given: ${JSON.stringify(points)}`);
  }
  return whole / half;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;
