import { type Answers, type FleetFigures, quota } from './fleet.ts';

const begin = '<!-- npm run fleet writes from here -->\n';
const end = '<!-- to here -->';

/**
 * docs/capacity.md with the figures of the fleets.
 *
 * @throws TypeError when the page has no place for them
 */
export function fleetPage(page: string, fleets: readonly FleetFigures[]): string {
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new TypeError('the page has no place for the fleet');
  return `${before}${begin}\n${table(fleets)}\n${end}${after}`;
}

function table(fleets: readonly FleetFigures[]): string {
  const rows = fleets.map(({ scenario, peakAtStart, peakAfterStart, throttledCalls, requests, answers }) => [
    scenario,
    number(peakAtStart),
    number(peakAfterStart),
    `${((100 * Math.max(peakAtStart, peakAfterStart)) / quota).toFixed(1)} %`,
    number(throttledCalls),
    number(requests),
    counted(answers['genuine refused']),
    counted(answers['genuine failed']),
    counted(answers['withdrawn accepted']),
  ]);
  const head = [
    'what happens',
    'calls in the busiest second of the start',
    'of the time after it',
    'share of the quota',
    'calls throttled',
    'requests',
    'genuine tokens refused',
    'genuine tokens answered with 500',
    'tokens of a withdrawn secret accepted',
  ];
  return [head, ['---', ...head.slice(1).map(() => '---:')], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |\n`)
    .join('');
}

/** A count, and the time of the first and last of them since the event. */
function counted(answers: Answers | undefined): string {
  if (!answers) return '0';
  return `${number(answers.count)}, ${time(answers.first)} to ${time(answers.last)} after`;
}

function time(seconds: number): string {
  return seconds < 600 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(0)} min`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
