// Preloaded (`node --import`) into the Node processes that `npm start` starts with a channel to itself: ends them when
// `npm start` is gone, however it went. A parent that is killed by SIGKILL can't stop anybody.
import process from "node:process";

const BOUND_MS = 5_000;

function end() {
  setTimeout(() => process.exit(1), BOUND_MS).unref();
  process.kill(process.pid, "SIGTERM");
}

process.on("disconnect", end);
// The listener alone would keep the process alive after its work is done.
process.channel?.unref();
// The parent may be gone before this module was loaded: then no event comes.
if (!process.connected) end();
