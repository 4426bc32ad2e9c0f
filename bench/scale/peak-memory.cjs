// Loaded before a program (`node --require`): writes the most memory that it had, in KiB, into the file PEAK_MEMORY_FILE names.
//
// Linux's own figure for the process (VmHWM): that of getrusage begins with the size of the process that started it.
const { readFileSync, writeFileSync } = require("node:fs");

process.on("exit", () => writeFileSync(process.env.PEAK_MEMORY_FILE, String(peakKiB())));

function peakKiB() {
  try {
    const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
    return Number(peak);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}
