#!/usr/bin/env node
// Contracts: the npm compiler behind the command line of a native solc, for py-solc-x and forge.
// Answers `--version`; anything else is standard JSON on stdin, imports read below the directory
// it is called in. Installed by a link named solc-v0.8.37 in $HOME/.solcx.
"use strict";
const fs = require("fs");
const path = require("path");
const solc = require("solc");

function readImport(name) {
  const file = path.resolve(name);
  if (!file.startsWith(process.cwd() + path.sep)) return { error: `${name} lies outside the project` };
  try {
    return { contents: fs.readFileSync(file, "utf8") };
  } catch (error) {
    return { error: `${name}: ${error.code}` };
  }
}

if (process.argv.includes("--version")) {
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`);
} else {
  process.stdout.write(solc.compile(fs.readFileSync(0, "utf8"), { import: readImport }));
}
