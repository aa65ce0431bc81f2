import type { ColdFigures } from './measureCold.ts';
import type { BenchResults } from './results.ts';

const width = 800;
const nameWidth = 335;
const rowHeight = 34;
const top = 62;
const scaleWidth = width - nameWidth - 80;

/** Draws cold starts, and decisions with pauses before them, as bars in an SVG for light and dark backgrounds. */
export function plot({ subjects, machine, coldRuns, pacedRuns, pacedDecisions }: BenchResults): string {
  // An earlier build is measured to compare with, not to choose.
  const shown = subjects.filter(({ name }) => name !== 'earlier');
  const cold = coldBars(shown);
  const pacedTop = top + cold.length * rowHeight + 44;
  const paced = pacedBars(shown, pacedTop + 44);
  const height = pacedTop + 44 + paced.length * rowHeight + 34;
  const note = `Medians of ${coldRuns} fresh processes (whisker to the 90th percentile), and of ${pacedRuns} with ${pacedDecisions} decisions of each kind; Node ${machine.node}, ${machine.host}.`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">
<title id="title">Cold starts of authorizers, and their decisions one every 5 ms</title>
${style}
<text class="heading" x="0" y="18">Cold start: from loading the code to the first answer, the secret fetched</text>
<rect class="load ours" x="0" y="32" width="12" height="12"/><text x="18" y="42">module load</text>
<rect class="between ours" x="110" y="32" width="12" height="12"/><text x="128" y="42">until the first event</text>
<rect class="first ours" x="270" y="32" width="12" height="12"/><text x="288" y="42">first decision</text>
${cold.join('\n')}
<text class="heading" x="0" y="${pacedTop}">One request every 5 ms: the time of a decision</text>
<rect class="first ours" x="0" y="${pacedTop + 14}" width="12" height="12"/><text x="18" y="${pacedTop + 24}">new token</text>
<rect class="load ours" x="110" y="${pacedTop + 14}" width="12" height="12"/><text x="128" y="${pacedTop + 24}">the same token again</text>
${paced.join('\n')}
<text class="note" x="0" y="${height - 10}">${escaped(note)}</text>
</svg>
`;
}

function coldBars(subjects: BenchResults['subjects']): string[] {
  const bars = subjects
    .flatMap(({ title, kind, cold }) => (cold ? [{ title, kind, cold }] : []))
    .toSorted((a, b) => a.cold.sum.median - b.cold.sum.median);
  const most = Math.max(...bars.map(({ cold }) => Math.max(cold.sum.p90, drawn(cold))));
  const x = (milliseconds: number) => nameWidth + (milliseconds / most) * scaleWidth;
  return bars.map(({ title, kind, cold }, index) => {
    const y = top + index * rowHeight;
    const { load, between, sum } = cold;
    const total = drawn(cold);
    const asked = load.median + between.median;
    const middle = y + 11;
    const tail = Math.max(x(sum.p90), x(total)) + 8;
    return [
      `<text class="name ${kind}" x="${nameWidth - 10}" y="${y + 15}">${escaped(title)}</text>`,
      `<rect class="load ${kind}" x="${nameWidth}" y="${y}" width="${round(x(load.median) - nameWidth)}" height="22"/>`,
      `<rect class="between ${kind}" x="${round(x(load.median))}" y="${y}" width="${round(x(asked) - x(load.median))}" height="22"/>`,
      `<rect class="first ${kind}" x="${round(x(asked))}" y="${y}" width="${round(x(total) - x(asked))}" height="22"/>`,
      `<path class="p90" d="M${round(x(total))} ${middle}H${round(x(sum.p90))}m0-5v10"/>`,
      `<text x="${round(tail)}" y="${y + 15}">${sum.median.toFixed(0)} ms</text>`,
    ].join('\n');
  });
}

/** Two bars for each subject: a new token, and below it the same token again. */
function pacedBars(subjects: BenchResults['subjects'], top: number): string[] {
  const bars = subjects
    .flatMap(({ title, kind, paced }) => (paced ? [{ title, kind, paced }] : []))
    .toSorted((a, b) => a.paced.repeated.median - b.paced.repeated.median);
  const most = Math.max(...bars.map(({ paced }) => Math.max(paced.distinct.median, paced.repeated.median)));
  return bars.map(({ title, kind, paced }, index) => {
    const y = top + index * rowHeight;
    const bar = (part: string, offset: number, microseconds: number) => {
      const length = (microseconds / most) * scaleWidth;
      return [
        `<rect class="${part} ${kind}" x="${nameWidth}" y="${y + offset}" width="${round(length)}" height="11"/>`,
        `<text class="small" x="${round(nameWidth + length + 6)}" y="${y + offset + 9}">${microseconds.toFixed(0)} µs</text>`,
      ].join('\n');
    };
    return [
      `<text class="name ${kind}" x="${nameWidth - 10}" y="${y + 15}">${escaped(title)}</text>`,
      bar('first', 0, paced.distinct.median),
      bar('load', 12, paced.repeated.median),
    ].join('\n');
  });
}

const style = `<style>
svg { font: 13px system-ui, sans-serif; fill: #1f2328; }
.heading { font-weight: 600; font-size: 15px; }
.name { text-anchor: end; }
.name.ours { font-weight: 600; }
.note { font-size: 11px; fill: #59636e; }
.small { font-size: 10px; }
.load { fill: #8c959f; }
.between { fill: #a9b1ba; }
.first { fill: #c4cbd2; }
.load.ours { fill: #0a69da; }
.between.ours { fill: #4d97ea; }
.first.ours { fill: #80b8f5; }
.p90 { stroke: #59636e; fill: none; }
@media (prefers-color-scheme: dark) {
svg { fill: #e6edf3; }
.note { fill: #9198a1; }
.load { fill: #6e7681; }
.between { fill: #59616b; }
.first { fill: #444c56; }
.load.ours { fill: #4493f8; }
.between.ours { fill: #3279d6; }
.first.ours { fill: #1f5fae; }
.p90 { stroke: #9198a1; }
}
</style>`;

/** The bar's length: the medians of its parts, whose sum need not be the median of the sum. */
function drawn({ load, between, first }: ColdFigures): number {
  return load.median + between.median + first.median;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
