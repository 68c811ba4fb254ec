// Reads what the contract's check found (its --json) and fails unless every shortfall is about a path that
// contains one of the parts named:  node without.mjs FILE PART…
import { readFileSync } from 'node:fs';

const [file, ...parts] = process.argv.slice(2);
const { short } = JSON.parse(readFileSync(file, 'utf8'));
const left = short.filter(([where]) => !parts.some((part) => where.includes(part)));
for (const [where, what] of left) console.error(`short: ${where} - ${what}`);
process.exit(left.length > 0 ? 1 : 0);
