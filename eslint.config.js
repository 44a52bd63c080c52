import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';
import { dependencyConstraints } from './tools/workspace/boundaries.mjs';

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/*.d.ts'] },
  {
    files: ['**/*.{ts,tsx,mjs,js}'],
    extends: [tseslint.configs.recommended],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': ['error', { depConstraints: dependencyConstraints({ inTests: false }) }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'off', // an injected class must stay a value import
      eqeqeq: 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'The environment is read once, in the entry file, through readConfig(Class, process.env).',
        },
      ],
    },
  },
  {
    files: ['**/*.{spec,node-spec}.{ts,tsx}', '**/testing/**'],
    rules: { '@nx/enforce-module-boundaries': ['error', { depConstraints: dependencyConstraints({ inTests: true }) }] },
  },
  {
    // Entry files, tools and tests stand at the edge of the process.
    files: ['**/main.ts', '**/lambda.ts', 'tools/**', 'libs/service-kit/src/run-service.ts', '**/*.{spec,node-spec}.{ts,tsx}', 'apps/e2e/**', 'apps/web/*.{ts,mjs}', 'apps/web/vite/**'],
    rules: { 'no-restricted-syntax': 'off' },
  },
);
