export {
  estimateDailyCost,
  type DailyCost,
  type DailyTraffic,
  type RouteCost,
  type TrafficRoute,
} from './estimate-daily-cost.ts';
export { priceUsage } from './price-usage.ts';
export { PriceTable, priceTable, type PricedCall, type PricedUsage, type PricingOptions } from './price-table.ts';
export { readPrices, type Price } from './price.ts';
