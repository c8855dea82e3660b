#!/usr/bin/env node
import { runCommand } from './command/run-command.js';

runCommand(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
