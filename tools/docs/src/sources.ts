import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Paths from the root that fit the pattern, sorted; what is installed or built is left out. */
export function pathsOf(pattern: string): string[] {
  const paths = globSync(pattern, { cwd: root, exclude: (name) => ['node_modules', 'dist'].includes(name) });
  return paths.map((path) => path.split(sep).join('/')).sort();
}

export function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** A file of the repository as a syntax tree; `text` stands in for what the file holds. */
export function parse(path: string, text: string = textOf(path)): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

/** Every node below that passes, in the order of the text. */
export function findAll<T extends ts.Node>(node: ts.Node, test: (node: ts.Node) => node is T): T[] {
  const found: T[] = [];
  const visit = (child: ts.Node): void => {
    if (test(child)) found.push(child);
    ts.forEachChild(child, visit);
  };
  visit(node);
  return found;
}

/** `libs/x/src/y.ts:12`, for people. */
export function placeOf(node: ts.Node): string {
  const source = node.getSourceFile();
  return `${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}

/** The sentence of the doc comment, on one line. */
export function docOf(node: ts.Node): string | undefined {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = ts.getTextOfJSDocComment(comments.at(-1)?.comment)?.replace(/\s+/g, ' ').trim();
  return text || undefined;
}

/** The value an expression of literals has: text, numbers, lists, objects, sets. Errors: anything else, by place. */
export function valueOf(node: ts.Expression): unknown {
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node)) return valueOf(node.expression);
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) return -Number(valueOf(node.operand));
  if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) return node.kind === ts.SyntaxKind.TrueKeyword;
  if (ts.isArrayLiteralExpression(node)) return node.elements.map(valueOf);
  if (ts.isObjectLiteralExpression(node)) {
    return Object.fromEntries(node.properties.map((property) => (ts.isPropertyAssignment(property) ? [nameOf(property.name), valueOf(property.initializer)] : [])));
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'Set') return node.arguments?.[0] ? valueOf(node.arguments[0]) : [];
  throw new Error(`${placeOf(node)}: only literals can be read here, not ${node.getText()}`);
}

export function nameOf(name: ts.PropertyName): string {
  return ts.isStringLiteralLike(name) || ts.isNumericLiteral(name) || ts.isIdentifier(name) ? name.text : name.getText();
}

/** The value of the constant of that name in a file. Errors: there is none. */
export function constantOf(path: string, name: string): unknown {
  const declaration = findAll(parse(path), ts.isVariableDeclaration).find((found) => found.name.getText() === name);
  if (declaration?.initializer === undefined) throw new Error(`${path} has no constant ${name} any more.`);
  return valueOf(declaration.initializer);
}

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

export const code = (text: string): string => `\`${text}\``;
