"use strict";
const test = require("node:test");
const assert = require("node:assert");
const { spawnSync } = require("node:child_process");
const path = require("node:path");

const root = path.join(__dirname, "..");
const run = (command, args) => spawnSync(command, args, { cwd: root, encoding: "utf8" });

test("requests leave nothing behind", () => {
  // In a process of its own, so that what the test runner keeps is not in the snapshots.
  const workload = run(process.execPath, ["leak/workload.cjs"]);
  assert.strictEqual(workload.status, 0, workload.stderr);
  const files = [1, 2, 3].map((i) => path.join("leak", "out", `${i}.heapsnapshot`));
  const check = run(process.env.HEAPDIFF || "heapdiff", ["check", ...files]);
  if (check.error) throw check.error; // heapdiff is not on the PATH
  assert.strictEqual(check.status, 0, `${check.stdout}${check.stderr}`);
});
