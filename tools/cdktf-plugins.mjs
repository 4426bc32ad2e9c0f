// How the bundle of tools/synth.mjs is quicker than CDKTF as it is published: the JSON is the same to the byte.
import { readFileSync } from "node:fs";

/**
 * cdktf records where each token was made, only to add it to the message of a token that cannot be resolved. That is a
 * quarter of a large synthesis.
 */
const withoutTokenTraces = {
  name: "without-token-traces",
  setup: ({ onLoad }) =>
    onLoad({ filter: /cdktf\/lib\/tokens\/private\/stack-trace\.js$/ }, () => ({
      contents: "exports.captureStackTrace = () => [];",
    })),
};

/**
 * cdktf takes a text with tokens apart, and puts it together again, in time that grows with the square of its length. The
 * body of a dashboard is such a text: of 50 services, it has 1,800 tokens in 280 KB, and took longer than all the rest.
 *
 * For each token and each `}`, it looked to the end of the text for an escape (`${`), and then asked whether that was before
 * the next token. Now it looks no further than to that token.
 */
const quickTokens = {
  name: "quick-tokens",
  setup: ({ onLoad }) => {
    onLoad({ filter: /cdktf\/lib\/tokens\/private\/encoding\.js$/ }, ({ path }) => ({
      contents: replacing(path, [
        [
          "let startMatch = ESCAPE_TOKEN_BEGIN_REGEX.exec(this.str);\n        let endMatch = ESCAPE_TOKEN_END_REGEX.exec(this.str);",
          "const before = this.str.substring(0, maxIndex);\n        let startMatch = ESCAPE_TOKEN_BEGIN_REGEX.exec(before);\n        let endMatch = ESCAPE_TOKEN_END_REGEX.exec(before);",
        ],
      ]),
    }));
    onLoad({ filter: /cdktf\/lib\/tokens\/string-fragments\.js$/ }, ({ path }) => ({
      contents: replacing(path, [
        [
          "while (values.length > 1) {\n            const prefix = values.splice(0, 2);\n            values.splice(0, 0, concat.join(prefix[0], prefix[1]));\n        }\n        return values[0];",
          "return values.reduce((left, right) => concat.join(left, right));",
        ],
      ]),
    }));
  },
};

/**
 * cdktf resolves every value of a stack five times, and made a path and four functions for each key and each value of each
 * object, though most are texts without a token. Such a text stands for itself.
 *
 * A text may hold an encoded number instead (`-1.8881545897087505e+289`).
 */
const quickPlainValues = {
  name: "quick-plain-values",
  setup: ({ onLoad }) =>
    onLoad({ filter: /cdktf\/lib\/tokens\/private\/resolve\.js$/ }, ({ path }) => ({
      contents: replacing(path, [
        [
          `function resolve(obj, options) {
    const prefix = options.prefix || [];
    const pathName = "/" + prefix.join("/");`,
          `function isPlain(value) {
    if (typeof value !== "string") return typeof value === "boolean" || (Number.isSafeInteger(value) && value >= 0);
    if (value === token_1.Token.STRING_MAP_TOKEN_VALUE || value === token_1.Token.ANY_MAP_TOKEN_VALUE) return false;
    return !value.includes("TfToken[") && !/e\\+\\d/.test(value);
}
function resolve(obj, options) {
    if (isPlain(obj)) return obj;
    const prefix = options.prefix || [];
    // For messages alone.
    const pathName = { toString: () => "/" + prefix.join("/") };`,
        ],
        [
          "const resolvedKey = makeContext()[0].resolve(key);",
          "const resolvedKey = isPlain(key) ? key : makeContext()[0].resolve(key);",
        ],
        [
          "const value = makeContext(key)[0].resolve(obj[key]);",
          "const given = obj[key];\n        const value = isPlain(given) ? given : makeContext(key)[0].resolve(given);",
        ],
        [".map((x, i) => makeContext(", ".map((x, i) => isPlain(x) ? x : makeContext("],
      ]),
    })),
};

export const CDKTF_PLUGINS = [withoutTokenTraces, quickTokens, quickPlainValues];

/** A file's text with some of it replaced. @throws where it has another text: then CDKTF is another than this was written for */
function replacing(path, replacements) {
  return replacements.reduce(
    (text, [before, after]) => {
      if (!text.includes(before)) throw new Error(`${path} has no longer what is replaced:\n${before}`);
      return text.replace(before, () => after);
    },
    readFileSync(path, "utf8"),
  );
}
