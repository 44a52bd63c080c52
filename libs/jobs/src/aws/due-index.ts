import { createHash } from 'node:crypto';
import type { Row, TableRows } from './table-rows.ts';

/** The sparse index `due` has eight partitions, so that the rows of one moment do not all meet in one. */
const SHARDS = ['0', '1', '2', '3', '4', '5', '6', '7'] as const;

export function shardOf(id: string): string {
  return SHARDS[(createHash('sha1').update(id).digest()[0] ?? 0) % SHARDS.length] ?? SHARDS[0];
}

/** Up to `limit` rows that are due, the longest due first. The index lags behind the rows a little. */
export async function dueRows(rows: TableRows, nowMs: number, limit: number, signal: AbortSignal): Promise<Row[]> {
  const where = '#due_shard = :shard AND #due_at_ms <= :now';
  const perShard = Math.ceil(limit / SHARDS.length);
  const found = await Promise.all(
    SHARDS.map((shard) => rows.query({ index: 'due', where, values: { ':shard': shard, ':now': nowMs }, limit: perShard }, signal)),
  );
  return found
    .flat()
    .sort((a, b) => Number(a['due_at_ms']) - Number(b['due_at_ms']))
    .slice(0, limit);
}
