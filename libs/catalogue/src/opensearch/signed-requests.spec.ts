import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aProduct } from '../testing/a-product.ts';
import { SignatureChecker } from '../testing/signature-checker.ts';
import { openOpenSearchCatalogueSearch, type OpenSearchCatalogueSearchOptions } from './opensearch-catalogue-search.ts';

const { signal } = new AbortController();
const environment = { ...process.env };

let checker: SignatureChecker;

beforeEach(async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_EC2_METADATA_DISABLED: 'true' });
  checker = await new SignatureChecker('local').start();
});
afterEach(async () => {
  process.env = { ...environment };
  await checker.close();
});

/** Everything the adapter does over HTTP, whatever the empty server makes of it. */
async function useEverything(options: Partial<OpenSearchCatalogueSearchOptions>): Promise<void> {
  const search = openOpenSearchCatalogueSearch({ url: checker.url, region: 'ap-northeast-1', timeoutMs: 5_000, ...options });
  const attempts = [
    () => search.health(signal),
    () => search.search({ text: '海賊 * 100% (漫画)', limit: 5 }, signal),
    () => search.upsert([aProduct({ titleJa: '海風の刃' }), aProduct()], signal),
    () => search.delete(['MNG-NOSUCHID'], signal),
    () => search.facets({ genre: 'horror' }, signal),
    () => search.suggest('海', 3, signal),
  ];
  // An index that is always empty makes some of them fail, after their requests have been made.
  for (const attempt of attempts) await attempt().catch(() => undefined);
  await search.close();
}

describe('requests to OpenSearch', () => {
  it.each(['es', 'aoss'] as const)('for %s are signed for that service, body and all', async (service) => {
    await useEverything({ service });

    expect(checker.requests.length).toBeGreaterThan(4);
    expect(checker.requests.filter(({ isSignatureRight }) => !isSignatureRight)).toEqual([]);
    expect(new Set(checker.requests.map((request) => `${request.service} ${request.region}`))).toEqual(new Set([`${service} ap-northeast-1`]));
    expect(new Set(checker.requests.map(({ method }) => method)).has('POST')).toBe(true);
  });

  it('for a Serverless collection say what their bodies hash to, which it asks for', async () => {
    await useEverything({ service: 'aoss' });

    expect(checker.requests.every(({ isBodyHashRight, signedHeaders }) => isBodyHashRight && signedHeaders.includes('x-amz-content-sha256'))).toBe(true);
  });

  it('to a node of one’s own are not signed', async () => {
    await useEverything({ service: 'domain' });

    expect(checker.requests.length).toBeGreaterThan(4);
    expect(new Set(checker.requests.map(({ service }) => service))).toEqual(new Set(['']));
  });

  it('with the wrong secret would not pass', async () => {
    process.env['AWS_SECRET_ACCESS_KEY'] = 'other';

    await useEverything({ service: 'es' });

    expect(checker.requests.some(({ isSignatureRight }) => isSignatureRight)).toBe(false);
  });
});
