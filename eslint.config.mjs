import { defineConfig, globalIgnores } from 'eslint/config';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { importRules } from './scripts/lint/import-rules.mjs';

const code = ['**/*.{ts,mts,tsx,mjs,cjs,js}'];
const typescript = ['**/*.{ts,mts,tsx}'];

const message =
  'Raw IPC skips the validators of preload/contract.ts. Use main/ipc/register.ts or window.latchkey.';

/**
 * @param {readonly string[]} names
 * @returns {['error', object]}
 */
const withoutElectrons = (names) => [
  'error',
  { paths: [{ name: 'electron', importNames: [...names], message }] },
];

export default defineConfig(
  globalIgnores(['out/', 'dist/', 'node_modules/', 'test-results/', 'test/vectors/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: code,
    plugins: { latchkey: { rules: { 'import-rules': importRules } } },
    languageOptions: { parser: tseslint.parser },
    rules: {
      'latchkey/import-rules': 'error',
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-eval': 'error',
      'no-new-func': 'error',
    },
  },
  {
    files: typescript,
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // A name that starts with _ says: this has to be here, and I do not need it.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // An `async` function without `await` is how a promise-returning port is implemented by code that needs no wait.
      '@typescript-eslint/require-await': 'off',
      // Numbers and booleans read well in messages; objects do not.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-restricted-imports': withoutElectrons(['ipcMain', 'ipcRenderer']),
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportDefaultDeclaration',
          message: 'Named exports only: a thing has one name everywhere.',
        },
        {
          selector:
            "MemberExpression[object.property.name='webContents'][property.name=/^(send|postMessage|ipc)$/]",
          message,
        },
      ],
    },
  },
  {
    files: ['main/ipc/register.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': withoutElectrons(['ipcRenderer']),
      'no-restricted-syntax': 'off',
    },
  },
  {
    files: ['preload/*.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': withoutElectrons(['ipcMain']) },
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
  },
  {
    // The tools that read them look for a default export; declarations describe what others export.
    files: ['**/*.config.{ts,mts}', '**/*.d.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['test/**/*.{ts,tsx}', 'bench/**/*.ts'],
    rules: {
      // A test that finds undefined fails, which is what it should do.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
