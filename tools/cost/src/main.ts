import { AppError } from '@manga-assist/foundation';
import { costInWords } from './cost-in-words.ts';
import { reportCost } from './cost-report.ts';
import { readOptions, UsageError } from './options.ts';

try {
  const { inputs, json } = readOptions(process.argv.slice(2));
  const report = reportCost(inputs);
  process.stdout.write(`${json ? JSON.stringify(report, null, 2) : costInWords(report)}\n`);
} catch (error) {
  const isExpected = error instanceof UsageError || error instanceof AppError;
  if (!isExpected) throw error;
  process.exitCode = error instanceof UsageError ? error.exitCode : 2;
  (process.exitCode === 0 ? process.stdout : process.stderr).write(`${error.message}\n`);
}
