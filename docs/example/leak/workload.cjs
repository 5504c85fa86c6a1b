// Runs the same work three times and takes a snapshot after each round: leak/out/1.heapsnapshot and so on.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const v8 = require("node:v8");
const { handleRequest } = require("../src/prices.cjs");

const out = path.join(__dirname, "out");

async function round() {
  for (let i = 0; i < 500; i++) await handleRequest(`user ${i}`);
  // Timers, promises and sockets that end by themselves get the time to do so.
  await new Promise((resolve) => setTimeout(resolve, 100));
}

(async () => {
  fs.rmSync(out, { recursive: true, force: true });
  fs.mkdirSync(out, { recursive: true });
  await round(); // warm-up: caches fill, modules load, functions are compiled
  for (let i = 1; i <= 3; i++) {
    await round();
    v8.writeHeapSnapshot(path.join(out, `${i}.heapsnapshot`)); // collects garbage first
  }
})();
