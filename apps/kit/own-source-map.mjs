// Makes the source map of a bundle one of our own sources only. Plain JavaScript, as build.mjs.

/** Source: ECMA-426, "Source map format": numbers are Base64 VLQ, 5 bits a digit, the lowest bit is the sign. */
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Map([...DIGITS].map((digit, value) => [digit, value]));
const BITS = 5;
const MORE = 1 << BITS;

function decode(segment) {
  const numbers = [];
  let number = 0;
  let shift = 0;
  for (const digit of segment) {
    const value = VALUES.get(digit) ?? 0;
    number |= (value & (MORE - 1)) << shift;
    shift += BITS;
    if (value & MORE) continue;
    numbers.push(number & 1 ? -(number >> 1) : number >> 1);
    number = 0;
    shift = 0;
  }
  return numbers;
}

function encode(numbers) {
  return numbers
    .map((number) => {
      let rest = number < 0 ? (-number << 1) | 1 : number << 1;
      let text = "";
      do {
        const more = rest >> BITS;
        text += DIGITS[(rest & (MORE - 1)) | (more ? MORE : 0)];
        rest = more;
      } while (rest);
      return text;
    })
    .join("");
}

/** The segments of a map, their numbers whole instead of differences: [column, source, line, column, name]. */
function* segmentsOf(mappings) {
  const state = [0, 0, 0, 0, 0];
  for (const [line, text] of mappings.split(";").entries()) {
    state[0] = 0;
    for (const segment of text ? text.split(",") : []) {
      const differences = decode(segment);
      for (const [field, difference] of differences.entries()) state[field] += difference;
      yield { line, fields: state.slice(0, differences.length) };
    }
  }
}

/** Writes segments as a map has them. */
class MappingsWriter {
  text = "";
  #line = 0;
  #state = [0, 0, 0, 0, 0];

  add(line, fields) {
    if (line > this.#line) {
      this.text += ";".repeat(line - this.#line);
      this.#line = line;
      this.#state[0] = 0;
    } else if (this.text) this.text += ",";
    this.text += encode(fields.map((value, field) => value - this.#state[field]));
    for (const [field, value] of fields.entries()) this.#state[field] = value;
  }
}

const isOwn = (source) => !source.includes("node_modules/");

/**
 * A source map without what comes from packages, which is nine tenths of it.
 *
 * Node parses the whole of a map for the first stack that is read, and Node 20 reads the file at the start. A frame of a
 * package tells its function and its place in the bundle instead. Where a package's code follows ours there is one
 * segment without a source, or the frame would be told to be in ours: Node takes the nearest segment before a place.
 *
 * @param {{ sources: readonly string[], names: readonly string[], mappings: string }} map
 */
export function ownSourceMap(map) {
  const sources = map.sources.filter(isOwn);
  const indices = map.sources.map((source) => sources.indexOf(source));
  const writer = new MappingsWriter();
  let inOwn = false;
  for (const { line, fields } of segmentsOf(map.mappings)) {
    // Names are those of sources whose names are as they were: nothing is renamed.
    const [column, source, ...place] = fields.slice(0, 4);
    const index = source === undefined ? -1 : indices[source];
    if (index >= 0) writer.add(line, [column, index, ...place]);
    else if (inOwn) writer.add(line, [column]);
    inOwn = index >= 0;
  }
  return { ...map, sources, names: [], mappings: writer.text };
}
