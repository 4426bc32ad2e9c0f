import fc from "fast-check";
import { batchOf } from "./log-batch";
const MIB = 1024 ** 2;
const long = fc.tuple(fc.string({ unit: "binary", minLength: 1, maxLength: 5 }), fc.nat(200_000)).map(([t, n]) => t.repeat(n));
const line = fc.oneof(fc.string({ unit: "binary" }), long);
let t0 = Date.now();
for (const lines of fc.sample(fc.array(line, { maxLength: 6 }), 20)) {
  const t1 = Date.now();
  const log = Buffer.from(lines.join("\n"));
  const out: string[] = []; let n = 0;
  for (let o = 0; o < log.length; ) { const { messages, consumed } = batchOf(log.subarray(o, o + MIB), o + MIB >= log.length); out.push(...messages); o += consumed; n++; if (!consumed) throw new Error("stuck"); }
  const ok = out.join("") === log.toString().replaceAll("\n", "");
  console.log(t1 - t0, Date.now() - t1, log.length, n, ok);
  t0 = Date.now();
}
