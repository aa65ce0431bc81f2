import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { type FleetFigures, quota, runFleet } from './fleet.ts';
import { fleetPage } from './fleetPage.ts';
import { type Scenario, scenarios } from './fleetScenarios.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const recorded: readonly FleetFigures[] = JSON.parse(read('fleet.json'));
const isFlood = ({ forged }: Scenario) => (forged?.share ?? 0) > 0.1;

/** Seconds since the event up to which a genuine token may be refused: no cache can know a secret that nobody gives it. */
function refusedUntil({ lag = 0, grace, forged }: Scenario): number {
  if (grace === 0) return 300;
  return lag || forged ? lag / 1000 + 31 : 0;
}

const isWhole = (fleet: FleetFigures) => fleet.environments === quota;

suite('a fleet of environments', () => {
  test('docs/capacity.md has the figures that npm run fleet recorded for 10,000 environments', () => {
    const page = read('../../docs/capacity.md');
    assert.equal(page, fleetPage(page, recorded));
    assert.deepEqual(
      recorded.map((fleet) => [fleet.scenario, isWhole(fleet)]),
      scenarios.map(({ name }) => [name, true]),
    );
  });

  for (const [index, scenario] of scenarios.entries()) {
    test(`${scenario.name}: the goals hold, for 10,000 as recorded and for 40 now`, async () => {
      const now = await runFleet(scenario, 40);
      for (const fleet of [recorded[index] as FleetFigures, now]) {
        const { answers } = fleet;
        assert.ok((answers['genuine accepted']?.count ?? 0) > 1000);
        assert.equal(answers['forged accepted'], undefined);
        assert.equal(answers['forged failed'], undefined);
        assert.ok((answers['genuine refused']?.last ?? 0) <= refusedUntil(scenario));
        assert.ok((answers['genuine refused']?.first ?? 0) >= 0);
        const failed = answers['genuine failed'];
        // The last good secret serves for an hour from its fetch, at most six minutes before the outage.
        if (scenario.outage) assert.ok(failed && failed.first > 54 * 60 && failed.last < 71 * 60 + 1);
        else assert.equal(failed, undefined);
        if (isWhole(fleet) && scenario.startsOver > 1000 && !isFlood(scenario)) {
          assert.ok(Math.max(fleet.peakAtStart, fleet.peakAfterStart) < quota / 10);
        }
      }
    });
  }
});
