import ts from 'typescript';
import { findAll, placeOf } from './sources.ts';

export interface RaisedError {
  kind: string;
  code: string;
  /** What varies stands in braces. */
  message: string;
  path: string;
}

const CODE = /^(internal|[a-z]+(-[a-z]+)*(\.[a-z]+(-[a-z]+)*)+)$/;

/**
 * Every error of a class that a file can raise: `new AppError('kind', 'code', 'message')`; the same inside
 * a function that is called with literals; and tables of `['kind', 'code', 'message']`.
 * Errors: one whose code none of these explains, by place.
 */
export function raisedErrors(source: ts.SourceFile, className: string, isKind: (text: string) => boolean): RaisedError[] {
  const made = findAll(source, ts.isNewExpression).filter(({ expression }) => expression.getText() === className);
  const tabled = findAll(source, ts.isArrayLiteralExpression)
    .flatMap(({ elements }) => (elements.length < 3 ? [] : rowsOf(elements)))
    .filter(([kind, code]) => isKind(kind) && CODE.test(code));
  const direct = made.flatMap((error) => {
    const rows = readArguments(error);
    if (rows.length === 0 && tabled.length === 0) {
      throw new Error(`${placeOf(error)}: the code of this ${className} cannot be read; write kind and code as literals, or as a table of [kind, code, message].`);
    }
    const wrong = rows.find(([kind, code]) => !isKind(kind) || !CODE.test(code));
    if (wrong) throw new Error(`${placeOf(error)}: ${wrong[0]} ${wrong[1]} is not a kind and a dotted code.`);
    return rows;
  });
  return [...direct, ...tabled].map(([kind, code, message]) => ({ kind, code, message, path: source.fileName }));
}

type Row = [kind: string, code: string, message: string];

function readArguments(error: ts.NewExpression): Row[] {
  const parts = (error.arguments ?? []).slice(0, 3);
  // A part may be a parameter of the function around it: then its callers in this file say what it is.
  const owner = ts.findAncestor(error, ts.isFunctionLike);
  const positions = parts.map((part) => owner?.parameters.findIndex(({ name }) => name.getText() === part.getText()) ?? -1);
  const ownName = owner?.name?.getText();
  const calls = positions.every((position) => position < 0)
    ? []
    : findAll(error.getSourceFile(), ts.isCallExpression).filter(({ expression }) => expression.getText().split('.').at(-1) === ownName);
  if (calls.length === 0) return rowsOf(parts);
  return calls.flatMap((call) => {
    const found = rowsOf(parts.map((part, index) => call.arguments[positions[index] ?? -1] ?? part));
    if (found.length === 0) throw new Error(`${placeOf(call)}: the code given to ${ownName} cannot be read; write it as a literal.`);
    return found;
  });
}

/** One row for each code that the second argument can be. */
function rowsOf([kind, code, message]: readonly ts.Expression[] | ts.NodeArray<ts.Expression>): Row[] {
  const [kinds, codes, messages] = [kind, code, message].map((part) => part && textsOf(part));
  if (kinds?.length !== 1 || codes === undefined) return [];
  return codes.map((each, index) => [kinds[0] ?? '', each, messages?.[index] ?? messages?.[0] ?? '(varies)']);
}

/** What a text can be: a literal, a template with its gaps in braces, or either side of a condition. */
function textsOf(node: ts.Expression): string[] | undefined {
  if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return [node.text];
  if (ts.isConditionalExpression(node)) {
    const [yes, no] = [textsOf(node.whenTrue), textsOf(node.whenFalse)];
    return yes && no && [...yes, ...no];
  }
  if (!ts.isTemplateExpression(node)) return undefined;
  const gap = (expression: ts.Expression): string => (ts.isIdentifier(expression) ? `{${expression.text}}` : '{…}');
  return [node.head.text + node.templateSpans.map((span) => gap(span.expression) + span.literal.text).join('')];
}
