import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startBedrockLocal, type BedrockLocal } from '../index.ts';

let server: BedrockLocal;
beforeAll(async () => {
  server = await startBedrockLocal();
});
afterAll(() => server.close());

const get = async (path: string) => {
  const response = await fetch(server.url + path);
  return { response, text: await response.text() };
};

describe('the live page', () => {
  it('needs nothing but this server, and forbids everything else', async () => {
    const { response, text } = await get('/_admin');
    const policy = response.headers.get('content-security-policy');
    const { text: script } = await get('/_admin/page.js');
    const { text: style } = await get('/_admin/page.css');

    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(text + script + style).not.toMatch(/https?:\/\/|innerHTML|<script>|style="|onclick/);
  });

  it('loads every file it names, with its type', async () => {
    const { text } = await get('/_admin');
    const named = Array.from(text.matchAll(/(?:href|src)="(\/[^"]+)"/g), ([, path]) => path ?? '');
    const types = await Promise.all(named.map(async (path) => (await get(path)).response.headers.get('content-type')));

    expect(types).toEqual(['text/css; charset=utf-8', 'text/javascript; charset=utf-8']);
  });

  it('has every element and route its script asks for', async () => {
    const { text } = await get('/_admin');
    const { text: script } = await get('/_admin/page.js');
    const ids = Array.from(script.matchAll(/element\('(\w+)'\)/g), ([, id]) => id ?? '');
    const routes = Array.from(script.matchAll(/admin\('GET', '([\w-]+)'\)/g), ([, route]) => route ?? '');

    expect(ids.length).toBeGreaterThan(5);
    expect(ids.filter((id) => !text.includes(`id="${id}"`))).toEqual([]);
    expect(await Promise.all(routes.map(async (route) => (await get(`/_admin/${route}`)).response.status))).toEqual(routes.map(() => 200));
  });

  it('names its language, its tables\' columns and its fields', async () => {
    const { text } = await get('/_admin');

    expect(text).toMatch(/<html lang="en">/);
    expect(text.match(/<th /g)?.length).toBe(text.match(/<th scope="col"/g)?.length);
    expect(text.match(/<(?:input|select) /g)?.length).toBe(text.match(/<label>/g)?.length);
  });
});
