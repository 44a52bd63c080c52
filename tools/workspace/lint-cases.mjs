// Lints imports that exist in no file, to prove the boundary rules: reads [{ from, source }] as JSON on stdin,
// writes for each the messages of @nx/enforce-module-boundaries. `from` is the path the line would stand in.
import { ESLint } from 'eslint';
import { createProjectGraphAsync } from 'nx/src/devkit-exports.js';
import { text } from 'node:stream/consumers';

const cases = JSON.parse(await text(process.stdin));
// Without it, as on a fresh clone, the rule would let everything pass.
await createProjectGraphAsync();
const eslint = new ESLint();
const verdicts = [];
for (const { from, source } of cases) {
  const [result] = await eslint.lintText(source, { filePath: from });
  verdicts.push(result.messages.filter(({ ruleId }) => ruleId === '@nx/enforce-module-boundaries').map(({ message }) => message));
}
process.stdout.write(JSON.stringify(verdicts));
