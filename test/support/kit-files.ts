/**
 * What the test kit and its document say about the code: test ids, profiles, quirks. Made from the code, so that it cannot
 * be out of date: `npm run kit` writes it, test/kit/written.test.ts compares.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';
import { profiles, type AuthenticatorConfiguration } from '../../main/authenticator/configuration';
import { quirkParameters } from '../../main/authenticator/quirks';
import { testIds } from '../../renderer/test-ids';
import { projectRoot } from '../../scripts/places.mjs';

const DOCUMENT = 'docs/testing-with-a-simulated-key.md';
const authenticator = join(projectRoot, 'main/authenticator');

/** Content by path, relative to the project. */
export async function kitFiles(): Promise<ReadonlyMap<string, string>> {
  const document = readFileSync(join(projectRoot, DOCUMENT), 'utf8');
  const files = {
    'test/kit/names.cjs': names(),
    'test/kit/names.d.cts': nameTypes(),
    [DOCUMENT]: withParts(document, { profiles: profileTable(), quirks: quirkTable() }),
  };
  const formatted = Object.entries(files).map(async ([path, content]) => {
    const filepath = join(projectRoot, path);
    return [path, await format(content, { ...(await resolveConfig(filepath)), filepath })] as const;
  });
  return new Map(await Promise.all(formatted));
}

const made = '/** Made by `npm run kit` from the code; changes belong there. */';

function names(): string {
  return `${made}
    const testIds = ${JSON.stringify(testIds)};
    const profiles = ${JSON.stringify(Object.keys(profiles))};
    const quirks = ${JSON.stringify(Object.keys(quirkParameters))};
    module.exports = { testIds, profiles, quirks };`;
}

function nameTypes(): string {
  const union = (words: readonly string[]): string => words.map((word) => JSON.stringify(word)).join(' | ');
  return `${made}
    /** \`data-testid\` of everything that a test needs to find. They are stable: words may change, these do not. */
    export const testIds: {
      ${Object.entries(testIds)
        .map(([name, id]) => `readonly ${name}: ${JSON.stringify(id)};`)
        .join('\n')}
    };
    /** The kinds of keys that can be simulated. */
    export type ProfileName = ${union(Object.keys(profiles))};
    export const profiles: readonly ProfileName[];
    /** The misbehaviours of keys. */
    export type QuirkName = ${union(Object.keys(quirkParameters))};
    export const quirks: readonly QuirkName[];`;
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. */
function withParts(document: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((text, [name, part]) => {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${DOCUMENT} has no place for ${name}: ${begin} … ${end}`);
    return `${text.slice(0, from + begin.length)}\n\n${part}\n\n${text.slice(to)}`;
  }, document);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The sentence about each is the one of the list above `profiles`. */
function profileTable(): string {
  const source = readFileSync(join(authenticator, 'configuration.ts'), 'utf8');
  const yes = (value: boolean): string => (value ? 'yes' : 'no');
  const row = ([name, profile]: readonly [string, AuthenticatorConfiguration]): readonly string[] => {
    const words = new RegExp(`^ \\* - \`${name.replace('.', '\\.')}\`: (.*)$`, 'm').exec(source)?.[1];
    if (words === undefined)
      throw new Error(`configuration.ts does not say in its list what the profile ${name} is`);
    return [
      code(name),
      words.replace(/; see `profileState`/, ''),
      profile.u2f === 'only' ? 'U2F' : profile.versions.map(generation).join(', '),
      yes(profile.clientPin),
      yes(profile.credentialManagement !== 'none'),
      yes(profile.builtInUv),
      String(profile.discoverable ? profile.capacity : 0),
    ];
  };
  const head = [
    'profile',
    'what it is',
    'says that it speaks',
    'PIN',
    'lists passkeys',
    'sensor',
    'room for',
  ];
  return table(head, Object.entries(profiles).map(row));
}

/** `FIDO_2_1_PRE` is 2.1 PRE. */
function generation(version: string): string {
  return version.replace('FIDO_', '').replace('_', '.').replace('_', ' ');
}

/** The sentence about each is the comment above it. */
function quirkTable(): string {
  const documented = documentedQuirks();
  const rows = Object.keys(quirkParameters).map((name) => {
    const quirk = documented.get(name);
    if (quirk === undefined)
      throw new Error(`main/authenticator/quirks has no comment above the quirk ${name}`);
    return [code(name), quirk.words, quirk.parameters.map(code).join(', ')];
  });
  return table(['quirk', 'what it does', 'parameters'], rows);
}

function code(text: string): string {
  return `\`${text}\``;
}

interface DocumentedQuirk {
  readonly words: string;
  /** Those that may be left out end in a question mark. */
  readonly parameters: readonly string[];
}

function documentedQuirks(): ReadonlyMap<string, DocumentedQuirk> {
  const found = new Map<string, DocumentedQuirk>();
  const files = readdirSync(join(authenticator, 'quirks')).map((file) => join('quirks', file));
  for (const file of ['quirks.ts', ...files]) {
    const source = ts.createSourceFile(
      file,
      readFileSync(join(authenticator, file), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
    );
    const common = new Map<string, readonly string[]>();
    const visit = (node: ts.Node): void => {
      if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer)
        common.set(node.name.text, parametersIn(node.initializer, common));
      if (ts.isPropertyAssignment(node) && ts.isCallExpression(node.initializer)) {
        const name = ts.isIdentifier(node.name) || ts.isStringLiteral(node.name) ? node.name.text : '';
        const comment = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc)?.comment;
        const words = ts.getTextOfJSDocComment(comment)?.replace(/\s+/g, ' ').trim();
        const [parameters] = node.initializer.arguments;
        if (Object.hasOwn(quirkParameters, name) && words && parameters)
          found.set(name, { words, parameters: parametersIn(parameters, common) });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

/** Of `record({ ...when, status: required('status', uint) })` or `record(when)`. */
function parametersIn(
  node: ts.Expression,
  common: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  if (ts.isIdentifier(node)) return common.get(node.text) ?? [];
  if (!ts.isObjectLiteralExpression(node)) return [];
  return node.properties.flatMap((property) => {
    if (ts.isSpreadAssignment(property)) return parametersIn(property.expression, common);
    if (!ts.isPropertyAssignment(property) || !ts.isCallExpression(property.initializer)) return [];
    const name = property.name.getText();
    return [property.initializer.expression.getText() === 'optional' ? `${name}?` : name];
  });
}
