import { arrangeFaults, ConfigError } from "./faults";
import { parseJson } from "./json";
import { type Service, serviceSchema } from "./service";
import { checkShape } from "./shape";
import { jsonFault, toFault } from "./sources";

/**
 * Reads one service.json by itself, without the environment's overrides. Only its shape is checked.
 *
 * @param file its path, for messages
 * @throws ConfigError with every fault
 */
export function parseService(file: string, text: string): Service {
  const parsed = parseJson(text);
  if (!("value" in parsed)) throw new ConfigError([jsonFault(file, parsed)]);
  const { findings, value } = checkShape(serviceSchema, parsed.value);
  if (value) return value;
  throw new ConfigError(
    arrangeFaults(findings.map((finding) => toFault(finding, [{ file, raw: parsed.value, prefix: [] }]))),
  );
}
