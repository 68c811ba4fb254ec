// Opens the portal of a running server in a headless Chromium and uses it as a person would:
//
//   node test/portal.mjs http://127.0.0.1:8080        (or BASE=… node test/portal.mjs)
//
// The server must prefill keys (`/docs/config.json`) and have location 37532, as with demo data. The browser
// is the one at CHROMIUM, or /usr/bin/chromium. Prints `portal: ok`, or what went wrong and exits with 1.
import { chromium } from 'playwright-core';

const base = (process.argv[2] ?? process.env.BASE ?? '').replace(/\/+$/, '');
if (!/^https?:\/\//.test(base)) {
  console.error('usage: node test/portal.mjs BASE, such as http://127.0.0.1:8080');
  process.exit(2);
}
const origin = new URL(base).origin;
const location = '37532';
const complaints = [];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});

/** A page of this size that notes requests to other hosts, errors on the console and failed loads. */
async function watched(width, height) {
  const page = await browser.newPage({ viewport: { width, height } });
  page.setDefaultTimeout(20_000);
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console error: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== origin) {
      complaints.push(`asked another host: ${request.url()}`);
    }
  });
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    if (reason !== 'net::ERR_ABORTED') complaints.push(`failed: ${request.url()} ${reason}`);
  });
  return page;
}

function must(condition, message) {
  if (!condition) throw new Error(message);
}

/** Nothing may stick out to the side. */
async function fits(page, what) {
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  must(beyond <= 0, `${what} is ${beyond} px wider than the window`);
}

/** From the overview to the operation `GET /company/{location_id}` of b2b-v1, by links only. */
async function openOperation(page, narrow) {
  await page.goto(`${base}/docs`);
  must(new URL(page.url()).pathname === '/docs/', `/docs led to ${page.url()}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await fits(page, 'the overview');
  for (const name of ['b2b-v1', 'public', 'developers', 'b2b-v2', 'frontdesk']) {
    const link = page.locator(`a[href="/openapi/${name}.json"]`);
    must((await link.count()) === 1, `the overview has no download of ${name}`);
  }
  await page.locator('#documents a[href="/docs/reference/#b2b-v1"]').click();
  if (narrow) await page.getByRole('button', { name: /menu/i }).first().click();
  // The list is there twice: beside the text and in the menu of a narrow window.
  const seen = (found) => found.filter({ visible: true }).first();
  const tag = { name: /^locations$/i };
  await seen(page.getByRole('button', tag).or(page.getByRole('link', tag))).click();
  // Titles of operations may change; the path in an entry's address is the contract.
  await seen(page.locator('a[href$="GET/company/{location_id}" i]')).click();
  const operation = page.locator('[id="b2b-v1/tag/locations/GET/company/{location_id}" i]');
  await operation.getByRole('button', { name: /Test Request/ }).waitFor();
  await fits(page, 'the reference');
  return operation;
}

async function samples(page, operation) {
  await operation.getByRole('button', { name: /Shell Curl/ }).click();
  await page.getByRole('option', { name: 'Requests' }).click();
  const code = operation.locator('pre').filter({ hasText: /requests\.get\(/ });
  await code.first().waitFor();
  const text = (await code.first().innerText()).replaceAll(/\s+/g, '');
  must(text.includes('/api/v1/company/'), `the Python sample asks something else: ${text}`);
  must(text.includes(origin.replace(/^https?:/, '')), `the Python sample doesn't name this server: ${text}`);
}

async function tryIt(page, operation) {
  await operation.getByRole('button', { name: /Test Request/ }).click();
  const form = page.getByRole('dialog');
  const value = form.getByRole('row', { name: /Include location_id/ }).getByRole('combobox', { name: 'Value' });
  await value.click();
  await page.keyboard.type(location);
  const answered = page.waitForResponse((response) => new URL(response.url()).pathname === `/api/v1/company/${location}`);
  await form.getByRole('button', { name: /^Send get request/i }).click();
  const response = await answered;
  const authorization = (await response.request().allHeaders()).authorization ?? '';
  must(/^Bearer \S+/.test(authorization), `the call went without a prefilled key: "${authorization}"`);
  must(response.status() === 200, `the call was answered ${response.status()}: ${await response.text()}`);
  await form.getByText(/\b200\b/).first().waitFor();
}

try {
  const wide = await watched(1280, 900);
  const operation = await openOperation(wide, false);
  await samples(wide, operation);
  await tryIt(wide, operation);
  await wide.close();

  const narrow = await watched(390, 844);
  await openOperation(narrow, true);
  await narrow.close();
} catch (error) {
  complaints.push(error instanceof Error ? error.message : String(error));
} finally {
  await browser.close();
}

for (const complaint of complaints) console.error(`portal: ${complaint}`);
if (complaints.length > 0) process.exit(1);
console.log('portal: ok');
