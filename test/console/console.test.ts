import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { readExplanations } from '../../infra/tools/console/explanations.ts';
import { type LocalRun, startLocalRun } from '../support/localRun.ts';
import { axeViolations, type Browser, missingTools, type Page, startBrowser } from './browser.ts';

const port = 4300;
const skip = missingTools() ?? false;
const explanations = readExplanations();

suite('the console in a browser', { skip, timeout: 300_000 }, () => {
  let run: LocalRun;
  let browser: Browser;
  let page: Page;
  const consoleErrors: string[] = [];
  const foreignRequests: string[] = [];
  const bodies: Promise<string>[] = [];
  const secrets: string[] = [];

  before(async () => {
    run = await startLocalRun(port);
    secrets.push(await run.secret());
    browser = await startBrowser();
    page = browser.page;
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) consoleErrors.push(message.text());
    });
    page.on('pageerror', (error) => consoleErrors.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(run.url)) foreignRequests.push(request.url());
    });
    page.on('response', (response) => {
      if (!response.url().endsWith('/api/stream')) bodies.push(response.text().catch(() => ''));
    });
    await page.goto(run.url);
  });
  after(async () => {
    await browser?.close();
    await run?.stop();
  });

  const openTab = (name: string) => page.getByRole('tab', { name }).click();
  const panel = (name: string) => page.getByRole('tabpanel', { name });
  const live = () => page.getByRole('region', { name: 'Live decisions' });
  const policy = () => page.getByRole('region', { name: 'The policy' });

  for (const api of ['REST', 'HTTP', 'REST with users', 'HTTP with users']) {
    test(`Requests: all of ${api} get what is expected`, async () => {
      await openTab('Requests');
      await panel('Requests').getByLabel('API').selectOption(api);
      const button = panel('Requests').getByRole('button', { name: /^Send all/ });
      const total = Number(/\d+/.exec(await button.innerText())?.[0]);
      assert.ok(total > 5);
      await button.click();
      await panel('Requests').getByText(`${total} of ${total} as expected`).waitFor();
    });
  }

  test('Requests and Live decisions: a forged token, with its reason, meaning, advice and log line', async () => {
    await openTab('Requests');
    await panel('Requests').getByLabel('API').selectOption('REST');
    await panel('Requests').getByRole('button', { name: 'Send forged token', exact: true }).click();
    const result = panel('Requests').locator('.result');
    await result.waitFor();
    const text = await result.innerText();
    assert.match(text, /401\s+deny\s+signature_mismatch/, 'as API Gateway answers');
    assert.match(text, /API Gateway answers 401. Here serverless offline answered 403/);
    assert.ok(text.includes(explanations.signature_mismatch?.meaning as string));
    assert.match(text, /"reason": "signature_mismatch"/);
    assert.match(text, /"error": "Forbidden"/);

    await live().getByLabel('Reason').selectOption('signature_mismatch');
    const entry = live().locator('.decisions li').first();
    await entry.locator('summary').click();
    const shown = await entry.innerText();
    assert.match(shown, /deny\s+signature_mismatch/);
    assert.match(shown, /REST · GET \/dev\/hello · \d+ ms · (warm|cold) · 401/);
    assert.match(shown, /"apiType": "rest"/);
    assert.match(shown, /What to do/);
    assert.match(shown, /"Effect": "Deny"/);
    await live().getByLabel('Decision').selectOption('allow');
    assert.equal(await live().locator('.decisions li').count(), 0, 'no Allow has that reason');
    await live().getByLabel('Reason').selectOption('all');
    await live().locator('.decisions li').first().waitFor();
    await live().getByLabel('Decision').selectOption('all');
    assert.match(await live().locator('.counts').innerText(), /signature_mismatch\s+\d+/);
  });

  test('Live decisions: a request from elsewhere, and what the app gives as the cause', async () => {
    await fetch(`http://localhost:${port}/hello`, {
      headers: { 'Approov-Token': 'NO_NETWORK', 'User-Agent': 'ExampleApp/7' },
    });
    const entry = live().locator('.decisions li').filter({ hasText: 'client_status' }).first();
    await entry.waitFor();
    await entry.locator('summary').click();
    const shown = await entry.innerText();
    assert.match(shown, /HTTP · GET \/hello/);
    assert.match(shown, /Client status\s+NO_NETWORK/i);
    assert.match(shown, /User agent\s+ExampleApp\/7/);
  });

  for (const algorithm of ['HS256', 'RS256', 'ES256']) {
    test(`Mint: ${algorithm}, sent and inspected`, async () => {
      await openTab('Mint');
      const mint = panel('Mint');
      await mint.getByLabel(/^Algorithm/).selectOption(algorithm);
      await mint.getByRole('button', { name: 'Mint' }).click();
      await mint.getByRole('button', { name: 'Send' }).click();
      await mint.getByText(/Hello, World!/).waitFor();
      assert.match(await policy().innerText(), /It ends in 59 min|It ends in 1 h|It ends in 60 min/);
      assert.match(await policy().innerText(), /"aws:CurrentTime": "/);
      await mint.getByRole('button', { name: 'Inspect' }).click();
      await panel('Token').getByRole('button', { name: 'Inspect' }).click();
      await panel('Token').getByText('This request would be accepted.').waitFor();
      const text = await panel('Token').innerText();
      assert.match(text, new RegExp(`alg\\s+${algorithm}`));
      assert.match(text, /exp\s+\d+\s+in (59|60) min/);
      assert.ok(text.includes('when the token ends'));
    });
  }

  test('Mint and Token: a signed request, and the same altered', async () => {
    await openTab('Mint');
    const mint = panel('Mint');
    await mint.getByLabel(/^Algorithm/).selectOption('HS256');
    await mint.getByLabel('Method').selectOption('POST');
    await mint.getByRole('textbox', { name: 'Body' }).fill('amount=1');
    await mint.getByLabel(/^Sign the request/).check();
    await mint.getByRole('button', { name: 'Mint' }).click();
    await mint.getByRole('button', { name: 'Inspect' }).click();
    const token = panel('Token');
    await token.getByRole('button', { name: 'Inspect' }).click();
    await token.getByText('This request would be accepted.').waitFor();
    const pasted = await token.getByLabel(/^Token, or/).inputValue();
    assert.match(pasted, /Signature-Input: install=/);
    await token.getByLabel(/^Token, or/).fill(pasted.replace('/dev/hello', '/dev/hello?admin=1'));
    await token.getByRole('button', { name: 'Inspect' }).click();
    await token.getByText('message_signature_mismatch').first().waitFor();
  });

  test('Token: a bound token, with and without the header', async () => {
    await openTab('Mint');
    const mint = panel('Mint');
    await mint.getByLabel(/^Sign the request/).uncheck();
    await mint.getByLabel('Method').selectOption('GET');
    await mint.getByLabel(/^Bound to/).fill('Bearer user-1');
    await mint.getByRole('button', { name: 'Mint' }).click();
    const minted = (await mint.getByRole('figure', { name: 'Token' }).innerText()).trim();
    await openTab('Token');
    const token = panel('Token');
    await token.getByLabel(/^Token, or/).fill(minted);
    await token.getByRole('button', { name: 'Inspect' }).click();
    await token.getByText('binding_header_missing').first().waitFor();
    await token.getByLabel(/^Headers/).fill('Authorization: Bearer user-1');
    await token.getByRole('button', { name: 'Inspect' }).click();
    await token.getByText('This request would be accepted.').waitFor();
    await token.getByLabel(/^Headers/).fill('Authorization: Bearer user-2');
    await token.getByRole('button', { name: 'Inspect' }).click();
    await token.getByText('binding_mismatch').first().waitFor();
  });

  test('Token: a request without a token, and one whose body is in a file', async () => {
    const token = panel('Token');
    const inspect = async (text: string) => {
      await token.getByLabel(/^Token, or/).fill(text);
      await token.getByRole('button', { name: 'Inspect' }).click();
    };
    await openTab('Token');
    await inspect(`curl http://localhost:${port}/hello`);
    await token.getByText('This request has no Approov token.').waitFor();
    await token.getByText('token_missing').first().waitFor();
    await inspect(`curl http://localhost:${port}/hello -H 'Approov-Token: a.b.c' --data @body.json`);
    await token.getByText('The body is in a file or a form').waitFor();
    await token.getByText('token_malformed').first().waitFor();
  });

  test('the links of an explanation lead to the paragraph of the document', async () => {
    await openTab('Requests');
    await panel('Requests').getByRole('button', { name: 'Send forged token', exact: true }).click();
    const link = panel('Requests').locator('.result').getByRole('link', { name: 'rotation' });
    await link.waitFor();
    const target = new URL((await link.getAttribute('href')) ?? '');
    assert.equal(target.hash, '#rotate-the-secret');
    assert.match(await (await fetch(target)).text(), /<b id="rotate-the-secret">/);
  });

  test('Faults: an outage is served from the last secret, and ends', async () => {
    await openTab('Faults');
    const faults = panel('Faults');
    await faults.getByLabel(/^Outage/).check();
    await faults.getByLabel('Send a valid request every second').check();
    await faults.getByText('stale secret in use').first().waitFor({ timeout: 40_000 });
    await faults.getByText(/^The authorizer's secret was fetched \d+ s ago. It is stale/).waitFor();
    assert.match(await faults.getByRole('status').innerText(), /: 200, with a stale secret$/);
    assert.match(await faults.innerText(), /secret fetch failed: .*InternalServiceError/);
    const refreshed = () =>
      faults.locator('.events li').filter({ hasText: 'REST: secret refreshed' }).count();
    const before = await refreshed();
    await faults.getByLabel(/^Works/).check();
    for (let wait = 0; (await refreshed()) === before; wait += 1) {
      assert.ok(wait < 200, 'the secret is fetched again');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await faults.getByLabel('Send a valid request every second').uncheck();
  });

  test('Faults: after the longest outage every request is the 500 that API Gateway answers', async () => {
    const faults = panel('Faults');
    await faults.getByLabel(/^Outage/).check();
    await faults.getByLabel('Send a valid request every second').check();
    await faults
      .getByRole('status')
      .getByText(/: 500 secret_unavailable$/)
      .waitFor({ timeout: 90_000 });
    await faults.getByText(/It is too old: no longer used/).waitFor();
    assert.match(await policy().innerText(), /threw .* API Gateway answers 500 and caches nothing/);
    await faults.getByLabel(/^Works/).check();
    await faults
      .getByRole('status')
      .getByText(/: 200$/)
      .waitFor({ timeout: 90_000 });
    await faults.getByLabel('Send a valid request every second').uncheck();
  });

  test('Faults: after a rotation both secrets verify', async () => {
    await openTab('Faults');
    const faults = panel('Faults');
    await faults.getByRole('button', { name: 'Rotate the secret' }).click();
    for (let wait = 0; secrets.at(-1) === (await run.secret()); wait += 1) {
      assert.ok(wait < 100, 'the secret is rotated');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    secrets.push(await run.secret());
    await openTab('Requests');
    // Forged tokens may have used the one look at Secrets Manager in 30 s; then it is fetched after 10 s.
    const result = panel('Requests').locator('.result');
    for (let wait = 0; (await result.getByText('"secretVersion": "current"').count()) === 0; wait += 1) {
      assert.ok(wait < 40, 'the new secret verifies');
      await panel('Requests').getByRole('button', { name: 'Send valid token', exact: true }).click();
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    await openTab('Faults');
    await faults.getByRole('button', { name: /^Send a token of the previous/ }).click();
    await faults
      .getByRole('status')
      .getByText(/: 200, verified by the previous secret$/)
      .waitFor();
  });

  test('with the keyboard alone: a token is minted, sent and inspected', async () => {
    await page.reload();
    const focused = () =>
      page.evaluate<string>(
        `document.activeElement === document.body ? '' : (document.activeElement.closest('label') ?? document.activeElement).innerText`,
      );
    const tabTo = async (name: RegExp) => {
      for (let step = 0; !name.test(await focused()); step += 1) {
        assert.ok(step < 40, `the Tab key reaches ${name}`);
        await page.keyboard.press('Tab');
      }
    };
    await page.getByRole('tab', { name: 'Requests' }).waitFor();
    await tabTo(/Requests/);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    assert.match(await focused(), /Mint/);
    await tabTo(/^Ends in/);
    await page.keyboard.press('Control+a');
    await page.keyboard.type('-60');
    await page.keyboard.press('Enter');
    await panel('Mint').getByRole('button', { name: 'Copy curl' }).waitFor();
    await tabTo(/^Send$/);
    await page.keyboard.press('Enter');
    await panel('Mint').locator('.result').getByText('token_expired').first().waitFor();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    assert.match(await focused(), /Token/);
    await tabTo(/^Inspect$/);
    await page.keyboard.press('Enter');
    await panel('Token').getByText('token_expired').first().waitFor();
  });

  test('the reload shows the decisions so far', async () => {
    assert.ok((await live().locator('.decisions li').count()) > 40);
  });

  for (const scheme of ['light', 'dark'] as const) {
    test(`axe-core finds nothing, ${scheme}, at desktop and phone width`, async () => {
      await page.emulateMedia({ colorScheme: scheme });
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 800 });
        for (const tab of ['Requests', 'Token', 'Mint', 'Faults', ...(width < 800 ? ['Live'] : [])]) {
          await openTab(tab);
          assert.deepEqual(await axeViolations(page), [], `${tab}, ${width} px`);
        }
        const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        assert.equal(overflow, 0, `nothing is wider than ${width} px`);
      }
    });
  }

  test('on a phone the live decisions are one tap away, and nothing scrolls without a cue', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await openTab('Live');
    const top = (selector: string) =>
      page.evaluate<number>(`document.querySelector('${selector}').getBoundingClientRect().top`);
    assert.ok((await top('#live')) < 200);
    assert.ok((await top('.decisions li')) < 844);
    await page.setViewportSize({ width: 1280, height: 800 });
    const cut = await page.evaluate<string[]>(
      `[...document.querySelectorAll('*')].filter((one) => one.scrollHeight > one.clientHeight + 1 &&
        ['auto', 'scroll'].includes(getComputedStyle(one).overflowY) && one.tagName !== 'TEXTAREA')
        .map((one) => one.className)`,
    );
    assert.deepEqual(cut, ['decisions scrolls'], 'the list, whose edges have a shadow');
  });

  test('the screenshot shows a refused request', async () => {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1200, height: 760 });
    await page.reload();
    await page.getByRole('button', { name: /^Send all/ }).click();
    await page.getByRole('button', { name: /^401: result of not signed/ }).waitFor();
    await page.getByRole('button', { name: 'Send forged token', exact: true }).click();
    await page.getByText('What to do').first().waitFor();
    const folder = mkdtempSync(join(tmpdir(), 'console-'));
    const path = process.env.CONSOLE_SCREENSHOT ?? join(folder, 'console.png');
    await page.screenshot({ path });
    assert.ok(statSync(path).size > 20_000);
    rmSync(folder, { recursive: true });
  });

  test('nothing holds the secret, nothing comes from elsewhere, and the browser has no error', async () => {
    assert.equal(secrets.length, 2);
    const texts = [...(await Promise.all(bodies)), await page.content()];
    assert.ok(texts.length > 50, 'the responses are read');
    for (const secret of secrets) {
      const bytes = Buffer.from(secret, 'base64');
      for (const form of [
        secret.slice(0, 40),
        bytes.toString('base64url').slice(0, 40),
        bytes.toString('hex'),
      ]) {
        assert.ok(!texts.some((text) => text.includes(form)));
      }
    }
    assert.deepEqual(foreignRequests, []);
    assert.deepEqual(consoleErrors, []);
  });
});
