import type { DailyCost } from '@manga-assist/pricing';
import type { CostReport } from './cost-report.ts';

const usd = (value: number): string => value.toLocaleString('en-US', { style: 'currency', currency: 'USD', maximumFractionDigits: value < 100 ? 2 : 0, minimumFractionDigits: 0 });
const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** The report for people: fixed columns, no colour. */
export function costInWords({ inputs, study, honest }: CostReport): string {
  const [haiku, sonnet] = study.withoutCache.routes;
  const lines = [
    "The design study's model",
    `  ${count(inputs.messages)} messages a day, ${percent(inputs.haikuShare)} Haiku; ${count(inputs.input)} tokens in, ${count(inputs.output)} out`,
    ...[haiku, sonnet].map((route) => `  ${(route?.modelId ?? '').padEnd(42)} in ${usd(route?.inputUsd ?? 0)} + out ${usd(route?.outputUsd ?? 0)} = ${usd(route?.totalUsd ?? 0)} a day`),
    `  ${usd(study.withoutCache.perDayUsd)} a day, ${usd(study.withoutCache.perMonthUsd)} in thirty days; a cache that answers ${percent(inputs.cacheHits)} saves ${usd(study.withCache.savedByResponseCachePerMonthUsd)}`,
    '',
    'The honest model',
    `  ${''.padEnd(44)}${'a day'.padStart(12)}${'30 days'.padStart(14)}`,
    ...honest.steps.map(({ what, perDayUsd, perMonthUsd }) => `  ${what.padEnd(44)}${usd(perDayUsd).padStart(12)}${usd(perMonthUsd).padStart(14)}`),
    `  the response cache saves ${usd(honest.result.savedByResponseCachePerMonthUsd)} of that in thirty days (${percent(inputs.singleTurn)} of the messages may be cached)`,
    '',
    ...routesInWords(honest.result, inputs.peak),
  ];
  return lines.join('\n');
}

function routesInWords({ routes }: DailyCost, peak: number): string[] {
  return routes.flatMap((route) => [
    `  ${route.modelId}`,
    `    ${count(route.callsPerDay)} calls a day: in ${usd(route.inputUsd)}, out ${usd(route.outputUsd)}, cache read ${usd(route.cacheReadUsd)}, cache write ${usd(route.cacheWriteUsd)}` +
      (route.cachesPrompt ? '' : "; the prefix is under this model's cache minimum, so nothing is cached"),
    `    quota: ${count(route.requestsPerMinute.mean)} requests a minute, ${count(route.requestsPerMinute.peak)} at ${peak} × ; ` +
      `tokens a minute at peak: ${count(route.quotaTokensPerMinute.reserved)} reserved, ${count(route.quotaTokensPerMinute.settled)} settled`,
  ]);
}

function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}
