import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { installInto } from '../package/tools.ts';

const manifests = fileURLToPath(new URL('tools/', import.meta.url));
const folder = fileURLToPath(new URL('../../.cache/console-tools/', import.meta.url));

/** What the tests use of Playwright's locator. @see {@link https://playwright.dev/docs/api/class-locator} */
export interface Locator {
  click(): Promise<void>;
  check(): Promise<void>;
  uncheck(): Promise<void>;
  fill(text: string): Promise<void>;
  selectOption(value: string): Promise<unknown>;
  focus(): Promise<void>;
  waitFor(options?: { state?: 'visible' | 'hidden'; timeout?: number }): Promise<void>;
  getAttribute(name: string): Promise<string | null>;
  textContent(): Promise<string | null>;
  inputValue(): Promise<string>;
  innerText(): Promise<string>;
  count(): Promise<number>;
  first(): Locator;
  filter(options: { hasText: string | RegExp }): Locator;
  getByText(text: string | RegExp): Locator;
  getByRole(role: string, options?: { name?: string | RegExp; exact?: boolean }): Locator;
  getByLabel(text: string | RegExp, options?: { exact?: boolean }): Locator;
  locator(selector: string): Locator;
}

/** What the tests use of Playwright's page. @see {@link https://playwright.dev/docs/api/class-page} */
export interface Page extends Pick<Locator, 'getByText' | 'getByRole' | 'getByLabel' | 'locator'> {
  goto(url: string): Promise<unknown>;
  reload(): Promise<unknown>;
  url(): string;
  content(): Promise<string>;
  evaluate<Result>(script: string): Promise<Result>;
  screenshot(options: object): Promise<unknown>;
  setViewportSize(size: { width: number; height: number }): Promise<void>;
  emulateMedia(options: { colorScheme: 'light' | 'dark' }): Promise<void>;
  keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> };
  // biome-ignore lint/suspicious/noExplicitAny: each event has its own type
  on(event: string, listener: (value: any) => void): void;
}

/** A browser with its own profile. */
export interface Browser {
  readonly page: Page;
  close(): Promise<void>;
}

/** Path of the browser. Undefined when this machine has none. */
export const chromium = process.env.CHROMIUM ?? found('chromium') ?? found('google-chrome');

/** Why no browser can be driven. Undefined when one can. */
export function missingTools(): string | undefined {
  if (chromium === undefined) return 'no browser: install chromium, or set CHROMIUM to its path';
  return installInto(folder, manifests);
}

/** Starts a browser. */
export async function startBrowser(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'console-browser-'));
  const { default: playwright } = await import(
    pathToFileURL(join(folder, 'node_modules/playwright-core/index.js')).href
  );
  const context = await playwright.chromium.launchPersistentContext(profile, {
    executablePath: chromium,
    headless: true,
    viewport: { width: 1280, height: 800 },
    args: [
      // Root, as in a container, cannot have the sandbox. Only the console's own page is opened.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  context.setDefaultTimeout(20_000);
  const page: Page = context.pages()[0] ?? (await context.newPage());
  return {
    page,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** What axe-core finds wrong with the page as it is, one text each. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(join(folder, 'node_modules/axe-core/axe.min.js'), 'utf8'));
  return page.evaluate(
    `axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))`,
  );
}

function found(name: string): string | undefined {
  try {
    return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}
