/** `npm run fleet`: runs 10,000 environments through each scenario, and writes the figures into docs/capacity.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { type FleetFigures, runFleet } from './fleet.ts';
import { fleetPage } from './fleetPage.ts';
import { scenarios } from './fleetScenarios.ts';

const started = performance.now();
const fleets: FleetFigures[] = [];
for (const scenario of scenarios) fleets.push(await runFleet(scenario));
writeFileSync(new URL('fleet.json', import.meta.url), `${JSON.stringify(fleets, null, 2)}\n`);
const page = new URL('../../docs/capacity.md', import.meta.url);
writeFileSync(page, fleetPage(readFileSync(page, 'utf8'), fleets));
console.log(`${fleets.length} fleets in ${((performance.now() - started) / 1000).toFixed(0)} s`);
