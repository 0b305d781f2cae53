// Proof: the compiler, kept warm between the mutants. Its first compilation takes three times as long
// as the next, because the engine is still translating the compiler itself.
//   node warm.js --serve SOCKET       answers, until its standard input ends
//   node warm.js SOCKET ARGUMENTS…    a native solc's command line, answered there
"use strict";
const net = require("net");

// What a compiler that is used for long leaves in memory is forgotten after so many compilations.
const MOST = 100;

function serve(socket) {
  const load = () => {
    for (const name of Object.keys(require.cache)) delete require.cache[name];
    return require("solc");
  };
  let [solc, used] = [load(), 0];
  const answer = (asked) => {
    if (asked === "") return `solc\nVersion: ${solc.version()}\n`;
    if (used++ === MOST) [solc, used] = [load(), 1];
    return solc.compile(asked);
  };
  const server = net.createServer({ allowHalfOpen: true }, (connection) => {
    const parts = [];
    connection.on("data", (part) => parts.push(part));
    connection.on("error", () => connection.destroy()); // who asked was killed
    connection.on("end", () => connection.end(answer(Buffer.concat(parts).toString())));
  });
  process.stdin.resume().on("end", () => process.exit()); // whoever started it is gone
  server.listen(socket, () => process.stdout.write("ready\n"));
}

function ask(socket, options) {
  const connection = net.connect(socket);
  connection.on("error", (error) => {
    process.stderr.write(`the warm compiler does not answer: ${error.message}\n`);
    process.exitCode = 1;
  });
  connection.pipe(process.stdout);
  if (options.includes("--version")) connection.end();
  else process.stdin.pipe(connection);
}

const [first, ...rest] = process.argv.slice(2);
if (first === "--serve") serve(rest[0]);
else ask(first, rest);
