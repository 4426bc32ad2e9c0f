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
        ["TokenString.forMapToken(x).test());", 'x.includes("TfToken[") && TokenString.forMapToken(x).test());'],
        [
          'typeof x === "string" && TokenString.forListToken(x)',
          'typeof x === "string" && x.includes("TfToken[") && TokenString.forListToken(x)',
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
 * cdktf made a context, a path and four functions for each key and each value that it resolves, though most are texts without
 * a token, or objects and lists of such. A plain text stands for itself, and an object for its values.
 *
 * A text may hold an encoded number instead of a token (`-1.8881545897087505e+289`).
 */
const quickPlainValues = {
  name: "quick-plain-values",
  setup: ({ onLoad }) =>
    onLoad({ filter: /cdktf\/lib\/tokens\/private\/resolve\.js$/ }, ({ path }) => ({
      contents: replacing(path, [
        ["function resolve(obj, options) {", `${QUICK_RESOLVE}\nfunction resolveAny(obj, options) {`],
        // For messages alone.
        ['const pathName = "/" + prefix.join("/");', 'const pathName = { toString: () => "/" + prefix.join("/") };'],
      ]),
    })),
};

const QUICK_RESOLVE = `
const DEEPEST = 200;
function isPlain(value) {
    if (typeof value !== "string") return typeof value === "boolean" || (Number.isSafeInteger(value) && value >= 0);
    if (value === token_1.Token.STRING_MAP_TOKEN_VALUE || value === token_1.Token.ANY_MAP_TOKEN_VALUE) return false;
    return !value.includes("TfToken[") && !/e\\+\\d/.test(value);
}
function isPlainObject(value) {
    if (Object.getPrototypeOf(value) !== Object.prototype) return false;
    return !(0, encoding_1.unresolved)(value) && !isConstruct(value);
}
function isPlainList(value) {
    if (!Array.isArray(value)) return false;
    return !(0, encoding_1.containsStringListTokenElement)(value) && !(0, encoding_1.containsNumberListTokenElement)(value);
}
/** What of a value has something to resolve: of objects, the keys that have. */
function toPrepare(value, depth = 0) {
    if (isPlain(value) || value === undefined || value === null) return undefined;
    if (typeof value !== "object" || depth > DEEPEST) return value;
    if (Array.isArray(value)) return value.some((x) => toPrepare(x, depth + 1) !== undefined) ? value : undefined;
    if (Object.getPrototypeOf(value) !== Object.prototype) return value;
    let rest;
    for (const key of Object.keys(value)) {
        if (!isPlain(key)) return value;
        const given = toPrepare(value[key], depth + 1);
        if (given !== undefined) (rest ??= {})[key] = given;
    }
    return rest;
}
exports.toPrepare = toPrepare;
function resolve(obj, options) {
    if (isPlain(obj)) return obj;
    const { prefix = [] } = options;
    if (typeof obj !== "object" || obj === null || prefix.length > DEEPEST) return resolveAny(obj, options);
    const resolveAt = (value, key) => isPlain(value) ? value : resolve(value, {
        scope: options.scope,
        resolver: options.resolver,
        preparing: options.preparing,
        previousContext: options.previousContext,
        prefix: prefix.concat(key),
    });
    if (isPlainList(obj)) return obj.map((x, i) => resolveAt(x, String(i))).filter((x) => x !== undefined);
    if (!isPlainObject(obj)) return resolveAny(obj, options);
    const result = {};
    for (const key of Object.keys(obj)) {
        const resolvedKey = resolve(key, options);
        if (typeof resolvedKey !== "string") return resolveAny(obj, options);
        const value = resolveAt(obj[key], key);
        if (value !== undefined) result[resolvedKey] = value;
    }
    return result;
}`;

/**
 * cdktf resolved every element twice, to find what it reads of other stacks and to write it, and then the whole document once
 * more. Now the first time is for values that have a token, and what was resolved is not resolved again.
 */
const fewerWalks = {
  name: "fewer-walks",
  setup: ({ onLoad }) =>
    onLoad({ filter: /cdktf\/lib\/terraform-stack\.js$/ }, ({ path }) => ({
      contents: replacing(path, [
        [
          "(0, _tokens_1.resolve)(this, e.toTerraform(), true)",
          '(0, _tokens_1.resolve)(this, require("./tokens/private/resolve").toPrepare(e.toTerraform()), true)',
        ],
        ['tf["//"] = { metadata, outputs };', 'tf["//"] = (0, _tokens_1.resolve)(this, { metadata, outputs });'],
        [
          "(0, util_1.deepMerge)(tf, this.rawOverrides);\n        return (0, _tokens_1.resolve)(this, tf);",
          "(0, util_1.deepMerge)(tf, this.rawOverrides);\n        return Object.keys(this.rawOverrides).length ? (0, _tokens_1.resolve)(this, tf) : tf;",
        ],
      ]),
    })),
};

/** cdktf looked at each key and each text of a list with a regular expression, and wrote each key anew in snake case. */
const quickKeys = {
  name: "quick-keys",
  setup: ({ onLoad }) => {
    onLoad({ filter: /cdktf\/lib\/util\.js$/ }, ({ path }) => ({
      contents: replacing(path, [
        [
          "function snakeCase(str) {",
          `const snakeCases = new Map();
function snakeCase(str) {
    let known = snakeCases.get(str);
    if (known === undefined) snakeCases.set(str, known = makeSnakeCase(str));
    return known;
}
function makeSnakeCase(str) {`,
        ],
      ]),
    }));
  },
};

export const CDKTF_PLUGINS = [withoutTokenTraces, quickTokens, quickPlainValues, fewerWalks, quickKeys];

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
