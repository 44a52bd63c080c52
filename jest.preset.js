import { readFileSync } from 'node:fs';

const swc = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));
const tsx = {
  ...swc,
  swcrc: false,
  jsc: { ...swc.jsc, parser: { ...swc.jsc.parser, tsx: true }, transform: { ...swc.jsc.transform, react: { runtime: 'automatic' } } },
};

/** One preset for every project; `npm test` also runs it once over the whole repository. */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  testMatch: ['<rootDir>/**/src/**/*.spec.{ts,tsx}'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '\\.ts$': '@swc/jest', '\\.tsx$': ['@swc/jest', tsx] },
  // For what hangs. A busy machine is no failure, and no test measures time.
  testTimeout: 30_000,
  modulePathIgnorePatterns: ['/dist/'],
  coverageProvider: 'v8',
};
