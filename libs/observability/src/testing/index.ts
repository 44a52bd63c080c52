export { silentLogger, WrittenLogs, type LogLine } from './written-logs.ts';
