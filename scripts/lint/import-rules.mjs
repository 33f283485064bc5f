/** The ESLint rule that holds every import against the table in rooms.mjs. */
import { isBuiltin } from 'node:module';
import { posix, relative, sep } from 'node:path';
import { rooms } from './rooms.mjs';

/** @typedef {import('./rooms.mjs').Room} Room */

/** @type {import('eslint').Rule.RuleModule} */
export const importRules = {
  meta: {
    type: 'problem',
    docs: { description: 'Only the imports that scripts/lint/rooms.mjs allows.' },
    schema: [],
    messages: {
      noRoom:
        '{{file}} is in no room: nothing says what it may import. Put it into a folder of scripts/lint/rooms.mjs, or write its own down there.',
      noRoomTarget: '{{target}} is in no room of scripts/lint/rooms.mjs, so nobody may import it.',
      forbidden: '{{room}} may not import {{target}} (see scripts/lint/rooms.mjs).',
      typesOnly: '{{room}} may import only types from {{target}}: write `import type`.',
      unknowable: 'An import has to name its module as a plain string here, so that it can be checked.',
    },
  },
  create(context) {
    const file = relative(context.cwd, context.filename).split(sep).join('/');
    const room = roomOf(file);
    if (room === undefined) {
      return { Program: (node) => context.report({ node, messageId: 'noRoom', data: { file } }) };
    }
    const { may, mayTypes = [] } = room;
    if (may === 'anything') return {};

    /**
     * @param {import('estree').Node} node
     * @param {unknown} specifier
     * @param {boolean} typesOnly
     */
    const check = (node, specifier, typesOnly) => {
      if (typeof specifier !== 'string') return context.report({ node, messageId: 'unknowable' });
      const target = targetOf(file, specifier);
      const isOurs = !/^(npm|node):/.test(target);
      if (isOurs) {
        const targetRoom = roomOf(target);
        if (targetRoom === undefined)
          return context.report({ node, messageId: 'noRoomTarget', data: { target } });
        if (targetRoom === room) return;
      }
      if (may.some((pattern) => fits(target, pattern))) return;
      const asTypes = mayTypes.some((pattern) => fits(target, pattern));
      if (asTypes && typesOnly) return;
      const data = { room: String(room.files[0]), target: isOurs ? target : specifier };
      context.report({ node, messageId: asTypes ? 'typesOnly' : 'forbidden', data });
    };

    /** @type {Record<string, (node: any) => void>} */
    const visitors = {
      ImportDeclaration: (node) => check(node, node.source.value, isTypeImport(node)),
      ExportNamedDeclaration: (node) => {
        if (node.source) check(node, node.source.value, node.exportKind === 'type');
      },
      ExportAllDeclaration: (node) => check(node, node.source.value, node.exportKind === 'type'),
      ImportExpression: (node) => check(node, node.source.value, false),
      TSImportType: (node) => check(node, node.source.value, true),
      TSExternalModuleReference: (node) => check(node, node.expression.value, false),
      "CallExpression[callee.name='require']": (node) => check(node, node.arguments[0]?.value, false),
    };
    return visitors;
  },
};

/**
 * @param {any} node  An ImportDeclaration.
 */
function isTypeImport(node) {
  if (node.importKind === 'type') return true;
  return (
    node.specifiers.length > 0 &&
    node.specifiers.every(
      (/** @type {{ importKind?: string }} */ specifier) => specifier.importKind === 'type',
    )
  );
}

/**
 * What an import names: a path in the project without its extension, `npm:name`, or `node:name`.
 * @param {string} file
 * @param {string} specifier
 */
function targetOf(file, specifier) {
  const path = specifier.replace(/\?.*$/, '');
  if (path.startsWith('.')) return posix.join(posix.dirname(file), path);
  if (path.startsWith('node:')) return path;
  if (isBuiltin(path)) return `node:${path}`;
  return `npm:${path}`;
}

/**
 * @param {string} path
 * @returns {Room | undefined}
 */
function roomOf(path) {
  return rooms.find(({ files }) => files.some((pattern) => fits(path, pattern)));
}

/**
 * @param {string} target
 * @param {string} pattern
 */
function fits(target, pattern) {
  if (pattern.endsWith('/') || pattern.endsWith('*')) return target.startsWith(pattern.replace(/\*$/, ''));
  // `npm:react-dom` covers `react-dom/client`.
  if (pattern.startsWith('npm:')) return target === pattern || target.startsWith(`${pattern}/`);
  return withoutExtension(target) === withoutExtension(pattern);
}

/**
 * @param {string} path
 */
function withoutExtension(path) {
  return path.replace(/\.(?:[cm]?[jt]s|[jt]sx)$/, '');
}
