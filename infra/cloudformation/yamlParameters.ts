import type { Section } from '../stack/intrinsics.ts';
import { flowScalar } from './yamlScalar.ts';

/**
 * Writes parameters for a reader who looks for one in a long list: its name, type, default and rule on one line, and
 * what it means below.
 *
 * @param width of a line, in columns. Only what has no space to break at is longer.
 */
export function parametersYaml(parameters: Section, width: number): string {
  return Object.entries(parameters)
    .map(([name, parameter]) => parameterYaml(name, parameter as Section, width))
    .join('');
}

function parameterYaml(name: string, { Description, ...rest }: Section, width: number): string {
  const facts = Object.entries(rest).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return `${key}: ${Array.isArray(value) ? `[${value.map(flowScalar).join(', ')}]` : flowScalar(value)}`;
  });
  // A line break within quotes is a space.
  const words = `Description: ${JSON.stringify(Description)}`.split(' ');
  const lines = [`  ${name}: {`];
  const add = (text: string, startsLine = false) => {
    const line = `${lines.at(-1)} ${text}`;
    if (!startsLine && line.length <= width) lines[lines.length - 1] = line;
    else lines.push(`    ${text}`);
  };
  for (const fact of facts) add(`${fact},`);
  words.forEach((word, index) => {
    add(index === words.length - 1 ? `${word} }` : word, index === 0);
  });
  return lines.map((line) => `${line}\n`).join('');
}
